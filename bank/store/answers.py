"""Responses as they come in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from bank.attempts import Result, Standing

Judge = Callable[[Standing], tuple[Result, Standing]]


@dataclass(frozen=True, slots=True)
class Call:
    """An `Idempotency-Key`, and the API key that it came with: two clients may choose the same one."""

    api_key: str
    idempotency_key: str


class Whose(NamedTuple):
    """What attempts are counted by; `draw` is empty where the variant was not drawn of a bank."""

    draw: str
    variant: str
    learner: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A learner's response to a variant, as it was sent; `draw` is the one that gave it to the learner, if one did."""

    variant: str
    learner: str
    response: Any
    call: Call | None = None
    draw: str = ""

    @property
    def whose(self) -> Whose:
        return Whose(self.draw, self.variant, self.learner)

"""Parameters that are drawn by a rule: one value more often than the other, or as the other parameters allow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from bank.authoring.params import Domain, OneOf


@dataclass(frozen=True)
class Either(OneOf):
    """One of two values, the first with probability `chance`."""

    chance: float = 0.5

    def draw(self, rng: Random) -> Any:
        first, second = self.values
        return first if rng.random() < self.chance else second


@dataclass(frozen=True)
class Drawn(Domain):
    """A parameter that `rule` draws, knowing others; a client may set any member of `of`.

    The rule gets the values of the parameters declared before this one and of all that a client fixed. `size` says how
    many values it has for any values of the others; where that differs, the family counts its own space.
    """

    of: Domain
    rule: Callable[[Random, Mapping[str, Any]], Any]
    size: int | None = None

    def draw(self, rng: Random) -> Any:
        return self.rule(rng, {})

    def draw_after(self, rng: Random, drawn: Mapping[str, Any]) -> Any:
        return self.rule(rng, drawn)

    def read(self, given: object, pointer: str) -> Any:
        return self.of.read(given, pointer)

    def schema(self) -> dict[str, Any]:
        return self.of.schema()

"""A family under many seeds: how long a variant takes, what fails, where the right option stands."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from bank.authoring.exercise import Exercise
from bank.authoring.family import Family
from bank.errors import BankError
from bank.notation.values import is_number

FAULTS = (  # what the code of a family may raise
    BankError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NameError,
    RuntimeError,
    TypeError,
    ValueError,
)
NUMBER = re.compile(r"-?\d+(?:[./]\d+)?")


@dataclass
class Stress:
    """What was seen of one family in one kind.

    `reasons` counts why first draws were refused, their numbers left out; `positions` the letters of the
    right option, `ranks` its place among the options when they are ordered by size (1 is the smallest).
    """

    family: type[Family]
    kind: str
    seconds: list[float] = field(default_factory=list)
    errors: list[tuple[int, str]] = field(default_factory=list)
    tried: int = 0
    refused: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    looks: set[str] = field(default_factory=set)
    positions: Counter[str] = field(default_factory=Counter)
    ranks: Counter[int] = field(default_factory=Counter)

    @property
    def typical(self) -> float:
        """Median seconds a variant."""
        return median(self.seconds) if self.seconds else 0.0

    @property
    def slowest(self) -> float:
        return max(self.seconds, default=0.0)

    def add(self, seed: int) -> None:
        """Draw the question of one more seed; an error is noted, not raised."""
        try:
            self._try_first(seed)
            self._draw(seed)
        except FAULTS as error:
            self.errors.append((seed, f"{type(error).__name__}: {error}"))

    def _try_first(self, seed: int) -> None:
        """The first draw of this seed, and why it was refused if it was."""
        question = self.family(**self.family.draw_params(self.family.rng(seed), {}, self.kind))
        reasons = {NUMBER.sub("…", problem.detail) for problem in question.refusals(self.kind)}
        self.tried += 1
        self.refused += bool(reasons)
        self.reasons.update(reasons)

    def _draw(self, seed: int) -> None:
        started = time.perf_counter()
        draft = self.family.rehearsed(seed, self.kind)
        self.seconds.append(time.perf_counter() - started)
        self.looks.add(draft.looks)
        if self.kind == "single_choice":
            right = json.loads(draft.private)["answer"]["choice"]
            self.positions[right] += 1
            rank = _rank(self.family.from_json(draft.params), json.loads(draft.seen)["choices"], right)
            self.ranks.update([rank] if rank else [])


def _rank(question: Family, choices: list[dict[str, Any]], right: str) -> int | None:
    """None where some option is no number."""
    if not isinstance(question, Exercise):
        return None
    asked = question.asked("single_choice")
    values = [asked.key, *(wrong.value for wrong in asked.mistakes)]
    sizes = {text: float(value) for text, value in zip(asked.show(values), values, strict=True) if is_number(value)}
    if not all(choice["text"] in sizes for choice in choices):
        return None
    ordered = sorted(choices, key=lambda choice: sizes[choice["text"]])
    return next(place for place, choice in enumerate(ordered, 1) if choice["id"] == right)

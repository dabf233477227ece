"""A family under many seeds: how long a variant takes, what fails, where the right option stands."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from bank.authoring.family import Family
from bank.errors import BankError
from bank.strategies import Question, Score, limit_of, place_by_value, question, scores

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
    right option, `ranks` its place among the options when they are ordered by size (1 is the smallest); `guessed` is
    what is seen of each question with options, and its answer.
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
    guessed: list[tuple[Question, Mapping[str, Any]]] = field(default_factory=list)

    @property
    def typical(self) -> float:
        """Median seconds a variant."""
        return median(self.seconds) if self.seconds else 0.0

    @property
    def slowest(self) -> float:
        return max(self.seconds, default=0.0)

    @property
    def scores(self) -> list[Score]:
        """What guessing earns, the best strategy first."""
        return scores(self.kind, self.guessed) if self.guessed else []

    @property
    def uneven(self) -> list[str]:
        """Places of the right option that are more frequent than chance allows."""
        if not self.guessed or self.kind != "single_choice":
            return []
        limit = limit_of(1 / len(self.guessed[0][0].options), len(self.guessed))
        return [
            f"{name} {place}"
            for name, counts in (("place", self.positions), ("rank", self.ranks))
            for place, count in counts.items()
            if count > limit * len(self.guessed)
        ]

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
        if self.kind in ("single_choice", "multiple_choice"):
            self._guess(question(json.loads(draft.seen)), json.loads(draft.private)["answer"])

    def _guess(self, seen: Question, answer: Mapping[str, Any]) -> None:
        """Note the question for the strategies, and where its right option stands."""
        self.guessed.append((seen, answer))
        if self.kind == "single_choice":
            self.positions[answer["choice"]] += 1
            place = place_by_value(seen, answer["choice"])
            self.ranks.update([] if place is None else [place + 1])

"""A learner who has seen a few questions of a pool, remembers their sentences, and guesses the rest by their looks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from math import log
from random import Random
from statistics import median

from bank.authoring.pool import StatementPool
from bank.authoring.statements import Statement

WORD = re.compile(r"[^\W_]+")
SEEN, NEXT = 10, 5  # questions that a learner has seen, and is then asked
LEARNERS = 200


class Learner:
    """Has seen statements and been told which are true."""

    def __init__(self, seen: Iterable[Statement]) -> None:
        self.told = {one.text: one.true for one in seen}
        self.typical = median(map(len, self.told))
        self.marks = {truth: Counter[str]() for truth in (True, False)}
        for text, truth in self.told.items():
            self.marks[truth].update(self._marks(text))

    def _marks(self, text: str) -> set[str]:
        """What a sentence looks like: its words, and whether it is long."""
        return words(text) | {"(long)" if len(text) > self.typical else "(short)"}

    def believes(self, text: str) -> float:
        """Above 0 where a sentence is taken as true: for certain where it was seen, else by what it looks like."""
        if text in self.told:
            return float("inf") if self.told[text] else float("-inf")
        true, false = self.marks[True], self.marks[False]
        return sum(log((true[mark] + 1) / (false[mark] + 1)) for mark in self._marks(text))

    def picks(self, offered: Sequence[Statement], allowed: Collection[int]) -> set[str]:
        """The statements taken as true: as many as may be, the likeliest ones."""
        ranked = sorted(offered, key=lambda one: self.believes(one.text), reverse=True)
        likely = sum(self.believes(one.text) > 0 for one in offered)
        count = min(allowed, key=lambda size: abs(size - likely))
        return {one.id for one in ranked[:count]}


class Gambler(Learner):
    """Remembers as well, and throws a coin for what was not seen."""

    def __init__(self, seen: Iterable[Statement], rng: Random) -> None:
        super().__init__(seen)
        self.rng = rng
        self.thrown: dict[str, float] = {}

    def believes(self, text: str) -> float:
        known = super().believes(text)
        return known if text in self.told else self.thrown.setdefault(text, self.rng.uniform(-1, 1))


def words(text: str) -> set[str]:
    r"""
    >>> sorted(words(r"Raising \(c^{(1)}\) by 2, say"))
    ['1', '2', 'by', 'c', 'raising', 'say']
    """
    return set(WORD.findall(text.lower()))


def entirely_right(pool: type[StatementPool]) -> float:
    """The share of multiple-choice questions that such learners have entirely right, by the better way to guess."""
    right = Counter[type[Learner]]()
    for number in range(LEARNERS):
        rng = Random(f"learner {number} of {pool.name()}")
        drawn = [pool.draw(rng, "multiple_choice").drawn for _ in range(SEEN + NEXT)]
        seen = [one for question in drawn[:SEEN] for one in question]
        for learner in (Learner(seen), Gambler(seen, rng)):
            for question in drawn[SEEN:]:
                true = {one.id for one in question if one.true}
                right[type(learner)] += learner.picks(question, pool.true_ones) == true
    return max(right.values()) / (LEARNERS * NEXT)

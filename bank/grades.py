"""What a response is worth by now: what was told of it, and what corrections and persons have made of that since."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

CORRECTION, PERSON = "correction", "person"


@dataclass(frozen=True, slots=True)
class Change:
    """A later grade of a response: `by` a correction, which `correction` names, or by a person."""

    by: str
    score: float | None
    max_score: float
    correct: bool | None
    who: str
    why: str
    moment: float  # seconds since the epoch
    correction: str | None = None


@dataclass(frozen=True, slots=True)
class Grade:
    score: float | None  # null as long as a person has to grade it
    max_score: float
    correct: bool | None


def regraded(row: Any) -> Change:
    """By a correction; `row` is one of the audit record, whose result has the form of `bank.kinds.grading.grade`."""
    after = json.loads(row["after"])
    found = (after["score"], after["max_score"], after["correct"])
    return Change(CORRECTION, *found, row["who"], row["reason"], row["moment"], row["correction"])


def marked(points: float, max_score: float, who: str, remark: str, moment: float) -> Change:
    return Change(PERSON, points, max_score, points >= max_score, who, remark, moment)


def effective(told: Mapping[str, Any], changes: Sequence[Change]) -> Grade:
    """The last word holds.

    >>> effective({"score": None, "max_score": 2, "correct": None}, [marked(1.5, 2, "key ada", "half of it", 0.0)])
    Grade(score=1.5, max_score=2, correct=False)
    """
    if not changes:
        return Grade(told["score"], told["max_score"], told["correct"])
    last = max(changes, key=lambda change: change.moment)
    return Grade(last.score, last.max_score, last.correct)


def best(grades: Iterable[Grade]) -> float | None:
    """The best score; None as long as there is none."""
    return max((grade.score for grade in grades if grade.score is not None), default=None)

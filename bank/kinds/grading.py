"""Grading works on what is stored with a variant, never on today's code of its family."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Any

from bank import kinds
from bank.errors import Unreadable
from bank.kinds import Reading

DIGITS = 6  # after the point, of a score


def validate(private: Mapping[str, Any], response: object) -> dict[str, Any]:
    """How a response would be read, before it counts; never raises."""
    try:
        reading = read(private, response)
    except Unreadable as error:
        problems = [{"pointer": p.pointer, "detail": p.detail, "position": p.position} for p in error.problems]
        return {"valid": False, "reading": None, "problems": problems}
    return {"valid": True, "reading": reading.shown.record(), "problems": []}


def read(private: Mapping[str, Any], response: object) -> Reading:
    """Raises Unreadable with the pointer and the position of the fault."""
    return kinds.get(private["kind"]).read(private["shape"], response)


def grade(private: Mapping[str, Any], response: object) -> dict[str, Any]:
    """Read and grade. Raises Unreadable, which costs no attempt.

    `rubric` is there for kinds that a person grades; only those who may see the key may be shown it.
    """
    reading = read(private, response)
    found = kinds.get(private["kind"]).grade(private, reading)
    points = private["points"]
    result = {
        "score": None if found.score is None else round(found.score * points, DIGITS),
        "max_score": points,
        "correct": found.correct,
        "parts": _rounded(found.parts, points),
        "feedback": [dict(reason) for reason in found.feedback],
        "reading": reading.shown.record(),
    }
    return result | ({"rubric": list(found.rubric)} if found.rubric else {})


def _rounded(parts: Sequence[Mapping[str, Any]], points: float) -> list[dict[str, Any]]:
    """With scores in points that add up to the rounded score of all: what is rounded off one goes to the next."""
    totals = [round(total * points, DIGITS) for total in accumulate(part["score"] for part in parts)]
    scores = [round(total - before, DIGITS) for before, total in pairwise([0.0, *totals])]
    return [{**part, "score": score} for part, score in zip(parts, scores, strict=True)]

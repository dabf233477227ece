"""Grading works on what is stored with a variant, never on today's code of its family."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bank import kinds
from bank.errors import Unreadable
from bank.kinds import Reading


def validate(private: Mapping[str, Any], response: object) -> dict[str, Any]:
    """How a response would be read, before it counts; never raises."""
    try:
        reading = read(private, response)
    except Unreadable as error:
        problems = [{"pointer": p.pointer, "detail": p.detail, "position": error.position} for p in error.problems]
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
        "score": None if found.score is None else round(found.score * points, 6),
        "max_score": points,
        "correct": found.correct,
        "parts": [{**part, "score": round(part["score"] * points, 6)} for part in found.parts],
        "feedback": [dict(reason) for reason in found.feedback],
        "reading": reading.shown.record(),
    }
    return result | ({"rubric": list(found.rubric)} if found.rubric else {})

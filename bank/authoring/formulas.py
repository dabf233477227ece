"""A formula in letters is proven at points: values of its letters, and what the lab measures there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from bank.evidence import Evidence, Measurement
from bank.notation.expression import parse
from bank.notation.values import Number, agree


class Point(NamedTuple):
    """Values of the letters, exact or measured, and the answer that the lab found for them."""

    at: Mapping[str, Number | float]
    found: Measurement


def proven(text: str, wrong: Sequence[str], points: Sequence[Point], own: Evidence) -> Evidence:
    """Confirmed if the formula agrees at every point, each wrong one fails at some, and `own` is confirmed.

    `own` is the evidence on the same question in numbers.
    """
    agreed = sum(fine for fine, _ in _compared(text, points))
    refuted = [_refutation(mistake, points) for mistake in wrong]
    fine = agreed == len(points) and all(mistake["verdict"] == "refuted" for mistake in refuted)
    return replace(
        own,
        verdict="confirmed" if fine and own.verdict == "confirmed" else "refuted",
        experiment=f"{own.experiment}; the formula at {len(points)} points",
        claimed=text,
        measured=f"agrees at {agreed} of {len(points)} points",
        distractors=refuted,
        series=None,
        more={},
    )


def _refutation(text: str, points: Sequence[Point]) -> dict[str, object]:
    compared = _compared(text, points)
    refuted = not all(fine for fine, _ in compared)
    return {
        "value": text,
        "verdict": "refuted" if refuted else "not refuted",
        "margin": max(gap for _, gap in compared),
    }


def _compared(text: str, points: Sequence[Point]) -> list[tuple[bool, float]]:
    """Whether a formula agrees, and how far it is off, at the points that have all its letters."""
    formula = parse(text, sorted({letter for point in points for letter in point.at}))
    return [_agreement(formula.evaluate(at), found) for at, found in points if formula.variables <= at.keys()]


def _agreement(value: float | Number, found: Measurement) -> tuple[bool, float]:
    fine, gap = agree(value, found.value, found.tolerance)
    return fine and all(check.holds(value) for check in found.also), gap

"""The form in which a number is asked for, and how far off it may be: fixed by what is asked, never by the key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from bank.notation.expression import Mark
from bank.notation.values import Number

LEAST_ROOM = 5e-6  # half a unit of the fifth decimal: what a rate that is rounded as asked may be off by
LARGEST_ROUNDED = 999.5  # from here on a rounded number may be typed with a mark for thousands


@dataclass(frozen=True, slots=True)
class Form:
    """How a number is to be given.

    `one` and `many` say it after "Give"; `relative` is the tolerance of a rounded number, 0 where exact ones are asked
    for; `decimals` tells whether a number with decimals is read at all.
    """

    name: str
    one: str
    many: str
    relative: float = 0.0
    decimals: bool = True

    @property
    def exact(self) -> bool:
        return not self.relative

    @property
    def mark(self) -> Mark:
        """How `1.234` and `1,234` are read. Rounded answers are below 1000 (`faults`), so that they are decimals."""
        if not self.decimals:
            return "fraction"
        return "unclear" if self.exact else "decimal"

    def faults(self, key: Number) -> Iterator[str]:
        """Why a number cannot be asked for in this form; nothing if it can."""
        if self.mark == "decimal" and abs(float(key)) >= LARGEST_ROUNDED:
            yield "the answer is rounded and 1000 or more, where a comma may stand for thousands or for decimals"

    def tolerance(self, key: Number) -> dict[str, float]:
        """What an answer may be off by. Near 1 a rate's is relative to what is missing to 1."""
        if self.name != RATE_NAME:
            return {"absolute": 0, "relative": self.relative}
        room = min(abs(float(key)), abs(1 - float(key)))
        return {"absolute": max(float(f"{self.relative * room:.3g}"), LEAST_ROOM), "relative": 0}

    def furthest(self, key: float) -> float:
        """At least what a tolerance allows, without working it out."""
        return 1.01 * self.relative * abs(key) + 2 * LEAST_ROOM


RATE_NAME = "rate"
WHOLE = Form("whole", "a whole number", "whole numbers")
FRACTION = Form(
    "fraction", "the exact number, whole or a fraction", "exact numbers, whole or fractions", decimals=False
)
DECIMAL_OR_FRACTION = Form(
    "exact", "the exact number: whole, a decimal or a fraction", "exact numbers: whole, decimals or fractions"
)


def rounded(relative: float = 0.005) -> Form:
    """Three significant digits suffice."""
    return Form(
        "rounded",
        "a number, a fraction or an expression; 3 significant digits suffice",
        "numbers, fractions or expressions; 3 significant digits suffice",
        relative,
    )


def rate(relative: float = 0.005) -> Form:
    """A factor below 1 by which something shrinks: 0.99 and 0.995 are two answers, though they differ by little."""
    return Form(
        RATE_NAME,
        "a number, a fraction or an expression; if you round, keep 5 decimals",
        "numbers, fractions or expressions; if you round, keep 5 decimals",
        relative,
    )


FORMS: Mapping[str, Form] = {form.name: form for form in (WHOLE, FRACTION, DECIMAL_OR_FRACTION, rounded(), rate())}
HINT = "the exact number is asked for: give a fraction such as 22/7 or a whole number, since a decimal may be rounded"


def of(shape: Mapping[str, Any]) -> Form | None:
    """The form that a stored question asks for; None of one that was stored before there were forms."""
    return FORMS.get(shape.get("form", ""))


def rounded_as_decimal(decimal: bool, value: object, form: Form | None) -> bool:
    """Whether decimals were typed where an exact number is asked for; whole numbers may be written so.

    >>> rounded_as_decimal(True, Fraction("8.869"), FRACTION), rounded_as_decimal(False, Fraction(17, 2), FRACTION)
    (True, False)
    """
    if form is None or form.decimals or not decimal:
        return False
    return not (isinstance(value, int | Fraction) and Fraction(value).denominator == 1)

"""Answers: exact numbers, words, named fields and matrices; how they are written and compared."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from math import floor, log10, sqrt
from typing import Any, TypeGuard

from bank.notation.expression import number, parse
from bank.notation.expression.arithmetic import rational_root

LETTERS = re.compile("[A-Za-z]+")
NEAR_ZERO = 1e-9  # below this a relative comparison means nothing, and an absolute one is made


@dataclass(frozen=True, slots=True)
class Constant:
    """An exact number that is not rational, by its expression.

    >>> round(float(Constant("ln(5/3)/ln(3)")), 15)
    0.464973520717927
    """

    text: str
    about: float | None = field(default=None, compare=False, repr=False)  # its value, if known without reading the text

    def __float__(self) -> float:
        return float(_evaluated(self.text)) if self.about is None else self.about

    @property
    def tex(self) -> str:
        return _written(self.text)


def constant(text: str) -> Fraction | Constant:
    """The value of an expression: a fraction where it is one.

    >>> constant("sqrt(9/4)"), constant("sqrt(2)")
    (Fraction(3, 2), Constant(text='sqrt(2)'))
    """
    value = _evaluated(text)
    return value if isinstance(value, Fraction) else Constant(text)


def worth(formula: str, **letters: Fraction) -> Fraction | Constant:
    """The value of a formula where its letters have these values; it is read once for all of them.

    >>> worth("(k - 1)/(k + 1)", k=Fraction(4)), worth("1 - 1/sqrt(k)", k=Fraction(5, 2))
    (Fraction(3, 5), Constant(text='1 - 1/sqrt((5/2))'))
    """
    value = parse(formula, tuple(letters)).evaluate(letters)
    if isinstance(value, Fraction):
        return value
    return Constant(LETTERS.sub(lambda found: _put(found[0], letters), formula), float(value))


@lru_cache(maxsize=4096)
def rational(formula: str, letters: tuple[str, ...], values: tuple[int | Fraction, ...]) -> Fraction:
    """The value of a formula without roots and logarithms, worked out once for the same numbers.

    >>> rational("M/2 + 1", ("M", "N"), (6, 5))
    Fraction(4, 1)
    """
    value = parse(formula, letters).evaluate(dict(zip(letters, values, strict=True)))
    assert isinstance(value, Fraction)  # noqa: S101 - whoever wrote the formula knows that it is rational
    return value


def _put(name: str, letters: Mapping[str, Fraction]) -> str:
    if name not in letters:
        return name
    value = letters[name]
    return str(value) if value.denominator == 1 and value >= 0 else f"({value})"


def root_of(value: Fraction) -> Fraction | Constant:
    """The square root of a number of at least 0.

    >>> root_of(Fraction(9, 4)), root_of(Fraction(2))
    (Fraction(3, 2), Constant(text='sqrt(2)'))
    """
    root = rational_root(value)
    return Constant(f"sqrt({value})", sqrt(value)) if root is None else root


Number = int | Fraction | Constant
Value = Number | str | Mapping[str, Number] | tuple[tuple[Number, ...], ...]
Measured = object  # as Value, with floats in place of exact numbers
_NUMBERS = frozenset({int, Fraction, Constant})


def is_number(value: object) -> TypeGuard[Number]:
    """Whether a value is one exact number: no words, no truth, no fields, no matrix.

    >>> is_number(Fraction(9, 2)), is_number(True), is_number("Yes"), is_number({"mean": 0})
    (True, False, False, False)
    """
    return type(value) in _NUMBERS


@lru_cache(maxsize=4096)
def _evaluated(text: str) -> Fraction | float:
    return number(text)


@lru_cache(maxsize=4096)
def _written(text: str) -> str:
    return parse(text).tex


def exact(value: Number) -> str:
    """As a string that reads back exactly.

    >>> exact(Fraction(9, 2)), exact(4), exact(Constant("ln(3)"))
    ('9/2', '4', 'ln(3)')
    """
    return value.text if isinstance(value, Constant) else str(value)


def tex(value: Number) -> str:
    r"""As TeX, without the signs around a formula.

    >>> tex(Fraction(-7, 2)), tex(Fraction(4, 1))
    ('-\\frac{7}{2}', '4')
    """
    if isinstance(value, Constant):
        return value.tex
    if isinstance(value, float):
        return f"{value:.4g}"
    top, bottom = value.numerator, value.denominator
    return str(top) if bottom == 1 else rf"{'-' if top < 0 else ''}\frac{{{abs(top)}}}{{{bottom}}}"


def show(value: Value) -> str:
    """As Markdown, as an option shows it."""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return ", ".join(rf"{name.replace('_', ' ')} \({tex(part)}\)" for name, part in value.items())
    if isinstance(value, tuple):
        rows = r" \\ ".join(" & ".join(tex(cell) for cell in row) for row in value)
        return rf"\(\begin{{pmatrix}} {rows} \end{{pmatrix}}\)"
    return rf"\({tex(value)}\)"


def show_rounded(value: Number, digits: int = 4) -> str:
    r"""As Markdown, a decimal with so many significant digits; whole digits are all kept.

    >>> show_rounded(Fraction(1, 4)), show_rounded(Constant("ln(5/3)/ln(3)")), show_rounded(12345)
    ('\\(0.2500\\)', '\\(0.4650\\)', '\\(12345\\)')
    """
    size = float(value)
    places = digits - 1 - (floor(log10(abs(size))) if size else 0)
    return rf"\({size:.{max(places, 0)}f}\)"


def agree(claimed: Value | float, measured: Measured, tolerance: float) -> tuple[bool, float]:
    """Whether a measured value is the claimed one, and how far it is off: relative, or absolute near 0.

    Exact values with tolerance 0 must be equal. Fields and matrices agree where every part does; words where equal.
    """
    if isinstance(measured, float) and is_number(claimed):
        return _numbers_agree(claimed, measured, tolerance)
    if isinstance(claimed, str) or isinstance(measured, str):
        return claimed == measured, float(claimed != measured)
    if isinstance(claimed, Mapping) and isinstance(measured, Mapping):
        if claimed.keys() != measured.keys():
            return False, 1.0
        return _all([agree(part, measured[name], tolerance) for name, part in claimed.items()])
    if isinstance(claimed, tuple) and isinstance(measured, tuple | list):
        if len(claimed) != len(measured):
            return False, 1.0
        return _all([agree(a, b, tolerance) for a, b in zip(claimed, measured, strict=True)])  # type: ignore[arg-type]
    return _numbers_agree(claimed, measured, tolerance)


def _numbers_agree(claimed: Any, measured: Any, tolerance: float) -> tuple[bool, float]:
    as_float = float(claimed)
    both_exact = isinstance(measured, int | Fraction) and isinstance(claimed, int | Fraction)
    off = float(abs(claimed - measured)) if both_exact else abs(as_float - float(measured))
    size = abs(as_float)
    margin = off / size if size > NEAR_ZERO else off
    return margin <= tolerance, margin


def _all(parts: list[tuple[bool, float]]) -> tuple[bool, float]:
    return all(fine for fine, _ in parts), max((margin for _, margin in parts), default=0.0)


def differ(one: Value, other: Value, relative: float) -> bool:
    """The separation rule: exact rationals differ or not, others must be `relative` apart."""
    if isinstance(one, int | Fraction) and isinstance(other, int | Fraction):
        return one != other
    if not (is_number(one) and is_number(other)):
        return one != other
    a, b = float(one), float(other)
    return abs(a - b) >= relative * max(abs(a), abs(b))


def apart(value: float | Value, others: Sequence[float | Value], relative: float) -> bool:
    """The stricter rule, on what `comparable` makes of values: of any other, rationals too must be `relative` apart."""
    if type(value) is not float:
        return value not in others
    size = abs(value)
    for other in others:
        if type(other) is float:
            bound = relative * (size if size > abs(other) else abs(other))
            if -bound < value - other < bound or value == other:
                return False
    return True


def comparable(value: Value) -> float | Value:
    """A number as a float, any other value as it is."""
    return float(value) if is_number(value) else value

"""The arithmetic behind the grammar: Fractions while every step is exact, bounded in size, never a surprise."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

from bank.errors import Unreadable

LARGEST_EXPONENT = 64
MOST_BITS = 4096  # of a numerator or denominator
LARGEST_BITS = 1000  # of a value: what is read can always be compared as a float

Value = Fraction | float


def bounded(value: Value, at: int) -> Value:
    """The value, unless it is too large to go on with."""
    if isinstance(value, Fraction):
        top, bottom = value.numerator.bit_length(), value.denominator.bit_length()
        if max(top, bottom) > MOST_BITS or top - bottom > LARGEST_BITS:
            raise Unreadable("the number is too large", position=at)
    elif not math.isfinite(value):
        raise Unreadable("the number is too large", position=at)
    return value


def _power(base: Value, exponent: Value) -> Value:
    if abs(float(exponent)) > LARGEST_EXPONENT:
        raise ValueError
    if isinstance(exponent, Fraction) and exponent.denominator == 1:
        if isinstance(base, Fraction):
            bits = max(base.numerator.bit_length(), base.denominator.bit_length())
            if bits * abs(exponent) > MOST_BITS:
                raise OverflowError
            return Fraction(base**exponent.numerator)
        return float(base**exponent.numerator)
    if exponent == Fraction(1, 2):
        return _sqrt(base)
    if float(base) < 0:
        raise ValueError
    return math.pow(base, exponent)


def _sqrt(x: Value) -> Value:
    if isinstance(x, Fraction) and x >= 0:
        top, bottom = math.isqrt(x.numerator), math.isqrt(x.denominator)
        if top * top == x.numerator and bottom * bottom == x.denominator:
            return Fraction(top, bottom)
    return math.sqrt(x)


def _ln(x: Value) -> Value:
    """Exact where it is: ln 1 = 0. Numbers beyond the floats have logarithms too."""
    if x == 1:
        return Fraction(0)
    if isinstance(x, Fraction) and x > 0:
        return math.log(x.numerator) - math.log(x.denominator) if _beyond_floats(x) else math.log(x)
    return math.log(x)


def _beyond_floats(x: Fraction) -> bool:
    return abs(x.numerator.bit_length() - x.denominator.bit_length()) > 1000


def _exp(x: Value) -> Value:
    return Fraction(1) if x == 0 else math.exp(x)


def _abs(x: Value) -> Value:
    return x if x >= 0 else -x


def _divide(a: Value, b: Value) -> Value:
    return a / b


OPERATIONS: dict[str, Callable[..., Value]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": _divide,
    "^": _power,
    "neg": lambda a: -a,
}
FUNCTIONS: dict[str, Callable[[Value], Value]] = {"ln": _ln, "log": _ln, "exp": _exp, "sqrt": _sqrt, "abs": _abs}
CONSTANTS: dict[str, float] = {"pi": math.pi, "e": math.e}

"""The arithmetic behind the grammar: exact while every step is, bounded in size, never a surprise.

Whole numbers stay ints on the way, which are ten times as fast as Fractions; whoever asks for a value gets a Fraction.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from fractions import Fraction

from bank.errors import Unreadable

LARGEST_EXPONENT = 64
MOST_BITS = 4096  # of a numerator or denominator
LARGEST_BITS = 1000  # of a value: what is read can always be compared as a float

Exact = int | Fraction
Value = Exact | float
EXACT = (int, Fraction)


def bounded(value: Value, at: int) -> Value:
    """The value, unless it is too large to go on with."""
    if type(value) is int:
        if value.bit_length() > LARGEST_BITS:
            raise Unreadable("the number is too large", position=at)
    elif isinstance(value, Fraction):
        top, bottom = value.numerator.bit_length(), value.denominator.bit_length()
        if max(top, bottom) > MOST_BITS or top - bottom > LARGEST_BITS:
            raise Unreadable("the number is too large", position=at)
    elif not math.isfinite(value):
        raise Unreadable("the number is too large", position=at)
    return value


def _power(base: Value, exponent: Value) -> Value:
    if abs(float(exponent)) > LARGEST_EXPONENT:
        raise ValueError
    if isinstance(exponent, EXACT) and exponent.denominator == 1:
        times = exponent.numerator
        if isinstance(base, EXACT):
            bits = max(base.numerator.bit_length(), base.denominator.bit_length())
            if bits * abs(times) > MOST_BITS:
                raise OverflowError
            raised: Exact = base**times if times >= 0 else Fraction(base) ** times
            return raised
        return float(base**times)
    if exponent == Fraction(1, 2):
        return _sqrt(base)
    if float(base) < 0:
        raise ValueError
    return math.pow(base, exponent)


def _sqrt(x: Value) -> Value:
    root = rational_root(x) if isinstance(x, EXACT) and x >= 0 else None
    return math.sqrt(x) if root is None else root


def rational_root(x: Exact) -> Fraction | None:
    """The square root of a number of at least 0, where it is rational."""
    top, bottom = math.isqrt(x.numerator), math.isqrt(x.denominator)
    return Fraction(top, bottom) if top * top == x.numerator and bottom * bottom == x.denominator else None


def _ln(x: Value) -> Value:
    """Exact where it is: ln 1 = 0. Numbers beyond the floats have logarithms too."""
    if x == 1:
        return 0
    if isinstance(x, EXACT) and x > 0:
        return math.log(x.numerator) - math.log(x.denominator) if _beyond_floats(x) else math.log(x)
    return math.log(x)


def _beyond_floats(x: Exact) -> bool:
    return abs(x.numerator.bit_length() - x.denominator.bit_length()) > 1000


def _exp(x: Value) -> Value:
    return 1 if x == 0 else math.exp(x)


def _abs(x: Value) -> Value:
    return x if x >= 0 else -x


def _divide(a: Value, b: Value) -> Value:
    if type(a) is int and type(b) is int:
        return a // b if a % b == 0 else Fraction(a, b)
    return a / b


OPERATIONS: dict[str, Callable[..., Value]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": _divide,
    "^": _power,
    "neg": operator.neg,
}
FUNCTIONS: dict[str, Callable[[Value], Value]] = {"ln": _ln, "log": _ln, "exp": _exp, "sqrt": _sqrt, "abs": _abs}
CONSTANTS: dict[str, float] = {"pi": math.pi, "e": math.e}

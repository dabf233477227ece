"""What an answer costs to work out by hand, in units of one step with one-digit numbers.

A sum costs a unit a digit, a product one for each pair of digits, a root or a logarithm as much as a product of two
three-digit numbers. Families add up the steps of their worked solution, and refuse what is far easier or far harder.
"""

from __future__ import annotations

from fractions import Fraction

STEP = 1.0  # to put a number into a formula, to compare two
ROOT = 9.0
LOGARITHM = 9.0

Exact = int | Fraction


def digits(*values: Exact) -> int:
    """Of all numerators, and of the denominators that are written.

    >>> digits(23400), digits(Fraction(-9, 2)), digits(3, 12)
    (5, 2, 3)
    """
    count = 0
    for value in values:
        top, bottom = abs(value.numerator), value.denominator
        count += 1 if top < 10 else len(str(top))
        if bottom > 1:
            count += 1 if bottom < 10 else len(str(bottom))
    return count


def adding(*values: Exact) -> float:
    """The sum of some numbers, column by column; fractions are brought to one denominator first.

    >>> adding(3, 12), adding(Fraction(1, 2), Fraction(1, 3))
    (3.0, 8.0)
    """
    fractions = [value for value in values if value.denominator > 1]
    return float(digits(*values)) + (2.0 * len(fractions) if len(fractions) > 1 else 0.0)


def multiplying(*values: Exact) -> float:
    """The product of some numbers from left to right; factors 0, 1 and -1 cost a step.

    >>> multiplying(3, 4), multiplying(12, 34), multiplying(-1, 345)
    (1.0, 4.0, 1.0)
    """
    cost, product, last = 0.0, values[0], len(values) - 1
    for place, value in enumerate(values[1:], 1):
        cost += STEP if _trivial(product) or _trivial(value) else float(digits(product) * digits(value))
        if place < last:
            product *= value
    return cost


def _trivial(factor: Exact) -> bool:
    return factor.denominator == 1 and -1 <= factor.numerator <= 1

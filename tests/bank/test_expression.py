"""The learner's grammar: what it reads, and what it refuses."""

from fractions import Fraction
from math import isclose, log

import pytest

from bank.errors import Unreadable
from bank.expression import parse

HOSTILE = [
    "__import__('os')",
    "9**9**9",
    "-" * 100_000 + "1",
    "nan",
    "\uff14",
    "inf",
    "x.y",
    "lambda: 1",
    "1e999",
    "1e99*1e99*1e99*1e99",
    "",
]


@pytest.mark.parametrize(("text", "value"), [("9/2", Fraction(9, 2)), ("4.5", Fraction(9, 2)), ("4,5", Fraction(9, 2))])
def test_exact_numbers_stay_exact(text, value):
    assert parse(text).evaluate() == value


def test_logarithms():
    assert isclose(float(parse("ln(5/3)/ln(3)").evaluate()), log(5 / 3) / log(3), rel_tol=1e-14)


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:16])
def test_what_is_no_mathematics_is_refused(text):
    with pytest.raises(Unreadable):
        parse(text).evaluate()

"""Numbers as learners write them: read once here for the kinds numeric, fields and matrix."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from html import escape
from typing import Any

from bank.errors import Unreadable
from bank.kinds.kind import unreadable
from bank.notation.expression import LONGEST, parse
from bank.notation.expression.arithmetic import Value
from bank.notation.mathml import formula
from bank.notation.text import Rich

SCHEMA: dict[str, Any] = {
    "type": ["string", "number"],
    "maxLength": LONGEST,
    "description": "a number, a fraction or an expression without variables: 4.5, 9/2, ln(5/3)/ln(3)",
}
WRONG_SPELLINGS: tuple[Any, ...] = (
    None,
    True,
    [],
    {},
    "",
    "nan",
    "１",
    "9**9**9",
    "-" * 100_000,
    "__import__('os')",
    "1/0",
)


def read(given: object, place: str) -> tuple[Value, str]:
    """The value and its TeX. Raises Unreadable with the pointer `/response` + place."""
    if isinstance(given, int | float) and not isinstance(given, bool):
        given = _spelt(given, place)
    if not isinstance(given, str):
        raise unreadable(place, "must be a number written as text")
    try:
        expression = parse(given)
        return expression.evaluate(), expression.tex
    except Unreadable as error:
        raise unreadable(place, str(error), error.position) from None


def matches(value: Value, answer: Mapping[str, Any]) -> bool:
    """Whether a number is the answer, within its tolerance; exactly equal where there is none."""
    tolerance = answer["tolerance"]
    if not tolerance["relative"] and not tolerance["absolute"]:
        return bool(value == key_of(answer["exact"]) or _rounded(value, key_of(answer["exact"])))
    key = float(answer["value"])
    allowed = max(tolerance["absolute"], tolerance["relative"] * abs(key) + 1e-9)
    return bool(abs(float(value) - key) <= (allowed if key else max(allowed, 1e-6)))


@lru_cache(maxsize=1 << 14)
def key_of(exact: str) -> Value:
    """The value of a stored exact answer."""
    return parse(exact).evaluate()


def shown(tex: str) -> Rich:
    """A reading, from TeX that our own writer made."""
    return Rich(rf"\({tex}\)", formula(tex))


def spelt_out(text: str) -> Rich:
    """A reading in plain words."""
    return Rich(text, escape(text))


def spellings(answer: Mapping[str, Any]) -> list[str]:
    """Several right ways to write an answer."""
    exact = answer["exact"]
    key = key_of(exact)
    ways = [exact, f"({exact})", f"0 + {exact}", f"1*({exact})"]
    if isinstance(key, Fraction) and 10**6 % key.denominator == 0:
        decimal = f"{float(key):.6f}".rstrip("0").rstrip(".")
        ways += [decimal, decimal.replace(".", ",")]
    return ways


def misses(answer: Mapping[str, Any]) -> list[str]:
    """Readable, and wrong."""
    far = max(1, abs(answer["value"]))
    return [f"{answer['exact']} + {far}", f"{answer['exact']} - 2*{far}"]


def _rounded(value: Value, key: Value) -> bool:
    """Whether a float, or its long decimal, meets an exact key up to rounding; whole numbers must be equal."""
    if all(isinstance(number, int | Fraction) and Fraction(number).denominator == 1 for number in (value, key)):
        return False
    return math.isclose(float(value), float(key), rel_tol=1e-12)


def _spelt(given: int | float, place: str) -> str:
    if not -1e30 <= given <= 1e30:  # false for nan too, and whole numbers beyond the floats are compared exactly
        raise unreadable(place, "must be a finite number of a reasonable size")
    return repr(given)

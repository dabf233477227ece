"""Numbers as learners write them: read once here for the kinds numeric, fields and matrix."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from html import escape
from typing import Any

from bank.errors import Unreadable
from bank.kinds.forms import HINT, Form, rounded_as_decimal
from bank.kinds.kind import all_of_them, no_answer, unreadable
from bank.notation import expression as expressions
from bank.notation.expression import LONGEST, Expression, parse
from bank.notation.expression.arithmetic import Value
from bank.notation.expression.spelling import spelled
from bank.notation.mathml import formula
from bank.notation.text import Rich
from bank.notation.values import Number

BLANK: tuple[Any, ...] = (None, "", " ", "?")
SCHEMA: dict[str, Any] = {
    "type": ["string", "number"],
    "maxLength": LONGEST,
    "description": "a number, a fraction or an expression without variables: 4.5, 9/2, ln(5/3)/ln(3)",
}
PART: dict[str, Any] = {**SCHEMA, "type": ["string", "number", "null"]}
ROUNDED = 0.005  # relative: how near a rounded mistake must be to be known again where the key is exact
DIGITS = (3, 4)  # to which learners round
FAR = 0.011  # relative: further than a number moves where it is rounded to so few digits
WRONG_SPELLINGS: tuple[Any, ...] = (
    True,
    [],
    {},
    "nan",
    "1,234,56",
    "3;4",
    "9**9**9",
    "-" * 100_000,
    "__import__('os')",
    "1/0",
)


def read(given: object, place: str, form: Form | None = None) -> tuple[Value, str]:
    """The value and its TeX. Raises Unreadable with the pointer `/response` + place.

    Where `form` asks for a fraction, decimals are not read, whatever their value. What a number says is clear where it
    was sent as one; where it was typed, `form` tells how a comma or a point before three digits is read.
    """
    if isinstance(given, str):
        expression = _typed(given, place, form)
    elif isinstance(given, int | float) and not isinstance(given, bool):
        expression = replace(parse(_spelt(given, place)), decimal=isinstance(given, float))
    else:
        raise unreadable(place, "must be a number written as text")
    try:
        value = expression.evaluate()
    except Unreadable as error:
        raise unreadable(place, str(error), error.position) from None
    if rounded_as_decimal(expression.decimal, value, form):
        raise unreadable(place, HINT)
    return value, expression.tex


def read_parts(given: Mapping[str, object], form: Form | None = None) -> dict[str, tuple[Value | None, str]]:
    """Each part of a response by its place: its value and TeX, None and a question mark where it is blank.

    Raises Unreadable that names every part which cannot be read, or says that all are blank.
    """
    found: dict[str, tuple[Value | None, str]] = {}
    faults = []
    for place, part in given.items():
        try:
            found[place] = (None, "?") if is_blank(part) else read(part, place, form)
        except Unreadable as fault:
            faults.append(fault)
    if faults:
        raise all_of_them(faults)
    if all(value is None for value, _ in found.values()):
        raise no_answer(f"/{next(iter(given)).split('/')[1]}")
    return found


def is_blank(given: object) -> bool:
    """Whether a part was left open: missing, empty or a question mark."""
    if not isinstance(given, str) or len(given) > LONGEST:
        return given is None
    try:
        return (given if given.isascii() else spelled(given).text).strip() in ("", "?")
    except Unreadable:
        return False


def _typed(given: str, place: str, form: Form | None) -> Expression:
    try:
        return expressions.read(given, mark=form.mark if form else "unclear")
    except Unreadable as error:
        raise unreadable(place, str(error), error.position) from None


def matches(value: Value | None, answer: Mapping[str, Any]) -> bool:
    """Whether a number is the answer, within its tolerance; exactly equal where there is none. None is a blank."""
    if value is None:
        return False
    tolerance = answer["tolerance"]
    if not tolerance["relative"] and not tolerance["absolute"]:
        return bool(value == key_of(answer["exact"]) or _rounded(value, key_of(answer["exact"])))
    key = float(answer["value"])
    allowed = max(tolerance["absolute"], tolerance["relative"] * abs(key) + 1e-9)
    return bool(abs(float(value) - key) <= (allowed if key else max(allowed, 1e-6)))


def recognises(value: Value, exact: str, answer: Mapping[str, Any]) -> bool:
    """Whether a learner's number is a named mistake: within the tolerance of the answer, or rounded from it."""
    mistake = key_of(exact)
    if value == mistake:
        return True
    tolerance = answer["tolerance"]
    if not tolerance["relative"] and not tolerance["absolute"]:
        return not _whole(mistake) and math.isclose(float(value), float(mistake), rel_tol=ROUNDED)
    return matches(value, {**answer, "exact": exact, "value": float(mistake)})


def lets_pass(mistake: Number, key: Number, form: Form) -> bool:
    """Whether a mistake would be taken for the key, given exactly or rounded."""
    as_float, right = float(mistake), float(key)
    if abs(as_float - right) > FAR * max(abs(as_float), abs(right)) + form.furthest(right):
        return False  # whatever the tolerance: most mistakes are that far off
    if form.exact:
        if mistake == key:
            return True
        if abs(as_float) < 10 ** DIGITS[0] and as_float.is_integer():
            return False
        given = [float(f"{as_float:.{digits}g}") for digits in DIGITS]
        return right in given and (form.decimals or right.is_integer())
    tolerance = form.tolerance(key)
    allowed = max(tolerance["absolute"], tolerance["relative"] * abs(right)) + 1e-6
    if abs(as_float - right) > allowed + abs(as_float) * 10.0 ** (1 - DIGITS[0]):
        return False  # not even rounded
    answer = {"value": right, "exact": "", "tolerance": tolerance}
    return any(matches(given, answer) for given in (as_float, *(float(f"{as_float:.{n}g}") for n in DIGITS)))


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


def spellings(answer: Mapping[str, Any], form: Form | None = None) -> list[str]:
    """Several right ways to write an answer, in the form that is asked for."""
    exact = answer["exact"]
    key = key_of(exact)
    ways = [exact, f"({exact})", f"0 + {exact}", f"1*({exact})"]
    if isinstance(key, Fraction) and 10**6 % key.denominator == 0 and (_whole(key) or form is None or form.decimals):
        decimal = f"{float(key):.6f}".rstrip("0").rstrip(".")
        decimal += "0" * (decimal[-4:-3] == ".")  # before three digits a point may be one of thousands
        ways += [decimal, decimal.replace(".", ",")]
    return ways


def misses(answer: Mapping[str, Any]) -> list[str]:
    """Readable where decimals are not, and wrong."""
    far = max(1, math.ceil(abs(answer["value"])))
    return [f"{answer['exact']} + {far}", f"{answer['exact']} - 2*{far}"]


def unread(form: Form | None) -> tuple[Any, ...]:
    """What is not read where a number is asked for in that form."""
    return (
        (*WRONG_SPELLINGS, "8.869", "4,5", 0.25, "5e-1", ".5", "50%") if form and not form.decimals else WRONG_SPELLINGS
    )


def _whole(value: object) -> bool:
    return isinstance(value, int | Fraction) and value.denominator == 1


def _rounded(value: Value, key: Value) -> bool:
    """Whether a float, or its long decimal, meets an exact key up to rounding; whole numbers must be equal."""
    if _whole(value) and _whole(key):
        return False
    return math.isclose(float(value), float(key), rel_tol=1e-12)


def _spelt(given: int | float, place: str) -> str:
    if not -1e30 <= given <= 1e30:  # false for nan too, and whole numbers beyond the floats are compared exactly
        raise unreadable(place, "must be a finite number of a reasonable size")
    return repr(given)

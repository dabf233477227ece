"""The named mistakes of a question: those of equal value made one, and which of them can stand among the options."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import isclose

from bank.kinds.forms import RATE_NAME, WHOLE, Form
from bank.kinds.posing import Wrong
from bank.notation.values import Constant, Value, is_number

SAME = 1e-12  # relative: two expressions that are one number


def merged(mistakes: Iterable[Wrong]) -> list[Wrong]:
    """Mistakes that lead to the same value as one that names all of them.

    >>> [wrong.why for wrong in merged([Wrong(3, "Not halved."), Wrong(4, "Squared."), Wrong(3, "Not divided.")])]
    ['Not halved. Or: Not divided.', 'Squared.']
    """
    found: list[Wrong] = []
    for wrong in mistakes:
        place = next((place for place, known in enumerate(found) if _same(known.value, wrong.value)), None)
        if place is None:
            found.append(wrong)
        else:
            known = found[place]
            found[place] = known._replace(
                why=f"{known.why} Or: {wrong.why}",
                offered=known.offered or wrong.offered,
                holds=known.holds and wrong.holds,
                unavoidable=known.unavoidable and wrong.unavoidable,
            )
    return found


def offerable(key: Value, mistakes: Iterable[Wrong], form: Form, separation: float) -> Iterator[Wrong]:
    """The mistakes, those no longer offered that have another form than the key, or look like it or one before."""
    taken = [key]
    for wrong in mistakes:
        fits = (
            wrong.offered
            and _has_form(wrong.value, form)
            and all(_apart(wrong.value, other, form, separation) for other in taken)
        )
        if fits:
            taken.append(wrong.value)
        yield wrong if fits == wrong.offered else wrong._replace(offered=fits)


def near(one: Value, other: Value, separation: float) -> bool:
    """Whether two answers are closer than that; of several fields, whether all are.

    >>> near({"mean": 0, "variance": 3}, {"mean": 0, "variance": 4}, 0.05), near(100, 101, 0.05)
    (False, True)
    """
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return all(near(part, other[name], separation) for name, part in one.items())
    if not (is_number(one) and is_number(other)):
        return one == other
    a, b = float(one), float(other)
    return a == b or abs(a - b) < separation * max(abs(a), abs(b))


def _same(one: Value, other: Value) -> bool:
    if isinstance(one, Constant) and is_number(other):
        return isclose(float(one), float(other), rel_tol=SAME)
    return one == other


def _has_form(value: Value, form: Form) -> bool:
    """Whole numbers stand beside whole numbers; where an exact one is asked for, none has a root or logarithm."""
    if not form.exact or not is_number(value):
        return True
    return not isinstance(value, Constant) and (form is not WHOLE or value.denominator == 1)


def _apart(one: Value, other: Value, form: Form, separation: float) -> bool:
    """Exact options differ; rounded ones do by a part of the larger, rates by a part of what is missing to 1."""
    if form.exact or not (is_number(one) and is_number(other)):
        return one != other
    a, b = float(one), float(other)
    size = max(abs(a), abs(b))
    if form.name == RATE_NAME and size < 1:
        size = max(min(abs(a), 1 - abs(a)), min(abs(b), 1 - abs(b)))
    return abs(a - b) >= separation * size and a != b

"""The named mistakes of a question: those of equal value made one, and which of them can stand among the options."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Hashable, Iterable, Iterator, Mapping
from fractions import Fraction

from bank.kinds.forms import RATE_NAME, WHOLE, Form
from bank.kinds.posing import Wrong
from bank.notation.values import Constant, Number, Value, is_number


def merged(mistakes: Iterable[Wrong]) -> list[Wrong]:
    """Mistakes that lead to the same value as one that names all of them.

    >>> [wrong.why for wrong in merged([Wrong(3, "Not halved."), Wrong(4, "Squared."), Wrong(3, "Not divided.")])]
    ['Not halved. Or: Not divided.', 'Squared.']
    """
    found: dict[Hashable, Wrong] = {}
    for wrong in mistakes:
        mark = _mark(wrong.value)
        known = found.get(mark)
        found[mark] = wrong if known is None else _both(known, wrong)
    return list(found.values())


def offerable(key: Value, mistakes: Iterable[Wrong], form: Form, separation: float) -> Iterator[Wrong]:
    """The mistakes, those no longer offered that have another form than the key, or look like it or one before."""
    taken = [float(key)] if is_number(key) and not form.exact else []
    for wrong in mistakes:
        value, fits = wrong.value, wrong.offered
        if fits and is_number(value):
            if form.exact:
                fits = has_form(value, form) and not (wrong.unavoidable and value == key)
            else:
                size = float(value)
                place = bisect(taken, size)  # the nearest ones are enough
                fits = all(apart(size, other, form, separation) for other in taken[max(place - 1, 0) : place + 1])
                if fits:
                    taken.insert(place, size)
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


def _mark(value: Value) -> Hashable:
    """What is equal for equal values. A number with a root or logarithm is known by twelve digits."""
    if isinstance(value, int):  # asked first: of anything but a fraction it takes long to ask whether it is one
        return value, 1
    if isinstance(value, Constant):
        return f"{float(value):.11e}"
    if isinstance(value, Fraction):
        return value.numerator, value.denominator
    return tuple(value.items()) if isinstance(value, Mapping) else value


def _both(one: Wrong, other: Wrong) -> Wrong:
    return one._replace(
        why=f"{one.why} Or: {other.why}",
        offered=one.offered or other.offered,
        holds=one.holds and other.holds,
        unavoidable=one.unavoidable and other.unavoidable,
    )


def has_form(value: Number, form: Form) -> bool:
    """Whole numbers stand beside whole numbers; where an exact one is asked for, none has a root or logarithm."""
    return not isinstance(value, Constant) and (form is not WHOLE or value.denominator == 1)


def apart(one: float, other: float, form: Form, separation: float) -> bool:
    """Rounded options differ by a part of the larger one, rates by a part of what is missing to 1."""
    size = max(abs(one), abs(other))
    if form.name == RATE_NAME and size < 1:
        size = max(min(abs(one), 1 - abs(one)), min(abs(other), 1 - abs(other)))
    return abs(one - other) >= separation * size and one != other

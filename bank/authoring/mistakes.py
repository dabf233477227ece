"""Which of the named mistakes a question keeps, and which of its answers coincide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from bank.kinds.posing import Wrong
from bank.notation.values import Constant, Value, apart, comparable, differ, exact, is_number


def far_apart(key: Value, mistakes: Iterable[Wrong], separation: float) -> tuple[Wrong, ...]:
    """The mistakes that are far enough from the key and from those before them."""
    kept: list[Wrong] = []
    taken = [comparable(key)]
    for wrong in mistakes:
        value = comparable(wrong.value)
        if apart(value, taken, separation):
            kept.append(wrong)
            taken.append(value)
    return tuple(kept)


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


def coincidences(key: Value, mistakes: Sequence[Wrong], separation: float) -> Iterator[str]:
    """Pairs among the key and the mistakes that are one answer."""
    values = [key, *(wrong.value for wrong in mistakes)]
    marks = {tuple(value.items()) if isinstance(value, dict) else value for value in values}
    if len(marks) == len(values) and not any(isinstance(value, Constant) for value in values):
        return  # exact, and all different
    names = ["the key", *(exact(value) if is_number(value) else value for value in values[1:])]
    for one, other in combinations(range(len(values)), 2):
        if not differ(values[one], values[other], separation):
            yield f"the options {names[one]} and {names[other]} coincide"

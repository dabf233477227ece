"""Guesses by the numbers that options print."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isclose, log
from statistics import fmean

from bank.kinds.likeness import derived
from bank.strategies.seen import Option, Question, numbers_in

EIGHTH = 8  # the smallest option that is not tiny beside the largest
CLOSE = 1e-9

Strategy = Callable[[Question], Sequence[Option]]


def ranked(place: int) -> Strategy:
    """The option at a place in the order of size."""

    def pick(asked: Question) -> Sequence[Option]:
        values = sorted(asked.values)
        return [each for each in asked.options if each.value == values[place]] if values else []

    return pick


def nearest(middle: Callable[[Sequence[float]], float], scale: Callable[[float], float] = float) -> Strategy:
    """The option nearest to a mean of all, on a scale."""

    def pick(asked: Question) -> Sequence[Option]:
        if not asked.values or (scale is not float and min(asked.values) <= 0):
            return []
        values = [scale(value) for value in asked.values]
        return lowest(asked, [abs(value - middle(values)) for value in values])

    return pick


def lowest(asked: Question, marks: Sequence[float]) -> Sequence[Option]:
    """The options with the lowest mark; none where all have the same."""
    least = min(marks)
    if max(marks) == least:
        return []
    return [option for option, mark in zip(asked.options, marks, strict=True) if mark <= least + CLOSE]


def largest_absolute(asked: Question) -> Sequence[Option]:
    """Where a number is negative, else it is the largest."""
    return lowest(asked, [-abs(value) for value in asked.values]) if any(v < 0 for v in asked.values) else []


def has_beside(follows: Callable[[float, float], bool]) -> Strategy:
    """The options that have one beside them that follows from them."""

    def pick(asked: Question) -> Sequence[Option]:
        values = asked.values
        return [
            option
            for option, value in zip(asked.options, values, strict=False)
            if any(follows(value, other) for other in values if other != value)
        ]

    return pick


def most_followed(asked: Question) -> Sequence[Option]:
    """The option from which most others follow."""
    values = asked.values
    return (
        lowest(asked, [-sum(derived(value, other) for other in values if other != value) for value in values])
        if values
        else []
    )


def above_an_eighth(asked: Question) -> Sequence[Option]:
    """The smallest option that is at least an eighth of the largest."""
    values = asked.values
    if not values or min(values) < 0:
        return []
    bound = max(values) / EIGHTH
    least = min(value for value in values if value >= bound)
    return [option for option in asked.options if option.value == least]


def half_of_the_stem(asked: Question) -> Sequence[Option]:
    """Half of a number that the stem prints."""
    halves = [each / 2 for each in numbers_in(asked.stem)]
    return [each for each, value in zip(asked.options, asked.values, strict=False) if _among(value, halves)]


def printed_in_the_stem(asked: Question) -> Sequence[Option]:
    """A number that the stem prints."""
    printed = list(numbers_in(asked.stem))
    return [each for each, value in zip(asked.options, asked.values, strict=False) if _among(value, printed)]


def _among(value: float, others: Sequence[float]) -> bool:
    return any(isclose(value, other, rel_tol=1e-3) for other in others)


def _about(value: float, other: float) -> bool:
    return isclose(value, other, rel_tol=5e-3)


PLACES: dict[str, Strategy] = {
    "smallest": ranked(0),
    "second smallest": ranked(1),
    "second largest": ranked(-2),
    "largest": ranked(-1),
    "nearest to the mean": nearest(fmean),
    "nearest to the mean of the logarithms": nearest(fmean, log),
    "largest absolute value": largest_absolute,
    "smallest above an eighth of the largest": above_an_eighth,
}
RELATIONS: dict[str, Strategy] = {
    "its double is there": has_beside(lambda value, other: _about(other, 2 * value)),
    "its half is there": has_beside(lambda value, other: _about(2 * other, value)),
    "its square is there": has_beside(lambda value, other: _about(other, value * value)),
    "its root is there": has_beside(lambda value, other: _about(other * other, value)),
    "its inverse is there": has_beside(lambda value, other: _about(other * value, 1)),
    "its negative is there": has_beside(lambda value, other: _about(other, -value)),
    "most others follow from it": most_followed,
}
BY_VALUE: dict[str, Strategy] = {
    **PLACES,
    **RELATIONS,
    "half of a number in the stem": half_of_the_stem,
    "a number in the stem": printed_in_the_stem,
}

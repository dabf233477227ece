"""How a learner guesses who knows the options of a question and nothing of its matter.

A strategy looks at what is seen, and shares its choice among options that it cannot tell apart. None knows a family.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import fmean

NUMBER = re.compile(r"^\\\((-?)(?:(\d+(?:\.\d+)?)|\\frac\{(\d+)\}\{(\d+)\})\\\)$")


@dataclass(frozen=True, slots=True)
class Option:
    """What is seen of one option; `value` where it is a plain number."""

    id: str
    text: str
    value: Fraction | None


Strategy = Callable[[Sequence[Option]], Sequence[Option]]


def options(choices: Sequence[Mapping[str, str]]) -> list[Option]:
    """The options of a public view."""
    return [Option(choice["id"], choice["text"], _value(choice["text"])) for choice in choices]


def guessed(strategy: Strategy, seen: Sequence[Option], right: str) -> float | None:
    """The part of a point that the strategy earns on one question; None where it has nothing to go by."""
    picked = strategy(seen)
    return sum(option.id == right for option in picked) / len(picked) if picked else None


def score(strategy: Strategy, asked: Sequence[tuple[Sequence[Option], str]]) -> float | None:
    """What it earns on average over questions (options, letter of the right one) that it can be applied to."""
    earned = [part for seen, right in asked if (part := guessed(strategy, seen, right)) is not None]
    return fmean(earned) if earned else None


def _value(text: str) -> Fraction | None:
    """
    >>> _value(r"\\(-\\frac{7}{2}\\)"), _value(r"\\(4\\)"), _value("Yes")
    (Fraction(-7, 2), Fraction(4, 1), None)
    """
    found = NUMBER.match(text)
    if found is None:
        return None
    sign, whole, top, bottom = found.groups()
    size = Fraction(whole) if whole else Fraction(int(top), int(bottom))
    return -size if sign else size


def _at(place: int) -> Strategy:
    return lambda seen: [seen[place]]


def _by_size(place: int) -> Strategy:
    """The one at a place in the order of size, where all options are numbers."""

    def pick(seen: Sequence[Option]) -> Sequence[Option]:
        sizes = sorted(option.value for option in seen if option.value is not None)
        return [option for option in seen if option.value == sizes[place]] if len(sizes) == len(seen) else []

    return pick


def _by_length(extreme: Callable[..., int]) -> Strategy:
    def pick(seen: Sequence[Option]) -> Sequence[Option]:
        length = extreme(len(option.text) for option in seen)
        return [option for option in seen if len(option.text) == length]

    return pick


STRATEGIES: Mapping[str, Strategy] = {
    "first": _at(0),
    "last": _at(-1),
    "smallest": _by_size(0),
    "second smallest": _by_size(1),
    "second largest": _by_size(-2),
    "largest": _by_size(-1),
    "longest": _by_length(max),
    "shortest": _by_length(min),
}

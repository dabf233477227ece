"""Guesses by how options are written."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from bank.kinds.likeness import DECIMAL, FRACTION, ROOT, WHOLE, WORDS, form_of
from bank.strategies.by_value import Strategy, lowest
from bank.strategies.seen import Option, Question

DIGIT = re.compile(r"\d")


def only(has: Callable[[Option], bool]) -> Strategy:
    """The only option that has something."""

    def pick(asked: Question) -> Sequence[Option]:
        found = [option for option in asked.options if has(option)]
        return found if len(found) == 1 else []

    return pick


def of_form(form: int) -> Strategy:
    return only(lambda option: form_of(option.text) == form)


def longest(asked: Question) -> Sequence[Option]:
    return lowest(asked, [-len(option.text) for option in asked.options])


def shortest(asked: Question) -> Sequence[Option]:
    return lowest(asked, [len(option.text) for option in asked.options])


def most_digits(asked: Question) -> Sequence[Option]:
    return lowest(asked, [-len(DIGIT.findall(option.text)) for option in asked.options])


def fewest_digits(asked: Question) -> Sequence[Option]:
    return lowest(asked, [len(DIGIT.findall(option.text)) for option in asked.options])


BY_FORM: dict[str, Strategy] = {
    "the only whole number": of_form(WHOLE),
    "the only fraction": of_form(FRACTION),
    "the only decimal": of_form(DECIMAL),
    "the only one with a root or logarithm": of_form(ROOT),
    "the only one in words": of_form(WORDS),
    "the only negative one": only(lambda option: option.value is not None and option.value < 0),
    "the only one that is not negative": only(lambda option: option.value is not None and option.value >= 0),
    "most digits": most_digits,
    "fewest digits": fewest_digits,
    "longest": longest,
    "shortest": shortest,
}

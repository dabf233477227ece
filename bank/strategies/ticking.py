"""Guesses where every true option is to be ticked: sets of options, shared among those that cannot be told apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations

from bank.strategies.by_words import ABSOLUTE, HEDGE
from bank.strategies.seen import Option, Question

MOST = 6  # options that a question shows

Selection = frozenset[str]
Ticking = Callable[[Question], Sequence[Selection]]


def of(options: Sequence[Option]) -> list[Selection]:
    """One selection; none where it would be empty."""
    return [frozenset(option.id for option in options)] if options else []


def everything(asked: Question) -> Sequence[Selection]:
    return of(asked.options)


def without_absolutes(asked: Question) -> Sequence[Selection]:
    return of([option for option in asked.options if not ABSOLUTE.search(option.text)])


def with_hedges(asked: Question) -> Sequence[Selection]:
    return of([option for option in asked.options if HEDGE.search(option.text)])


def first(count: int) -> Ticking:
    """The first ones; nothing where fewer or no more are shown."""
    return lambda asked: of(asked.options[:count]) if count < len(asked.options) else []


def longest(count: int) -> Ticking:
    return lambda asked: _extreme(asked, count, -1)


def shortest(count: int) -> Ticking:
    return lambda asked: _extreme(asked, count, 1)


def _extreme(asked: Question, count: int, sign: int) -> Sequence[Selection]:
    ordered = sorted(asked.options, key=lambda option: sign * len(option.text))
    return of(ordered[:count]) if count < len(ordered) else []


def so_many(count: int) -> Ticking:
    """Always the same number of options, whichever they are."""

    def pick(asked: Question) -> Sequence[Selection]:
        ids = [option.id for option in asked.options]
        return [frozenset(chosen) for chosen in combinations(ids, count)] if count < len(ids) else []

    return pick


def above_the_mean(asked: Question) -> Sequence[Selection]:
    """Those that are longer than the others are on average."""
    mean = sum(len(option.text) for option in asked.options) / len(asked.options)
    return of([option for option in asked.options if len(option.text) > mean])


TICKING: dict[str, Ticking] = {
    "all": everything,
    "all without an absolute word": without_absolutes,
    "all with a hedge": with_hedges,
    "all longer than the mean": above_the_mean,
    **{f"the {count} longest": longest(count) for count in range(1, MOST)},
    **{f"the {count} shortest": shortest(count) for count in range(1, MOST)},
    **{f"the first {count}": first(count) for count in range(1, MOST)},
    **{f"always {count}": so_many(count) for count in range(1, MOST)},
}

"""Which arguments of a layer stand as options beside one another, so that each is about as often right as wrong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, reduce
from itertools import accumulate, combinations, product
from math import fsum
from operator import and_
from typing import Any, NamedTuple

from bank.families.quadratic_layer.term_layers import all_layers

ARGUMENTS = (
    *("x", "A", "b", "c", "lam", "v"),
    *("A+b+c", "A+b", "b+c", "A+c", "lam+A", "lam+b", "lam+c", "x+A", "x+c", "x+d", "A+d", "c+d", "v+d", "A+b+c+d"),
)
OPTIONS = 4
ROUNDS = 10  # of fitting the shares; more change little
HALVES = {True: 0.5, False: 0.5}  # the share of questions in which an option is right, or wrong
RIGHT = {1: 0.4, 2: 0.4, 3: 0.2}  # the share of questions with so many right options


class Pattern(NamedTuple):
    """Four options, which of them are right, and the layers of which that is so: a bit for each."""

    names: tuple[str, ...]
    truths: tuple[bool, ...]
    layers: int


def are_nested(arguments: Iterable[str]) -> bool:
    sets = [set(argument.split("+")) for argument in arguments]
    return any(one < other for one in sets for other in sets)


def _where(claim: str, argument: str) -> dict[bool, int]:
    """The layers in which an argument is a right option, and those in which it is a wrong one."""
    found = {True: 0, False: 0}
    for place, layer in enumerate(all_layers()):
        if layer.arguments.issuperset(argument.split("+")):
            found[layer.is_so(claim, argument)] |= 1 << place
    return found


@cache
def patterns_of(claim: str) -> Sequence[Pattern]:
    """One, two or three of four options right, of arguments that may be right as well as wrong."""
    where = {name: _where(claim, name) for name in ARGUMENTS}
    asked = [name for name, layers in where.items() if all(layers.values())]
    truths = [each for each in product((True, False), repeat=OPTIONS) if 0 < sum(each) < OPTIONS]
    found = []
    for names in combinations(asked, OPTIONS):
        if claim == "linear" or not are_nested(names):
            options = [where[name] for name in names]
            for each in truths:
                layers = reduce(and_, [option[holds] for option, holds in zip(options, each, strict=True)])
                found += [Pattern(names, each, layers)] if layers else []
    return found


@cache
def weights_of(claim: str) -> Sequence[float]:
    """How often each pattern is drawn, added up: by iterative proportional fitting all shares are nearly as wanted."""
    patterns = patterns_of(claim)
    groups: dict[str, dict[Any, list[int]]] = {}
    for place, pattern in enumerate(patterns):
        for name, side in zip((*pattern.names, ""), (*pattern.truths, sum(pattern.truths)), strict=True):
            groups.setdefault(name, {}).setdefault(side, []).append(place)
    weights = [1.0] * len(patterns)
    for _, (name, sides) in product(range(ROUNDS), sorted(groups.items(), reverse=True)):
        totals = {side: fsum(weights[place] for place in places) for side, places in sides.items()}
        for side, places in sides.items():
            factor = (HALVES if name else RIGHT)[side] * fsum(totals.values()) / totals[side]
            for place in places:
                weights[place] *= factor
    return list(accumulate(weights))

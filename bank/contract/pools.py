"""A pool whose statements have twins is not solved by their looks, nor by those that were seen before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from functools import cache
from random import Random
from statistics import mean, median
from typing import TYPE_CHECKING

from bank.authoring.family import Family
from bank.authoring.pool import StatementPool
from bank.contract.memory import entirely_right, words
from bank.errors import BrokenPromise

if TYPE_CHECKING:
    from bank.authoring.laboratory import Lab

PAIRS = 20
DRAWS = 400  # in which no two statements decide one another
ENTIRELY_RIGHT = 0.6
UNEVEN = 0.05  # of the mean length, by which true and false statements may differ
LETTERS = 8  # by which the forms of half of the pairs may differ
TWINS = (0.85, 1.18)  # the length of a true form, to that of its twin
CHANCE = (0.4, 0.6)  # how well a word or a length tells true from false
ABSOLUTE = frozenset(
    {
        "only",
        "always",
        "never",
        "must",
        "exactly",
        "all",
        "every",
        "each",
        "guarantees",
        "cannot",
        "no",
        "alone",
        "strictly",
    }
)
NEGATIONS = frozenset({"no", "not", "none", "cannot", "without", "unlike", "absent", "never", "impossible"})
HEDGES = frozenset({"can", "could", "may", "might", "would", "tends", "often", "some", "possible"})


def a_pool_has_twenty_pairs(family: type[Family], kind: str, lab: Lab) -> None:
    for pool in _once(family, kind):
        if (found := len({name.partition(".")[0] for name, _ in pool.pairs()})) < PAIRS:
            raise BrokenPromise(f"there are {found} pairs, and {PAIRS} are needed")


def true_and_false_statements_are_alike_in_length(family: type[Family], kind: str, lab: Lab) -> None:
    for pool in _once(family, kind):
        lengths = {one.id: len(one.text) for one in pool.pool}
        both = {name[1:]: (lengths[name], lengths[twin]) for name, twin in pool.pairs()}
        for name, (true, false) in both.items():
            if not TWINS[0] <= true / false <= TWINS[1]:
                raise BrokenPromise(f"T{name} has {true} letters, F{name} has {false}")
        true, false = (mean(each) for each in zip(*both.values(), strict=True))
        if abs(true / false - 1) > UNEVEN:
            raise BrokenPromise(f"true statements have {true:.0f} letters on average, false ones {false:.0f}")
        if (apart := median(abs(true - false) for true, false in both.values())) > LETTERS:
            raise BrokenPromise(f"half of the twins differ by {apart:.0f} letters")
        for limit in sorted({*lengths.values()}):
            _hold_chance(pool, {name for name, length in lengths.items() if length >= limit}, f"{limit} letters")


def no_word_tells_true_from_false(family: type[Family], kind: str, lab: Lab) -> None:
    for pool in _once(family, kind):
        said = {one.id: words(one.text) for one in pool.pool}
        single = [frozenset({word}) for word in sorted(set().union(*said.values()))]
        for listed in (ABSOLUTE, NEGATIONS, HEDGES, *single):
            having = {name for name, those in said.items() if listed & those}
            _hold_chance(pool, having, ", ".join(sorted(listed)))


def statements_that_decide_one_another_never_meet(family: type[Family], kind: str, lab: Lab) -> None:
    for pool in _twins(family):
        rng = Random(f"draws of {pool.name()} {kind}")
        for _ in range(DRAWS if kind != "text" else 0):
            drawn = set(pool.draw(rng, kind).statements)
            for group in pool.conflicts:
                if len(met := sorted(group & drawn)) > 1:
                    raise BrokenPromise(f"{' and '.join(met)} stand in one question")


def a_learner_who_remembers_ten_questions_still_errs(family: type[Family], kind: str, lab: Lab) -> None:
    for pool in _twins(family):
        if kind == "multiple_choice" and (right := entirely_right(pool)) >= ENTIRELY_RIGHT:
            raise BrokenPromise(f"who remembers ten questions has {right:.2f} of the next ones entirely right")


def _twins(family: type[Family]) -> Iterator[type[StatementPool]]:
    """The family, if it is a pool whose statements have twins."""
    if issubclass(family, StatementPool) and family.twins:
        yield family


def _once(family: type[Family], kind: str) -> Iterator[type[StatementPool]]:
    """The same for what does not depend on the kind."""
    return _twins(family) if kind == family.kinds[0] else iter(())


def _hold_chance(pool: type[StatementPool], having: Collection[str], what: str) -> None:
    """By balanced accuracy, of taking as true what has it and as false what has not."""
    shares = {True: 0.0, False: 0.0}
    for name in having:
        shares[pool.by_id()[name].true] += _share(pool)[name]
    accuracy = (1 + shares[True] - shares[False]) / 2
    if not CHANCE[0] <= round(accuracy, 6) <= CHANCE[1]:
        raise BrokenPromise(f"{what}: tells true from false with an accuracy of {abs(accuracy):.2f}")


@cache
def _share(pool: type[StatementPool]) -> dict[str, float]:
    """Of each statement among those that are true, or false, as it is: a form counts once, in all its rows."""
    forms = Counter(one.true for one in {one.form: one for one in pool.pool}.values())
    return {one.id: 1 / len(pool.forms()[one.form]) / forms[one.true] for one in pool.pool}

"""Sets of statements without a conflict: one dealt at random, and how many there are, without writing them down."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial, reduce
from random import Random

from bank.authoring.statements import Statement
from bank.authoring.testimony import LEAST_EVIDENT, evident

Sizes = Counter[tuple[int, int, int]]  # statements in a set, true ones, evident ones (no more than are needed)

EMPTY_SET: Sizes = Counter({(0, 0, 0): 1})


def rivals_in(pool: Sequence[Statement], conflicts: Sequence[frozenset[str]]) -> dict[str, frozenset[str]]:
    """Of each statement those that it never meets, and itself."""
    return {one.id: frozenset({one.id}).union(*(group for group in conflicts if one.id in group)) for one in pool}


def forms_in(pool: Sequence[Statement]) -> dict[str, list[Statement]]:
    """The statements of each form: one, or one for each row of its pair."""
    forms = defaultdict[str, list[Statement]](list)
    for one in pool:
        forms[one.form].append(one)
    return forms


def deal(
    rng: Random,
    forms: Mapping[str, Sequence[Statement]],
    rivals: Mapping[str, frozenset[str]],
    wanted: Mapping[bool, int],
) -> tuple[str, ...]:
    """So many true and so many false statements, none of them a rival of another; fewer where the deck runs out.

    A pair comes up as often as another, however many rows it has.
    """
    left, dealt = dict(wanted), list[str]()
    for form in rng.sample(list(forms), len(forms)):
        rows = forms[form]
        one = rows[0]
        if left[one.true] and not rivals[one.id].intersection(dealt):
            dealt.append((rng.choice(rows) if len(rows) > 1 else one).id)
            left[one.true] -= 1
    rng.shuffle(dealt)
    return tuple(dealt)


def count_fair_sets(pool: Sequence[Statement], conflicts: Sequence[frozenset[str]], most: int) -> Sizes:
    """Of sets of at most `most` statements without a conflict.

    One statement stands for all that have the same rivals, such as the forms of a pair in all its rows: of these a set
    holds one at most.
    Statements that no conflict links, directly or by others, combine freely.
    """
    rivals = rivals_in(pool, conflicts)
    spokesman = {rivals[one.id]: one.id for one in pool}
    choices: defaultdict[str, Sizes] = defaultdict(Counter)
    for one in pool:
        choices[spokesman[rivals[one.id]]][1, int(one.true), int(evident(one))] += 1
    total = EMPTY_SET
    for lot in _lots(list(choices), rivals):
        here: Sizes = Counter()
        for chosen in _free(lot, rivals, most):
            here.update(reduce(partial(_joined, most=most), (choices[name] for name in chosen), EMPTY_SET))
        total = _joined(total, here, most)
    return total


def _joined(ones: Sizes, others: Sizes, most: int) -> Sizes:
    """Each set of the ones with each of the others."""
    found: Sizes = Counter()
    for one, ways in ones.items():
        for other, more in others.items():
            size, true, sure = map(sum, zip(one, other, strict=True))
            if size <= most:
                found[size, true, min(sure, LEAST_EVIDENT)] += ways * more
    return found


def _lots(names: list[str], rivals: Mapping[str, frozenset[str]]) -> Iterator[list[str]]:
    left = list(names)
    while left:
        lot = [left.pop()]
        for one in lot:  # grows while it is walked through
            lot += [other for other in left if other in rivals[one]]
            left = [other for other in left if other not in lot]
        yield lot


def _free(lot: Sequence[str], rivals: Mapping[str, frozenset[str]], most: int) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = [()]
    for one in lot:
        found += [(*others, one) for others in found if len(others) < most and not rivals[one].intersection(others)]
    return found

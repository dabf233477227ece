"""Sets of statements without a conflict: one dealt at random, and how many there are, without writing them down."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from random import Random

from bank.authoring.statements import Statement
from bank.authoring.testimony import LEAST_EVIDENT, evident

Sizes = Counter[tuple[int, int, int]]  # statements in a set, true ones, evident ones (no more than are needed)


def rivals_in(pool: Sequence[Statement], conflicts: Sequence[frozenset[str]]) -> dict[str, frozenset[str]]:
    """Of each statement those that it never meets, and itself."""
    return {one.id: frozenset({one.id}).union(*(group for group in conflicts if one.id in group)) for one in pool}


def deal(
    rng: Random, pool: Sequence[Statement], rivals: Mapping[str, frozenset[str]], wanted: Mapping[bool, int]
) -> tuple[str, ...]:
    """So many true and so many false statements, none of them a rival of another; fewer where the deck runs out."""
    left, dealt = dict(wanted), list[str]()
    for one in rng.sample(pool, len(pool)):
        if left[one.true] and not rivals[one.id].intersection(dealt):
            dealt.append(one.id)
            left[one.true] -= 1
    rng.shuffle(dealt)
    return tuple(dealt)


def count_fair_sets(pool: Sequence[Statement], conflicts: Sequence[frozenset[str]], most: int) -> Sizes:
    """Of sets of at most `most` statements without a conflict.

    Statements that are not linked by conflicts combine freely, so each linked lot is counted by itself.
    """
    rivals = rivals_in(pool, conflicts)
    total: Sizes = Counter({(0, 0, 0): 1})
    for lot in _lots(pool, rivals):
        here = Counter(_size(found) for found in _free(lot, rivals, most))
        both: Sizes = Counter()
        for one, ways in total.items():
            for other, more in here.items():
                size, true, sure = map(sum, zip(one, other, strict=True))
                if size <= most:
                    both[size, true, min(sure, LEAST_EVIDENT)] += ways * more
        total = both
    return total


def _lots(pool: Sequence[Statement], rivals: Mapping[str, frozenset[str]]) -> Iterator[list[Statement]]:
    left = {statement.id: statement for statement in pool}
    while left:
        _, first = left.popitem()
        lot = [first]
        for one in lot:  # grows while it is walked through
            lot += [left.pop(name) for name in sorted(rivals[one.id]) if name in left]
        yield lot


def _free(lot: Sequence[Statement], rivals: Mapping[str, frozenset[str]], most: int) -> list[tuple[Statement, ...]]:
    found: list[tuple[Statement, ...]] = [()]
    for one in lot:
        found += [
            (*others, one) for others in found if len(others) < most and not any(o.id in rivals[one.id] for o in others)
        ]
    return found


def _size(found: Sequence[Statement]) -> tuple[int, int, int]:
    return len(found), sum(one.true for one in found), min(sum(map(evident, found)), LEAST_EVIDENT)

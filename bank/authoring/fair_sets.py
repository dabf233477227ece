"""How many sets of statements make a fair question, counted without writing them down."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from bank.authoring.statements import Statement
from bank.authoring.testimony import LEAST_EVIDENT, evident

Sizes = Counter[tuple[int, int, int]]  # statements in a set, true ones, evident ones (no more than are needed)


def count_fair_sets(pool: Sequence[Statement], conflicts: Sequence[frozenset[str]], most: int) -> Sizes:
    """Of sets of at most `most` statements without a conflict.

    Statements that are not linked by conflicts combine freely, so each linked lot is counted by itself.
    """
    rivals = {one.id: frozenset().union(*(group for group in conflicts if one.id in group)) for one in pool}
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

"""What a table of codes says of the overlap of classes: a row a mode, a column a class, counts of codes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

Table = Sequence[Sequence[int]]

PART = 0.15  # of a mode's codes that makes a class one of its holders, of a class's codes that makes a mode its home


def own_share(table: Table) -> float:
    """The part of the codes that lie in the mode with the number of their class."""
    return sum(row[place] for place, row in enumerate(table)) / _total(table)


def named_share(table: Table, names: Sequence[int]) -> float:
    """The part of the codes that lie in the mode that the label of their class names."""
    return sum(table[mode][place] for place, mode in enumerate(names)) / _total(table)


def purity(table: Table) -> float:
    """The part of the codes that are of the most frequent class of their mode."""
    return sum(map(max, table)) / _total(table)


def part_of_a_mode(table: Table, place: int) -> float:
    """The largest part of the codes of a mode that are of this class."""
    return max(row[place] / sum(row) for row in table if any(row))


def unevenness(table: Table) -> float:
    """How far the shares of the modes are from equal ones: half the sum of the distances, in total variation."""
    return sum(abs(sum(row) / _total(table) - 1 / len(table)) for row in table) / 2


def sharing_pairs(table: Table) -> list[tuple[int, int]]:
    """The pairs of classes that hold one mode together, a pair for each mode."""
    return [pair for row in table for pair in combinations(_holders(row), 2)]


def shared_modes(table: Table) -> int:
    """Modes with more than one holder."""
    return sum(len(_holders(row)) > 1 for row in table)


def split_classes(table: Table) -> int:
    """Classes with more than one home."""
    return sum(len(_holders(column)) > 1 for column in zip(*table, strict=True))


def _holders(counts: Sequence[int]) -> list[int]:
    whole = sum(counts)
    return [place for place, count in enumerate(counts) if whole and count >= PART * whole]


def _total(table: Table) -> int:
    return sum(map(sum, table))

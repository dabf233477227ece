"""How classes are allocated to modes, with labels and without: each method measures one proposition in trainings.

None says that the effect lies between what says yes and what says no.
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from typing import TYPE_CHECKING, Any

from bank.lab.aae import decided
from bank.lab.mode_tables import Table, own_share, purity, sharing_pairs

if TYPE_CHECKING:
    from bank.lab import Lab

SEEDS = 8


class Allocation:
    """Eight trainings of each sort; those with all labels and with none are shared with the bench `aae`."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    def results(self, labels: str) -> list[dict[str, Any]]:
        settings = [{"labels": labels, "seed": seed} for seed in range(SEEDS)]
        return [kept.value for kept in self.lab.results("aae", settings)]

    def classes_have_one_mode(self) -> bool | None:
        """With labels, whether nearly all codes of each class lie in one mode: those of the class with the fewest."""
        return decided(self._median("all", lambda table: min(map(_largest_part, _columns(table)))), yes=0.9, no=0.5)

    def modes_have_one_class(self) -> bool | None:
        return decided(self._median("all", purity), yes=0.95, no=0.75)

    def order_repeats(self) -> bool | None:
        """With labels, whether all trainings end with each class in the same mode."""
        return decided(-len(self._orders("all")), yes=-1, no=-4)

    def order_changes_without_labels(self) -> bool | None:
        return decided(len(self._orders("none")), yes=4, no=1)

    def order_follows_the_labels(self) -> bool | None:
        """With labels that call each class by another's name, the part of the codes in the mode of their label."""
        parts = [_named_share(found["table"], found["names"]) for found in self.results("permuted")]
        return decided(median(parts), yes=0.95, no=0.5)

    def alike_are_separate(self) -> bool | None:
        """With labels, whether no mode is shared by two classes that are alike, 0 and 1, 2 and 3, …"""
        alike = self._median("all", lambda table: sum(one // 2 == other // 2 for one, other in sharing_pairs(table)))
        return decided(-alike, yes=0, no=-2)

    def every_mode_is_filled(self) -> bool | None:
        """With labels, by the emptiest mode, as a part of a mode's fair share."""
        emptiest = self._median("all", lambda table: min(map(sum, table)) * len(table) / sum(map(sum, table)))
        return decided(emptiest, yes=0.5, no=0.05)

    def random_labels_mix(self) -> bool | None:
        """By the purity of the modes, and by the codes in the mode of their class."""
        mixed = self._median("random", lambda table: 1 - purity(table))
        return decided(mixed, yes=0.25, no=0.05)

    def labels_make_the_difference(self) -> bool | None:
        """Codes in the mode of their class, with labels beside without."""
        return decided(self._median("all", own_share) - self._median("none", own_share), yes=0.5, no=0.05)

    def _median(self, labels: str, statistic: Callable[[Table], float]) -> float:
        return median(statistic(found["table"]) for found in self.results(labels))

    def _orders(self, labels: str) -> set[tuple[int, ...]]:
        """In which mode each class has most of its codes, as the trainings end."""
        return {
            tuple(column.index(max(column)) for column in _columns(found["table"])) for found in self.results(labels)
        }


def _columns(table: Table) -> list[tuple[int, ...]]:
    return list(zip(*table, strict=True))


def _largest_part(counts: tuple[int, ...]) -> float:
    return max(counts) / sum(counts)


def _named_share(table: Table, names: list[int]) -> float:
    return sum(table[mode][number] for number, mode in enumerate(names)) / sum(map(sum, table))

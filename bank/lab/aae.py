"""What trainings of an AAE say of the digits that share a mode: each method measures one proposition.

None says that the effect lies between what says yes and what says no.
"""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from bank.lab.mode_tables import Table, own_share, shared_modes, sharing_pairs, split_classes

if TYPE_CHECKING:
    from bank.lab import Lab

CLASSES = 10
SEEDS = 8
ALIKE = 5  # pairs of classes that are made alike, (0, 1), (2, 3), …
PAIRS = CLASSES * (CLASSES - 1) / 2


class Aae:
    """Eight trainings with labels and eight without."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    def tables(self, labels: str) -> list[Table]:
        """Of eight trainings with the labels "none" or "all"; the classes 0 and 1, 2 and 3, … are alike."""
        settings = [{"labels": labels, "seed": seed} for seed in range(SEEDS)]
        return [kept.value["table"] for kept in self.lab.results("aae", settings)]

    def leaves_the_assignment_open(self) -> bool | None:
        """Without labels few codes lie in the mode with the number of their class."""
        return decided(1 - self._own("none"), yes=0.25, no=0.05)

    def labels_separate(self) -> bool | None:
        """With labels nearly all codes do."""
        return decided(self._own("all"), yes=0.95, no=0.75)

    def _own(self, labels: str) -> float:
        return median(map(own_share, self.tables(labels)))

    def modes_are_shared(self) -> bool | None:
        return decided(median(map(shared_modes, self.tables("none"))), yes=2, no=0)

    def classes_are_split(self) -> bool | None:
        return decided(median(map(split_classes, self.tables("none"))), yes=2, no=0)

    def differs_between_seeds(self) -> bool | None:
        """Whether the trainings end with several sets of sharing classes."""
        outcomes = {frozenset(sharing_pairs(table)) for table in self.tables("none")}
        return decided(len(outcomes), yes=4, no=1)

    def alike_share_more(self) -> bool | None:
        """Whether classes that share a mode are alike at least twice as often as by chance."""
        pairs = [pair for table in self.tables("none") for pair in sharing_pairs(table)]
        alike = sum(one // 2 == other // 2 for one, other in pairs)
        by_chance = len(pairs) * ALIKE / PAIRS
        return decided(alike / by_chance, yes=2, no=0.8) if pairs else None


def decided(effect: float, yes: float, no: float) -> bool | None:
    """True from `yes` on, False up to `no`, None in between."""
    return True if effect >= yes else False if effect <= no else None

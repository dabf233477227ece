"""A rare class in trainings of an AAE, with labels ("all") and without ("none"): each method measures one proposition.

None says that the effect lies between what says yes and what says no.
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import fmean, median
from typing import TYPE_CHECKING, Any

from bank.lab.aae import decided
from bank.lab.label_criteria import ALONE, RARE, SHARED
from bank.lab.mode_tables import own_share, part_of_a_mode

if TYPE_CHECKING:
    from bank.lab import Lab

SEEDS = 12
MORE = 0.005  # of all samples, by which those decoded to the rare class have to be more


class RareClass:
    """Twelve trainings of each sort; class 0 is the rare one."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    def trainings(self, labels: str) -> list[dict[str, Any]]:
        """Results of all seeds; both sorts train in one tensor."""
        both = [{"labels": each, "seed": seed, **RARE} for each in ("none", "all") for seed in range(SEEDS)]
        found = [kept.value for kept in self.lab.results("aae", both)]
        return found[:SEEDS] if labels == "none" else found[SEEDS:]

    def has_a_mode_nearly_alone(self, labels: str) -> bool | None:
        return decided(self._median(labels, lambda each: part_of_a_mode(each["table"], 0)), yes=ALONE, no=SHARED)

    def is_outnumbered_in_every_mode(self, labels: str) -> bool | None:
        alone = self.has_a_mode_nearly_alone(labels)
        return None if alone is None else not alone

    def lies_in_its_own_mode(self) -> bool | None:
        """Whether with labels the codes of the rare class lie in the mode of its number."""
        return decided(self._median("all", lambda each: _part(each["table"], 0)), yes=0.95, no=0.75)

    def frequent_classes_lie_in_their_own_modes(self) -> bool | None:
        return decided(self._median("all", lambda each: own_share(_without(each["table"], 0))), yes=0.95, no=0.75)

    def recognises_new_images(self) -> bool | None:
        """Whether with labels new images of the rare class lie in its mode."""
        return decided(self._median("all", lambda each: _part(each["new"], 0)), yes=0.9, no=0.5)

    def labels_show_it_more_often(self) -> bool | None:
        """Whether more samples of the prior are decoded to it with labels than without, of the same seed."""
        pairs = zip(self.trainings("all"), self.trainings("none"), strict=True)
        return decided(fmean(_decoded(told) - _decoded(plain) for told, plain in pairs), yes=MORE, no=0)

    def is_reconstructed_worse(self) -> bool | None:
        """Whether with labels its error is larger than the mean error of the other classes."""
        return decided(self._median("all", lambda each: each["errors"][0] / fmean(each["errors"][1:])), yes=1.5, no=1)

    def _median(self, labels: str, statistic: Callable[[dict[str, Any]], float]) -> float:
        return median(map(statistic, self.trainings(labels)))


def _part(table: list[list[int]], place: int) -> float:
    """Of the codes of a class, those in the mode with its number."""
    return table[place][place] / sum(row[place] for row in table)


def _decoded(found: dict[str, Any]) -> float:
    """The part of the samples of all modes that are decoded to the rare class."""
    return sum(row[0] for row in found["decoded"]) / sum(map(sum, found["decoded"]))


def _without(table: list[list[int]], place: int) -> list[list[int]]:
    """The table with no codes of this class."""
    return [[0 if column == place else count for column, count in enumerate(row)] for row in table]

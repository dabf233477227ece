"""What true, wrong and missing labels do to an AAE: each method measures one proposition, by eight trainings a sort.

None says that the effect lies between what says yes and what says no.
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from typing import TYPE_CHECKING, Any

from bank.lab.aae import SEEDS, decided
from bank.lab.label_criteria import FEW, FOLLOWING, MIXED, TIED
from bank.lab.mode_tables import named_share, own_share, purity, shared_modes

if TYPE_CHECKING:
    from bank.lab import Lab

WITH_LABELS: dict[str, dict[str, Any]] = {
    "all": {"labels": "all"},
    "permuted": {"labels": "permuted"},
    "random": {"labels": "random"},
    "noisy": {"labels": "noisy"},  # half of them random
    "no adversary": {"labels": "all", "adversarial": 0.0},
}
WITH_FEW: dict[str, dict[str, Any]] = {
    "2 %": {**FEW, "share": 0.02, "oversampled": False},
    "10 %": {**FEW, "share": 0.1, "oversampled": False},
    "30 %": {**FEW, "share": 0.3, "oversampled": False},
    "10 %, oversampled": {**FEW, "share": 0.1},
}
Statistic = Callable[[dict[str, Any]], float]


class AaeLabels:
    """Sorts of one table train in one tensor."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    def trainings(self, sort: str) -> list[dict[str, Any]]:
        table = WITH_LABELS if sort in WITH_LABELS else WITH_FEW
        settings = [{**setting, "seed": seed} for setting in table.values() for seed in range(SEEDS)]
        found = [kept.value for kept in self.lab.results("aae", settings)]
        start = list(table).index(sort) * SEEDS
        return found[start : start + SEEDS]

    def separate(self) -> bool | None:
        return decided(self._median("all", lambda each: own_share(each["table"])), yes=TIED, no=MIXED)

    def any_fixed_order_separates(self) -> bool | None:
        """Whether labels that call the classes by permuted names bring each into the mode that they name."""
        named = self._median("permuted", lambda each: named_share(each["table"], each["names"]))
        return decided(named, yes=TIED, no=MIXED)

    def separate_when_random(self) -> bool | None:
        return decided(self._purity("random"), yes=TIED, no=MIXED)

    def separate_without_an_adversary(self) -> bool | None:
        return decided(self._purity("no adversary"), yes=TIED, no=MIXED)

    def separate_when_half_are_random(self) -> bool | None:
        return decided(self._median("noisy", lambda each: own_share(each["table"])), yes=0.9, no=0.6)

    def repeat(self) -> bool | None:
        """Whether most codes of a class lie in the same mode in every training."""
        homes = [[_home(each["table"], place) for place in range(10)] for each in self.trainings("all")]
        same = sum(len(set(of_class)) == 1 for of_class in zip(*homes, strict=True))
        return decided(same, yes=9, no=3)

    def place_new_images(self) -> bool | None:
        return decided(self._median("all", lambda each: own_share(each["new"])), yes=0.9, no=0.5)

    def tie_samples(self) -> bool | None:
        """Whether samples of one mode are decoded to one class."""
        return decided(self._median("all", lambda each: purity(each["decoded"])), yes=0.8, no=0.5)

    def leave_modes_shared(self) -> bool | None:
        return decided(self._median("all", lambda each: shared_modes(each["table"])), yes=2, no=0)

    def fill_all_modes(self) -> bool | None:
        """By the emptiest mode, of which an equal share would be 1."""
        emptiest = self._median("all", lambda each: 10 * min(map(sum, each["table"])) / sum(map(sum, each["table"])))
        return decided(emptiest, yes=0.5, no=0.1)

    def few_suffice(self) -> bool | None:
        """Whether with a tenth of the labels, in half of each batch, the other images lie in their own modes."""
        return decided(self._following("10 %, oversampled"), yes=FOLLOWING, no=0.3)

    def few_place_new_images(self) -> bool | None:
        return decided(self._median("10 %, oversampled", lambda each: own_share(each["new"])), yes=0.85, no=0.3)

    def oversampling_helps(self) -> bool | None:
        return decided(self._following("10 %, oversampled") - self._following("10 %"), yes=0.2, no=0)

    def more_labels_help(self) -> bool | None:
        return decided(self._following("30 %") - self._following("2 %"), yes=0.2, no=0)

    def hardly_any_suffice(self) -> bool | None:
        """Whether labels for one image in fifty, in random batches, lead the others into the modes of their class."""
        return decided(self._following("2 %"), yes=0.7, no=0.3)

    def _following(self, sort: str) -> float:
        return self._median(sort, lambda each: float(each["own_unlabelled"]))

    def _purity(self, sort: str) -> float:
        return self._median(sort, lambda each: purity(each["table"]))

    def _median(self, sort: str, statistic: Statistic) -> float:
        return median(map(statistic, self.trainings(sort)))


def _home(table: list[list[int]], place: int) -> int:
    """The mode that holds most codes of a class."""
    counts = [row[place] for row in table]
    return counts.index(max(counts))

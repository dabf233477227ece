"""What trainings of an AAE with a rare class, with wrong labels and with few labels have to show, and its bounds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from bank.lab.acceptance import Criterion
from bank.lab.mode_tables import part_of_a_mode, purity

if TYPE_CHECKING:
    from bank.lab import Lab

FREQUENCY = 0.02  # of the rare class, which is class 0
RARE = {"rare": FREQUENCY, "steps": 2000}
FEW = {"labels": "some", "steps": 1500}  # a share of the images has labels

SHARED, ALONE = 0.5, 0.85  # of the part of a mode that is of the rare class: at most, at least
FOLLOWING = 0.90  # of the images without a label in the mode of their class
TIED, MIXED = 0.95, 0.75  # of images in the mode that their label names; of the purity of modes

Settings = Mapping[str, Any]


def criteria(lab: Lab, seeds: int) -> list[Criterion]:
    """Of a rare class, of controls with other labels, of labels for a tenth of the images."""

    def measured(says: str, statistic: Callable[[Settings], float], setting: Settings, **bounds: Any) -> Criterion:
        found = lab.results("aae", [{**setting, "seed": seed} for seed in range(seeds)])
        return Criterion(says, [statistic(kept.value) for kept in found], by="median", **bounds)

    def rare(found: Settings) -> float:
        return part_of_a_mode(found["table"], 0)

    def pure(found: Settings) -> float:
        return purity(found["table"])

    return [
        measured(
            "rare class, without labels: the largest part of a mode that is of it",
            rare,
            {"labels": "none", **RARE},
            most=SHARED,
            specified="0.19 ± 0.07 over 12 seeds",
        ),
        measured(
            "rare class, with labels: the largest part of a mode that is of it",
            rare,
            {"labels": "all", **RARE},
            least=ALONE,
            specified="0.978 ± 0.027 over 12 seeds",
        ),
        measured(
            "labels for a tenth of the images, in half of each batch: the others in the mode of their class",
            lambda found: float(found["own_unlabelled"]),
            {**FEW, "share": 0.1},
            least=FOLLOWING,
            specified="0.983 over 6 seeds, least 0.962",
        ),
        measured("permuted labels: purity", pure, {"labels": "permuted"}, least=TIED, specified="0.999 over 8 seeds"),
        measured("random labels: purity", pure, {"labels": "random"}, most=MIXED, specified="0.53 over 8 seeds"),
        measured(
            "labels of which half are random: purity",
            pure,
            {"labels": "noisy"},
            least=TIED,
            specified="0.988 over 8 seeds",
        ),
    ]

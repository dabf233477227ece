"""What trainings of an AAE with a rare class, with wrong labels and with few labels have to show, and its bounds."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import TYPE_CHECKING, Any, NamedTuple

from bank.lab.acceptance import Criterion
from bank.lab.mode_tables import part_of_a_mode, purity

if TYPE_CHECKING:
    from bank.authoring.laboratory import Lab

FREQUENCY = 0.02  # of the rare class, which is class 0
RARE = {"rare": FREQUENCY, "steps": 2000}
FEW = {"labels": "some", "steps": 1500}  # a share of the images has labels

SHARED, ALONE = 0.5, 0.85  # of the part of a mode that is of the rare class: at most, at least
FOLLOWING = 0.90  # of the images without a label in the mode of their class
TIED, MIXED = 0.95, 0.75  # of images in the mode that their label names; of the purity of modes


class Demand(NamedTuple):
    """The median over seeds of a statistic of results, with its bounds and what was found before."""

    says: str
    statistic: Callable[[dict[str, Any]], float]
    setting: dict[str, Any]
    specified: str
    least: float = -inf
    most: float = inf


def _rare(found: dict[str, Any]) -> float:
    return part_of_a_mode(found["table"], 0)


def _pure(found: dict[str, Any]) -> float:
    return purity(found["table"])


def _following(found: dict[str, Any]) -> float:
    return float(found["own_unlabelled"])


RARE_PART = "a rare class: the largest part of a mode that is of it, {}"
OTHERS = "labels for a tenth of the images, in half of each batch: the others in the mode of their class"
DEMANDS = (
    Demand(RARE_PART.format("no labels"), _rare, {"labels": "none", **RARE}, "0.19 ± 0.07, 12 seeds", most=SHARED),
    Demand(RARE_PART.format("labels"), _rare, {"labels": "all", **RARE}, "0.978 ± 0.027, 12 seeds", least=ALONE),
    Demand(OTHERS, _following, {**FEW, "share": 0.1}, "0.983, least 0.962, 6 seeds", least=FOLLOWING),
    Demand("permuted labels: purity", _pure, {"labels": "permuted"}, "0.999, 8 seeds", least=TIED),
    Demand("random labels: purity", _pure, {"labels": "random"}, "0.53, 8 seeds", most=MIXED),
    Demand("labels of which half are random: purity", _pure, {"labels": "noisy"}, "0.988, 8 seeds", least=TIED),
)


def criteria(lab: Lab, seeds: int) -> list[Criterion]:
    """Of a rare class, of labels for a tenth of the images, of controls with other labels."""
    wanted = [{**each.setting, "seed": seed} for each in DEMANDS for seed in range(seeds)]
    results = iter([kept.value for kept in lab.results("aae", wanted)])
    found = [[each.statistic(next(results)) for _ in range(seeds)] for each in DEMANDS]
    return [
        Criterion(each.says, values, each.least, each.most, by="median", specified=each.specified)
        for each, values in zip(DEMANDS, found, strict=True)
    ]

"""Scatters of codes that questions show: autoencoders trained until one shows what its labels lead to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from bank.lab.acceptance import Criterion
from bank.lab.experiment import Experiment
from bank.lab.mode_tables import own_share, shared_modes, split_classes
from bank.lab.trainings.aae import AdversarialAutoencoder, Autoencoder, means
from bank.latent_plane import CIRCLE, CLASSES, FEW, FIGURE, LABELLINGS, RADIUS

if TYPE_CHECKING:
    from bank.authoring.laboratory import Lab
    from bank.lab.conditions import Conditions

ROUNDS, ROOM = 3, 100  # of candidates; numbers that one setting has for the seeds of its candidates
CANDIDATES = {"none": 4, "few": 2, "all": 1, "random": 1}  # in a round, side by side
TRAINED: dict[str, dict[str, Any]] = {
    "none": {"labels": "none"},
    "few": {"labels": "some", "share": FEW},
    "all": {"labels": "all"},
    "random": {"labels": "random"},
}
SHARED, SPLIT = 2, 1  # at least, without labels
BY_CHANCE, PARTLY, WHOLLY = 0.4, (0.45, 0.95), 0.97  # codes in the mode of their class: no labels, few labels, all
DENSE, SMEARED = 0.9, 0.85  # codes within three sigma of a mode: at least where labels are true, at most where random


@dataclass(frozen=True)
class Scatter:
    """Which images carry a label, a member of LABELLINGS, and the seed of the candidates."""

    labels: str
    seed: int


class AaeFigure(Experiment[Scatter]):
    """The codes of one autoencoder: the first `candidate` that shows what its labels lead to.

    Where none of them does, the last is kept and not `accepted`.
    """

    settings = Scatter
    seconds = 6.0
    stack = 2

    @classmethod
    def run(cls, lab: Conditions, settings: Sequence[Scatter]) -> list[dict[str, Any]]:
        found: dict[Scatter, dict[str, Any]] = {}
        for number in range(ROUNDS):
            left = [each for each in dict.fromkeys(settings) if not found.get(each, {}).get("accepted")]
            tried = [(each, place) for each in left for place in _round(number, each.labels)]
            trained = AdversarialAutoencoder.run(lab, [_candidate(*each) for each in tried]) if tried else []
            for (each, place), value in zip(tried, trained, strict=True):
                if not found.get(each, {}).get("accepted"):
                    found[each] = _kept(each.labels, place, value)
        return [found[each] for each in settings]

    @classmethod
    def criteria(cls, lab: Lab, seeds: int) -> list[Criterion]:
        settings = [Scatter(labels, seed) for labels in LABELLINGS for seed in range(seeds)]
        values = [kept.value for kept in lab.results("aae_figure", settings)]
        found = {labels: values[place * seeds : (place + 1) * seeds] for place, labels in enumerate(LABELLINGS)}
        return [
            criterion
            for labels in LABELLINGS
            for criterion in (
                Criterion(
                    f"figure with labels of {labels}: accepted",
                    [float(each["accepted"]) for each in found[labels]],
                    least=1,
                    by="each",
                ),
                Criterion(
                    f"figure with labels of {labels}: candidates",
                    [each["candidate"] + 1 for each in found[labels]],
                    most=ROUNDS * CANDIDATES[labels],
                    by="each",
                ),
            )
        ]


def shows(labels: str, table: Sequence[Sequence[int]], within: float) -> bool:
    """Whether counts by mode and class, and the share of codes near a mode, are what such labels lead to.

    Of the four labellings at most one fits.
    """
    own = own_share(table)
    if labels == "random":
        return within <= SMEARED
    if within < DENSE:
        return False
    if labels == "none":
        return own <= BY_CHANCE and shared_modes(table) >= SHARED and split_classes(table) >= SPLIT
    return own >= WHOLLY if labels == "all" else PARTLY[0] <= own <= PARTLY[1]


def _round(number: int, labels: str) -> range:
    return range(number * CANDIDATES[labels], (number + 1) * CANDIDATES[labels])


def _candidate(setting: Scatter, place: int) -> Autoencoder:
    return Autoencoder(setting.seed * ROOM + place, **TRAINED[setting.labels], **FIGURE)


def _kept(labels: str, place: int, value: dict[str, Any]) -> dict[str, Any]:
    """What figures need: the codes class by class, `outside` so many of each mode beyond its circle, and for each class
    the `middle` of its codes in the mode that has most of them."""
    codes, classes = torch.tensor(value["points"]), torch.tensor(value["classes"])
    distance, modes = torch.cdist(codes, means(RADIUS)).min(dim=1)
    groups = [classes == number for number in range(CLASSES)]
    most = [modes[group].bincount(minlength=CLASSES).argmax() for group in groups]
    middles = [codes[group & (modes == mode)].mean(dim=0) for group, mode in zip(groups, most, strict=True)]
    return {
        "table": value["table"],
        "within": value["within"],
        "outside": modes[distance > CIRCLE].bincount(minlength=CLASSES).tolist(),
        "points": [_rounded(codes[group]) for group in groups],
        "middles": _rounded(torch.stack(middles)),
        "radius": round(float(codes.norm(dim=1).max()), 3),
        "candidate": place,
        "accepted": shows(labels, value["table"], value["within"]),
    }


def _rounded(places: Tensor) -> list[list[float]]:
    return [[round(part, 3) for part in place] for place in places.tolist()]

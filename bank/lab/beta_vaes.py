"""What trainings of a nonlinear beta-VAE say of a growing beta: each method measures one proposition.

None says that the effect lies between what says yes and what says no.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from bank.lab.trainings.beta_vae import BETAS, COLLAPSED, FALLS, JUDGED, MOVES, RISES, averaged, fallen, risen

if TYPE_CHECKING:
    from bank.lab import Lab

LEAST = {"kl": FALLS, "mse": RISES, "variance": MOVES, "spread": MOVES}
ALIKE = 0.05  # of the variance of the data, by which outputs vary less
FIRST = {"variance": 1}  # of the betas that it is judged over: below 1 it is near 0, and moves little
LOGARITHMIC = ("mse",)  # a step is the difference of the logarithms
FRESH, SMALLEST = 100_000, 0.001  # seeds from here on are in no question; what is told apart from 0
APART = 0.05  # of the logarithms of two ends: what the table tells at a glance
PARTLY = (0.5, 2.5)  # dimensions that are active between all and none


class BetaVaes:
    """The mean of four seeds, for five betas."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    def measured(self, name: str) -> list[float]:
        """For each beta."""
        results: list[dict[str, Any]] = [
            kept.value for kept in self.lab.results("beta_vae", [{"seed": seed} for seed in range(JUDGED)])
        ]
        return averaged(results, name)

    def _steps(self, name: str) -> list[float]:
        values = self.measured(name)[FIRST.get(name, 0) :]
        return risen(values) if name in LOGARITHMIC else [-step for step in fallen(values)]

    def rises(self, name: str) -> bool | None:
        """Whether it is larger at each larger beta."""
        return _decided(self._steps(name), LEAST[name])

    def falls(self, name: str) -> bool | None:
        return _decided([-step for step in self._steps(name)], LEAST[name])

    def leaves_fewer_nats(self, low: float, high: float) -> bool | None:
        """Whether the divergence at the higher beta is smaller than at the lower one."""
        kl = dict(zip(BETAS, self.measured("kl"), strict=True))
        return _decided([kl[low] - kl[high]], FALLS)

    def outputs_become_alike(self, low: float, high: float) -> bool | None:
        """Whether the outputs vary less over the data at the higher beta."""
        output = dict(zip(BETAS, self.measured("output"), strict=True))
        return _decided([output[low] - output[high]], ALIKE)

    def outputs_the_mean(self) -> bool | None:
        """Whether at the largest beta the outputs no longer depend on the image, and the divergence is all but 0."""
        output, kl = self.measured("output")[-1], self.measured("kl")[-1]
        if output <= 0.01 and kl <= COLLAPSED:
            return True
        return False if output >= 0.1 or kl >= FALLS else None

    def owner(self, curves: Mapping[str, Sequence[float]], name: str, betas: Sequence[float], beta: float) -> str:
        """Which of the curves, as drawn, belongs to this one of the betas: they end in the order of other trainings.

        Those have other seeds. "undecided" where two curves end too near to one another to be told apart.
        """
        typical = dict(zip(BETAS, self._others(name), strict=True))
        ends = sorted(curves, key=lambda curve: curves[curve][-1])
        if any(_scaled(curves[high][-1]) - _scaled(curves[low][-1]) < APART for low, high in pairwise(ends)):
            return "undecided"
        return ends[sorted(betas, key=typical.__getitem__).index(beta)]

    def _others(self, name: str) -> list[float]:
        """The mean over seeds that no question shows."""
        seeds = range(FRESH, FRESH + JUDGED)
        return averaged([kept.value for kept in self.lab.results("beta_vae", [{"seed": each} for each in seeds])], name)

    def switches_off_one_after_another(self) -> bool | None:
        """Whether at some beta some dimensions are active and others are not, of all that were active at first."""
        active = self.measured("active")
        if math.isclose(active[0], active[-1]):
            return None
        return any(PARTLY[0] <= count <= PARTLY[1] for count in active[1:-1])


def _scaled(value: float) -> float:
    """Errors and divergences differ by factors."""
    return math.log(value + SMALLEST)


def _decided(steps: list[float], least: float) -> bool | None:
    if all(step >= least for step in steps):
        return True
    return False if all(step <= -least for step in steps) else None

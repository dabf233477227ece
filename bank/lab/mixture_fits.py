"""Gaussians near mixtures of two: searched for in kl_fits, compared by quadrature, and as a figure draws them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import torch

from bank.lab.mixtures import Divergence, Mixture

if TYPE_CHECKING:
    from bank.lab import Lab

Numbers = tuple[float, float, float, float]  # w, m, s, t of a mixture, see bank.lab.mixtures


class Found(NamedTuple):
    """The nearest Gaussian, what else the search found, and the result that tells it."""

    mean: float
    variance: float
    fits: Mapping[str, Any]
    kept: list[dict[str, Any]]


class MixtureFits:
    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    def fits(self, mixtures: Sequence[Numbers]) -> list[dict[str, Any]]:
        """What the experiment found of each."""
        settings = [dict(zip("wmst", numbers, strict=True)) for numbers in mixtures]
        return [kept.value for kept in self.lab.results("kl_fits", settings)]

    def nearest(self, mixture: Numbers, direction: str) -> Found:
        with self.lab.noted() as kept:
            (fits,) = self.fits([mixture])
        fit = fits[direction]
        return Found(fit["mean"], fit["sd"] ** 2, fits, list(kept))

    def divergences(self, mixture: Numbers, direction: str, gaussians: Sequence[tuple[float, float]]) -> list[float]:
        """Of Gaussians by mean and variance, by quadrature."""
        mean, variance = torch.tensor(gaussians, dtype=torch.float64, device=self.lab.device).T[:, None]
        divergence = Divergence(Mixture.of([mixture], self.lab.device), direction)
        found: list[float] = divergence(mean, variance.log() / 2)[0].tolist()
        return found

    def nearest_as_drawn(
        self, x: Sequence[float], p: Sequence[float], curves: Mapping[str, Sequence[float]], direction: str
    ) -> str:
        """The name of the curve with the smallest divergence, from nothing but the points of a figure."""

        def divergence(name: str) -> float:
            a, b = (p, curves[name]) if direction == "forward" else (curves[name], p)
            return math.fsum(u * math.log(u / v) * (x[1] - x[0]) for u, v in zip(a, b, strict=True) if u)

        return min(curves, key=divergence)

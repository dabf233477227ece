"""Mixtures of two Gaussians, V of them in a tensor, and divergences from and to a Gaussian by quadrature (float64)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import torch
from numpy.polynomial.hermite_e import hermegauss
from torch import Tensor

NODES = 80  # of Gauss and Hermite on each component: the expectations are of polynomials, for which they are exact
EVEN, REACH = 241, 7.5  # points at equal distances on the Gaussian, and up to how many deviations
LOG_ROOT = 0.5 * math.log(2 * math.pi)


class Mixture(NamedTuple):
    """w N(-m, s^2) + (1 - w) N(m, t^2); each (V, 1)."""

    w: Tensor
    m: Tensor
    s: Tensor
    t: Tensor

    @classmethod
    def of(cls, numbers: Sequence[tuple[float, float, float, float]], device: str) -> Mixture:
        """From (w, m, s, t) of each."""
        return cls(*torch.tensor(numbers, dtype=torch.float64, device=device).T[:, :, None])

    def log_density(self, x: Tensor) -> Tensor:
        """(V, K) at (V, K)."""
        left = self.w.log() + log_gaussian(x, -self.m, self.s.log())
        right = (1 - self.w).log() + log_gaussian(x, self.m, self.t.log())
        return torch.logaddexp(left, right)

    def nodes(self) -> tuple[Tensor, Tensor]:
        """Points and weights whose sums are expectations under the mixture, both (V, 2 NODES)."""
        z, weights = standard(self.w.device)
        points = torch.cat([-self.m + self.s * z, self.m + self.t * z], dim=1)
        return points, torch.cat([self.w * weights, (1 - self.w) * weights], dim=1)


class Divergence:
    """Of Gaussians from mixtures, or of mixtures from Gaussians: as a function of means and log deviations, (V, G).

    An expectation under a Gaussian is a sum over so many `points`.
    """

    def __init__(self, p: Mixture, direction: str, points: int = EVEN) -> None:
        self.p, self.direction, self.even = p, direction, evenly(points, p.w.device)
        self.points, self.weights = p.nodes()
        self.information = (self.weights * p.log_density(self.points)).sum(dim=1, keepdim=True)

    def __call__(self, mean: Tensor, log_sd: Tensor) -> Tensor:
        return self._forward(mean, log_sd) if self.direction == "forward" else self._reverse(mean, log_sd)

    def _forward(self, mean: Tensor, log_sd: Tensor) -> Tensor:
        """KL(p || q): the expectation is under the mixture."""
        x = self.points[:, None]
        expected = (self.weights[:, None] * log_gaussian(x, mean[..., None], log_sd[..., None])).sum(dim=2)
        return self.information - expected

    def _reverse(self, mean: Tensor, log_sd: Tensor) -> Tensor:
        """KL(q || p): the expectation is under the Gaussian.

        ln p bends sharply between far components: by 80 points of Gauss and Hermite a broad q was off by 0.006 nats.
        """
        z, weights = self.even
        x = mean[..., None] + log_sd.exp()[..., None] * z
        log_p = self.p.log_density(x.flatten(1)).view(x.shape)
        own = log_gaussian(x, mean[..., None], log_sd[..., None])
        return (weights * (own - log_p)).sum(dim=2)


def log_gaussian(x: Tensor, mean: Tensor, log_sd: Tensor) -> Tensor:
    return -0.5 * ((x - mean) / log_sd.exp()).square() - log_sd - LOG_ROOT


@cache
def standard(device: torch.device) -> tuple[Tensor, Tensor]:
    """Gauss-Hermite points and weights of the standard normal distribution, (NODES,) each."""
    points, weights = (torch.tensor(each, dtype=torch.float64, device=device) for each in hermegauss(NODES))
    return points, weights / weights.sum()


@cache
def evenly(count: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """So many points at equal distances and weights of the standard normal distribution, (count,) each."""
    points = torch.linspace(-REACH, REACH, count, dtype=torch.float64, device=device)
    weights = (-0.5 * points.square()).exp()
    return points, weights / weights.sum()

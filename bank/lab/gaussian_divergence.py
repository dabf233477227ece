"""KL divergences of diagonal Gaussians: by quadrature of their densities, by torch.distributions, by sampling."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import Tensor
from torch.distributions import MultivariateNormal, kl_divergence

from bank.notation.matrices import Exact

if TYPE_CHECKING:
    from bank.lab import Lab

REACH, POINTS = 12.0, 4001  # standard deviations to either side, and points of the quadrature
SAMPLES = 100_000
ROUNDING = 1e-12
SIGMAS = 5  # of the mean of the samples: a true value is off by more in fewer than one of 10^6 cases

Gaussian = tuple[Sequence[Exact], Sequence[Exact]]  # means and variances, one a dimension


class Found(NamedTuple):
    """One divergence by three routes; `error` is what the sampled one may be off by."""

    integrated: float
    by_torch: float
    sampled: float
    error: float

    @property
    def rounding(self) -> float:
        """What the one of torch may be off by."""
        return ROUNDING * max(1.0, abs(self.by_torch))

    def times(self, factor: float) -> Found:
        return Found(*(factor * part for part in self))

    def over(self, other: Found) -> Found:
        """The quotient; its error to first order."""
        sampled = self.sampled / other.sampled
        error = math.hypot(self.error, sampled * other.error) / other.sampled
        return Found(self.integrated / other.integrated, self.by_torch / other.by_torch, sampled, error)


class GaussianDivergence:
    """Of Gaussians with independent dimensions."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    def measured(self, pairs: Sequence[tuple[Gaussian, Gaussian]]) -> list[Found]:
        """KL(first || second) of each pair."""
        return [self._measured(*map(_tensors, pair)) for pair in pairs]

    def _measured(self, p: tuple[Tensor, Tensor], q: tuple[Tensor, Tensor]) -> Found:
        x = p[0] + p[1].sqrt() * self._noise(len(p[0]))
        ratios = (log_density(x, *p) - log_density(x, *q)).sum(dim=1)
        return Found(
            integrated=float(integrated(*p, *q).sum()),
            by_torch=float(kl_divergence(_distribution(*p), _distribution(*q))),
            sampled=float(ratios.mean()),
            error=SIGMAS * float(ratios.std()) / math.sqrt(SAMPLES),
        )

    def _noise(self, dimensions: int) -> Tensor:
        """Standard normal, (samples, dimensions); all divergences of a lab share it."""
        name = f"samples of a Gaussian in {dimensions} dimensions"

        def made() -> Tensor:
            return torch.randn(SAMPLES, dimensions, generator=self.lab.noise(name), dtype=torch.float64)

        noise: Tensor = self.lab.remember(name, made)
        return noise


def integrated(m1: Tensor, v1: Tensor, m2: Tensor, v2: Tensor) -> Tensor:
    """KL(N(m1, v1) || N(m2, v2)) by the trapezoid rule on p (log p - log q), one dimension at a time: (D,)."""
    t = torch.linspace(-REACH, REACH, POINTS, dtype=torch.float64)[:, None]
    x = m1 + v1.sqrt() * t
    own = log_density(x, m1, v1)
    return torch.trapezoid(own.exp() * (own - log_density(x, m2, v2)), x, dim=0)


def log_density(x: Tensor, mean: Tensor, variance: Tensor) -> Tensor:
    """Of N(mean, variance) at x."""
    return -0.5 * (2 * math.pi * variance).log() - (x - mean) ** 2 / (2 * variance)


def _distribution(mean: Tensor, variance: Tensor) -> MultivariateNormal:
    return MultivariateNormal(mean, torch.diag(variance))


def _tensors(gaussian: Gaussian) -> tuple[Tensor, Tensor]:
    mean, variance = (torch.tensor([float(value) for value in part], dtype=torch.float64) for part in gaussian)
    return mean, variance

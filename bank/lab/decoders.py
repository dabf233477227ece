"""What a decoder's log-density is, for one observation after the other."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.distributions import Bernoulli, Normal
from torch.nn import functional as F

if TYPE_CHECKING:
    from bank.lab import Lab

VARIANCE = 0.7
CLOSE = 1e-9

ERRORS: dict[str, Callable[[Tensor], Tensor]] = {
    "squared": torch.square,
    "squared Euclidean": torch.square,
    "absolute": torch.abs,
    "fourth power of the": lambda error: error**4,
}
WEIGHTS = {"half": Fraction(1, 2), "a quarter": Fraction(1, 4), "twice": Fraction(2), "four times": Fraction(4)}


class Decoders:
    """Gaussian decoders of a fixed variance, and one of zeros and ones."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    def log_density_follows(self, error: str) -> bool:
        """Whether the log-density of several images is a constant less a multiple of the sum of such errors."""
        noise = self.lab.noise("images and decoded means")
        means, images = (torch.randn(50, 4, generator=noise).double() for _ in range(2))
        densities = Normal(means, VARIANCE**0.5).log_prob(images).sum(dim=1)
        errors = ERRORS[error](images - means).sum(dim=1)
        slope = _slope(errors, densities)
        rest = densities - slope * errors
        return bool(slope < 0) and bool((rest - rest[0]).abs().max() < CLOSE)

    def log_density_exceeds_zero(self) -> bool:
        """Whether it does near the decoded mean, for a small variance."""
        return bool(Normal(torch.zeros(1).double(), 0.01).log_prob(torch.zeros(1).double()) > 0)

    def bernoulli_is_minus(self, loss: str) -> bool:
        """Whether the log-probability of zeros and ones is minus their "cross-entropy", for several probabilities."""
        noise = self.lab.noise("pixels")
        probabilities = torch.rand(200, generator=noise).double()
        pixels = (torch.rand(200, generator=noise) < 0.5).double()
        found = Bernoulli(probabilities).log_prob(pixels)
        losses = {
            "cross-entropy": F.binary_cross_entropy(probabilities, pixels, reduction="none"),
            "squared error": F.mse_loss(probabilities, pixels, reduction="none"),
        }
        return bool((found + losses[loss]).abs().max() < CLOSE)

    def weight_of_the_error(self, times: int | str) -> str | None:
        """By what the slope of the log-density over the squared error is multiplied with so large a variance."""
        errors = torch.linspace(0, 3, 20, dtype=torch.float64)
        zeros = torch.zeros_like(errors)
        variances = (VARIANCE, VARIANCE * float(Fraction(times)))
        slopes = [_slope(errors.square(), Normal(zeros, variance**0.5).log_prob(errors)) for variance in variances]
        found = float(slopes[1] / slopes[0])
        return next((name for name, weight in WEIGHTS.items() if abs(found - weight) < CLOSE), None)


def _slope(x: Tensor, y: Tensor) -> Tensor:
    """Of the straight line through points, by least squares."""
    return ((x - x.mean()) * (y - y.mean())).sum() / (x - x.mean()).square().sum()

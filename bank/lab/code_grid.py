"""Densities of a code of one dimension on a grid: nothing in here knows a closed form of an integral."""

from __future__ import annotations

import math

import torch
from torch import Tensor

SMALLEST = 1e-300  # so that the logarithm of nothing is finite; it is multiplied by nothing


class CodeGrid:
    """Points `z` from -wide to wide, in float64; densities are tensors of as many values."""

    def __init__(self, points: int = 8001, wide: float = 14.0) -> None:
        self.z = torch.linspace(-wide, wide, points, dtype=torch.float64)

    def integral(self, values: Tensor) -> Tensor:
        return torch.trapezoid(values, self.z)

    def gaussian(self, mean: float, variance: float) -> Tensor:
        """As a density of the code."""
        return self._density(self.z - mean, variance)

    def likelihood(self, x: float, weight: float, variance: float) -> Tensor:
        """Of an observation, for each code, where the decoder is N(weight z, variance)."""
        return self._density(x - weight * self.z, variance)

    def divergence(self, q: Tensor, p: Tensor) -> Tensor:
        """KL(q || p)"""
        return self.integral(q * (log(q) - log(p)))

    @staticmethod
    def _density(distance: Tensor, variance: float) -> Tensor:
        return (-distance.square() / (2 * variance)).exp() / math.sqrt(2 * math.pi * variance)


def log(values: Tensor) -> Tensor:
    return values.clamp_min(SMALLEST).log()

"""Gaussians whose means lie on a circle: placed, measured, integrated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

if TYPE_CHECKING:
    from bank.lab import Lab

REACH, CELLS = 12.0, 120_000  # standard deviations on each side, and cells on them, of a numerical integral
SAMPLES = 20_000
SIGMAS = 6  # by which a share of samples may be off
HALVINGS = 60


class Circle:
    """Means at equal angles, the same isotropic Gaussian around each."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    def distance(self, modes: int, radius: float) -> float:
        """The smallest distance of two means, of all pairs."""
        return float(torch.pdist(self._means(modes, radius)).min())

    def error(self, modes: int, radius: float, sigma: float) -> float:
        """The probability that a sample of a mode lies nearer to the mean of a neighbour, by a midpoint rule.

        The density of the mode is summed over a grid turned so that one axis points to the neighbour; along the other
        axis the density adds up to 1.
        """
        own, other = self._means(modes, radius)[:2]
        towards = (other - own) / (other - own).norm()
        steps = (torch.arange(CELLS).double() + 0.5) * (2 * REACH / CELLS) - REACH
        places = own + sigma * steps[:, None] * towards
        density = torch.exp(-steps.square() / 2) / (2 * torch.pi) ** 0.5
        nearer = (places - other).square().sum(dim=1) < (places - own).square().sum(dim=1)
        return float((density * nearer).sum()) * 2 * REACH / CELLS

    def error_sampled(self, modes: int, radius: float, sigma: float) -> tuple[float, float]:
        """The same by samples of the first mode, and by how much that may be off."""
        own, other = self._means(modes, radius)[:2]
        noise = torch.randn(SAMPLES, 2, generator=self.lab.noise("samples of a mode")).double()
        samples = own + sigma * noise
        nearer = (samples - other).norm(dim=1) < (samples - own).norm(dim=1)
        share = float(nearer.double().mean())
        return share, SIGMAS * (max(share * (1 - share), 1 / SAMPLES) / SAMPLES) ** 0.5

    def radius(self, modes: int, distance: float) -> float:
        """The radius at which the smallest distance of two means is the given one, by bisection."""
        low, high = 0.0, distance * modes
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            low, high = (middle, high) if self.distance(modes, middle) < distance else (low, middle)
        return (low + high) / 2

    def _means(self, modes: int, radius: float) -> Tensor:
        """(modes, 2), from a random angle on."""
        start = 2 * torch.pi * self.lab.rng("the first of the means").random()
        angles = start + 2 * torch.pi * torch.arange(modes).double() / modes
        return radius * torch.stack([angles.cos(), angles.sin()], dim=1)

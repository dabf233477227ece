"""How large signals are behind linear layers with random weights: added up path by path, and sampled."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import sqrt
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from bank.lab import Lab

NETS = 16  # random ones, each on random inputs
INPUTS = 32
SIGMAS = 8.0  # standard errors that a sampled value may be off; of 16 nets it is 8 once in a million
HALVINGS = 60


class SignalSizes:
    """Of layers without biases, their widths from the inputs to the outputs; inputs have mean 0 and variance 1."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    def output_deviation(self, sizes: Sequence[int], sigma: float) -> float:
        """Of an output over all weights and inputs.

        Different paths from inputs to an output are uncorrelated, and the variance of a path is the product of the
        variances along it. So a net whose weights are variances adds them all up where its inputs are variances.
        """
        layers = [nn.Linear(d, e, bias=False, dtype=torch.float64) for d, e in pairwise(sizes)]
        with torch.no_grad():
            for layer in layers:
                layer.weight.fill_(sigma**2)
            variances: Tensor = nn.Sequential(*layers)(torch.ones(sizes[0], dtype=torch.float64))
        return sqrt(float(variances[0]))

    def unit_deviation(self, sizes: Sequence[int]) -> float:
        """The sigma with which outputs are as large as inputs: the interval that holds it is halved again and again."""
        low, high = 0.0, 1.0
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            low, high = (low, middle) if self.output_deviation(sizes, middle) > 1 else (middle, high)
        return (low + high) / 2

    def sampled(self, sizes: Sequence[int], sigma: float) -> tuple[float, float]:
        """The standard deviation of outputs of random nets, and what it may be off by."""
        squares = torch.stack([self._outputs(sizes, net).square().mean() for net in range(NETS)])
        deviation = float(squares.mean().sqrt())
        error = float(squares.std()) / sqrt(NETS) / (2 * deviation)
        factor = sigma ** (len(sizes) - 1)
        return factor * deviation, SIGMAS * factor * error

    def sampled_unit(self, sizes: Sequence[int]) -> tuple[float, float]:
        """The sigma with which outputs of random nets are as large as inputs, and what it may be off by."""
        deviation, error = self.sampled(sizes, 1.0)
        layers = len(sizes) - 1
        sigma = deviation ** (-1 / layers)
        return sigma, sigma * error / deviation / layers

    def _outputs(self, sizes: Sequence[int], net: int) -> Tensor:
        """Of one random net with weights of standard deviation 1, on random inputs."""
        noise = self.lab.noise(f"random net {net} of widths {sizes}")
        h = torch.randn(INPUTS, sizes[0], generator=noise)
        for d, e in pairwise(sizes):
            h = h @ torch.randn(d, e, generator=noise)
        return h

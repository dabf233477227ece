"""The variance of a residual stream, with every outcome of its random branches enumerated: no sampling, no formula."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle, islice
from typing import TYPE_CHECKING

import torch
from torch import Tensor

if TYPE_CHECKING:
    from bank.lab import Lab

SIDES = (-1.0, 1.0)  # equally likely: mean 0 and variance 1


class ResidualStreams:
    """One element of a stream; `signs` are those of the blocks, again from the first when there are more blocks.

    A branch is a coin with the sides -1 and 1, so that after l blocks there are 2^(l+1) equally likely outcomes.
    """

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    def independent(self, variance: float, rho: float, signs: Sequence[int], blocks: int) -> float:
        """Branches that are independent of the stream, scaled to rho times the variance that it has there."""
        x = _coin() * variance**0.5
        for sign in islice(cycle(signs), blocks):
            branch = _coin() * (rho * _variance(x)) ** 0.5
            x = (x[:, None] + sign * branch).flatten()
        return _variance(x)

    def scaled(self, variance: float, rho: float, signs: Sequence[int], blocks: int) -> float:
        """Branches that multiply their own input by a random sign and the root of rho."""
        x = _coin() * variance**0.5
        for sign in islice(cycle(signs), blocks):
            branch = x[:, None] * (_coin() * rho**0.5)
            x = (x[:, None] + sign * branch).flatten()
        return _variance(x)


def _coin() -> Tensor:
    return torch.tensor(SIDES, dtype=torch.float64)


def _variance(x: Tensor) -> float:
    """Over equally likely outcomes."""
    return float(((x - x.mean()) ** 2).mean())

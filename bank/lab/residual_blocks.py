"""Residual blocks that are built with given numbers, in float64: what comes out with plus and with minus."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from bank.lab import Lab


class ScalarBlock(nn.Module):
    """ReLU(x + F(x)) or ReLU(x - F(x)) of a stream of one number, F with one hidden layer of ReLUs."""

    def __init__(self, u: Sequence[int], v: Sequence[int], d: int) -> None:
        super().__init__()
        self.first = nn.Linear(1, len(u), bias=False, dtype=torch.float64)
        self.last = nn.Linear(len(u), 1, dtype=torch.float64)
        self.branch = nn.Sequential(self.first, nn.ReLU(), self.last)
        with torch.no_grad():
            self.first.weight.copy_(torch.tensor(u)[:, None])
            self.last.weight.copy_(torch.tensor(v)[None])
            self.last.bias.fill_(d)

    def parts(self, name: str) -> Sequence[Tensor]:
        """The parameters of the output layer, its weights alone, or those of the first layer."""
        named = {
            "output": [self.last.weight, self.last.bias],
            "weights": [self.last.weight],
            "first": [self.first.weight],
        }
        return named[name]

    def forward(self, x: Tensor, sign: int) -> Tensor:
        return torch.relu(x + sign * self.branch(x))


class ResidualBlocks:
    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    @torch.no_grad()
    def scalar(self, u: Sequence[int], v: Sequence[int], d: int, x: int, negated: str) -> dict[str, float]:
        """F(x), the output with plus and with minus, and that with minus once some parameters have changed sign."""
        block, at = ScalarBlock(u, v, d), torch.tensor([[x]], dtype=torch.float64)
        found = {"F": block.branch(at), "plus": block(at, 1), "minus": block(at, -1)}
        for parameter in block.parts(negated):
            parameter.neg_()
        return {name: value.item() for name, value in {**found, "changed": block(at, -1)}.items()}

"""A scalar c in layers that are set up so that they give certain outputs: what follows from it, in float64."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn.functional import mse_loss

from bank.lab.bias import scalars, with_scalars
from bank.lab.layers import QuadraticLayer

if TYPE_CHECKING:
    from bank.lab import Lab

Numbers = Sequence[float]
CLOSE = 1e-9  # to the outputs that a layer is set up to give


class BiasAtWork:
    """Layers from R^2 to R, alone or followed by a layer from R to R with the numbers alpha, beta, gamma."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    def stack_at_zero(self, c: float, lam: float, A: Sequence[Numbers], b: Numbers, second: Numbers) -> float:
        """What two layers make of the input 0."""
        first = self._layer(lam, [A[0][0], A[0][1], A[1][1]], b, c)
        return self._second(lam, second)(first(torch.zeros(1, 2, dtype=torch.float64))).item()

    def change_of_a_stack(
        self, c: float, lam: float, x: Sequence[Numbers], y: Numbers, second: Numbers, delta: float
    ) -> float:
        """By how much the second output changes when c is raised by delta; before that the first one is y at x."""
        at, last = torch.tensor(x).double(), self._second(lam, second)
        first = self.giving(y, at, c, lam)
        before = last(first(at)).item()
        return last(with_scalars(first, c + delta)(at)).item() - before

    def after_a_batch(
        self, c: float, lam: float, x: Sequence[Numbers], y: Numbers, targets: Numbers, eta: float
    ) -> float:
        """c after one step of SGD on all parameters, with the mean squared error of a batch whose outputs are y."""
        at = torch.tensor(x).double()
        layer = self.giving(y, at, c, lam)
        torch.autograd.backward(mse_loss(layer(at)[:, 0], torch.tensor(targets).double()))
        torch.optim.SGD(layer.parameters(), lr=eta).step()
        return scalars(layer).item()

    def giving(self, y: Numbers, at: Tensor, c: float, lam: float) -> QuadraticLayer:
        """A layer with random A and b, moved as little as possible to give y (batch) at the inputs (batch, 2).

        Raises ValueError where no layer with this c and lambda does.
        """
        layer = self.lab.layers.filled(self.lab.layers.quadratic(2, 1), "a layer with set outputs")
        layer.lam = lam
        missing = torch.tensor(y).double() - with_scalars(layer, c)(at)[:, 0].detach()
        first, second = at.T
        slopes = torch.stack([lam * first**2, 2 * lam * first * second, lam * second**2, first, second], dim=1)
        moved = torch.linalg.pinv(slopes) @ missing
        with torch.no_grad():
            layer.A += moved[:3]
            layer.b += moved[3:]
        if not torch.allclose(layer(at)[:, 0], torch.tensor(y).double(), rtol=CLOSE, atol=CLOSE):
            raise ValueError(f"no layer with lambda = {lam} gives {y} at {at.tolist()}")
        return layer

    def _second(self, lam: float, numbers: Numbers) -> QuadraticLayer:
        alpha, beta, gamma = numbers
        return self._layer(lam, [alpha], [beta], gamma)

    def _layer(self, lam: float, upper: Numbers, b: Numbers, c: float) -> QuadraticLayer:
        """With one output; `upper` are the entries of A on and above the diagonal, row by row."""
        layer = self.lab.layers.quadratic(len(b), 1)
        layer.lam = lam
        with torch.no_grad():
            layer.A.copy_(torch.tensor([upper]))
            layer.b.copy_(torch.tensor([b]))
        return with_scalars(layer, c)

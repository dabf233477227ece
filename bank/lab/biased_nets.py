"""What the scalars c of a quadratic layer do to what follows the layer: BatchNorm, softmax, ReLU, a second layer.

In float64, to rounding where a method does not return a number that was counted.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from bank.lab.bias import ROUNDING, scalars, with_scalars

if TYPE_CHECKING:
    from bank.lab import Lab

Follows = Callable[[Tensor], Tensor]

N = 3  # outputs, where they are normalised together


class BiasedNets:
    """Quadratic layers with something after them."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    def batch_norm_hides(self, mode: str, rise: float) -> bool:
        """Whether the output of BatchNorm in "training" or "evaluation" mode stays when c^(1) is raised."""
        low, high = (
            nn.BatchNorm1d(N, dtype=torch.float64).train(mode == "training")(self._outputs(c))
            for c in (0.0, _raise("first", rise))
        )
        return bool((low - high).abs().max() <= ROUNDING)

    def _outputs(self, c: float | Tensor) -> Tensor:
        """(batch, N), of a layer with small weights, so that no probability of a softmax is 0."""
        layer = self.lab.bias.layer(c, N=N)
        with torch.no_grad():
            layer.A.div_(64.0)
            layer.b.div_(64.0)
            return layer(self.lab.bias.inputs())

    def hides(self, follows: str, raised: str, rise: float) -> bool:
        """Whether "softmax" or "LayerNorm" of the outputs stays when "every" c, or the "first", is raised."""
        after: Follows = {"softmax": lambda y: y.softmax(dim=1), "LayerNorm": lambda y: F.layer_norm(y, (N,))}[follows]
        return bool((after(self._outputs(0.0)) - after(self._outputs(_raise(raised, rise)))).abs().max() <= ROUNDING)

    def softmax_grows(self, factor: float, what: str) -> bool:
        """Whether raising c^(1) by ln(factor) multiplies the "odds", p_1/p_2, or the "probability" p_1, by it."""
        rise = float(torch.tensor(factor).double().log())
        low, high = (self._outputs(c).softmax(dim=1) for c in (0.0, _raise("first", rise)))
        found = {"odds": high[:, 0] / high[:, 1] * low[:, 1] / low[:, 0], "probability": high[:, 0] / low[:, 0]}[what]
        return bool((found / factor - 1).abs().max() <= 1e-9)

    def sum_of_gradients(self, outputs: int) -> float:
        """Of cross-entropy after softmax, by all c, for one sample."""
        layer = self.lab.bias.layer(1.0, N=outputs)
        loss = F.cross_entropy(layer(self.lab.bias.inputs()[:1]), torch.tensor([0]))
        return torch.autograd.grad(loss, scalars(layer))[0].sum().item()

    def relu_is_zero(self, c: float) -> bool:
        """Whether a ReLU after the layer gives 0 for a whole batch."""
        return not bool(F.relu(self.lab.bias.layer(c)(self.lab.bias.inputs())).any())

    def gradient_before_relu(self, y: float, g: float) -> float:
        """Of the loss by c^(1), where a ReLU follows: y_1 = y, and g is the derivative of the loss by its output."""
        x = self.lab.bias.inputs()[:1]
        rest = self.lab.bias.layer(0.0)(x)[0, 0].item()
        layer = self.lab.bias.layer(y - rest)
        return torch.autograd.grad(g * F.relu(layer(x))[0, 0], scalars(layer))[0][0].item()

    def gradient_of_a_stack_changes(self, place: str) -> bool:
        """Whether that by x, of two quadratic layers in a row, changes with the c of the "first" or "second" one."""
        first, second = self.lab.bias.layer(1.0, M=2, N=3), self.lab.bias.layer(1.0, M=3, N=2)

        def slope() -> Tensor:
            x = self.lab.bias.inputs(2).requires_grad_()
            (found,) = torch.autograd.grad(second(first(x)).sum(), x)
            return found

        before = slope()
        with_scalars({"first": first, "second": second}[place], 7.0)
        return not torch.equal(before, slope())

    def boundary_changes(self) -> tuple[bool, bool]:
        """Whether the direction, and whether the distance to the origin, of the line y = 0 in R^2 changes with c.

        For lambda = 0; from the two points at which the line meets the axes.
        """
        lines = [self._line(c) for c in (4.0, 12.0)]
        (x1, x2), (z1, z2) = lines
        return abs(x1 / x2 - z1 / z2) > ROUNDING, abs(x1 - z1) > ROUNDING

    def _line(self, c: float) -> tuple[float, float]:
        """Where y = 0 on the two axes; found by stepping from the values at 0 and 1, between which y is straight."""
        layer = self.lab.bias.layer(c, lam=0.0, M=2, N=1)
        start, *ends = layer(torch.tensor([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]).double())[:, 0].tolist()
        one, other = (start / (start - end) for end in ends)
        return one, other


def _raise(raised: str, rise: float) -> Tensor:
    return (
        torch.full((N,), rise, dtype=torch.float64)
        if raised == "every"
        else torch.tensor([rise, 0.0, 0.0], dtype=torch.float64)
    )

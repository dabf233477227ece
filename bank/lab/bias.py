"""What the scalars c of a quadratic layer do, measured on layers that are really built.

All numbers are small and whole, so that float64 is exact, unless a method says otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from bank.lab.layers import QuadraticLayer
from bank.lab.trainings.bias_start import LEAST_EFFECT

if TYPE_CHECKING:
    from bank.lab import Lab

M, N, BATCH = 3, 2, 16
OTHER = {"lam": 5.0, "c": 9.0}  # than those of a layer that is looked at
ROUNDING = 1e-12


class Bias:
    """Layers from R^3 to R^2 unless a method says otherwise, their scalars set at will."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    def layer(self, c: float | Tensor = 0.0, lam: float = 2.0, M: int = M, N: int = N) -> QuadraticLayer:
        """The same A and b whenever the sizes are the same."""
        layer = self.lab.layers.filled(self.lab.layers.quadratic(M, N), f"bias {M} {N}")
        layer.lam = lam
        return with_scalars(layer, c)

    def inputs(self, M: int = M) -> Tensor:
        """(BATCH, M), no entry 0."""
        return self.lab.layers.inputs(BATCH, M, "inputs of a biased layer")

    def output_at_zero(self, c: float, lam: float = 2.0) -> float:
        return self.layer(c, lam)(torch.zeros(1, M, dtype=torch.float64))[0, 0].item()

    def after_one_step(self, c: float, grad: float, eta: float, decay: float = 0.0) -> float:
        """c of the first output after one step of SGD on a loss whose derivative by that output is `grad`; float64."""
        layer = self.layer(c)
        torch.autograd.backward(grad * layer(self.inputs()[:1])[0, 0])
        torch.optim.SGD(layer.parameters(), lr=eta, weight_decay=decay).step()
        return scalars(layer).detach()[0].item()

    def growth_of_the_addition(self, k: float) -> float | None:
        """By which factor what c adds to the outputs grows when every input is multiplied by k; None if by several."""
        c, x = torch.tensor([4.0, -8.0]).double(), self.inputs()
        found = (self.layer(c)(k * x) - self.layer(0.0)(k * x)) / (self.layer(c)(x) - self.layer(0.0)(x))
        return found[0, 0].item() if torch.equal(found, found[:1, :1].expand_as(found)) else None

    def stays_in(self, p: float, sign: float, q: float) -> bool:
        """Whether y(p x) + sign * y(q x) changes with c."""
        low, high = (self.layer(c)(p * x) + sign * self.layer(c)(q * x) for x in [self.inputs()] for c in (0.0, 9.0))
        return not torch.equal(low, high)

    def scales(self, c: float, k: float, factor: float) -> bool:
        """Whether y(k x) = factor * y(x) for layers without b."""
        layer, x = self.layer(c), self.inputs()
        with torch.no_grad():
            layer.b.zero_()
        return torch.equal(layer(k * x), factor * layer(x))

    def derivative(self, lam: float, j: int, i: int, x1: float, x2: float) -> float:
        """Of y_j by c^(i), of a layer from R^2 to R^2."""
        layer = self.layer(3.0, lam, M=2)
        y = layer(torch.tensor([[x1, x2]]).double())[0, j - 1]
        return torch.autograd.grad(y, scalars(layer))[0][i - 1].item()

    def gradient(self, g: float, x1: float, x2: float) -> float:
        """Of a loss by c^(1), where g is the derivative of the loss by y_1."""
        return self.gradient_of_a_batch([g], "sum", torch.tensor([[x1, x2]]).double())

    def gradient_of_a_batch(self, g: Sequence[float], reduction: str, x: Tensor | None = None) -> float:
        """Of the "sum" or "mean" of the losses of the samples, by c^(1); g are the derivatives of each by y_1."""
        layer = self.layer(3.0, M=2)
        losses = torch.tensor(g).double() * layer(self.inputs(2)[: len(g)] if x is None else x)[:, 0]
        loss = losses.sum() if reduction == "sum" else losses.mean()
        return torch.autograd.grad(loss, scalars(layer))[0][0].item()

    def curvature_of_the_loss(self, a: float, x1: float, x2: float) -> float:
        """The second derivative of a (y_1 - t)^2 by c^(1)."""
        layer = self.layer(3.0, M=2)
        loss = a * (layer(torch.tensor([[x1, x2]]).double())[0, 0] - 4.0) ** 2
        (slope,) = torch.autograd.grad(loss, scalars(layer), create_graph=True)
        return torch.autograd.grad(slope[0], scalars(layer))[0][0].item()

    def adds(self, M: int, N: int) -> int:
        """How many trainable numbers a layer has more than one without c."""
        layers = self.lab.layers
        return layers.trainable(layers.quadratic(M, N)) - layers.trainable(layers.quadratic(M, N, bias=False))

    def hessian_changes_with(self, part: str) -> bool:
        """Whether it is another one for another "lam", "c" or "A"."""
        return not torch.equal(self._hessian(self.layer(1.0)), self._hessian(self._changed(part)))

    def _changed(self, part: str) -> QuadraticLayer:
        layer = self.layer(OTHER["c"] if part == "c" else 1.0)
        if part == "lam":
            layer.lam = OTHER["lam"]
        if part == "A":
            with torch.no_grad():
                layer.A.add_(1.0)
        return layer

    def _hessian(self, layer: QuadraticLayer) -> Tensor:
        hessian: Tensor = torch.func.jacrev(torch.func.jacrev(lambda x: layer(x[None])[0, 0]))(self.inputs()[0])
        return hessian

    def stays_quadratic_without(self, part: str) -> bool:
        """Whether an output bends along a line of inputs, as it did, when "c" or "lam" becomes 0."""
        without = self.layer(0.0) if part == "c" else self.layer(4.0, lam=0.0)
        return self._bends(self.layer(4.0)) and self._bends(without)

    def _bends(self, layer: QuadraticLayer) -> bool:
        start, direction = self.inputs()[:2]
        y = layer(torch.stack([start + t * direction for t in range(3)]))
        return bool((y[0] - 2 * y[1] + y[2]).any())

    def is_linear_with(self, weight: str, bias: str) -> bool:
        """Whether for lambda = 0 torch's linear layer with these numbers of ours, "b" and "c", gives the same."""
        layer = self.layer(torch.tensor([7.0, -2.0]).double(), lam=0.0)
        linear, ours = nn.Linear(M, N, dtype=torch.float64), {"b": layer.b, "c": scalars(layer)}
        given = {"weight": ours[weight].detach(), "bias": ours[bias].detach()}
        if any(given[name].shape != parameter.shape for name, parameter in linear.named_parameters()):
            return False
        linear.load_state_dict(given)
        return torch.equal(layer(self.inputs()), linear(self.inputs()))

    def is_replaced(self, constant: float, c: float, entry: float) -> bool:
        """Whether a layer without c gives the same with a further input that is constant, and a further entry of b."""
        layer, x = self.layer(c), self.inputs()
        wider = self.lab.layers.quadratic(M + 1, N, matrix="full", bias=False)
        wider.lam = layer.lam
        with torch.no_grad():
            wider.A[:, :M, :M] = layer.matrices()
            wider.b.copy_(torch.cat([layer.b, torch.full((N, 1), entry)], dim=1))
        return torch.equal(wider(torch.cat([x, torch.full((BATCH, 1), constant)], dim=1)), layer(x))

    def changes_in_training(self, part: str) -> bool:
        """Whether a step of SGD on all that a layer hands to an optimiser changes "c" or "lam"."""
        layer = self.layer(3.0)
        before = {"c": scalars(layer).detach().clone(), "lam": torch.as_tensor(layer.lam)}
        torch.autograd.backward((layer(self.inputs()) ** 2).mean())
        torch.optim.SGD(layer.parameters(), lr=0.01).step()
        after = {"c": scalars(layer).detach(), "lam": torch.as_tensor(layer.lam)}
        return not torch.equal(before[part], after[part])

    def may_start_at_zero(self, weights: str) -> bool:
        """Whether a net whose scalars start at 0 learns as well as its twin with random ones; see `training`."""
        return bool(self.training(weights)["effect"] >= LEAST_EFFECT)

    def training(self, weights: str = "random") -> dict[str, float]:
        """The paired trainings, run once; A and b start "random" or at "zero"."""
        (kept,) = self.lab.results("bias_start", [{"weights": weights}])
        found: dict[str, float] = kept.value
        return found


def with_scalars(layer: QuadraticLayer, c: float | Tensor) -> QuadraticLayer:
    with torch.no_grad():
        scalars(layer).copy_(torch.as_tensor(c, dtype=torch.float64))
    return layer


def scalars(layer: QuadraticLayer) -> nn.Parameter:
    assert layer.c is not None  # noqa: S101 - these layers have a bias
    return layer.c

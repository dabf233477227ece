"""What the scalars c of a quadratic layer do: each method measures one proposition on layers that are really built.

All numbers are small and whole, so that float64 is exact, unless a method says otherwise.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from bank.lab.layers import QuadraticLayer

if TYPE_CHECKING:
    from bank.lab import Lab

M, N, BATCH = 3, 2, 16
SIZES = ((2, 2), (3, 5), (6, 4))
ROUNDING = 1e-12
LEAST_EFFECT = -0.03  # on accuracy, of c = 0; measured 0.002, sd 0.022 over 24 pairs: z = 7 (without weights -0.51)


class Bias:
    """A layer from R^3 to R^2, its scalars set at will."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    def layer(self, c: float | Tensor = 0.0, lam: float = 2.0) -> QuadraticLayer:
        layer = self.lab.layers.filled(self.lab.layers.quadratic(M, N), "bias")
        layer.lam = lam
        return _with(layer, c)

    def inputs(self) -> Tensor:
        """(BATCH, M), no entry 0."""
        return self.lab.layers.inputs(BATCH, M, "inputs of a biased layer")

    def output_at_zero(self, c: float) -> float:
        return self.layer(c)(torch.zeros(1, M, dtype=torch.float64))[0, 0].item()

    def output_change(self, c: float, delta: float) -> float:
        """How far the first output moves when c is raised by delta; to float64."""
        x = self.inputs()[:1]
        return (self.layer(c + delta)(x) - self.layer(c)(x))[0, 0].item()

    def after_one_step(self, c: float, grad: float, eta: float) -> float:
        """c of the first output after one step of SGD on a loss whose derivative by that output is `grad`."""
        layer = self.layer(c)
        torch.autograd.backward(grad * layer(self.inputs()[:1])[0, 0])
        torch.optim.SGD(layer.parameters(), lr=eta).step()
        return _detached(layer.c)[0].item()

    def change(self, x: Tensor, c: float | Tensor) -> Tensor:
        """What c adds to the outputs, (batch, N)."""
        return self.layer(c)(x) - self.layer(0.0)(x)

    def is_a_constant_added(self) -> bool:
        c = torch.tensor([3.0, -5.0]).double()
        return torch.equal(self.change(self.inputs(), c), c.expand(BATCH, N))

    def is_the_output_at_zero(self) -> bool:
        c = torch.tensor([4.0, -7.0]).double()
        return torch.equal(self.layer(c)(torch.zeros(1, M).double())[0], c)

    def has_derivative_one(self) -> bool:
        layer = self.layer(2.0)
        jacobians = [_by_c(layer, y) for y in layer(self.inputs()).flatten()]
        return all(torch.equal(row, torch.eye(N).double()[place % N]) for place, row in enumerate(jacobians))

    def fits_into_an_augmented_form(self) -> bool:
        """Whether [[lam A, b/2], [b^T/2, c]] at (x, 1) gives the outputs."""
        layer, x = self.layer(3.0), self.inputs()
        matrices, (b, c) = layer.matrices(), (layer.b, layer.c)
        assert c is not None  # noqa: S101 - this layer has a bias
        border = torch.cat([b / 2, c[:, None]], dim=1)
        forms = torch.cat([torch.cat([layer.lam * matrices, b[:, :, None] / 2], dim=2), border[:, None]], dim=1)
        augmented = torch.cat([x, torch.ones(BATCH, 1)], dim=1)
        found = torch.einsum("bi,nij,bj->bn", augmented, forms, augmented)
        return bool((found - layer(x)).abs().max() <= ROUNDING)

    def adds_per_layer(self, count: str) -> bool:
        """Whether c adds N ("outputs") or N M ("weights") parameters, for layers of several sizes."""
        layers = self.lab.layers
        return all(
            layers.trainable(layers.quadratic(m, n)) - layers.trainable(layers.quadratic(m, n, bias=False))
            == {"outputs": n, "weights": n * m}[count]
            for m, n in SIZES
        )

    def gets_the_gradient_of_the_output(self) -> bool:
        """For one sample, and summed over a batch."""
        return all(torch.equal(*self._gradients(x)) for x in (self.inputs()[:1], self.inputs()))

    def gradient_vanishes_at_zero(self) -> bool:
        by_c, _ = self._gradients(torch.zeros(1, M).double())
        return not by_c.any()

    def _gradients(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Of a loss (sum of cubes of y): by c, and by y summed over the batch."""
        layer = self.layer(3.0)
        y = layer(x)
        y.retain_grad()
        torch.autograd.backward((y**3).sum())
        assert y.grad is not None  # noqa: S101 - retained above
        return _by(layer.c), y.grad.sum(dim=0)

    def vanishes_in_batch_norm(self) -> bool:
        """In float64, to rounding."""
        outputs = [nn.BatchNorm1d(N, dtype=torch.float64)(self.layer(c)(self.inputs())) for c in (0.0, 50.0)]
        return bool((outputs[0] - outputs[1]).abs().max() <= ROUNDING)

    def is_the_bias_of_a_linear_layer(self) -> bool:
        """With lambda = 0, against torch's own linear layer with the same numbers."""
        layer, linear = self.layer(7.0, lam=0.0), nn.Linear(M, N, dtype=torch.float64)
        linear.load_state_dict({"weight": layer.b.detach(), "bias": _detached(layer.c)})
        return torch.equal(layer(self.inputs()), linear(self.inputs()))

    def leaves_the_curvature(self) -> bool:
        return torch.equal(self._hessian(0.0), self._hessian(9.0))

    def _hessian(self, c: float) -> Tensor:
        layer = self.layer(c)
        hessian: Tensor = torch.func.jacrev(torch.func.jacrev(lambda x: layer(x[None])[0, 0]))(self.inputs()[0])
        return hessian

    def raises_the_slope(self) -> bool:
        """Whether |dy/dx| at any input is larger where c is larger."""
        slopes = [self._slope(c) for c in (-9.0, 0.0, 1.0, 1000.0)]
        return any(bool((high > low).any()) for low, high in pairwise(slopes))

    def _slope(self, c: float) -> Tensor:
        x = self.inputs().requires_grad_()
        (slope,) = torch.autograd.grad(self.layer(c)(x)[:, 0].sum(), x)
        length: Tensor = slope.norm(dim=1)
        return length

    def multiplies_the_input(self) -> bool:
        """Whether what c adds doubles with the input."""
        x = self.inputs()
        return torch.equal(self.change(2 * x, 5.0), 2 * self.change(x, 5.0))

    def decides_the_degree(self) -> bool:
        """Whether the degree along a line changes with c."""
        return any(self._is_curved(0.0, lam) != self._is_curved(c, lam) for lam in (0.0, 2.0) for c in (-1.0, 4.0))

    def _is_curved(self, c: float, lam: float) -> bool:
        start, direction = self.inputs()[:2]
        y = self.layer(c, lam)(torch.stack([start + t * direction for t in range(3)]))
        return bool((y[0] - 2 * y[1] + y[2]).any())

    def may_start_at_zero(self) -> bool:
        """Whether a net whose scalars start at 0 learns as well as its twin with random ones."""
        return bool(self.training()["effect"] >= LEAST_EFFECT)

    def outputs_stay_identical(self) -> bool:
        """Whether outputs that start with the same scalar are still the same after training."""
        return bool(self.training()["spread"] < ROUNDING)

    def training(self, weights: str = "random") -> dict[str, float]:
        """The paired trainings, run once."""
        (kept,) = self.lab.results("bias_start", [{"weights": weights}])
        found: dict[str, float] = kept.value
        return found


def _with(layer: QuadraticLayer, c: float | Tensor) -> QuadraticLayer:
    with torch.no_grad():
        layer.c.copy_(torch.as_tensor(c, dtype=torch.float64))  # type: ignore[union-attr]  # these layers have a bias
    return layer


def _by_c(layer: QuadraticLayer, y: Tensor) -> Tensor:
    assert layer.c is not None  # noqa: S101 - these layers have a bias
    return torch.autograd.grad(y, layer.c, retain_graph=True)[0]


def _by(parameter: Tensor | None) -> Tensor:
    assert parameter is not None and parameter.grad is not None  # noqa: S101 - after a backward pass
    return parameter.grad


def _detached(parameter: Tensor | None) -> Tensor:
    assert parameter is not None  # noqa: S101 - these layers have a bias
    return parameter.detach()

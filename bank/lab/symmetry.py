"""What the symmetry of A does in a quadratic layer: layers are built with it and without it, differentiated, trained.

Numbers are small and whole, so that float64 is exact, unless a method says otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from bank.lab.forms import Rows, forms
from bank.lab.layers import QuadraticLayer

if TYPE_CHECKING:
    from bank.lab import Lab

M, N = 3, 2
STEPS, RATE, SAMPLES = 300, 0.005, 32  # of a training
FEW, SMALL = 3, 1e-3  # steps with large weight decay, and the loss, so that they stay small
UNCHANGED, MOVED = 1e-9, 0.1  # what rounding may change, and what learning must
FAR, LONG = 40.0, 2000  # entries of a teacher, and steps on the way there

METHODS: dict[str, Callable[[Iterable[nn.Parameter]], torch.optim.Optimizer]] = {
    "gradient descent": lambda parameters: torch.optim.SGD(parameters, lr=RATE),
    "gradient descent with momentum": lambda parameters: torch.optim.SGD(parameters, lr=RATE, momentum=0.9),
    "Adam": lambda parameters: torch.optim.Adam(parameters, lr=RATE),
    "RMSprop": lambda parameters: torch.optim.RMSprop(parameters, lr=RATE),
}


class Symmetry:
    """Layers whose matrices are or are not symmetric; "full" are those with every entry as a parameter."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    def symmetric_matrix(self, A: Rows) -> tuple[tuple[Fraction, ...], ...]:
        """The symmetric matrix of the form of A, from values of that form: half its second differences."""
        n = len(A)
        x = [self.lab.rng("where a form is read").randint(-5, 5) for _ in range(n)]

        def q(*moved: int) -> int | Fraction:
            at = [value + moved.count(place) for place, value in enumerate(x)]
            return sum(A[i][j] * at[i] * at[j] for i in range(n) for j in range(n))

        return tuple(tuple(Fraction(q(i, j) - q(i) - q(j) + q()) / 2 for j in range(n)) for i in range(n))

    def saves(self, M: int, N: int) -> int:
        """How many parameters fewer a layer has than a full one."""
        layers = self.lab.layers
        full, symmetric = (layers.trainable(layers.quadratic(M, N, matrix=kind)) for kind in ("full", "symmetric"))
        return int(full - symmetric)

    def free_entries(self, M: int) -> int:
        return int(self.lab.layers.quadratic(M, 1, matrix="symmetric").A.numel())

    def factor_of_the_product(self, lam: float, entry: float) -> float:
        """Of x_1 x_2 in y, where A_12 is this entry of a symmetric matrix: a second difference."""
        layer = self.layer("symmetric", 2, 1, lam)
        with torch.no_grad():
            layer.A[0, 1] = entry
        corners = layer(torch.tensor([[1.0, 1.0], [1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]).double()).detach()[:, 0]
        return float(corners @ torch.tensor([1.0, -1.0, -1.0, 1.0]).double())

    def has_symmetric_gradients(self) -> bool:
        """Whether the gradient by the matrices of a full layer, of one sample and of a batch, equals its transpose."""
        found = [self._by_matrices(x) for x in (self._inputs(1), self._inputs(SAMPLES))]
        return all(bool(grad.any()) and torch.equal(grad, grad.mT) for grad in found)

    def _by_matrices(self, x: Tensor) -> Tensor:
        layer = self.layer("full")
        (grad,) = torch.autograd.grad((layer(x) ** 3).sum(), layer.A)
        return grad

    def by_an_entry(self, matrix: str, lam: float, p: float, q: float, g: float) -> float:
        """The derivative by A_12 of a loss, of which g is the derivative by y; "symmetric" has A_12 as A_21, too."""
        layer = self.layer(matrix, 2, 1, lam)
        (grad,) = torch.autograd.grad(g * layer(torch.tensor([[p, q]]).double()).sum(), layer.A)
        return float(grad.flatten()[1])  # the entries in their order by rows

    def follows(self, a: float, b: float, c: float, value: float) -> bool:
        """Whether A_21, at first b, has a value when descent has brought A_12 from a up to c; to float64."""
        layer = self.layer("full", 2, 1)
        x = torch.randn(SAMPLES, 2, generator=self.lab.noise("inputs of two entries"), dtype=torch.float64)
        target = layer.lam * forms(torch.full((2, 2), FAR, dtype=torch.float64), x)[:, None]
        with torch.no_grad():
            layer.A[0, 0, 1], layer.A[0, 1, 0] = a, b
        optimiser = torch.optim.SGD(layer.parameters(), lr=RATE)
        for _ in range(LONG):
            before = layer.A.detach().clone()[0]
            _step(optimiser, nn.functional.mse_loss(layer(x), target))
            after = layer.A.detach()[0]
            if after[0, 1] >= c:
                part = (c - before[0, 1]) / (after[0, 1] - before[0, 1])
                return bool((before[1, 0] + part * (after[1, 0] - before[1, 0]) - value).abs() <= UNCHANGED)
        raise ArithmeticError(f"A_12 is {after[0, 1]} after {LONG} steps, and has not come to {c}")

    def fate_of_the_rest(self, method: str) -> str:
        """What a training does to the antisymmetric part of full matrices: preserves, enlarges or reduces it."""
        before, after = self.training(method)
        assert (after - before).abs().max() > MOVED  # noqa: S101 - else nothing was learned
        before, after = before - before.mT, after - after.mT
        if (after - before).abs().max() <= UNCHANGED:
            return "preserves"
        return "enlarges" if after.norm() > before.norm() else "reduces"

    def stays_symmetric(self) -> bool:
        """Whether full matrices that are symmetric at the start are so after descent, while they learn."""
        before, after = self.training("gradient descent", symmetric=True)
        return bool((after - before).abs().max() > MOVED and (after - after.mT).abs().max() <= UNCHANGED)

    def training(self, method: str, symmetric: bool = False) -> tuple[Tensor, Tensor]:
        """The matrices (N, M, M) of a full layer before and after a training on random targets. Run once; float64."""
        name = f"training of full matrices by {method}, {'symmetric' if symmetric else 'any'} at the start"
        found: tuple[Tensor, Tensor] = self.lab.remember(name, lambda: self._trained(method, symmetric))
        return found

    def _trained(self, method: str, symmetric: bool) -> tuple[Tensor, Tensor]:
        layer, (x, target) = self.layer("full"), self._samples()
        if symmetric:
            with torch.no_grad():
                layer.A.add_(layer.A.mT.clone())
        start = layer.A.detach().clone()
        optimiser = METHODS[method](layer.parameters())
        for _ in range(STEPS):
            _step(optimiser, nn.functional.mse_loss(layer(x), target))
        return start, layer.A.detach()

    def decays_by(self, eta: float, w: float, factor: float) -> bool:
        """Whether each step of descent with weight decay multiplies the antisymmetric part so; to float64."""
        layer, (x, target) = self.layer("full"), self._samples()
        optimiser = torch.optim.SGD([layer.A], lr=eta, weight_decay=w)
        for _ in range(FEW):
            before = (layer.A - layer.A.mT).detach()
            _step(optimiser, SMALL * nn.functional.mse_loss(layer(x), target))
            if ((layer.A - layer.A.mT).detach() - factor * before).abs().max() > UNCHANGED:
                return False
        return True

    def slope(self, lam: float, A: Rows, x: Sequence[float]) -> float:
        """The derivative of y by x_1 in a full layer without b."""
        layer, at = self.layer("full", 2, 1, lam), torch.tensor([x]).double().requires_grad_()
        with torch.no_grad():
            layer.A.copy_(torch.tensor([A]))
            layer.b.zero_()
        return float(torch.autograd.grad(layer(at).sum(), at)[0][0, 0])

    def has_slope_of_twice_ax(self, matrix: str) -> bool:
        """Whether dy/dx is 2 lambda A x + b."""
        layer, x = self.layer(matrix), self._inputs(1)[0]
        slope = torch.func.jacrev(layer)(x[None])[0, :, 0]
        return torch.equal(slope, 2 * layer.lam * layer.matrices() @ x + layer.b)

    def has_symmetric_hessians(self) -> bool:
        """In a full layer, with respect to x."""
        layer = self.layer("full")
        hessians: Tensor = torch.func.jacrev(torch.func.jacrev(lambda x: layer(x[None])[0]))(self._inputs(1)[0])
        return bool(hessians.any()) and torch.equal(hessians, hessians.mT)

    def ignores_its_matrices(self, lam: float) -> bool:
        """Whether layers with different symmetric matrices give the same outputs."""
        layer, x = self.layer("symmetric", lam=lam), self._inputs(SAMPLES)
        before = layer(x)
        with torch.no_grad():
            layer.A.add_(torch.arange(layer.A.numel()).reshape(layer.A.shape) + 1)
        return torch.equal(layer(x), before)

    def is_differentiated_rightly(self) -> bool:
        """Whether autograd agrees with central differences, which are exact here, where A is not symmetric."""
        layer, x = self.layer("full"), self._inputs(1).requires_grad_()
        (slope,) = torch.autograd.grad(layer(x)[0, 0], x)
        ahead, behind = (layer(x.detach() + sign * torch.eye(M).double())[:, 0] for sign in (1, -1))
        return torch.equal(slope[0], (ahead - behind) / 2)

    def layer(self, matrix: str, inputs: int = M, outputs: int = N, lam: float = 2.0) -> QuadraticLayer:
        layer: QuadraticLayer = self.lab.layers.filled(
            self.lab.layers.quadratic(inputs, outputs, matrix=matrix), f"{matrix} matrices"
        )
        layer.lam = lam
        return layer

    def _inputs(self, count: int) -> Tensor:
        found: Tensor = self.lab.layers.inputs(count, M, "inputs of a layer with or without symmetry")
        return found

    def _samples(self) -> tuple[Tensor, Tensor]:
        """Inputs (SAMPLES, M) and targets (SAMPLES, N)."""
        noise = self.lab.noise("targets of a quadratic layer")
        x, target = (torch.randn(SAMPLES, size, generator=noise, dtype=torch.float64) for size in (M, N))
        return x, target


def _step(optimiser: torch.optim.Optimizer, loss: Tensor) -> None:
    optimiser.zero_grad()
    torch.autograd.backward(loss)
    optimiser.step()

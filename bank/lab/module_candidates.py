"""Well-known modules, each given the numbers that make it agree with a function at a few points, where it can.

A fit gives every module of its sort that may agree: convolutions of several strides. Numbers that are not trained, such
as a stride, stand in no parameter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import product

import torch
from torch import Tensor, nn

from bank.lab.special_layers import Function

PROBES = 64  # at which an output is looked for that a ReLU lets pass


class Taylor:
    """Value, gradients and second derivatives at 0 of a function that is a polynomial of degree 2: c, b and A."""

    def __init__(self, f: Function, M: int) -> None:
        self.f, self.M = f, M
        self.units = torch.eye(M, dtype=torch.float64)

    @cached_property
    def c(self) -> Tensor:
        return self.f(torch.zeros(1, self.M, dtype=torch.float64))[0]

    @cached_property
    def A(self) -> Tensor:
        """(N, M, M)"""
        pairs = self.f((self.units[:, None] + self.units[None]).flatten(0, 1)).reshape(self.M, self.M, -1)
        singles = self.f(self.units)
        return ((pairs - singles[:, None] - singles[None] + self.c) / 2).permute(2, 0, 1)

    @cached_property
    def b(self) -> Tensor:
        """(N, M)"""
        return (self.f(self.units) - self.c).T - self.A.diagonal(dim1=1, dim2=2)


class Pointwise(nn.Module):
    """A function as a module, with the modules that it calls on the input first."""

    def __init__(self, function: Function, *before: nn.Module) -> None:
        super().__init__()
        self.before, self.function = nn.Sequential(*before), function

    def forward(self, x: Tensor) -> Tensor:
        return self.function(self.before(x))


class Distances(nn.Module):
    """Squared, to trained points."""

    def __init__(self, points: Tensor) -> None:
        super().__init__()
        self.points = nn.Parameter(points)

    def forward(self, x: Tensor) -> Tensor:
        return torch.cdist(x, self.points, compute_mode="donot_use_mm_for_euclid_dist") ** 2


class Factor(nn.Module):
    """One trained number that all features are multiplied by."""

    def __init__(self, value: Tensor) -> None:
        super().__init__()
        self.value = nn.Parameter(value)

    def forward(self, x: Tensor) -> Tensor:
        return self.value * x


class Constants(nn.Module):
    """Trained outputs, whatever the input is."""

    def __init__(self, values: Tensor) -> None:
        super().__init__()
        self.values = nn.Parameter(values)

    def forward(self, x: Tensor) -> Tensor:
        return self.values.expand(len(x), -1)


def affine(weight: Tensor, bias: Tensor | None = None) -> nn.Linear:
    N, M = weight.shape
    module = nn.Linear(M, N, bias=bias is not None, dtype=torch.float64)
    module.weight.copy_(weight)
    if bias is not None:
        module.bias.copy_(bias)
    return module


def reorderings(t: Taylor) -> Iterator[nn.Module]:
    """Every output is another input, and not all are in place."""
    order = t.b.argmax(dim=1)
    if len(set(order.tolist())) == len(order) == t.M and order.tolist() != list(range(t.M)):
        yield Pointwise(lambda x: x[:, order])


def selections(t: Taylor) -> Iterator[nn.Module]:
    order = t.b.argmax(dim=1)
    if len(set(order.tolist())) == len(order) < t.M:
        yield Pointwise(lambda x: x[:, order])


def upsamplings(t: Taylor) -> Iterator[nn.Module]:
    if len(t.c) > t.M and len(t.c) % t.M == 0:
        yield nn.Sequential(nn.Unflatten(1, (1, t.M)), nn.Upsample(scale_factor=len(t.c) // t.M), nn.Flatten())


def poolings(t: Taylor) -> Iterator[nn.Module]:
    for size in range(2, t.M):
        if t.M % size == 0:
            yield nn.AvgPool1d(size)


def moving_averages(t: Taylor) -> Iterator[nn.Module]:
    if 2 <= t.M - len(t.c) + 1 < t.M:
        yield nn.AvgPool1d(t.M - len(t.c) + 1, stride=1)


def lagged(t: Taylor, of: Callable[[Tensor, Tensor], Tensor]) -> Iterator[nn.Module]:
    """Of features a fixed distance apart: the later and the earlier one."""
    distance = t.M - len(t.c)
    if distance > 0:
        yield Pointwise(lambda x: of(x[:, distance:], x[:, :-distance]))


def normalisations(t: Taylor) -> Iterator[nn.Module]:
    if len(t.c) == t.M:
        module = nn.BatchNorm1d(t.M, dtype=torch.float64).eval()
        module.running_var.fill_(1 - module.eps)  # type: ignore[union-attr]  # it keeps statistics
        module.weight.copy_(t.b.diagonal())
        module.bias.copy_(t.c)
        yield module


def convolutions(t: Taylor, strided: bool = False, dilated: bool = False) -> Iterator[nn.Module]:
    """Of one channel, of every size, stride and dilation that give as many outputs."""
    M, steps = t.M, range(2, t.M)
    for size, stride, dilation in product(range(2, M), steps if strided else (1,), steps if dilated else (1,)):
        span = dilation * (size - 1) + 1
        if span <= M and (M - span) // stride + 1 == len(t.c):
            module = nn.Conv1d(1, 1, size, stride=stride, dilation=dilation, dtype=torch.float64)
            module.weight.copy_(t.b[0, :span:dilation])
            module.bias.copy_(t.c[0])  # type: ignore[union-attr]  # it was built with one
            yield nn.Sequential(nn.Unflatten(1, (1, M)), module, nn.Flatten())


def forms(t: Taylor) -> Iterator[nn.Module]:
    yield nn.Sequential(_monomials(t, linear_too=False), affine(_upper(t)))


def polynomials(t: Taylor) -> Iterator[nn.Module]:
    yield nn.Sequential(_monomials(t, linear_too=True), affine(torch.cat([t.b, _upper(t)], 1), t.c))


def _monomials(t: Taylor, linear_too: bool) -> nn.Module:
    """Products of two features, each pair once, after the features themselves where these are asked for."""
    rows, columns = torch.triu_indices(t.M, t.M)
    return Pointwise(lambda x: torch.cat([x[:, : t.M if linear_too else 0], x[:, rows] * x[:, columns]], 1))


def _upper(t: Taylor) -> Tensor:
    rows, columns = torch.triu_indices(t.M, t.M)
    return t.A[:, rows, columns] * torch.where(rows == columns, 1.0, 2.0)


def squares(t: Taylor) -> Iterator[nn.Module]:
    factor = t.A[0, 0, 0]
    yield Pointwise(lambda x: factor * x**2)


def distances(t: Taylor) -> Iterator[nn.Module]:
    if len(t.c) > 1:
        yield Distances(-t.b / 2)


def kernels(t: Taylor) -> Iterator[nn.Module]:
    """(x^T z + offset)^2 with a fixed offset that is not 0."""
    offset = t.c[0].sqrt()
    if offset > 0:
        yield Pointwise(lambda y: (y + offset) ** 2, affine(t.b / (2 * offset)))


def squared_linear(t: Taylor) -> Iterator[nn.Module]:
    """A = w w^T, so that w is a row of A by the root of its diagonal entry."""
    diagonal = t.A.diagonal(dim1=1, dim2=2)
    largest = diagonal.argmax(dim=1)
    each = torch.arange(len(largest))
    yield Pointwise(torch.square, affine(t.A[each, largest] / diagonal[each, largest].sqrt()[:, None]))


def multinomial(f: Function, M: int) -> Iterator[nn.Module]:
    """Logits relative to the first output."""
    t = Taylor(lambda x: f(x).log() - f(x)[:, :1].log(), M)
    if len(t.c) > 1:
        yield nn.Sequential(affine(t.b, t.c), nn.Softmax(dim=1))


def hidden_layers(f: Function, M: int) -> Iterator[nn.Module]:
    """Where an output is above 0, its gradient is the row of weights, and what is left of it the bias."""
    x = torch.randn(PROBES, M, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    values, places = f(x).max(dim=0)
    with torch.enable_grad():
        at = x[places].requires_grad_()
        weights = torch.autograd.grad(f(at).diagonal().sum(), at)[0]
    yield nn.Sequential(affine(weights, values - (weights * x[places]).sum(1)), nn.ReLU())


def radial(f: Function, M: int) -> Iterator[nn.Module]:
    t = Taylor(lambda x: f(x).log(), M)
    width = -1 / t.A[0, 0, 0]
    if len(t.c) > 1:
        yield Pointwise(lambda y: torch.exp(-y / width), Distances(t.b * width / 2))

"""Which of torch's modules does what a quadratic layer with special parameters does?

Each candidate gets the numbers that make it agree with the layer at a few points, and is then compared at 64 others.
Of those that still agree, the one that stores the fewest numbers describes the layer best.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from bank.lab.layers import QuadraticLayer

if TYPE_CHECKING:
    from bank.lab import Lab

Function = Callable[[Tensor], Tensor]  # (batch, M) -> (batch, N)
Fit = Callable[[Function], nn.Module | None]

M, KERNEL = 6, 3  # M is also N, but for one output, and for the shifts of a kernel
INPUTS = 64
ROUNDING = 1e-12


class Modules:
    """Builds the layer of a setting, and the candidates for it."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    def obtained(self, setting: str) -> str:
        """The name of the module that agrees and stores the fewest numbers, BatchNorm's statistics included."""
        agreeing: dict[str, int] = self.lab.remember(f"modules that agree in {setting}", lambda: self.agreeing(setting))
        return min(agreeing, key=lambda name: agreeing[name])

    def agreeing(self, setting: str) -> dict[str, int]:
        """How many numbers each module stores that agrees with the layer of a setting everywhere."""
        f = self.function(setting)
        with torch.no_grad():
            fitted = {name: module for name, fit in CANDIDATES.items() if (module := _tried(fit, f)) is not None}
            return {name: _stored(module) for name, module in fitted.items() if self._agree(module, f)}

    def function(self, setting: str) -> Function:
        """What the settings a to i of the layer compute."""
        layer = self._free(1 if setting == "c" else M - KERNEL + 1 if setting == "h" else M)
        layer.lam = {"e": 1.0, "f": -0.5}.get(setting, 0.0)
        with torch.no_grad():
            self._set(layer, setting)
        return (lambda x: torch.sigmoid(layer(x))) if setting == "c" else layer

    def _free(self, N: int) -> QuadraticLayer:
        layer, noise = self.lab.layers.quadratic(M, N), self.lab.noise("a layer of free parameters")
        with torch.no_grad():
            for parameter in layer.parameters():
                parameter.copy_(torch.randn(parameter.shape, generator=noise))
        return layer

    def _set(self, layer: QuadraticLayer, setting: str) -> None:
        """Overwrite what a setting prescribes; the rest stays random."""
        assert layer.c is not None  # noqa: S101 - it was built with one
        if setting in "bdefg":
            layer.c.zero_()
        if setting in "ef":
            layer.b.zero_()
        if setting == "d":
            layer.b.copy_(torch.eye(M))
        elif setting == "e":
            rows, columns = torch.triu_indices(M, M)
            places = torch.arange(M)[:, None]
            layer.A.copy_((rows == places) & (columns == places))
        elif setting == "g":
            layer.b.fill_(1 / M)
        elif setting == "h":
            kernel = layer.b[0, :KERNEL].clone()
            layer.b.copy_(torch.stack([_shifted(kernel, place) for place in range(len(layer.b))]))
            layer.c.fill_(layer.c[0].item())
        elif setting == "i":
            mean, scale = torch.linspace(-2, 3, M), torch.linspace(0.5, 4, M).double() ** -0.5
            gamma, beta = layer.b.diagonal().clone(), layer.c.clone()
            layer.b.copy_(torch.diag(gamma * scale))
            layer.c.copy_(beta - gamma * mean * scale)

    def _agree(self, module: nn.Module, f: Function) -> bool:
        x = torch.randn(INPUTS, M, generator=self.lab.noise("inputs of modules"), dtype=torch.float64)
        y, wanted = module(x), f(x)
        return bool(y.shape == wanted.shape and (y - wanted).abs().max() <= ROUNDING)


class Pointwise(nn.Module):
    """A function without parameters, as a module."""

    def __init__(self, function: Function) -> None:
        super().__init__()
        self.function = function

    def forward(self, x: Tensor) -> Tensor:
        return self.function(x)


def _linear(f: Function, bias: bool) -> nn.Module:
    at_zero, slopes = _affine(f)
    module = nn.Linear(M, len(at_zero), bias=bias, dtype=torch.float64)
    module.weight.copy_(slopes.T)
    if bias:
        module.bias.copy_(at_zero)
    return module


def _logistic(f: Function) -> nn.Module | None:
    linear = _linear(lambda x: torch.logit(f(x)), bias=True)
    return nn.Sequential(linear, nn.Sigmoid()) if _outputs(f) == 1 else None


def _bilinear(f: Function) -> nn.Module:
    """The form by polarisation, x^T W x."""
    units = torch.eye(M).double()
    pairs = f((units[:, None] + units[None]).flatten(0, 1)).reshape(M, M, -1)
    singles = f(units)
    module = nn.Bilinear(M, M, singles.shape[1], bias=False, dtype=torch.float64)
    module.weight.copy_(((pairs - singles[:, None] - singles[None]) / 2).permute(2, 0, 1))
    return Both(module)


class Both(nn.Module):
    """A module of two inputs, given the same one twice."""

    def __init__(self, module: nn.Module) -> None:
        super().__init__()
        self.module = module

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.module(x, x)
        return y


def _convolution(f: Function) -> nn.Module:
    at_zero, slopes = _affine(f)
    size = M - len(at_zero) + 1
    module = nn.Conv1d(1, 1, size, dtype=torch.float64)
    module.weight.copy_(slopes[:size, 0])
    module.bias.copy_(at_zero[0])  # type: ignore[union-attr]  # it was built with one
    return nn.Sequential(nn.Unflatten(1, (1, M)), module, nn.Flatten())


def _batch_norm(f: Function, training: bool) -> nn.Module:
    at_zero, slopes = _affine(f)
    module = nn.BatchNorm1d(M, dtype=torch.float64).train(training)
    module.running_var.fill_(1 - module.eps)  # type: ignore[union-attr]  # it keeps statistics
    module.weight.copy_(slopes.diagonal())
    module.bias.copy_(at_zero)
    return module


def _affine(f: Function) -> tuple[Tensor, Tensor]:
    """f(0), (N), and f(e_j) - f(0) for each unit vector, (M, N)."""
    at_zero = f(torch.zeros(1, M).double())[0]
    return at_zero, f(torch.eye(M).double()) - at_zero


def _shifted(kernel: Tensor, place: int) -> Tensor:
    row = torch.zeros(M).double()
    row[place : place + KERNEL] = kernel
    return row


def _pooling(f: Function, pool: Callable[[int], nn.Module]) -> nn.Module:
    """Over all features; every output is the same."""
    outputs = _outputs(f)
    return nn.Sequential(pool(1), Pointwise(lambda x: x.expand(-1, outputs)))


def _outputs(f: Function) -> int:
    return f(torch.zeros(1, M).double()).shape[1]


def _tried(fit: Fit, f: Function) -> nn.Module | None:
    """None where the candidate cannot have as many outputs."""
    try:
        return fit(f)
    except RuntimeError:
        return None


def _stored(module: nn.Module) -> int:
    return sum(tensor.numel() for tensor in (*module.parameters(), *module.buffers()))


CANDIDATES: dict[str, Fit] = {
    "linear": partial(_linear, bias=True),
    "linear_no_bias": partial(_linear, bias=False),
    "logistic": _logistic,
    "identity": lambda f: nn.Identity(),
    "square": lambda f: Pointwise(torch.square),
    "form": _bilinear,
    "mean": partial(_pooling, pool=nn.AdaptiveAvgPool1d),
    "convolution": _convolution,
    "batchnorm_eval": partial(_batch_norm, training=False),
    "batchnorm_train": partial(_batch_norm, training=True),
    "max_pooling": partial(_pooling, pool=nn.AdaptiveMaxPool1d),
    "relu": lambda f: nn.ReLU(),
    "dropout": lambda f: nn.Dropout(),
    "softmax": lambda f: nn.Softmax(dim=1),
}

"""Which of the well-known modules does what a quadratic layer with special parameters does?

Each candidate gets the numbers that make it agree with the layer at a few points, and is then compared at 64 others.
Of those that still agree, the one with the fewest trained numbers has the same functions and no more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import torch
from torch import nn

from bank.lab import module_candidates as candidates
from bank.lab.module_candidates import Constants, Factor, Pointwise, Taylor, affine
from bank.lab.special_layers import SETTINGS, Function, SpecialLayer

if TYPE_CHECKING:
    from bank.lab import Lab

Fit = Callable[[Function, int], Iterator[nn.Module]]

INPUTS = 64
ROUNDING = 1e-9  # relative to outputs above 1


class Modules:
    """Builds the layer of a setting, and the candidates for it."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    def obtained(self, setting: str, M: int, N: int, k: int) -> str:
        """The name of the module that agrees and trains the fewest numbers."""
        agreeing: dict[str, int] = self.lab.remember(
            f"modules that agree in {setting} for {M}, {N}, {k}", lambda: self.agreeing(setting, M, N, k)
        )
        return min(agreeing, key=lambda name: agreeing[name])

    def agreeing(self, setting: str, M: int, N: int, k: int) -> dict[str, int]:
        """How many numbers each module trains that agrees with the layer of a setting everywhere."""
        special = self.special(setting, M, N, k)
        f = self.function(special)
        with torch.no_grad():
            fitted = [(name, module) for name, fit in CANDIDATES.items() for module in fit(f, M)]
            found = [(name, _trained(module)) for name, module in fitted if self._agree(module, f, M)]
        return {name: min(count for same, count in found if same == name) for name, _ in found}

    def special(self, setting: str, M: int, N: int, k: int) -> SpecialLayer:
        """The parameters of a setting, the free ones random."""
        special = SpecialLayer(M, N, k, self.lab.noise(f"free parameters of {setting}"))
        SETTINGS[setting](special)
        return special

    def function(self, special: SpecialLayer) -> Function:
        """What the layer with these parameters computes, with the function that follows it."""
        layer = self.lab.layers.quadratic(special.M, special.N, matrix="full")
        layer.lam = special.lam
        with torch.no_grad():
            layer.A.copy_(special.A)
            layer.b.copy_(special.b)
            layer.c.copy_(special.c)
        return lambda x: special.after(layer(x))

    def _agree(self, module: nn.Module, f: Function, M: int) -> bool:
        x = torch.randn(INPUTS, M, generator=self.lab.noise("inputs of modules"), dtype=torch.float64)
        y, wanted = module(x), f(x)
        return bool(y.shape == wanted.shape and ((y - wanted).abs() <= ROUNDING * wanted.abs().clamp(min=1)).all())


def _trained(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def _plain(function: Function) -> Fit:
    """A function without numbers of its own."""
    return lambda f, M: iter([Pointwise(function)])


def _by_taylor(fit: Callable[[Taylor], Iterator[nn.Module]], inverse: Function = lambda y: y) -> Fit:
    """A fit to the coefficients of the function, or of the polynomial that a known function follows."""
    return lambda f, M: fit(Taylor(lambda x: inverse(f(x)), M))


def _then(module: nn.Module, fit: Callable[[Taylor], Iterator[nn.Module]], inverse: Function) -> Fit:
    """A module of one output, followed by a function whose inverse is known."""

    def fitted(f: Function, M: int) -> Iterator[nn.Module]:
        t = Taylor(lambda x: inverse(f(x)), M)
        if len(t.c) == 1:
            yield from (nn.Sequential(first, module) for first in fit(t))

    return fitted


def _linear(t: Taylor) -> Iterator[nn.Module]:
    yield affine(t.b, t.c)


def _outputs(f: Function, M: int) -> int:
    return f(torch.zeros(1, M, dtype=torch.float64)).shape[1]


CANDIDATES: dict[str, Fit] = {
    "linear": _by_taylor(_linear),
    "linear_no_bias": _by_taylor(lambda t: iter([affine(t.b)])),
    "bias_only": _by_taylor(lambda t: iter([Constants(t.c)])),
    "identity": lambda f, M: iter([nn.Identity()]),
    "reordering": _by_taylor(candidates.reorderings),
    "selection": _by_taylor(candidates.selections),
    "upsampling": _by_taylor(candidates.upsamplings),
    "mean": lambda f, M: iter(
        [nn.Sequential(nn.AdaptiveAvgPool1d(1), Pointwise(lambda x: x.expand(-1, _outputs(f, M))))]
    ),
    "pooling": _by_taylor(candidates.poolings),
    "moving_average": _by_taylor(candidates.moving_averages),
    "differences": _by_taylor(lambda t: candidates.lagged(t, torch.sub)),
    "centring": _plain(lambda x: x - x.mean(dim=1, keepdim=True)),
    "running_sums": _plain(lambda x: x.cumsum(dim=1)),
    "scaling": _by_taylor(lambda t: iter([Factor(t.b[:1, 0])])),
    "batch_norm": _by_taylor(candidates.normalisations),
    "convolution": _by_taylor(candidates.convolutions),
    "strided": _by_taylor(lambda t: candidates.convolutions(t, strided=True)),
    "dilated": _by_taylor(lambda t: candidates.convolutions(t, dilated=True)),
    "form": _by_taylor(candidates.forms),
    "polynomial": _by_taylor(candidates.polynomials),
    "squares": _by_taylor(candidates.squares),
    "norm": _plain(lambda x: (x**2).sum(dim=1, keepdim=True)),
    "distances": _by_taylor(candidates.distances),
    "kernel": _by_taylor(candidates.kernels),
    "squared_linear": _by_taylor(candidates.squared_linear),
    "products": _by_taylor(lambda t: candidates.lagged(t, torch.mul)),
    "pooled_squares": _by_taylor(
        lambda t: (nn.Sequential(Pointwise(torch.square), pool) for pool in candidates.poolings(t))
    ),
    "variance": _plain(lambda x: x.var(dim=1, correction=0, keepdim=True)),
    "squared_mean": _plain(lambda x: x.mean(dim=1, keepdim=True) ** 2),
    "linear_of_squares": _by_taylor(
        lambda t: iter([nn.Sequential(Pointwise(torch.square), affine(t.A.diagonal(dim1=1, dim2=2), t.c))])
    ),
    "logistic": _then(nn.Sigmoid(), _linear, torch.logit),
    "quadratic_logistic": _then(nn.Sigmoid(), candidates.polynomials, torch.logit),
    "multinomial": candidates.multinomial,
    "hidden_layer": candidates.hidden_layers,
    "poisson": _then(Pointwise(torch.exp), _linear, torch.log),
    "radial": candidates.radial,
    "euclidean_norm": _plain(lambda x: torch.linalg.vector_norm(x, dim=1, keepdim=True)),
    "deviation": _plain(lambda x: x.std(dim=1, correction=0, keepdim=True)),
}

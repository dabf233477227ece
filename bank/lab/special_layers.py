"""Quadratic layers with special parameters: what each setting fixes, and how many numbers it leaves free.

A setting is a function of the blank layer, in which all is 0. Indices run from 0 here, from 1 in the texts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import prod

import torch
from torch import Tensor

Function = Callable[[Tensor], Tensor]  # (batch, M) -> (batch, N)
Weights = Iterable[tuple[int, float | Tensor]]  # of one output: the place of an input, and its weight


class SpecialLayer:
    """Parameters of a layer, A (N, M, M), b (N, M), c (N), and the function that follows it.

    `free` counts the numbers that may have any value; `noise` draws them.
    """

    def __init__(self, M: int, N: int, k: int, noise: torch.Generator) -> None:
        self.M, self.N, self.k, self.noise = M, N, k, noise
        self.lam, self.free = 0.0, 0
        self.A = torch.zeros(N, M, M, dtype=torch.float64)
        self.b, self.c = torch.zeros(N, M, dtype=torch.float64), torch.zeros(N, dtype=torch.float64)
        self.eye, self.ones = torch.eye(M, dtype=torch.float64), torch.ones(M, M, dtype=torch.float64)
        self.after: Function = lambda y: y

    def any(self, *shape: int) -> Tensor:
        """Free numbers of a shape, small enough that a sigmoid does not round its outputs to 1."""
        self.free += prod(shape)
        return torch.randn(shape, generator=self.noise, dtype=torch.float64) / 4

    def rows(self, weights: Callable[[SpecialLayer, int], Weights]) -> None:
        for i in range(self.N):
            for place, weight in weights(self, i):
                self.b[i, place] += weight


ROWS: dict[str, Callable[[SpecialLayer, int], Weights]] = {  # layers of fixed weights: those of output i
    "identity": lambda s, i: [(i, 1)],
    "reversal": lambda s, i: [(s.M - 1 - i, 1)],
    "shift": lambda s, i: [((i + s.k) % s.M, 1)],
    "last_features": lambda s, i: [(i + s.k, 1)],
    "every_kth": lambda s, i: [(s.k * (i + 1) - 1, 1)],
    "upsampling": lambda s, i: [(i // s.k, 1)],
    "mean": lambda s, i: [(j, 1 / s.M) for j in range(s.M)],
    "pooling": lambda s, i: [(s.k * i + j, 1 / s.k) for j in range(s.k)],
    "moving_average": lambda s, i: [(i + j, 1 / s.k) for j in range(s.k)],
    "differences": lambda s, i: [(i + s.k, 1), (i, -1)],
    "centring": lambda s, i: [(i, 1), *((j, -1 / s.M) for j in range(s.M))],
    "running_sums": lambda s, i: [(j, 1) for j in range(i + 1)],
}


def linear(s: SpecialLayer) -> None:
    linear_no_bias(s)
    s.c = s.any(s.N)


def linear_no_bias(s: SpecialLayer) -> None:
    s.b = s.any(s.N, s.M)


def bias_only(s: SpecialLayer) -> None:
    s.c = s.any(s.N)


def scaling(s: SpecialLayer) -> None:
    factor = s.any(1)[0]
    s.rows(lambda s, i: [(i, factor)])


def batch_norm(s: SpecialLayer) -> None:
    """The statistics are fixed numbers."""
    stored, scale = torch.linspace(-2, 3, s.M).double(), torch.linspace(0.5, 4, s.M).double() ** -0.5
    gamma, beta = s.any(s.M), s.any(s.M)
    s.b, s.c = torch.diag(gamma * scale), beta - gamma * stored * scale


def convolution(s: SpecialLayer) -> None:
    _kernel(s, size=s.k)


def strided(s: SpecialLayer) -> None:
    _kernel(s, size=3, stride=s.k)


def dilated(s: SpecialLayer) -> None:
    _kernel(s, size=3, dilation=s.k)


def _kernel(s: SpecialLayer, size: int, stride: int = 1, dilation: int = 1) -> None:
    w, bias = s.any(size), s.any(1)
    s.rows(lambda s, i: [(stride * i + dilation * j, w[j]) for j in range(size)])
    s.c = bias.expand(s.N)


def form(s: SpecialLayer) -> None:
    s.lam = float(s.k)
    upper = torch.triu(s.any(s.N, s.M, s.M))
    s.free -= s.N * s.M * (s.M - 1) // 2  # below the diagonal nothing is free
    s.A = (upper + upper.mT) / 2


def polynomial(s: SpecialLayer) -> None:
    form(s)
    linear(s)


def squares(s: SpecialLayer) -> None:
    s.lam = float(s.k)
    s.A = torch.diag_embed(s.eye)


def norm(s: SpecialLayer) -> None:
    s.lam = float(s.k)
    s.A += s.eye / s.k


def distances(s: SpecialLayer) -> None:
    points = s.any(s.N, s.M)
    s.lam = float(s.k)
    s.A += s.eye / s.k
    s.b, s.c = -2 * points, (points**2).sum(1)


def kernel(s: SpecialLayer) -> None:
    points = s.any(s.N, s.M)
    s.lam, s.A = 1.0, points[:, :, None] * points[:, None]
    s.b, s.c = 2 * s.k * points, torch.full((s.N,), float(s.k**2), dtype=torch.float64)


def squared_linear(s: SpecialLayer) -> None:
    w = s.any(s.N, s.M)
    s.lam, s.A = float(s.k), w[:, :, None] * w[:, None] / s.k


def products(s: SpecialLayer) -> None:
    s.lam = 1.0
    for i in range(s.N):
        s.A[i, i, i + s.k] = s.A[i, i + s.k, i] = 0.5


def pooled_squares(s: SpecialLayer) -> None:
    s.rows(ROWS["pooling"])
    s.lam, s.A = 1.0, torch.diag_embed(s.b)
    s.b = torch.zeros_like(s.b)


def variance(s: SpecialLayer) -> None:
    s.lam = float(s.k)
    s.A += (s.eye - s.ones / s.M) / (s.k * s.M)


def squared_mean(s: SpecialLayer) -> None:
    s.lam = float(s.k)
    s.A += s.ones / (s.k * s.M**2)


def linear_of_squares(s: SpecialLayer) -> None:
    s.lam, s.A, s.c = float(s.k), torch.diag_embed(s.any(s.N, s.M)), s.any(s.N)


def logistic(s: SpecialLayer) -> None:
    linear(s)
    s.after = torch.sigmoid


def quadratic_logistic(s: SpecialLayer) -> None:
    polynomial(s)
    s.after = torch.sigmoid


def multinomial(s: SpecialLayer) -> None:
    linear(s)
    s.after = lambda y: torch.softmax(y, dim=1)


def hidden_layer(s: SpecialLayer) -> None:
    linear(s)
    s.after = torch.relu


def poisson(s: SpecialLayer) -> None:
    linear(s)
    s.after = torch.exp


def radial(s: SpecialLayer) -> None:
    points = s.any(s.N, s.M)
    s.lam = -1 / s.k
    s.A += s.eye
    s.b, s.c = 2 * points / s.k, -(points**2).sum(1) / s.k
    s.after = torch.exp


def euclidean_norm(s: SpecialLayer) -> None:
    norm(s)
    s.after = torch.sqrt


def deviation(s: SpecialLayer) -> None:
    variance(s)
    s.after = lambda y: y.clamp(min=0).sqrt()  # rounding may take a variance below 0


def _fixed(name: str) -> Callable[[SpecialLayer], None]:
    return lambda s: s.rows(ROWS[name])


SETTINGS: dict[str, Callable[[SpecialLayer], None]] = {name: _fixed(name) for name in ROWS} | {
    setting.__name__: setting
    for setting in (
        *(linear, linear_no_bias, bias_only, scaling, batch_norm, convolution, strided, dilated),
        *(form, polynomial, squares, norm, distances, kernel, squared_linear, products, pooled_squares, variance),
        *(squared_mean, linear_of_squares, logistic, quadratic_logistic, multinomial, hidden_layer, poisson, radial),
        *(euclidean_norm, deviation),
    )
}

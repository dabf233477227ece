"""Derivatives of a loss behind a quadratic layer, by two routes that share no formula.

Exact differences: a layer is a polynomial of degree 2 in its input and linear in its parameters, so that the central
difference with step 1 of a loss that is linear in the output **is** the derivative, in fractions. And automatic
differentiation of half the squared error to a target that makes the derivative by the output what it is to be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

import torch

from bank.lab.gradients import doubles
from bank.lab.layers import QuadraticLayer
from bank.notation.matrices import Exact, mirrored

if TYPE_CHECKING:
    from bank.lab import Lab

Numbers = Sequence[Exact]
Rows = Sequence[Numbers]


@dataclass(frozen=True)
class Draw:
    """A layer, its input x (M) and the derivative g (N) of the loss by its output; A (N, M, M), b (N, M), c (N)."""

    lam: Fraction
    x: Numbers
    g: Numbers
    A: Sequence[Rows]
    b: Rows
    c: Numbers

    def loss(self) -> Fraction:
        """A loss whose derivative by y is g everywhere."""
        return sum((g * self.output(k) for k, g in enumerate(self.g)), Fraction(0))

    def output(self, k: int) -> Fraction:
        places = range(len(self.x))
        form = sum((self.A[k][i][j] * self.x[i] * self.x[j] for i in places for j in places), Fraction(0))
        return self.lam * form + sum((self.b[k][i] * self.x[i] for i in places), Fraction(0)) + self.c[k]


class Slopes(NamedTuple):
    """Derivatives that automatic differentiation found: x (M), A (N, M, M), b (N, M), c (N), each as nested lists.

    Where the entries of A are tied, both places of a pair hold the derivative by their one parameter.
    """

    x: Any
    A: Any
    b: Any
    c: Any


class LayerGradients:
    """Differentiates layers whose numbers a question gives."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    def by_entry(
        self, lam: Fraction, x: Numbers, g: Numbers, entry: tuple[int, int, int], tied: bool
    ) -> tuple[Fraction, float]:
        """The derivative by entry (k, i, j) of a random layer: by exact differences, by automatic differentiation."""
        draw = self._layer(self.lab.rng("the layer behind an entry"), lam, x, g)
        k, i, j = entry
        places = {(i, j), (j, i)} if tied else {(i, j)}

        def moved(step: int) -> Draw:
            rows = [[a + step * ((r, s) in places) for s, a in enumerate(row)] for r, row in enumerate(draw.A[k])]
            return Draw(lam, x, g, [*draw.A[:k], rows, *draw.A[k + 1 :]], draw.b, draw.c)

        return (moved(1).loss() - moved(-1).loss()) / 2, self.slopes(draw, tied).A[k][i][j]

    def by_input(
        self, lam: Fraction, x: Numbers, g: Numbers, A: Sequence[Rows], b: Rows
    ) -> tuple[list[Fraction], list[float]]:
        """The derivative by every input: by exact differences, by automatic differentiation."""
        draw = Draw(lam, x, g, A, b, [0] * len(g))

        def loss(place: int, step: int) -> Fraction:
            moved = [value + step * (i == place) for i, value in enumerate(x)]
            return Draw(lam, moved, g, A, b, draw.c).loss()

        exact = [(loss(i, 1) - loss(i, -1)) / 2 for i in range(len(x))]
        return exact, self.slopes(draw, tied=True).x

    def by_lambda(
        self, lam: Fraction, x: Numbers, g: Numbers, A: Sequence[Rows], b: Rows, c: Numbers
    ) -> tuple[Fraction, float]:
        """The derivative by lambda: by exact differences, by automatic differentiation."""
        exact = (Draw(lam + 1, x, g, A, b, c).loss() - Draw(lam - 1, x, g, A, b, c).loss()) / 2
        layer = self._filled(Draw(lam, x, g, A, b, c), tied=True)
        layer.lam = torch.tensor(float(lam), dtype=torch.float64, requires_grad=True)
        y = layer(doubles(x)[None])[0]
        target = (y - doubles(g)).detach()
        (found,) = torch.autograd.grad((y - target).square().sum() / 2, (layer.lam,))
        return exact, float(found)

    def slopes(self, draw: Draw, tied: bool) -> Slopes:
        """All derivatives at once, of half the squared error to a target that lies g below the output."""
        M, N = len(draw.x), len(draw.g)
        layer = self._filled(draw, tied)
        assert layer.c is not None  # noqa: S101 - it was built with a bias
        rows, columns = torch.triu_indices(M, M)
        x = doubles(draw.x).requires_grad_()
        y = layer(x[None])[0]
        target = (y - doubles(draw.g)).detach()
        by_x, by_A, by_b, by_c = torch.autograd.grad((y - target).square().sum() / 2, (x, layer.A, layer.b, layer.c))
        if tied:
            square = by_A.new_zeros(N, M, M)
            square[:, rows, columns] = by_A
            square[:, columns, rows] = by_A
            by_A = square
        return Slopes(by_x.tolist(), by_A.tolist(), by_b.tolist(), by_c.tolist())

    @staticmethod
    def _filled(draw: Draw, tied: bool) -> QuadraticLayer:
        """The layer with the numbers of a draw."""
        M, N = len(draw.x), len(draw.g)
        layer = QuadraticLayer(M, N, matrix="symmetric" if tied else "full")
        layer.lam = float(draw.lam)
        rows, columns = torch.triu_indices(M, M)
        A = doubles(draw.A)
        assert layer.c is not None  # noqa: S101 - it was built with a bias
        with torch.no_grad():
            layer.A.copy_(A[:, rows, columns] if tied else A)
            layer.b.copy_(doubles(draw.b))
            layer.c.copy_(doubles(draw.c))
        return layer

    @staticmethod
    def _layer(rng: Random, lam: Fraction, x: Numbers, g: Numbers) -> Draw:
        """Random parameters, whole and small: float64 rounds none of them."""
        M, N = len(x), len(g)
        upper = [[[rng.randint(-9, 9) for _ in range(M)] for _ in range(M)] for _ in range(N)]
        A = list(map(mirrored, upper))
        b = [[rng.randint(1, 9) for _ in range(M)] for _ in range(N)]
        return Draw(lam, x, g, A, b, [rng.randint(-9, 9) for _ in range(N)])

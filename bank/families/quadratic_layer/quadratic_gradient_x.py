"""The derivative of the loss by every input of a quadratic layer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import count
from math import perm
from random import Random
from typing import Any

from bank.authoring import (
    DECIMAL_OR_FRACTION,
    STEP,
    Exact,
    Exercise,
    Integers,
    Lab,
    Lists,
    Measurement,
    Number,
    Problem,
    Rationals,
    Wrong,
    adding,
    mirrored,
    multiplying,
    param,
    transposed,
    vector,
)
from bank.families.quadratic_layer import QUADRATIC_LAYER, by_autograd, signed

LAMBDAS: tuple[Fraction | int, ...] = (
    2,
    3,
    -2,
    -3,
    *(Fraction(n, 2) for n in (1, 3, -1, -3)),
)  # none is 1, which would not be missed
SIZES = ((2, 2), (3, 1))  # inputs and outputs that a learner can go through by hand
SLOPES = [value for value in range(-5, 6) if abs(value) > 1]

TWICE = (
    r"\(\mathbf{x}\) occurs twice in \(\mathbf{x}^\top \mathbf{A} \mathbf{x}\): "
    r"its gradient is \(2 \mathbf{A} \mathbf{x}\)."
)
CHAIN = r"The chain rule multiplies the gradient of each \(y_j\) by \(\partial L / \partial y_j\)."
ALL = r"Every output depends on \(\mathbf{x}\): the sum is over all of them."


class QuadraticGradientX(Exercise):
    """The sum over the outputs of g (2 lambda A x + b).

    >>> case = {"x": (2, -1), "g": (3,), "lam": Fraction(1, 2), "A": (((1, 2), (2, 0)),), "b": ((1, -4),)}
    >>> QuadraticGradientX(**case).solve()
    {'dx1': 3, 'dx2': 0}
    """

    title = "Quadratic layer: gradient of the input"
    source = ("2g",)
    points = 3
    kinds = ("fields",)
    tiers = ("exact",)
    experiment = "central difference of the loss for every input, in fractions"
    form = DECIMAL_OR_FRACTION
    band = (20.0, 60.0)

    x: tuple[int, ...] = param(Lists(Integers(-4, 4), 2, 4), "the input; no zeros")
    g: tuple[int, ...] = param(
        Lists(Integers(-5, 5, -99, 99), 1, 3, distinct=True), "derivative of the loss by each output; no zeros"
    )
    lam: Fraction = param(Rationals(LAMBDAS, -100, 100), "the hyperparameter lambda, not 0")
    A: tuple[tuple[tuple[int, ...], ...], ...] = param(
        Lists(Lists(Lists(Integers(-4, 4, -99, 99), 2, 4), 2, 4), 1, 3), "a symmetric matrix for each output"
    )
    b: tuple[tuple[int, ...], ...] = param(
        Lists(Lists(Integers(-5, 5, -99, 99), 2, 4), 1, 3), "a vector for each output"
    )

    prelude = QUADRATIC_LAYER
    stem = r"""
        A loss \(L\) is computed from \(\mathbf{y}\). For one training example

        \[\mathbf{x} = <<x|vector>>, \qquad \lambda = <<lam>>, \qquad <% for value in g -%>
        \frac{\partial L}{\partial y_<<loop.index>>} = <<value>><<"" if loop.last else ", \\quad ">>
        <%- endfor %>.\]

        <% for n, rows, row, twice, slope in layers %>
        \[\mathbf{A}^{(<<n>>)} = <<rows|matrix>>, \qquad \mathbf{b}^{(<<n>>)} = <<row|vector>>\]

        <% endfor %>
        What is the gradient of \(L\) with respect to \(\mathbf{x}\)? Its parts are called <% for _ in x -%>
        `dx<<loop.index>>` \(= \partial L / \partial x_<<loop.index>>\)<<"" if loop.last else ", ">>
        <%- endfor %>.
    """
    solution = r"""
        The input occurs twice in \(\mathbf{x}^\top \mathbf{A}^{(j)} \mathbf{x}\), and \(\mathbf{A}^{(j)}\) is
        symmetric, so

        \[\nabla_{\mathbf{x}} L = \sum_j \frac{\partial L}{\partial y_j}
        \left(2 \lambda \mathbf{A}^{(j)} \mathbf{x} + \mathbf{b}^{(j)}\right).\]

        <% for n, rows, row, twice, slope in layers %>
        \[2 \lambda \mathbf{A}^{(<<n>>)} \mathbf{x} + \mathbf{b}^{(<<n>>)} = <<twice|vector>> + <<row|vector>> = <<
        slope|vector>>\]

        <% endfor %>
        Multiplied by the derivatives of the loss<% if g|length > 1 %> and added<% endif %>:

        \[\nabla_{\mathbf{x}} L = <<weighted>> = <<answer.values()|vector>>.\]
    """

    @classmethod
    def draw_params(cls, rng: Random, fixed: Mapping[str, Any], kind: str) -> dict[str, Any]:
        """Sizes follow what is fixed."""
        M, N = _sizes(rng, fixed)
        upper = [[[rng.randint(-4, 4) for _ in range(M)] for _ in range(M)] for _ in range(N)]
        return {
            "x": signed(rng, M),
            "g": tuple(rng.sample(SLOPES, N)),
            "lam": Fraction(rng.choice(LAMBDAS)),
            "A": tuple(map(mirrored, upper)),
            "b": tuple(tuple(rng.choice((-1, 1)) * rng.randint(1, 5) for _ in range(M)) for _ in range(N)),
        }

    @classmethod
    def space(cls, kind: str) -> int:
        """Inputs, slopes, lambdas, symmetric matrices and vectors, for each of the sizes; matrices may be 0."""
        given = sum(
            perm(4, M) * 2**M * perm(len(SLOPES), N) * 9 ** (N * M * (M + 1) // 2) * 10 ** (N * M) for M, N in SIZES
        )
        return int(given) * len(LAMBDAS)

    def constraints(self) -> Iterator[Problem]:
        ill_formed = list(self._ill_formed())
        yield from ill_formed or self._left_right()

    def _ill_formed(self) -> Iterator[Problem]:
        M, N = len(self.x), len(self.g)
        if 0 in self.x:
            yield Problem("/params/x", "x has a zero, so that a column of A does not matter")
        if 0 in self.g:
            yield Problem("/params/g", "g has a zero, so that an output does not matter")
        if self.lam == 0:
            yield Problem("/params/lam", "lam is 0, so that A does not matter")
        if len(self.A) != N or any(len(rows) != M or any(len(row) != M for row in rows) for rows in self.A):
            yield Problem("/params/A", f"A must be one {M} × {M} matrix for each of the {N} outputs of g")
        elif any(rows != transposed(rows) for rows in self.A):
            yield Problem("/params/A", "A must be symmetric")
        elif not all(map(any, self._products)):
            yield Problem("/params/A", "an A x is 0, so that the matrix does not matter")
        if len(self.b) != N or any(len(row) != M for row in self.b):
            yield Problem("/params/b", f"b must be one vector of {M} numbers for each of the {N} outputs of g")
        elif not all(map(any, self.b)):
            yield Problem("/params/b", "a vector b is 0, so that it does not matter")

    def _left_right(self) -> Iterator[Problem]:
        """A part of the answer that a wrong rule leaves right would pay for it."""
        right = self.solve()
        for parts, why in self._mistaken():
            for name, value in right.items():
                if value == parts[name]:
                    yield Problem("/params", f"a mistake leaves {name} right: {why}")

    @cached_property
    def _products(self) -> list[tuple[int, ...]]:
        """A x of every output."""
        return [tuple(sum(a * p for a, p in zip(row, self.x, strict=True)) for row in rows) for rows in self.A]

    @property
    def layers(self) -> Iterator[tuple[Any, ...]]:
        """Of every output its number, A, b, 2 lambda A x, and the sum of the last two."""
        for n, rows, row, product in zip(count(1), self.A, self.b, self._products, strict=False):
            twice = [self._twice * value for value in product]
            yield n, rows, row, twice, [p + q for p, q in zip(twice, row, strict=True)]

    @property
    def weighted(self) -> str:
        """The sum that the chain rule makes of them: a weight of 1 is not written, and a plus not before the first."""
        terms = [
            f"{'-' if g < 0 else '+'} {'' if abs(g) == 1 else f'{abs(g)} '}{vector(slope)}"
            for g, (*_, slope) in zip(self.g, self.layers, strict=True)
        ]
        return " ".join(terms).removeprefix("+ ")

    def _gradient(self, factor: Exact, copies: int = 1, weights: Sequence[int] = ()) -> dict[str, Number]:
        """The sum over the outputs of weight (factor A x + copies b); the weights are g unless told."""
        outputs = list(zip(weights or self.g, self._products, self.b, strict=False))
        return {
            f"dx{i + 1}": sum(weight * (factor * product[i] + copies * row[i]) for weight, product, row in outputs)
            for i in range(len(self.x))
        }

    @cached_property
    def _twice(self) -> Exact:
        """2 lambda, which is whole where dice drew it."""
        twice = 2 * self.lam
        return twice.numerator if twice.denominator == 1 else twice

    def solve(self) -> Mapping[str, Number]:
        return self._gradient(self._twice)

    def effort(self) -> float:
        """A x, twice lambda of it, b added, the weight: of each output and each place."""
        cost = 0.0
        for g, (_, rows, row, twice, slope) in zip(self.g, self.layers, strict=True):
            cost += sum(multiplying(a, p) + STEP for line in rows for a, p in zip(line, self.x, strict=True))
            cost += sum(adding(p, q) + multiplying(g, r) for p, q, r in zip(twice, row, slope, strict=True))
        return cost

    def distractors(self) -> Iterator[Wrong]:
        for parts, why in self._mistaken():
            yield Wrong(parts, why)

    def _mistaken(self) -> Iterator[tuple[Mapping[str, Number], str]]:
        M, N = len(self.x), len(self.g)
        many = rf"\(b^{{(j)}}_i\) does not depend on the summation index, and was added {M} times"
        yield self._gradient(self._twice, M), f"{many}."
        yield self._gradient(2, M), rf"{many}; besides, \(\lambda\) was forgotten."
        yield self._gradient(2), r"\(\lambda\) was forgotten: it multiplies the quadratic term."
        yield self._gradient(self.lam), TWICE
        yield self._gradient(self._twice, weights=[1] * N), CHAIN
        if N > 1:
            yield self._gradient(self._twice, weights=self.g[:1]), ALL

    def measured(self, lab: Lab) -> Measurement:
        """Move every input by 1 up and down."""
        exact, found = lab.layer_gradients.by_input(self.lam, self.x, self.g, self.A, self.b)
        checks = [by_autograd(value, name) for name, value in zip(self.solve(), found, strict=True)]
        return Measurement(dict(zip(self.solve(), exact, strict=True)), tolerance=0.0, also=checks)


def _sizes(rng: Random, given: Mapping[str, Any]) -> tuple[int, int]:
    """Inputs and outputs as the given parameters have them."""
    M, N = rng.choice(SIZES)
    outputs = [len(given[name]) for name in ("g", "A", "b") if name in given]
    inputs = [len(given[name] if name == "x" else given[name][0]) for name in ("x", "A", "b") if name in given]
    return (inputs or [M])[0], (outputs or [N])[0]

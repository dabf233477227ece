"""The derivative of the loss by every input of a quadratic layer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from math import perm
from random import Random
from typing import Any, Self

from bank.authoring import (
    Exercise,
    Integers,
    Lab,
    Lists,
    Measurement,
    Number,
    Problem,
    Rationals,
    Within,
    Wrong,
    matrix,
    param,
    vector,
)
from bank.families.quadratic_layer import QUADRATIC_LAYER

LAMBDAS = (1, 2, Fraction(1, 2), -1, Fraction(1, 10))
SIZES = ((2, 1), (2, 2), (2, 3), (3, 1), (3, 2), (4, 1))  # inputs and outputs that a learner can go through by hand
AUTOGRAD = 1e-10  # what automatic differentiation may be off by

Rows = tuple[tuple[int, ...], ...]

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
    {'dx1': Fraction(3, 1), 'dx2': Fraction(0, 1)}
    """

    title = "Quadratic layer: gradient of the input"
    source = ("2g",)
    points = 3
    kinds = ("fields",)
    tiers = ("exact",)
    experiment = "central difference of the loss for every input, in fractions"
    relative = 0.0
    drops = True

    x: tuple[int, ...] = param(Lists(Integers(-4, 4), 2, 4), "the input; no zeros")
    g: tuple[int, ...] = param(
        Lists(Integers(-4, 4, -99, 99), 1, 3, distinct=True), "derivative of the loss by each output; no zeros"
    )
    lam: Fraction = param(Rationals(LAMBDAS, -100, 100), "the hyperparameter lambda, not 0")
    A: tuple[Rows, ...] = param(
        Lists(Lists(Lists(Integers(-4, 4, -99, 99), 2, 4), 2, 4), 1, 3), "a symmetric matrix for each output"
    )
    b: Rows = param(Lists(Lists(Integers(-5, 5, -99, 99), 2, 4), 1, 3), "a vector for each output")

    prelude = QUADRATIC_LAYER
    stem = r"""
        A loss \(L\) is computed from \(\mathbf{y}\). For one training example

        \[\mathbf{x} = <<x|vector>>, \qquad \lambda = <<lam>>, \qquad <<given>>.\]

        <% for layer in outputs %>
        \[<<layer>>\]

        <% endfor %>
        What is the gradient of \(L\) with respect to \(\mathbf{x}\)? Its parts are called <<parts>>.
    """
    solution = r"""
        The input occurs twice in \(\mathbf{x}^\top \mathbf{A}^{(j)} \mathbf{x}\), and \(\mathbf{A}^{(j)}\) is
        symmetric, so

        \[\nabla_{\mathbf{x}} L = \sum_j \frac{\partial L}{\partial y_j}
        \left(2 \lambda \mathbf{A}^{(j)} \mathbf{x} + \mathbf{b}^{(j)}\right).\]

        <% for term in terms %>
        \[<<term>>\]

        <% endfor %>
        Multiplied by the derivatives of the loss<% if g|length > 1 %> and added<% endif %>:

        \[\nabla_{\mathbf{x}} L = <<sum>> = <<answer|vector>>.\]
    """

    @classmethod
    def draw_params(cls, rng: Random, fixed: Mapping[str, Any], kind: str) -> dict[str, Any]:
        """Sizes follow what is fixed."""
        M, N = _sizes(rng, fixed)
        upper = [[[rng.randint(-4, 4) for _ in range(M)] for _ in range(M)] for _ in range(N)]
        thrown = {
            "x": tuple(rng.choice((-1, 1)) * value for value in rng.sample(range(1, 5), M)),
            "g": tuple(rng.sample([value for value in range(-4, 5) if value], N)),
            "lam": Fraction(rng.choice(LAMBDAS)),
            "A": tuple(tuple(tuple(rows[min(i, j)][max(i, j)] for j in range(M)) for i in range(M)) for rows in upper),
            "b": tuple(tuple(rng.choice((-1, 1)) * rng.randint(1, 5) for _ in range(M)) for _ in range(N)),
        }
        return {**thrown, **fixed}

    @classmethod
    def space(cls, kind: str) -> int:
        """Inputs, slopes, lambdas, symmetric matrices and vectors, for each of the sizes; matrices may be 0."""

        def of(M: int, N: int) -> int:
            inputs: int = perm(4, M) * 2**M
            layers: int = 9 ** (N * M * (M + 1) // 2) * 10 ** (N * M)
            return inputs * perm(8, N) * layers

        return len(LAMBDAS) * sum(of(M, N) for M, N in SIZES)

    def constraints(self) -> Iterator[Problem]:
        M, N = len(self.x), len(self.g)
        if 0 in self.x:
            yield Problem("/params/x", "x has a zero, so that a column of A does not matter")
        if 0 in self.g:
            yield Problem("/params/g", "g has a zero, so that an output does not matter")
        if self.lam == 0:
            yield Problem("/params/lam", "lam is 0, so that A does not matter")
        if len(self.A) != N or any(len(rows) != M or any(len(row) != M for row in rows) for rows in self.A):
            yield Problem("/params/A", f"A must be one {M} × {M} matrix for each of the {N} outputs of g")
        elif any(rows != tuple(zip(*rows, strict=True)) for rows in self.A):
            yield Problem("/params/A", "A must be symmetric")
        elif not all(map(any, self._products)):
            yield Problem("/params/A", "an A x is 0, so that the matrix does not matter")
        if len(self.b) != N or any(len(row) != M for row in self.b):
            yield Problem("/params/b", f"b must be one vector of {M} numbers for each of the {N} outputs of g")
        elif not all(map(any, self.b)):
            yield Problem("/params/b", "a vector b is 0, so that it does not matter")

    @cached_property
    def _products(self) -> list[list[int]]:
        """A x of every output."""
        return [[sum(a * p for a, p in zip(row, self.x, strict=True)) for row in rows] for rows in self.A]

    def _gradient(
        self, factor: int | Fraction, copies: int = 1, weights: Sequence[int] | None = None
    ) -> dict[str, Number]:
        """The weighted sum of factor A x + copies b over the outputs."""
        over = factor.denominator
        weights = self.g if weights is None else weights
        sums = [0] * len(self.x)
        for weight, product, row in zip(weights, self._products, self.b, strict=False):
            for i, (value, b) in enumerate(zip(product, row, strict=True)):
                sums[i] += weight * (factor.numerator * value + over * copies * b)
        return {f"dx{i}": Fraction(value, over) for i, value in enumerate(sums, 1)}

    def solve(self) -> Mapping[str, Number]:
        return self._gradient(2 * self.lam)

    def distractors(self) -> Iterator[Wrong]:
        M, N = len(self.x), len(self.g)
        many = rf"\(b^{{(j)}}_i\) does not depend on the summation index, and was added {M} times"
        yield Wrong(self._gradient(2 * self.lam, M), f"{many}.")
        yield Wrong(self._gradient(2, M), rf"{many}; besides, \(\lambda\) was forgotten.")
        yield Wrong(self._gradient(2), r"\(\lambda\) was forgotten: it multiplies the quadratic term.")
        yield Wrong(self._gradient(self.lam), TWICE)
        yield Wrong(self._gradient(2 * self.lam, weights=[1] * N), CHAIN)
        if N > 1:
            yield Wrong(self._gradient(2 * self.lam, weights=self.g[:1]), ALL)

    def words(self, kind: str) -> Mapping[str, object]:
        terms = [
            ([2 * self.lam * value for value in product], row)
            for product, row in zip(self._products, self.b, strict=True)
        ]
        slopes = [[p + q for p, q in zip(*term, strict=True)] for term in terms]
        return {
            "given": r", \quad ".join(rf"\frac{{\partial L}}{{\partial y_{j}}} = {g}" for j, g in enumerate(self.g, 1)),
            "outputs": [
                rf"\mathbf{{A}}^{{({j})}} = {matrix(rows)}, \qquad \mathbf{{b}}^{{({j})}} = {vector(row)}"
                for j, (rows, row) in enumerate(zip(self.A, self.b, strict=True), 1)
            ],
            "parts": ", ".join(rf"`dx{i}` \(= \partial L / \partial x_{i}\)" for i in range(1, len(self.x) + 1)),
            "terms": [
                rf"2 \lambda \mathbf{{A}}^{{({j})}} \mathbf{{x}} + \mathbf{{b}}^{{({j})}} = "
                f"{vector(quadratic)} + {vector(row)} = {vector(slope)}"
                for j, ((quadratic, row), slope) in enumerate(zip(terms, slopes, strict=True), 1)
            ],
            "sum": _weighted(self.g, slopes),
            "answer": list(self.solve().values()),
        }

    @classmethod
    def measure(cls, lab: Lab, questions: Sequence[Self]) -> list[Measurement]:
        """Move every input by 1 up and down."""
        return [question._moved(lab) for question in questions]

    def _moved(self, lab: Lab) -> Measurement:
        exact, found = lab.layer_gradients.by_input(self.lam, self.x, self.g, self.A, self.b)
        names = [f"dx{place}" for place in range(1, len(self.x) + 1)]
        checks = [
            Within("automatic differentiation", value, margin, margin, name)
            for name, value in zip(names, found, strict=True)
            for margin in [AUTOGRAD * max(1.0, abs(value))]
        ]
        return Measurement(dict(zip(names, exact, strict=True)), tolerance=0.0, also=checks)


def _sizes(rng: Random, given: Mapping[str, Any]) -> tuple[int, int]:
    """Inputs and outputs as the given parameters have them."""
    M, N = rng.choice(SIZES)
    outputs = [len(given[name]) for name in ("g", "A", "b") if name in given]
    inputs = [len(given[name] if name == "x" else given[name][0]) for name in ("x", "A", "b") if name in given]
    return (inputs or [M])[0], (outputs or [N])[0]


def _weighted(weights: Sequence[int], columns: Sequence[Sequence[int | Fraction]]) -> str:
    """Columns with their weights: a weight of 1 is not written, and a plus not before the first."""
    terms = [
        f"{'-' if weight < 0 else '+'} {'' if abs(weight) == 1 else f'{abs(weight)} '}{vector(column)}"
        for weight, column in zip(weights, columns, strict=True)
    ]
    return " ".join(terms).removeprefix("+ ")

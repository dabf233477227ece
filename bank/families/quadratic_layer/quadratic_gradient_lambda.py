"""The derivative of the loss by lambda, were it trained as well."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cached_property
from math import perm
from random import Random
from typing import Any

from bank.authoring import (
    STEP,
    WHOLE,
    Exercise,
    Integers,
    Lab,
    Line,
    Lists,
    Measurement,
    Problem,
    Rationals,
    Wrong,
    adding,
    along_member,
    mirrored,
    multiplying,
    param,
    transposed,
)
from bank.families.quadratic_layer import by_autograd, signed

LAMBDAS = (3, 4, 5, -2, -3)  # with 2 the key is doubled where lambda was kept
SLOPES = [value for value in range(-5, 6) if abs(value) > 1]
INPUTS = [value for value in range(-4, 5) if value]
M = N = 2  # as many as a learner can go through by hand


class QuadraticGradientLambda(Exercise):
    """The sum over the outputs of g x^T A x.

    >>> layer = {"A": (((1, 2), (2, 0)), ((3, 1), (1, -1))), "b": ((1, -4), (2, 5)), "c": (3, -2)}
    >>> QuadraticGradientLambda(x=(2, -1), g=(3, -2), lam=Fraction(4), **layer).solve()
    -26
    """

    title = "Quadratic layer: gradient of lambda"
    source = ("2g+",)
    points = 2
    kinds = ("numeric", "single_choice")
    tiers = ("exact",)
    experiment = "central difference of the loss by lambda, in fractions"
    form = WHOLE
    band = (15.0, 45.0)

    x: tuple[int, ...] = param(Lists(Integers(-4, 4), 2, 3), "the input; no zeros")
    g: tuple[int, ...] = param(
        Lists(Integers(-5, 5, -99, 99), 2, 3, distinct=True), "derivative of the loss by each output; no zeros"
    )
    lam: Fraction = param(Rationals(LAMBDAS, -100, 100), "the value of lambda")
    A: tuple[tuple[tuple[int, ...], ...], ...] = param(
        Lists(Lists(Lists(Integers(-4, 4, -99, 99), 2, 3), 2, 3), 2, 3), "a symmetric matrix for each output"
    )
    b: tuple[tuple[int, ...], ...] = param(
        Lists(Lists(Integers(-5, 5, -99, 99), 2, 3), 2, 3), "a vector for each output"
    )
    c: tuple[int, ...] = param(Lists(Integers(-5, 5, -99, 99), 2, 3), "a bias for each output")

    prelude = r"""
        A quadratic layer maps \(\mathbf{x} \in \mathbb{R}^M\) to \(\mathbf{y} \in \mathbb{R}^N\) by

        \[y_i = \lambda\, \mathbf{x}^\top \mathbf{A}^{(i)} \mathbf{x} + \mathbf{x}^\top \mathbf{b}^{(i)} + c^{(i)},
        \qquad i = 1, \dots, N,\]

        where every \(\mathbf{A}^{(i)} \in \mathbb{R}^{M \times M}\) is symmetric. Here \(\lambda \in \mathbb{R}\) is
        **trained** like the other parameters; all outputs share it.
    """
    stem = r"""
        A loss \(L\) is computed from \(\mathbf{y}\). For one training example

        \[\mathbf{x} = <<x|vector>>, \qquad \lambda = <<lam>>, \qquad <% for value in g -%>
        \frac{\partial L}{\partial y_<<loop.index>>} = <<value>><<"" if loop.last else ", \\quad ">>
        <%- endfor %>.\]

        <% for n, rows, row, bias, product, form in layers %>
        \[\mathbf{A}^{(<<n>>)} = <<rows|matrix>>, \qquad \mathbf{b}^{(<<n>>)} = <<row|vector>>, \qquad
        c^{(<<n>>)} = <<bias>>\]

        <% endfor %>
        What is \(\dfrac{\partial L}{\partial \lambda}\)?
    """
    solution = r"""
        In each \(y_k\) only the quadratic term contains \(\lambda\), so
        \(\partial y_k / \partial \lambda = \mathbf{x}^\top \mathbf{A}^{(k)} \mathbf{x}\). All outputs share
        \(\lambda\), so the chain rule sums over them:

        \[\frac{\partial L}{\partial \lambda} = \sum_k \frac{\partial L}{\partial y_k}\,
        \mathbf{x}^\top \mathbf{A}^{(k)} \mathbf{x}.\]

        <% for n, rows, row, bias, product, form in layers %>
        \[\mathbf{x}^\top \mathbf{A}^{(<<n>>)} \mathbf{x} = <<x|vector>>^\top <<product|vector>> = <<form>>\]

        <% endfor %>
        \[\frac{\partial L}{\partial \lambda} = <% for n, rows, row, bias, product, form in layers -%>
        <<g[n - 1]|paren if n > 1 else g[0]>> \cdot <<form|paren>><<"" if loop.last else " + ">>
        <%- endfor %> = <<answer>>\]
    """

    @classmethod
    def draw_params(cls, rng: Random, fixed: Mapping[str, Any], kind: str) -> dict[str, Any]:
        """Sizes follow what is fixed."""
        inputs = next((len(fixed[name]) for name in ("x",) if name in fixed), None)
        inputs = inputs or next((len(fixed[name][0]) for name in ("A", "b") if name in fixed), M)
        outputs = next((len(fixed[name]) for name in ("g", "A", "b", "c") if name in fixed), N)
        upper = [[[rng.randint(-4, 4) for _ in range(inputs)] for _ in range(inputs)] for _ in range(outputs)]
        return {
            "x": signed(rng, inputs),
            "g": tuple(rng.sample(SLOPES, outputs)),
            "lam": Fraction(rng.choice(LAMBDAS)),
            "A": tuple(map(mirrored, upper)),
            "b": tuple(tuple(_other_than_0(rng) for _ in range(inputs)) for _ in range(outputs)),
            "c": tuple(_other_than_0(rng) for _ in range(outputs)),
        }

    @classmethod
    def space(cls, kind: str) -> int:
        """Inputs, slopes, matrices; the rest is told, and the answer does not depend on it."""
        return perm(4, M) * 2**M * perm(len(SLOPES), N) * int(9 ** (N * M * (M + 1) // 2))

    @property
    def irrelevant(self) -> tuple[str, ...]:
        return ("lam", "b", "c")

    def constraints(self) -> Iterator[Problem]:
        inputs, outputs = len(self.x), len(self.g)
        for name in ("x", "g"):
            if 0 in getattr(self, name):
                yield Problem(f"/params/{name}", f"{name} has a zero, so that a part of the layer does not matter")
        if len(self.A) != outputs or any({len(rows), *map(len, rows)} != {inputs} for rows in self.A):
            yield Problem("/params/A", f"A must be one {inputs} × {inputs} matrix for each of the {outputs} outputs")
        elif any(rows != transposed(rows) for rows in self.A):
            yield Problem("/params/A", "A must be symmetric")
        elif not all(self.forms):
            yield Problem("/params/A", "an x^T A x is 0, so that its output does not matter")
        if len(self.b) != outputs or any(len(row) != inputs for row in self.b):
            yield Problem("/params/b", f"b must be one vector of {inputs} numbers for each of the {outputs} outputs")
        if len(self.c) != outputs:
            yield Problem("/params/c", f"c must be {outputs} numbers")

    @cached_property
    def products(self) -> list[list[int]]:
        """A x of every output."""
        return [[sum(a * p for a, p in zip(row, self.x, strict=True)) for row in rows] for rows in self.A]

    @cached_property
    def forms(self) -> list[int]:
        """x^T A x of every output."""
        return [sum(p * q for p, q in zip(self.x, product, strict=True)) for product in self.products]

    @property
    def layers(self) -> list[tuple[Any, ...]]:
        """Of every output its number, A, b, c, A x and x^T A x."""
        numbers = range(1, len(self.g) + 1)
        return list(zip(numbers, self.A, self.b, self.c, self.products, self.forms, strict=True))

    def solve(self) -> int:
        return self._weighted(self.forms)

    def _weighted(self, values: list[int]) -> int:
        return sum(g * value for g, value in zip(self.g, values, strict=True))

    def effort(self) -> float:
        cost = 0.0
        for g, rows, product, form in zip(self.g, self.A, self.products, self.forms, strict=True):
            cost += sum(multiplying(a, p) + STEP for row in rows for a, p in zip(row, self.x, strict=True))
            cost += sum(multiplying(p, q) for p, q in zip(self.x, product, strict=True)) + multiplying(g, form)
        return cost + adding(*(g * form for g, form in zip(self.g, self.forms, strict=True)))

    def misreadings(self) -> Iterator[Line]:
        for place in range(len(self.x)):
            yield along_member(self, "x", place, f"x_{place + 1}", INPUTS)
        for place in range(len(self.g)):
            letter = rf"\partial L / \partial y_{place + 1}"
            yield along_member(self, "g", place, letter, SLOPES)

    def distractors(self) -> Iterator[Wrong]:
        x, lam, forms = self.x, self.lam, self.forms
        lines = [sum(p * q for p, q in zip(row, x, strict=True)) for row in self.b]
        key = self._weighted(forms)
        diagonal = [sum(rows[i][i] * p * p for i, p in enumerate(x)) for rows in self.A]
        yield Wrong(key + self._weighted(lines) + self._weighted(list(self.c)), KEPT)
        yield Wrong(key + self._weighted(lines), B_KEPT)
        yield Wrong(lam * key, LAMBDA_KEPT)
        yield Wrong(2 * key, TWICE, offered=False)  # no other mistake has its double beside it
        yield Wrong(Fraction(sum(forms)), NO_CHAIN)
        yield Wrong(self.g[0] * forms[0], ONE_OUTPUT)
        yield Wrong(self.g[-1] * forms[-1], ONE_OUTPUT)
        yield Wrong(sum(self.g) * sum(forms), SUMS_MULTIPLIED)
        yield Wrong(self._weighted([sum(product) for product in self.products]), ONE_X)
        yield Wrong(self._weighted(diagonal), DIAGONAL)
        yield Wrong(Fraction(key + self._weighted(diagonal), 2), ONCE)

    def measured(self, lab: Lab) -> Measurement:
        """Move lambda by 1 up and down."""
        exact, found = lab.layer_gradients.by_lambda(self.lam, self.x, self.g, self.A, self.b, self.c)
        return Measurement(exact, tolerance=0.0, also=[by_autograd(found)])


KEPT = r"The terms with \(\mathbf{b}^{(k)}\) and \(c^{(k)}\) do not contain \(\lambda\): their derivative is 0."
B_KEPT = r"The term \(\mathbf{x}^\top \mathbf{b}^{(k)}\) does not contain \(\lambda\): its derivative is 0."
LAMBDA_KEPT = (
    r"The quadratic term is linear in \(\lambda\): its derivative by \(\lambda\) does not contain \(\lambda\)."
)
TWICE = r"The factor 2 belongs to the derivative by \(\mathbf{x}\), which occurs twice; \(\lambda\) occurs once."
NO_CHAIN = (
    r"The chain rule multiplies \(\mathbf{x}^\top \mathbf{A}^{(k)} \mathbf{x}\) by \(\partial L / \partial y_k\)."
)
ONE_OUTPUT = r"All outputs share \(\lambda\): the sum is over all of them, and one was taken alone."
SUMS_MULTIPLIED = r"Each \(\partial L / \partial y_k\) belongs to its own output; the two sums cannot be multiplied."
ONE_X = r"This sums the entries of \(\mathbf{A}^{(k)} \mathbf{x}\); the left factor \(\mathbf{x}^\top\) is missing."
DIAGONAL = (
    r"Only the squares were counted; the entries off the diagonal belong to \(\mathbf{x}^\top \mathbf{A} \mathbf{x}\)."
)
ONCE = r"Each pair of entries off the diagonal occurs twice in \(\mathbf{x}^\top \mathbf{A} \mathbf{x}\), here once."


def _other_than_0(rng: Random) -> int:
    return rng.choice((-1, 1)) * rng.randint(1, 5)

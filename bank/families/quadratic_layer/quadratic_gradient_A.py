"""The derivative of the loss by one entry of a matrix of a quadratic layer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from math import perm
from random import Random
from typing import Any, Self

from bank.authoring import (
    Exercise,
    Formula,
    Integers,
    Lab,
    Lists,
    Measurement,
    Number,
    OneOf,
    Problem,
    Rationals,
    Within,
    Wrong,
    param,
    paren,
    tex,
)
from bank.families.quadratic_layer import QUADRATIC_LAYER

LAMBDAS = (1, 2, Fraction(1, 2), -1, Fraction(1, 10))
STEEPEST = 5  # the largest derivative by an output that the dice throw
AUTOGRAD = 1e-10  # what automatic differentiation may be off by

NO_LAMBDA = r"\(\lambda\) was forgotten: it multiplies the quadratic term."
SQUARE = r"The entry \(A_{ij}\) multiplies \(x_i x_j\), and \(j \ne i\) here."
OTHER_OUTPUT = r"\(\mathbf{A}^{(k)}\) acts on the output \(y_k\) alone, so it is \(g_k\) that counts."
ONLY_G = r"This is the derivative with respect to \(c^{(k)}\). The entry multiplies \(x_i x_j\)."
NO_G = r"This is the derivative of \(y_k\); the chain rule multiplies it by \(g_k = \partial L / \partial y_k\)."
DOUBLED = r"All entries are variables of their own here, so \(A_{ji}\) stays as it is when \(A_{ij}\) changes."
NOT_DOUBLED = r"\(A_{ij}\) and \(A_{ji}\) are one parameter here: \(x_i x_j\) and \(x_j x_i\) both count."
DIAGONAL = r"An entry on the diagonal stands in the matrix only once, so there is no factor 2."


class QuadraticGradientA(Exercise):
    """lambda g_k x_i x_j, and twice that where A_ij and A_ji are one parameter.

    With lambda = 1 and all entries independent this is option (a) of the exam.

    >>> case = {"x": (2, -3), "g": (4,), "lam": Fraction(1, 2), "k": 1, "i": 1, "j": 2}
    >>> QuadraticGradientA(**case, tied=False).solve(), QuadraticGradientA(**case, tied=True).solve()
    (Fraction(-12, 1), Fraction(-24, 1))
    """

    title = "Quadratic layer: gradient of a matrix entry"
    source = ("2g",)
    points = 2
    kinds = ("numeric", "expression", "single_choice")
    tiers = ("exact",)
    experiment = "central difference of the loss of a layer with random parameters, in fractions"
    drops = True
    structure = ("k", "i", "j", "tied")

    x: tuple[int, ...] = param(Lists(Integers(-4, 4), 2, 4), "the input; no zeros, no absolute value twice")
    g: tuple[int, ...] = param(
        Lists(Integers(-STEEPEST, STEEPEST, -99, 99), 1, 3, distinct=True),
        "derivative of the loss by each output; no zeros",
    )
    lam: Fraction = param(Rationals(LAMBDAS, -100, 100), "the hyperparameter lambda, not 0")
    k: int = param(Integers(1, 3), "which output's matrix, from 1")
    i: int = param(Integers(1, 4), "row of the entry, from 1")
    j: int = param(Integers(1, 4), "column of the entry, from 1")
    tied: bool = param(OneOf((True, False)), "whether A_ij and A_ji are one parameter")

    prelude = QUADRATIC_LAYER
    stem = r"""
        A loss \(L\) is computed from \(\mathbf{y}\), and \(g_i = \partial L / \partial y_i\). <<convention>>

        <% if kind == "expression" %>
        The layer has \(M = <<inputs>>\) inputs and \(N = <<outputs>>\) output<<"s" if outputs > 1 else "">>. What is
        \(\dfrac{\partial L}{\partial A^{(<<k>>)}_{<<i>><<j>>}}\), in terms of \(\lambda\), the inputs and the
        \(g_i\)?
        <% else %>
        For one training example

        \[\mathbf{x} = <<x|vector>>, \qquad \lambda = <<lam>>, \qquad <<slopes>>.\]

        What is \(\dfrac{\partial L}{\partial A^{(<<k>>)}_{<<i>><<j>>}}\)?
        <% endif %>
    """
    solution = r"""
        Only \(y_{<<k>>}\) depends on \(\mathbf{A}^{(<<k>>)}\), and it contains the entries of the matrix in the sum
        \(\lambda \sum_{i,j} A^{(<<k>>)}_{ij} x_i x_j\).
        <% if i == j %>
        The entry \(A_{<<i>><<i>>}\) stands there once, with the factor \(\lambda x_{<<i>>}^2\), in either convention.
        <% elif tied %>
        The parameter \(A_{<<i>><<j>>} = A_{<<j>><<i>>}\) stands there twice, each time with the factor
        \(\lambda x_{<<i>>} x_{<<j>>}\).
        <% else %>
        The entry \(A_{<<i>><<j>>}\) stands there once, with the factor \(\lambda x_{<<i>>} x_{<<j>>}\).
        <% endif %>
        By the chain rule

        \[\frac{\partial L}{\partial A^{(<<k>>)}_{<<i>><<j>>}} = <<formula>>
        <%- if kind != "expression" %> = <<numbers>> = <<answer>><% endif %>.\]
    """

    @classmethod
    def draw_params(cls, rng: Random, fixed: Mapping[str, Any], kind: str) -> dict[str, Any]:
        """Sizes that the fixed indices fit into; of a tied pair the upper entry, on the diagonal one time in four."""
        least = max(2, fixed.get("i", 1), fixed.get("j", 1))
        x = fixed.get("x") or _input(rng, rng.randint(least, 4))
        g = fixed.get("g") or tuple(rng.sample(_slopes(), rng.randint(fixed.get("k", 1), 3)))
        tied = fixed.get("tied", rng.random() < 0.5)
        i, j = _entry(rng, len(x), tied)
        thrown = {"lam": Fraction(rng.choice(LAMBDAS)), "k": rng.randint(1, len(g)), "tied": tied, "i": i, "j": j}
        return {**thrown, **fixed, "x": x, "g": g}

    @classmethod
    def space(cls, kind: str) -> int:
        """Inputs with an entry (of a pair, the upper one), slopes with an output, lambdas."""
        inputs = sum(perm(4, M) * 2**M * (M * M + M * (M + 1) // 2) for M in (2, 3, 4))
        return inputs * sum(perm(2 * STEEPEST, N) * N for N in (1, 2, 3)) * len(LAMBDAS)

    def constraints(self) -> Iterator[Problem]:
        if 0 in self.x:
            yield Problem("/params/x", "x has a zero, so that derivatives vanish")
        elif len({abs(value) for value in self.x}) < len(self.x):
            yield Problem("/params/x", "two inputs have the same absolute value, so that indices cannot be told apart")
        if 0 in self.g:
            yield Problem("/params/g", "g has a zero, so that derivatives vanish")
        if self.lam == 0:
            yield Problem("/params/lam", "lam is 0, so that the loss does not depend on the matrices")
        for name, most in (("k", len(self.g)), ("i", len(self.x)), ("j", len(self.x))):
            if getattr(self, name) > most:
                yield Problem(f"/params/{name}", f"{name} is more than {most}")

    @property
    def _factor(self) -> int:
        return 2 if self.tied and self.i != self.j else 1

    @property
    def _product(self) -> int:
        return self.x[self.i - 1] * self.x[self.j - 1]

    def solve(self) -> Fraction:
        return self._factor * self.lam * self.g[self.k - 1] * self._product

    def distractors(self) -> Iterator[Wrong]:
        g, full = self.g[self.k - 1], self._factor * self._product
        yield Wrong(Fraction(g * full), NO_LAMBDA)
        yield self._other_convention()
        if self.i != self.j:
            yield Wrong(self.lam * g * self.x[self.i - 1] ** 2, SQUARE)
        for other in self._other_outputs():
            yield Wrong(self.lam * self.g[other] * full, OTHER_OUTPUT)
        yield Wrong(Fraction(g), ONLY_G)
        yield Wrong(self.lam * full, NO_G)

    def _other_convention(self) -> Wrong:
        value = self.lam * self.g[self.k - 1] * self._product
        if self.i == self.j:
            return Wrong(2 * value, DIAGONAL)
        return Wrong(value, NOT_DOUBLED) if self.tied else Wrong(2 * value, DOUBLED)

    def _other_outputs(self) -> list[int]:
        """Outputs that an index of the entry may be taken for come first."""
        others = [n for n in range(len(self.g)) if n != self.k - 1]
        return sorted(others, key=lambda n: (n + 1 not in (self.i, self.j), n))

    def formula(self) -> Formula:
        letters: dict[str, Number] = {"lam": self.lam}
        letters |= {f"g_{n}": value for n, value in enumerate(self.g, 1)}
        letters |= {f"x_{n}": value for n, value in enumerate(self.x, 1)}
        g, entry = f"g_{self.k}", f"x_{self.i}*x_{self.j}"
        two, other_two = ("2*", "") if self._factor == 2 else ("", "2*")
        wrong = [
            (f"{two}{g}*{entry}", NO_LAMBDA),
            (f"{other_two}lam*{g}*{entry}", self._other_convention().why),
            *((f"{two}lam*g_{other + 1}*{entry}", OTHER_OUTPUT) for other in self._other_outputs()),
            (g, ONLY_G),
            (f"{two}lam*{entry}", NO_G),
        ]
        if self.i != self.j:
            wrong.append((f"lam*{g}*x_{self.i}^2", SQUARE))
        return Formula(f"{two}lam*{g}*{entry}", letters, wrong)

    def words(self, kind: str) -> Mapping[str, object]:
        entry = rf"x_{self.i}^2" if self.i == self.j else rf"x_{self.i} x_{self.j}"
        factors: list[int | Fraction] = [
            self._factor,
            self.lam,
            self.g[self.k - 1],
            self.x[self.i - 1],
            self.x[self.j - 1],
        ]
        return {
            "convention": _convention(self.tied),
            "inputs": len(self.x),
            "outputs": len(self.g),
            "slopes": r", \quad ".join(f"g_{n} = {value}" for n, value in enumerate(self.g, 1)),
            "formula": rf"{'2 ' if self._factor == 2 else ''}\lambda\, g_{self.k}\, {entry}",
            "numbers": _multiplied(factors),
            "answer": self.key,
        }

    @classmethod
    def measure(cls, lab: Lab, questions: Sequence[Self]) -> list[Measurement]:
        """Move the entry, or the pair that is one parameter, by 1 up and down."""
        return [question._moved(lab) for question in questions]

    def _moved(self, lab: Lab) -> Measurement:
        entry = (self.k - 1, self.i - 1, self.j - 1)
        exact, found = lab.layer_gradients.by_entry(self.lam, self.x, self.g, entry, self.tied)
        margin = AUTOGRAD * max(1.0, abs(found))
        return Measurement(exact, tolerance=0.0, also=[Within("automatic differentiation", found, margin, margin)])


def _input(rng: Random, size: int) -> tuple[int, ...]:
    return tuple(rng.choice((-1, 1)) * value for value in rng.sample(range(1, 5), size))


def _slopes() -> list[int]:
    return [value for value in range(-STEEPEST, STEEPEST + 1) if value]


def _entry(rng: Random, size: int, tied: bool) -> tuple[int, int]:
    """Row and column, from 1."""
    if rng.random() < 0.25:
        return (place := rng.randint(1, size)), place
    i, j = rng.sample(range(1, size + 1), 2)
    return (min(i, j), max(i, j)) if tied else (i, j)


def _convention(tied: bool) -> str:
    if tied:
        return (
            r"The matrices are kept symmetric: \(A^{(k)}_{ij}\) and \(A^{(k)}_{ji}\) are **one** parameter, "
            "and the derivative is the one with respect to it."
        )
    return r"Treat **all** \(M^2\) entries of each \(\mathbf{A}^{(k)}\) as independent variables."


def _multiplied(factors: Sequence[int | Fraction]) -> str:
    return r" \cdot ".join([tex(factors[0]), *map(paren, factors[1:])])

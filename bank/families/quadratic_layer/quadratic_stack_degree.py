"""The degree of a stack of quadratic layers, and how many coefficients such a polynomial has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import comb
from random import Random
from typing import Any

from bank.authoring import (
    STEP,
    WHOLE,
    Exercise,
    Integers,
    Lab,
    Lists,
    Measurement,
    OneOf,
    Rationals,
    Wrong,
    digits,
    param,
)
from bank.families.quadratic_layer import COUNTS, QUADRATIC_LAYER, STACKED

INPUTS = Integers(2, 6)

ADDED = "Degrees are multiplied when maps are composed; they were added."
UNNOTICED = r"Every layer was counted as quadratic; one with \(\lambda = 0\) is linear, and leaves the degree as it is."
LIKE_ONE = "A quadratic map of a quadratic map is no quadratic map: its degree is 4."
LIKE_LINEAR = "So it is for linear layers: a stack of them is linear. A quadratic layer doubles the degree."


class QuadraticStackDegree(Exercise):
    """2^k, where k layers have lambda != 0; C(M + d, d) coefficients.

    >>> stack = (Fraction(1), Fraction(0), Fraction(2))
    >>> QuadraticStackDegree(lambdas=stack, ask="degree", M=3).solve()
    4
    >>> QuadraticStackDegree(lambdas=stack, ask="coefficients", M=3).solve()
    35
    """

    title = "Quadratic layers: degree of a stack"
    source = ("2f+",)
    points = 2
    kinds = ("numeric", "single_choice")
    tiers = ("exact",)
    experiment = "highest differences along a line that do not vanish, of stacks of whole-numbered layers"
    form = WHOLE
    band = {"degree": (2, 4), "coefficients": (3, 9)}

    lambdas: tuple[Fraction, ...] = param(
        Lists(Rationals(STACKED, -100, 100), 1, 4), "the hyperparameter lambda of each layer"
    )
    ask: str = param(OneOf(("degree", "coefficients")), "what is asked for")
    M: int = param(INPUTS, "inputs of the first layer")

    prelude = QUADRATIC_LAYER
    stem = r"""
        <% if lambdas|length == 1 %>
        One such layer has the hyperparameter \(\lambda = <<lambdas[0]>>\), and \(M = <<M>>\) inputs.
        <% else %>
        <<count>> such layers follow one another, without activation functions between them; their hyperparameters are
        <% for lam in lambdas -%>
        \(\lambda_<<loop.index>> = <<lam>>\)<<"" if loop.last else ", ">>
        <%- endfor %>. The first has \(M = <<M>>\) inputs.
        <% endif %>
        For almost all values of the parameters, every output is a polynomial of the same degree \(d\) in
        \(x_1, \dots, x_{<<M>>}\).

        <% if ask == "degree" %>
        What is \(d\)?
        <% else %>
        How many coefficients does a general polynomial of degree \(d\) in \(<<M>>\) variables have, the constant
        included?
        <% endif %>
    """
    solution = r"""
        A layer with \(\lambda \ne 0\) is of degree 2, one with \(\lambda = 0\) of degree 1, and the degrees of maps
        that follow one another are multiplied. With <<bent>> of the first sort, \(d = 2^{<<bent>>} = <<degree>>\).
        <% if ask == "coefficients" %>

        A monomial of degree at most \(d\) is a way to spread \(d\) among the \(<<M>>\) variables and the constant, so
        there are

        \[\binom{M + d}{d} = \binom{<<M + degree>>}{<<degree>>} = <<answer>>\]

        of them.
        <% if stored < M * answer %>
        The stack does not reach all of these polynomials: with \(<<M>>\) neurons in every layer it has
        \(<<stored>>\) parameters for the \(<<M>> \cdot <<answer>> = <<M * answer>>\) coefficients of its outputs.
        <% endif %>
        <% endif %>
    """

    @classmethod
    def draw_params(cls, rng: Random, fixed: Mapping[str, Any], kind: str) -> dict[str, Any]:
        """One layer seldom: little can go wrong there."""
        length = rng.choice((1, 2, 2, 3, 3, 3, 4, 4, 4))
        lambdas = tuple(Fraction(rng.choice((0, *STACKED))) for _ in range(length))
        return {"lambdas": lambdas, "ask": cls.domains()["ask"].draw(rng), "M": rng.randint(2, 6)}

    @classmethod
    def space(cls, kind: str) -> int:
        """Which questions are fair depends on how many of the layers are linear, not on the other lambdas."""
        fair = 0
        for length in range(1, 5):
            for bent in range(length + 1):
                stack = (Fraction(1),) * bent + (Fraction(0),) * (length - bent)
                asked = [
                    cls(lambdas=stack, ask="degree", M=2),
                    *(cls(lambdas=stack, ask="coefficients", M=M) for M in INPUTS.every()),
                ]
                stacks = comb(length, bent) * (len(STACKED) - 1) ** bent
                fair += stacks * sum(not any(question.refusals(kind)) for question in asked)
        return fair

    def effort(self) -> float:
        """A look at each layer; for the coefficients as many products as there are factors in the binomial."""
        factors = range(self.M + 1, self.M + self.degree + 1)
        return STEP * len(self.lambdas) + (digits(*factors) if self.ask == "coefficients" else 0)

    @property
    def irrelevant(self) -> tuple[str, ...]:
        return ("M",) if self.ask == "degree" else ()

    @property
    def count(self) -> str:
        return COUNTS[len(self.lambdas)]

    @property
    def bent(self) -> int:
        """How many of the layers are not linear."""
        return sum(map(bool, self.lambdas))

    @property
    def degree(self) -> int:
        return 1 << self.bent

    @property
    def stored(self) -> int:
        """Parameters of the stack, with M neurons in every layer."""
        M, linear = self.M, len(self.lambdas) - self.bent
        return self.bent * M * (M + 1) * (M + 2) // 2 + linear * M * (M + 1)

    def solve(self) -> int:
        return self.degree if self.ask == "degree" else comb(self.M + self.degree, self.degree)

    def distractors(self) -> Iterator[Wrong]:
        if self.ask == "degree":
            yield from (Wrong(degree, why) for degree, why in self._wrong_degrees())
            return
        M, d = self.M, self.degree
        yield Wrong(
            M**d, r"These are products of \(d\) factors in every order, but \(x_1 x_2\) and \(x_2 x_1\) are the same."
        )
        if d <= M:
            yield Wrong(
                comb(M, d), "Variables may occur several times in a product, and lower degrees belong to it too."
            )
        yield Wrong(comb(M + d - 1, d), r"These are the monomials of degree exactly \(d\); the lower ones are missing.")
        yield Wrong((d + 1) ** M, r"Here every variable has a degree of up to \(d\); it is their sum that counts.")
        for degree, why in self._wrong_degrees():
            yield Wrong(comb(M + degree, M), rf"The degree is not {degree}. {why}")

    def _wrong_degrees(self) -> Iterator[tuple[int, str]]:
        L = len(self.lambdas)
        yield 1 << L, UNNOTICED
        yield 2 * L, ADDED
        yield L + self.bent, ADDED
        yield L + 1, "A layer does not add 1 to the degree: a quadratic one doubles it."
        if self.bent > 1:
            yield 2, LIKE_ONE
        if self.bent > 0:
            yield 1, LIKE_LINEAR
        else:
            yield 2, r"Every \(\lambda\) is 0, so that no product of inputs is left."

    def measured(self, lab: Lab) -> Measurement:
        """The degree of random stacks; the monomials up to it, listed."""
        degree = lab.degree.of_stack(self.lambdas)
        return Measurement(degree if self.ask == "degree" else lab.degree.monomials(self.M, degree), tolerance=0.0)

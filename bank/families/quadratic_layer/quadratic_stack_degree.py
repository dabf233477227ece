"""The degree of a stack of quadratic layers, and how many coefficients such a polynomial has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from math import comb
from random import Random
from typing import Any, Self

from bank.authoring import Exercise, Integers, Lab, Lists, Measurement, OneOf, Rationals, Wrong, param, tex
from bank.families.quadratic_layer import QUADRATIC_LAYER

LAMBDAS = (0, 1, -1, Fraction(1, 2), 2)

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
    relative = 0.0
    drops = True

    lambdas: tuple[Fraction, ...] = param(
        Lists(Rationals(LAMBDAS, -100, 100), 1, 4), "the hyperparameter lambda of each layer"
    )
    ask: str = param(OneOf(("degree", "coefficients")), "what is asked for")
    M: int = param(Integers(2, 6), "inputs of the first layer")

    prelude = QUADRATIC_LAYER
    stem = r"""
        <% if count == "One" %>
        One such layer has the hyperparameter <<listed>>, and \(M = <<M>>\) inputs.
        <% else %>
        <<count>> such layers follow one another, without activation functions between them; their hyperparameters are
        <<listed>>. The first has \(M = <<M>>\) inputs.
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
        return {
            "lambdas": tuple(Fraction(rng.choice((0, *LAMBDAS))) for _ in range(length)),
            "ask": rng.choice(("degree", "coefficients")),
            "M": rng.randint(2, 6),
            **fixed,
        }

    @classmethod
    def space(cls, kind: str) -> int:
        """Stacks; where coefficients are asked, with a number of inputs."""
        stacks: int = sum(len(LAMBDAS) ** length for length in range(1, 5))
        return stacks * (1 + 5)

    @property
    def _bent(self) -> int:
        return sum(map(bool, self.lambdas))

    @property
    def _degree(self) -> int:
        return 1 << self._bent

    def solve(self) -> int:
        return self._degree if self.ask == "degree" else comb(self.M + self._degree, self._degree)

    def distractors(self) -> Iterator[Wrong]:
        if self.ask == "degree":
            yield from (Wrong(degree, why) for degree, why in self._wrong_degrees())
            return
        M, d = self.M, self._degree
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
        yield L + self._bent, ADDED
        yield L + 1, "A layer does not add 1 to the degree: a quadratic one doubles it."
        if self._bent > 1:
            yield 2, LIKE_ONE
        if self._bent > 0:
            yield 1, LIKE_LINEAR
        else:
            yield 2, r"Every \(\lambda\) is 0, so that no product of inputs is left."

    def words(self, kind: str) -> Mapping[str, object]:
        M, L = self.M, len(self.lambdas)
        listed = ", ".join(rf"\(\lambda_{place} = {tex(lam)}\)" for place, lam in enumerate(self.lambdas, 1))
        return {
            "count": ("One", "Two", "Three", "Four")[L - 1],
            "listed": listed if L > 1 else rf"\(\lambda = {tex(self.lambdas[0])}\)",
            "bent": self._bent,
            "degree": self._degree,
            "answer": self.key,
            "stored": self._bent * M * (M + 1) * (M + 2) // 2 + (L - self._bent) * M * (M + 1),
        }

    @classmethod
    def measure(cls, lab: Lab, questions: Sequence[Self]) -> list[Measurement]:
        """Measure the degree of random stacks; list the monomials up to it."""
        return [Measurement(question._counted(lab), tolerance=0.0) for question in questions]

    def _counted(self, lab: Lab) -> int:
        degree = lab.degree.of_stack(self.lambdas)
        return degree if self.ask == "degree" else lab.degree.monomials(self.M, degree)

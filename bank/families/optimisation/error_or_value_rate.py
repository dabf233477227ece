"""The error contracts with rho, the function value with rho squared."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from functools import cache

from bank.authoring import WHOLE, Exercise, Lab, Measurement, Problem, Rationals, Wrong, param
from bank.families.optimisation import QUADRATIC_FORM, uncountable

KAPPAS = tuple(range(2, 101))
DELTAS = tuple(Fraction(1, 10**k) for k in range(2, 9))


class ErrorOrValueRate(Exercise):
    """Half as many steps for f as for the error, at the same delta.

    >>> ErrorOrValueRate(kappa=Fraction(4), delta=Fraction(1, 1000)).solve()
    7
    """

    title = "Gradient descent: error or function value"
    source = ("9d+",)
    points = 2
    kinds = ("single_choice",)
    tiers = ("numeric",)
    experiment = "steps until f has fallen, counted on a real run from the worst start at the best learning rate"
    form = WHOLE
    separation = 0.05

    kappa: Fraction = param(Rationals(KAPPAS, 1, 1000, above=True), "condition number of A")
    delta: Fraction = param(Rationals(DELTAS, 0, 1, above=True, below=True), "value to reach, over that at the start")

    prelude = QUADRATIC_FORM
    stem = r"""
        The condition number of \(\mathbf{A}\) is \(\kappa = <<kappa>>\), and \(\eta\) is the learning rate with the
        smallest convergence rate. From the worst start, where the error shrinks by exactly that rate in every step,
        \(\|\mathbf{x}_t - \mathbf{x}^*\|_2 \le <<delta|power>> \cdot \|\mathbf{x}_0 - \mathbf{x}^*\|_2\) holds after
        \(<<for_error>>\) steps. After how many steps is \(f(\mathbf{x}_t) \le <<delta|power>> \cdot f(\mathbf{x}_0)\)
        for the first time?
    """
    solution = r"""
        <% set real = "%.2f"|format(steps) %>
        \(f\) is quadratic in the error, so it shrinks by \({\rho^*}^2\) in a step where the error shrinks by
        \(\rho^* = (\kappa - 1)/(\kappa + 1) = <<rate>>\). Hence
        \(n \ge \ln <<delta|power>> / (2 \ln <<rate>>) = <<real>>\), half of what the error needs: \(<<answer>>\) steps.
    """

    @classmethod
    @cache
    def space(cls, kind: str) -> int:
        """Fair questions, tried one by one."""
        asked = (cls(kappa=Fraction(kappa), delta=delta) for kappa in KAPPAS for delta in DELTAS)
        return sum(not any(question.refusals(kind)) for question in asked)

    def constraints(self) -> Iterator[Problem]:
        yield from uncountable(self.steps, 2 * self.steps)

    @property
    def rate(self) -> Fraction:
        return (self.kappa - 1) / (self.kappa + 1)

    @property
    def steps(self) -> float:
        """As the logarithms give them, not rounded up."""
        return math.log(self.delta) / (2 * math.log(self.rate))

    @property
    def for_error(self) -> int:
        return math.ceil(2 * self.steps)

    def solve(self) -> int:
        return math.ceil(self.steps)

    def distractors(self) -> Iterator[Wrong]:
        real = self.steps
        yield Wrong(self.for_error, r"So many are needed for the error; \(f\) is quadratic in it.")
        yield Wrong(math.ceil(4 * real), r"\(f\) falls faster than the error, not more slowly.")
        yield Wrong(math.ceil(math.sqrt(2 * real)), "The square is taken of the rate, not of the number of steps.")
        yield Wrong(math.ceil(real / 2), r"\({\rho^*}^4\): the square was taken twice.")
        yield Wrong(math.ceil(real * math.log(10)), r"\(\ln\) and \(\log_{10}\) were mixed.")

    def measured(self, lab: Lab) -> Measurement:
        (steps,) = lab.rates.steps_until([(1, self.kappa)], [float(self.delta)], "value")
        return Measurement(steps, tolerance=0.0)

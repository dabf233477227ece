"""The error contracts with rho, the function value with rho squared."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Self

from bank.authoring import Exercise, Lab, Measurement, Problem, Rationals, Wrong, param
from bank.families.optimisation import QUADRATIC_FORM

DELTAS = tuple(Fraction(1, 10**k) for k in range(2, 9))
CLEAR = 0.02  # the real-valued answer is at least so far from a whole number
MOST = 2000  # steps that are counted


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
    separation = 0.05
    drops = True

    kappa: Fraction = param(Rationals(tuple(range(2, 101)), 1, 1000, above=True), "condition number of A")
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
        \(f\) is quadratic in the error, so it shrinks by \({\rho^*}^2\) in a step where the error shrinks by
        \(\rho^* = (\kappa - 1)/(\kappa + 1) = <<rate>>\). Hence
        \(n \ge \ln <<delta|power>> / (2 \ln <<rate>>) = <<real>>\), half of what the error needs: \(<<answer>>\) steps.
    """

    def constraints(self) -> Iterator[Problem]:
        real = self._real()
        if real > MOST:
            yield Problem("/params/delta", f"more than {MOST} steps are needed")
        elif min(abs(part - round(part)) for part in (real, 2 * real)) < CLEAR:
            yield Problem("/params/delta", "the number of steps is too close to a whole number to be certain")

    @property
    def _rate(self) -> Fraction:
        return (self.kappa - 1) / (self.kappa + 1)

    def _real(self) -> float:
        return math.log(self.delta) / (2 * math.log(self._rate))

    def solve(self) -> int:
        return math.ceil(self._real())

    def distractors(self) -> Iterator[Wrong]:
        real = self._real()
        yield Wrong(math.ceil(2 * real), r"So many are needed for the error; \(f\) is quadratic in it.")
        yield Wrong(math.ceil(4 * real), r"\(f\) falls faster than the error, not more slowly.")
        yield Wrong(math.ceil(math.sqrt(2 * real)), "The square is taken of the rate, not of the number of steps.")
        yield Wrong(math.ceil(real / 2), r"\({\rho^*}^4\): the square was taken twice.")
        yield Wrong(math.ceil(real * math.log(10)), r"\(\ln\) and \(\log_{10}\) were mixed.")

    def words(self, kind: str) -> Mapping[str, object]:
        steps = math.ceil(2 * self._real())
        return {"rate": self._rate, "real": f"{self._real():.2f}", "answer": self.key, "for_error": steps}

    @classmethod
    def measure(cls, lab: Lab, questions: Sequence[Self]) -> list[Measurement]:
        spectra, deltas = [(1, q.kappa) for q in questions], [float(q.delta) for q in questions]
        return [Measurement(steps, tolerance=0.0) for steps in lab.rates.steps_until(spectra, deltas, "value")]

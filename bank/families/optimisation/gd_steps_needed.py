"""How many steps of gradient descent reach a given error."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from random import Random
from typing import Any, Self

from bank.authoring import Exercise, Lab, Lists, Measurement, Problem, Rationals, Wrong, param
from bank.families.optimisation import QUADRATIC_FORM

DELTAS = tuple(Fraction(1, 10**k) for k in range(1, 7))
CLEAR = 0.02  # the real-valued answer is at least so far from a whole number
MOST = 2000  # steps that are counted


class GdStepsNeeded(Exercise):
    """The smallest n with rho^n <= delta.

    >>> GdStepsNeeded(eigenvalues=(Fraction(1), Fraction(2), Fraction(4)), delta=Fraction(1, 1000)).solve()
    14
    """

    title = "Gradient descent: steps to a given error"
    source = ("9+",)
    points = 3
    kinds = ("numeric", "single_choice")
    tiers = ("numeric",)
    experiment = "steps counted on a real run from the worst start, at the learning rate of the smallest operator norm"
    relative = 0.0
    separation = 0.05
    drops = True

    eigenvalues: tuple[Fraction, ...] = param(
        Lists(Rationals(tuple(range(1, 31)), Fraction(1, 100), 1000), 2, 6, distinct=True),
        "eigenvalues of A, all different",
    )
    delta: Fraction = param(
        Rationals(DELTAS, 0, 1, above=True, below=True), "error to be reached, over that at the start"
    )

    prelude = QUADRATIC_FORM
    stem = r"""
        The eigenvalues of \(\mathbf{A}\) are \(<<eigenvalues|listed>>\), and \(\eta\) is the learning rate with the
        smallest convergence rate. The start is the worst one: in every step the error shrinks by exactly that rate.
        After how many steps is \(\|\mathbf{x}_t - \mathbf{x}^*\|_2 \le <<delta|power>> \cdot
        \|\mathbf{x}_0 - \mathbf{x}^*\|_2\) for the first time?
    """
    solution = r"""
        The best rate is \(\rho^* = (\lambda_{\max} - \lambda_{\min})/(\lambda_{\max} + \lambda_{\min}) = <<rate>>\).
        The error after \(n\) steps is \({\rho^*}^n\) of the first, so
        \(n \ge \ln <<delta|power>> / \ln <<rate>> = <<real>>\): \(<<answer>>\) steps.
    """

    @classmethod
    def draw_params(cls, rng: Random, fixed: Mapping[str, Any], kind: str) -> dict[str, Any]:
        drawn = tuple(Fraction(k) for k in sorted(rng.sample(range(1, 31), rng.randint(2, 4))))
        return {
            "eigenvalues": fixed.get("eigenvalues") or drawn,
            "delta": fixed.get("delta") or rng.choice(DELTAS),
        }

    @classmethod
    def space(cls, kind: str) -> int:
        return sum(math.comb(30, n) for n in (2, 3, 4)) * len(DELTAS)

    def constraints(self) -> Iterator[Problem]:
        real = self._real()
        if real > MOST:
            yield Problem("/params/delta", f"more than {MOST} steps are needed")
        elif abs(real - round(real)) < CLEAR:
            yield Problem("/params/delta", "the number of steps is too close to the next whole number to be certain")

    @property
    def _rate(self) -> Fraction:
        low, high = min(self.eigenvalues), max(self.eigenvalues)
        return (high - low) / (high + low)

    def _real(self) -> float:
        return math.log(self.delta) / math.log(self._rate)

    def solve(self) -> int:
        return math.ceil(self._real())

    def distractors(self) -> Iterator[Wrong]:
        kappa, logarithm = max(self.eigenvalues) / min(self.eigenvalues), -math.log(self.delta)
        yield Wrong(math.ceil(self._real() / 2), r"This uses \(\rho^2\): the steps for \(f\), not for \(\mathbf{x}\).")
        yield Wrong(math.ceil(self._real() / math.log(10)), r"\(\log_{10}\) and \(\ln\) were mixed.")
        yield Wrong(math.ceil(self._real() * math.log(10)), r"\(\ln\) and \(\log_{10}\) were mixed.")
        yield Wrong(
            math.ceil(kappa * logarithm), r"The bound \(\kappa \ln(1/\delta)\) for large \(\kappa\) is twice as much."
        )
        yield Wrong(
            math.ceil(kappa / 2 * logarithm), r"\(\tfrac{\kappa}{2} \ln(1/\delta)\) holds for large \(\kappa\) only."
        )
        yield Wrong(math.ceil(2 * self._real()), "Twice as many: the rate was taken for that of the squared error.")

    def words(self, kind: str) -> Mapping[str, object]:
        return {"rate": self._rate, "real": f"{self._real():.2f}", "answer": self.key}

    @classmethod
    def measure(cls, lab: Lab, questions: Sequence[Self]) -> list[Measurement]:
        spectra, deltas = [q.eigenvalues for q in questions], [float(q.delta) for q in questions]
        return [Measurement(steps, tolerance=0.0) for steps in lab.rates.steps_until(spectra, deltas, "norm")]

"""How much ridge makes a problem as well conditioned as wanted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache
from random import Random
from typing import Any, Self

from bank.authoring import Drawn, Exercise, Lab, Measurement, Problem, Rationals, Wrong, param, rounded

LOWS = (*range(1, 6), Fraction(1, 2), Fraction(1, 4), Fraction(1, 10))
HIGHS = range(10, 201)


def _reachable(low: Fraction | int, high: Fraction | int) -> Sequence[int]:
    """Condition numbers below the present one."""
    return [kappa for kappa in range(2, 31) if kappa * low < high]


def _target(rng: Random, drawn: Mapping[str, Any]) -> Fraction:
    return Fraction(rng.choice(_reachable(drawn["lmin"], drawn["lmax"]) or [2]))


class RidgeConditioning(Exercise):
    """(lmax - target lmin)/(target - 1).

    >>> RidgeConditioning(lmin=Fraction(1), lmax=Fraction(100), target_kappa=Fraction(10)).solve()
    Fraction(10, 1)
    """

    title = "Ridge regularisation and condition number"
    source = ("9d+",)
    points = 2
    kinds = ("numeric", "single_choice")
    tiers = ("numeric",)
    experiment = "the shift at which the condition number of A + mu I is the wanted one, by bisection on a real matrix"
    form = rounded(0.01)
    separation = 0.05

    lmin: Fraction = param(Rationals(LOWS, 0, 1000, above=True), "smallest eigenvalue")
    lmax: Fraction = param(Rationals(tuple(HIGHS), 0, 100_000, above=True), "largest eigenvalue")
    target_kappa: Fraction = param(Drawn(Rationals((), 1, 10_000, above=True), _target), "condition number wanted")

    stem = r"""
        Let \(f(\mathbf{x}) = \tfrac12 \mathbf{x}^\top \mathbf{A} \mathbf{x}\) with \(\mathbf{A}\) symmetric and
        positive definite; its extreme eigenvalues are \(\lambda_{\min} = <<lmin>>\) and
        \(\lambda_{\max} = <<lmax>>\), so its condition number is \(<<kappa>>\). To make gradient descent faster,
        \(\tfrac{\mu}{2} \|\mathbf{x}\|_2^2\) is added to \(f\). For which \(\mu > 0\) does the condition number
        become \(<<target_kappa>>\)?
    """
    solution = r"""
        The Hessian becomes \(\mathbf{A} + \mu\mathbf{I}\), and every eigenvalue grows by \(\mu\):
        \(\kappa' = (\lambda_{\max} + \mu)/(\lambda_{\min} + \mu)\). Solved for \(\mu\):
        \(\mu = (\lambda_{\max} - \kappa' \lambda_{\min})/(\kappa' - 1) = <<answer>>\).
    """

    @classmethod
    @cache
    def space(cls, kind: str) -> int:
        return sum(len(_reachable(low, high)) for low in LOWS for high in HIGHS)

    def constraints(self) -> Iterator[Problem]:
        if self.lmax <= self.lmin:
            yield Problem("/params/lmax", "lmax must be above lmin")
        elif self.target_kappa >= self.kappa:
            yield Problem("/params/target_kappa", "target_kappa must be below the present condition number")

    def solve(self) -> Fraction:
        return (self.lmax - self.target_kappa * self.lmin) / (self.target_kappa - 1)

    def distractors(self) -> Iterator[Wrong]:
        low, high, target = self.lmin, self.lmax, self.target_kappa
        yield Wrong(high / target - low, r"\(\mu\) was added to the smallest eigenvalue only; it shifts all of them.")
        yield Wrong((high - target * low) / (target + 1), "A sign slipped in the denominator.")
        yield Wrong((high - low) / (target - 1), r"\(\lambda_{\min}\) is multiplied by \(\kappa'\) as well.")
        yield Wrong((high + target * low) / (target - 1), r"A sign slipped: \(\kappa'\lambda_{\min}\) is subtracted.")
        yield Wrong(high / target, r"This is the smallest eigenvalue that is needed; \(\lambda_{\max}\) grows as well.")
        yield Wrong(2 * self.solve(), r"\(\tfrac{\mu}{2}\|\mathbf{x}\|^2\) adds \(\mu\) to the Hessian, no less.")

    @property
    def kappa(self) -> Fraction:
        return self.lmax / self.lmin

    @classmethod
    def measure(cls, lab: Lab, questions: Sequence[Self]) -> list[Measurement]:
        spectra = [(question.lmin, (question.lmin + question.lmax) / 2, question.lmax) for question in questions]
        shifts = lab.rates.shifts_to(spectra, [question.target_kappa for question in questions])
        return [Measurement(shift, tolerance=1e-8) for shift in shifts]

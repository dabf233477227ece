"""How much ridge makes a problem as well conditioned as wanted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache
from random import Random
from typing import Any, Self

from bank.authoring import (
    STEP,
    Drawn,
    Exercise,
    Lab,
    Line,
    Measurement,
    Problem,
    Rationals,
    Wrong,
    adding,
    along,
    digits,
    multiplying,
    param,
    rounded,
)

LOWS = (Fraction(1, 10), Fraction(1, 4), Fraction(1, 2), *range(2, 6))
HIGHS = range(10, 201)


def _reachable(low: Fraction | int, high: Fraction | int) -> Sequence[int]:
    """Condition numbers below the present one."""
    return [kappa for kappa in range(3, 16) if kappa * low < high]


def _target(rng: Random, drawn: Mapping[str, Any]) -> Fraction:
    return Fraction(rng.choice(_reachable(drawn["lmin"], drawn["lmax"]) or [3]))


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
    separation = 0.03
    band = (12.0, 36.0)

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
        The Hessian becomes \(\mathbf{A} + \mu\mathbf{I}\), so every eigenvalue grows by \(\mu\). The condition number
        is to be \(<<target_kappa>>\):

        \[\frac{<<lmax>> + \mu}{<<lmin>> + \mu} = <<target_kappa>>\]

        Multiply by the denominator: \(<<lmax>> + \mu = <<target_kappa>> \cdot <<lmin|paren>> + <<target_kappa>>\mu\).

        Collect the terms with \(\mu\): \(<<lmax - target_kappa * lmin>> = <<target_kappa - 1>>\mu\).

        Divide: \(\mu = <<answer>>\).
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

    def misreadings(self) -> Iterator[Line]:
        yield along(self, "lmin", r"\lambda_{\min}", LOWS)
        yield along(self, "lmax", r"\lambda_{\max}", HIGHS)
        yield along(self, "target_kappa", r"\kappa'", _reachable(self.lmin, self.lmax))

    def distractors(self) -> Iterator[Wrong]:
        low, high, target = self.lmin, self.lmax, self.target_kappa
        scaled, less = target * low, target - 1
        key = (high - scaled) / less
        yield Wrong(
            high / target - low, r"\(\mu\) was added to the smallest eigenvalue only; it is added to all of them."
        )
        yield Wrong((high - scaled) / (target + 1), r"The denominator is \(\kappa' - 1\), not \(\kappa' + 1\).")
        yield Wrong((high - low) / less, r"\(\lambda_{\min}\) is multiplied by \(\kappa'\) as well.")
        yield Wrong((high + scaled) / less, r"\(\kappa'\lambda_{\min}\) is subtracted, not added.")
        yield Wrong(high / target, r"This is what \(\lambda_{\min}\) would have to be if \(\lambda_{\max}\) stayed.")
        yield Wrong(high / less, r"\(\kappa'\lambda_{\min}\) is missing in the numerator.")
        yield Wrong((high + low) / less, r"The numerator is \(\lambda_{\max} - \kappa'\lambda_{\min}\).")
        yield Wrong(high - scaled, r"This is \(\mu(\kappa' - 1)\); the division is missing.")
        yield Wrong(
            2 * key, r"\(\tfrac{\mu}{2}\|\mathbf{x}\|_2^2\) adds \(\mu\) to the Hessian, not \(\mu/2\).", offered=False
        )
        yield Wrong(
            key / 2, r"\(\tfrac{\mu}{2}\|\mathbf{x}\|_2^2\) adds \(\mu\) to the Hessian, not \(2\mu\).", offered=False
        )
        yield Wrong(key + low, r"This is the smallest eigenvalue after the shift, \(\lambda_{\min} + \mu\).")
        yield Wrong(
            high / (target + 1), r"\(\kappa'\lambda_{\min}\) is missing, and the denominator is \(\kappa' - 1\)."
        )

        yield Wrong(key - low, r"\(\lambda_{\min}\) was subtracted a second time.", offered=key > low)
        yield Wrong(
            (high - low) / (target + 1),
            r"This divides by \(\kappa' + 1\), and forgets \(\kappa'\) beside \(\lambda_{\min}\).",
        )

    def effort(self) -> float:
        low, high, target = self.lmin, self.lmax, self.target_kappa
        difference = high - target * low
        shifted = adding(high, target * low) + multiplying(target, low) + adding(target, 1)
        return 6 * STEP + shifted + float(digits(difference) * digits(target - 1))

    @property
    def kappa(self) -> Fraction:
        return self.lmax / self.lmin

    @classmethod
    def measure(cls, lab: Lab, questions: Sequence[Self]) -> list[Measurement]:
        spectra = [(question.lmin, (question.lmin + question.lmax) / 2, question.lmax) for question in questions]
        shifts = lab.rates.shifts_to(spectra, [question.target_kappa for question in questions])
        return [Measurement(shift, tolerance=1e-8) for shift in shifts]

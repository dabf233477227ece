"""Heavy ball at its best, and the same method written with an average of gradients."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache
from itertools import combinations
from math import isqrt
from random import Random
from typing import Any, Self

from bank.authoring import (
    FRACTION,
    ROOT,
    Exercise,
    Lab,
    Measurement,
    Number,
    Problem,
    Rationals,
    Wrong,
    adding,
    multiplying,
    param,
)
from bank.families.optimisation import HEAVY_BALL

SQUARES = tuple(sorted({Fraction(p, q) ** 2 for q in (1, 2, 3) for p in range(1, 13)}))
EIGENVALUE = Rationals(SQUARES, Fraction(1, 100), 10_000)


class HeavyBallConversion(Exercise):
    """alpha, beta and rate of the best heavy ball, and the learning rate of the averaging form.

    >>> for name, value in HeavyBallConversion(lmin=Fraction(1), lmax=Fraction(4)).solve().items():
    ...     print(name, value)
    alpha 4/9
    beta 1/9
    rate 1/3
    eta_ema 1/2
    """

    title = "Heavy ball and momentum as an average"
    source = ("9e+",)
    points = 4
    kinds = ("fields",)
    tiers = ("numeric",)
    experiment = "step and momentum of the smallest spectral radius, searched for in both forms"
    form = FRACTION
    band = (28, 84)
    separation = 0.05

    lmin: Fraction = param(EIGENVALUE, "smallest eigenvalue, square of a fraction")
    lmax: Fraction = param(EIGENVALUE, "largest eigenvalue, square of a fraction")

    prelude = HEAVY_BALL
    stem = r"""
        The extreme eigenvalues of \(\mathbf{A}\) are \(\lambda_{\min} = <<lmin>>\) and \(\lambda_{\max} = <<lmax>>\).
        Which \(\alpha\) and \(\beta\) give the smallest asymptotic rate, and what is that `rate`?

        With the same \(\beta\), momentum is often written as an average: \(\mathbf{m}_{t+1} = \beta \mathbf{m}_t +
        (1 - \beta) \nabla f(\mathbf{x}_t)\), \(\mathbf{x}_{t+1} = \mathbf{x}_t - \eta\, \mathbf{m}_{t+1}\). Which
        \(\eta\), here `eta_ema`, makes it the same method?
    """
    solution = r"""
        The roots of the eigenvalues are \(\sqrt{\lambda_{\min}} = <<low>>\) and \(\sqrt{\lambda_{\max}} = <<high>>\).
        Their sum is \(<<high + low>>\), their difference \(<<high - low>>\).

        The rate is smallest where \(z^2 - (1 + \beta - \alpha\lambda)z + \beta\) has a double root for both extreme
        eigenvalues. The modulus of a double root is \(\sqrt{\beta}\), which is the rate:
        \[\rho = \sqrt{\beta} = \frac{\sqrt{\kappa} - 1}{\sqrt{\kappa} + 1}
        = \frac{\sqrt{\lambda_{\max}} - \sqrt{\lambda_{\min}}}{\sqrt{\lambda_{\max}} + \sqrt{\lambda_{\min}}}
        = <<high - low>> / <<(high + low)|paren>> = <<answer.rate>>.\]

        The momentum is its square: \[\beta = \rho^2 = \left(<<answer.rate>>\right)^2 = <<answer.beta>>.\]

        The step size is
        \[\alpha = \frac{4}{(\sqrt{\lambda_{\max}} + \sqrt{\lambda_{\min}})^2}
        = 4 / \left(<<high + low>>\right)^2 = <<answer.alpha>>.\]

        In the averaging form each new gradient counts \(\eta(1 - \beta)\), which has to be \(\alpha\):
        \[\eta = \frac{\alpha}{1 - \beta} = <<answer.alpha>> / <<(1 - answer.beta)|paren>> = <<answer.eta_ema>>.\]

        The same as a check: \(\eta = 1/\sqrt{\lambda_{\min}\lambda_{\max}} = 1/<<(low * high)|paren>>\).
    """

    @property
    def low(self) -> Fraction:
        """The root of the smallest eigenvalue."""
        return root(self.lmin)

    @property
    def high(self) -> Fraction:
        """The root of the largest eigenvalue."""
        return root(self.lmax)

    @classmethod
    def draw_params(cls, rng: Random, fixed: Mapping[str, Any], kind: str) -> dict[str, Any]:
        low, high = sorted(rng.sample(SQUARES, 2))
        return {"lmin": low, "lmax": high}

    @classmethod
    @cache
    def space(cls, kind: str) -> int:
        """Fair questions, tried one by one."""
        asked = (cls(lmin=low, lmax=high) for low, high in combinations(SQUARES, 2))
        return sum(question.is_drawn(kind) for question in asked)

    def effort(self) -> float:
        """Two roots, then sums, quotients and squares of them."""
        low, high = self.low, self.high
        products = multiplying(high + low, high + low) + multiplying(high - low, high - low) + multiplying(high, low)
        return 2 * ROOT + adding(high, low) + adding(high, -low) + products + multiplying(4, high + low)

    def constraints(self) -> Iterator[Problem]:
        for name, value in (("lmin", self.lmin), ("lmax", self.lmax)):
            if root(value) ** 2 != value:
                yield Problem(f"/params/{name}", f"{name} must be the square of a fraction")
        kappa = self.lmax / self.lmin
        if not Fraction(3, 2) <= kappa <= 150:
            yield Problem("/params/lmax", "lmax / lmin must be from 1.5 to 150")

    def solve(self) -> dict[str, Number]:
        low, high = self.low, self.high
        rate = (high - low) / (high + low)
        return {"alpha": 4 / (high + low) ** 2, "beta": rate**2, "rate": rate, "eta_ema": 1 / (low * high)}

    def distractors(self) -> Iterator[Wrong]:
        low, high, key = self.lmin, self.lmax, self.solve()
        best, descent = 2 / (low + high), (high - low) / (high + low)
        yield Wrong(key | {"alpha": best}, "This is the best learning rate of gradient descent.")
        yield Wrong(key | {"beta": key["rate"]}, r"This is \(\sqrt{\beta}\).")
        yield Wrong(key | {"rate": descent}, "This is the rate of gradient descent.")
        yield Wrong(key | {"rate": key["beta"]}, r"The modulus of the double root is \(\sqrt{\beta}\).")
        yield Wrong(key | {"eta_ema": key["alpha"]}, r"A new gradient counts only \(1 - \beta\) in the average.")
        yield Wrong(key | {"eta_ema": best}, "This is the best learning rate of gradient descent, without momentum.")

    @classmethod
    def measure(cls, lab: Lab, questions: Sequence[Self]) -> list[Measurement]:
        tuned = lab.rates.tuned([(question.lmin, question.lmax) for question in questions])
        return [Measurement(found._asdict(), tolerance=1e-3) for found in tuned]


def root(value: Fraction) -> Fraction:
    """The square root of the next lower square of numerator and denominator."""
    return Fraction(isqrt(value.numerator), isqrt(value.denominator))

"""The error contracts with rho, the function value with rho squared."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from functools import cache

from bank.authoring import (
    LOGARITHM,
    STEP,
    WHOLE,
    Exercise,
    Lab,
    Line,
    Measurement,
    Problem,
    Rationals,
    Wrong,
    along,
    digits,
    param,
)
from bank.families.optimisation import QUADRATIC_FORM, uncountable

KAPPAS = tuple(range(4, 41))
FAR = 3  # times fewer steps than needed: an option that stands out
DELTAS = tuple(sorted(Fraction(1, m * 10**k) for k in range(2, 9) for m in (1, 2, 5)))


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
    band = (22, 26)
    calculator = True

    kappa: Fraction = param(Rationals(KAPPAS, 1, 1000, above=True), "condition number of A")
    delta: Fraction = param(Rationals(DELTAS, 0, 1, above=True, below=True), "value to reach, over that at the start")

    prelude = QUADRATIC_FORM
    stem = r"""
        The condition number of \(\mathbf{A}\) is \(\kappa = <<kappa>>\), and \(\eta\) is the learning rate with the
        smallest convergence rate. Gradient descent begins at the worst start: there the error
        \(\|\mathbf{x}_t - \mathbf{x}^*\|_2\) shrinks by exactly that rate in every step. What is the smallest number of
        steps \(t\) with \(f(\mathbf{x}_t) \le <<delta|power>> \cdot f(\mathbf{x}_0)\)?
    """
    solution = r"""
        <% set real = "%.2f"|format(steps) %>
        In every step the error shrinks by \(\rho = \frac{\kappa - 1}{\kappa + 1} = <<rate>>\).

        The value \(f\) is quadratic in the error, so it shrinks by \(\rho^2\) in every step:
        \(f(\mathbf{x}_t) = \rho^{2t} f(\mathbf{x}_0)\).

        The condition is \(\rho^{2t} \le <<delta|power>>\). Both logarithms are negative, so
        \[t \ge \frac{\ln <<delta|power>>}{2 \ln <<rate>>} = <<real>>.\]

        The smallest whole number is \(t = <<answer>>\). (The error alone would need \(<<for_error>>\) steps.)
    """

    @classmethod
    @cache
    def space(cls, kind: str) -> int:
        """Fair questions, tried one by one."""
        asked = (cls(kappa=Fraction(kappa), delta=delta) for kappa in KAPPAS for delta in DELTAS)
        return sum(not any(question.refusals(kind)) for question in asked)

    def effort(self) -> float:
        """Two logarithms, the rate, a quotient."""
        return 2 * LOGARITHM + 2 * STEP + digits(self.rate)

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

    def misreadings(self) -> Iterator[Line]:
        yield along(self, "kappa", r"\kappa", KAPPAS)
        yield along(self, "delta", r"\delta", DELTAS)

    def distractors(self) -> Iterator[Wrong]:
        """Half of the key is not offered: it would tell which option it is the half of."""
        real, key = self.steps, self.solve()
        kappa, logarithm = float(self.kappa), -math.log(self.delta)
        yield Wrong(self.for_error, r"So many steps are needed for the error; \(f\) is quadratic in it.")
        yield Wrong(key - 1, r"After so many steps \(f\) is still too large: the number is rounded up.")
        yield Wrong(key + 1, r"\(\mathbf{x}_0\) is the start, and no step.")
        yield Wrong(math.ceil(4 * real), r"\(f\) falls faster than the error, not more slowly.")
        few = math.ceil(math.sqrt(2 * real))
        yield Wrong(few, "The square is taken of the rate, not of the number of steps.", offered=FAR * few > real)
        yield Wrong(
            math.ceil(real / 2), r"\(\rho^4\) was taken; \(f\) shrinks by \(\rho^2\) in every step.", offered=False
        )
        yield Wrong(
            math.ceil(real * math.log(10)), r"\(\ln\) and \(\log_{10}\) were mixed: \(\ln\) above, \(\log_{10}\) below."
        )
        yield Wrong(
            math.ceil(real / math.log(10)), r"\(\ln\) and \(\log_{10}\) were mixed: \(\log_{10}\) above, \(\ln\) below."
        )
        yield Wrong(
            math.ceil(-logarithm / (2 * math.log(1 - 1 / kappa))),
            r"\(1 - 1/\kappa\) is the rate for \(\eta = 1/\lambda_{\max}\).",
        )
        if kappa > 2:
            limit = math.ceil(-logarithm / (2 * math.log(1 - 2 / kappa)))
            yield Wrong(limit, r"\(1 - 2/\kappa\) belongs to \(\eta = 2/\lambda_{\max}\), the limit of stability.")
        root = math.sqrt(kappa)
        fast = math.ceil(-logarithm / (2 * math.log((root - 1) / (root + 1))))
        yield Wrong(fast, "This is the rate of the heavy ball method, with momentum.", offered=FAR * fast > real)
        yield Wrong(
            math.ceil(kappa * logarithm),
            r"\(\kappa \ln(1/\delta)\) is a rough bound, four times too large for large \(\kappa\).",
        )

    def measured(self, lab: Lab) -> Measurement:
        (steps,) = lab.rates.steps_until([(1, self.kappa)], [float(self.delta)], "value")
        return Measurement(steps, tolerance=0.0)

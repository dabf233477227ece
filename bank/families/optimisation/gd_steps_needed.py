"""How many steps of gradient descent reach a given error."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction

from bank.authoring import WHOLE, Exercise, Lab, Measurement, Problem, Rationals, Wrong, param
from bank.families.optimisation import QUADRATIC_FORM, spectrum, uncountable

DELTAS = tuple(Fraction(1, 10**k) for k in range(1, 7))


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
    form = WHOLE
    separation = 0.05

    eigenvalues: tuple[Fraction, ...] = param(spectrum(range(1, 31), 2, 4), "eigenvalues of A, all different")
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
        <% set real = "%.2f"|format(steps) %>
        The best rate is \(\rho^* = (\lambda_{\max} - \lambda_{\min})/(\lambda_{\max} + \lambda_{\min}) = <<rate>>\).
        The error after \(n\) steps is \({\rho^*}^n\) of the first, so
        \(n \ge \ln <<delta|power>> / \ln <<rate>> = <<real>>\): \(<<answer>>\) steps.
    """

    def constraints(self) -> Iterator[Problem]:
        yield from uncountable(self.steps)

    @property
    def rate(self) -> Fraction:
        low, high = min(self.eigenvalues), max(self.eigenvalues)
        return (high - low) / (high + low)

    @property
    def steps(self) -> float:
        """As the logarithms give them, not rounded up."""
        return math.log(self.delta) / math.log(self.rate)

    def solve(self) -> int:
        return math.ceil(self.steps)

    def distractors(self) -> Iterator[Wrong]:
        real, bound = self.steps, -math.log(self.delta) * max(self.eigenvalues) / min(self.eigenvalues)
        yield Wrong(math.ceil(real / 2), r"This uses \(\rho^2\): the steps for \(f\), not for \(\mathbf{x}\).")
        yield Wrong(math.ceil(real / math.log(10)), r"\(\log_{10}\) and \(\ln\) were mixed.")
        yield Wrong(math.ceil(real * math.log(10)), r"\(\ln\) and \(\log_{10}\) were mixed.")
        yield Wrong(math.ceil(bound), r"The bound \(\kappa \ln(1/\delta)\) for large \(\kappa\) is twice as much.")
        yield Wrong(math.ceil(bound / 2), r"\(\tfrac{\kappa}{2} \ln(1/\delta)\) holds for large \(\kappa\) only.")
        yield Wrong(math.ceil(2 * real), "Twice as many: the rate was taken for that of the squared error.")

    def measured(self, lab: Lab) -> Measurement:
        (steps,) = lab.rates.steps_until([self.eigenvalues], [float(self.delta)], "norm")
        return Measurement(steps, tolerance=0.0)

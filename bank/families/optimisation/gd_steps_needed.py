"""How many steps of gradient descent reach a given error."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction

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
from bank.families.optimisation import QUADRATIC_FORM, Ends, ends_misread, spectrum, uncountable

DELTAS = tuple(sorted(Fraction(1, m * 10**k) for k in range(3, 12) for m in (1, 2, 3, 5, 7)))


class GdStepsNeeded(Ends, Exercise):
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
    band = (22, 30)
    calculator = True

    eigenvalues: tuple[Fraction, ...] = param(spectrum(range(5, 31), 2, 4), "eigenvalues of A, all different")
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
        The best rate is
        \[\rho = \frac{\lambda_{\max} - \lambda_{\min}}{\lambda_{\max} + \lambda_{\min}}
        = \frac{<<high>> - <<low>>}{<<high>> + <<low>>} = <<rate>>.\]

        After \(t\) steps the error is \(\rho^t\) times that of the start, so \(\rho^t \le <<delta|power>>\) is needed.
        Both logarithms are negative, so
        \[t \ge \frac{\ln <<delta|power>>}{\ln <<rate>>} = <<real>>.\]

        The smallest whole number is \(t = <<answer>>\).
    """

    def constraints(self) -> Iterator[Problem]:
        yield from uncountable(self.steps)

    def effort(self) -> float:
        """The rate, two logarithms, a quotient."""
        return 2 * LOGARITHM + 2 * STEP + digits(self.rate)

    @property
    def rate(self) -> Fraction:
        return (self.high - self.low) / (self.high + self.low)

    @property
    def steps(self) -> float:
        """As the logarithms give them, not rounded up."""
        return math.log(self.delta) / math.log(self.rate)

    def solve(self) -> int:
        return math.ceil(self.steps)

    def misreadings(self) -> Iterator[Line]:
        yield along(self, "delta", r"\delta", DELTAS)
        yield from ends_misread(self, range(5, 31))

    def distractors(self) -> Iterator[Wrong]:
        real, key, logarithm = self.steps, self.solve(), -math.log(self.delta)
        kappa = float(self.high / self.low)
        root = math.sqrt(kappa)
        for_value = r"This uses \(\rho^2\): the steps for \(f\), not for \(\mathbf{x}\)."
        yield Wrong(math.ceil(real / 2), for_value, offered=False)
        of_value = r"This uses \(\sqrt{\rho}\): the rate was taken for that of \(f\)."
        yield Wrong(math.ceil(2 * real), of_value, offered=False)
        yield Wrong(key - 1, "After so many steps the error is still too large: the number is rounded up.")
        yield Wrong(key + 1, r"\(\mathbf{x}_0\) is the start, and no step.")
        mixed = r"\(\ln\) and \(\log_{10}\) were mixed:"
        yield Wrong(math.ceil(real / math.log(10)), rf"{mixed} \(\log_{{10}}\) above, \(\ln\) below.")
        yield Wrong(math.ceil(real * math.log(10)), rf"{mixed} \(\ln\) above, \(\log_{{10}}\) below.")
        bound = math.ceil(kappa * logarithm)
        yield Wrong(bound, r"\(\kappa \ln(1/\delta)\) is a bound, and twice too large for large \(\kappa\).")
        leading = math.ceil(kappa * logarithm / 2)
        yield Wrong(leading, r"\(\tfrac{\kappa}{2} \ln(1/\delta)\) holds for large \(\kappa\) only.")
        slow = math.ceil(-logarithm / math.log(1 - 1 / kappa))
        yield Wrong(slow, r"\(1 - 1/\kappa\) is the rate for \(\eta = 1/\lambda_{\max}\).")
        fast = math.ceil(-logarithm / math.log((root - 1) / (root + 1)))
        yield Wrong(fast, "This is the rate of the heavy ball method, with momentum.")
        mean = float(sum(self.eigenvalues) / len(self.eigenvalues))
        at_mean = max(abs(1 - float(self.low) / mean), abs(1 - float(self.high) / mean))
        if at_mean < 1:
            by_mean = math.ceil(-logarithm / math.log(at_mean))
            yield Wrong(by_mean, "This is the rate for one divided by the mean eigenvalue.")

    def measured(self, lab: Lab) -> Measurement:
        (steps,) = lab.rates.steps_until([self.eigenvalues], [float(self.delta)], "norm")
        return Measurement(steps, tolerance=0.0)

"""The step size below which heavy ball converges, at a given momentum."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Self

from bank.authoring import (
    STEP,
    Exercise,
    Lab,
    Line,
    Measurement,
    Rationals,
    Wrong,
    adding,
    along,
    digits,
    param,
    rounded,
    worth,
)
from bank.families.optimisation import HEAVY_BALL, Ends, ends_misread, spectrum

BETAS = tuple(  # above, the limit is nearly the step size up to which roots are complex: 2 (1 + b), (1 + sqrt(b))^2
    sorted(
        {Fraction(p, q) for q in (*range(2, 11), 20) for p in range(1, q) if Fraction(1, 10) <= Fraction(p, q) <= 0.6}
    )
)
VALUES = range(2, 61)  # of the eigenvalues
WRONG = (  # b: momentum; of the eigenvalues l: the smallest, h: the largest, m: the mean, d: a middle one, s: the sum
    ("2/h", "This is the limit without momentum."),
    (
        "2*(1 - b)/h",
        r"\(\alpha/(1 - \beta)\) is the step of many equal gradients; at the limit they change their sign.",
    ),
    ("(2 + b)/h", r"The condition is \(|T| < 1 + \beta\), not \(|T| < 1\)."),
    ("b/h", r"This solves \(T = 1\), which is no limit; the condition is \(|T| < 1 + \beta\)."),
    ("4/h", r"The limit comes near to this one only where \(\beta\) comes near to 1."),
    ("(1 + sqrt(b))^2/h", r"Up to here the roots of \(\lambda_{\max}\) are complex; real ones may be below 1 as well."),
    ("4/(sqrt(h) + sqrt(l))^2", "This is the best step size at the best momentum, not the limit."),
    ("2*(1 + b)/((1 - b)*h)", r"This is the limit of \(\eta\) where momentum is written as an average of gradients."),
    ("2/((1 - b)*h)", r"Momentum multiplies the limit by \(1 + \beta\), not by \(1/(1 - \beta)\)."),
    ("2/(h + l)", "This is the best learning rate without momentum."),
    ("2*(1 + b)/(h + l)", r"Only \(\lambda_{\max}\) decides; \(\lambda_{\min}\) is not added."),
    ("2*(1 + b)/(h - l)", r"Only \(\lambda_{\max}\) decides; \(\lambda_{\min}\) is not subtracted."),
    ("2*(1 + b)/m", "The largest eigenvalue decides, not the mean."),
    ("2*(1 + b)/d", "The largest eigenvalue decides, not the one in the middle."),
    ("2*(1 + b)/s", "The largest eigenvalue decides, not the sum of all."),
    ("2*(1 + b)/l", "The largest eigenvalue decides, not the smallest."),
    ("2/l", "This is without momentum, and for the smallest eigenvalue; the largest decides."),
    ("2*(1 - b)/l", r"This has \(1 - \beta\) for \(1 + \beta\), and the smallest eigenvalue for the largest."),
)
HALF = r"There \(T = 0\) for \(\lambda_{\max}\); the limit is where \(T = -(1 + \beta)\)."


class HeavyBallStability(Ends, Exercise):
    """2 (1 + beta) / lmax.

    >>> HeavyBallStability(eigenvalues=(Fraction(1), Fraction(2), Fraction(4)), beta=Fraction(1, 2)).solve()
    Fraction(3, 4)
    """

    title = "Heavy ball: largest stable step size"
    source = ("9e+",)
    points = 3
    kinds = ("numeric", "single_choice")
    tiers = ("numeric",)
    experiment = "the step size at which the spectral radius of the 2n x 2n iteration reaches 1, by bisection"
    form = rounded(0.01)
    band = (11.0, 22.0)

    eigenvalues: tuple[Fraction, ...] = param(spectrum(VALUES, 3, 5), "eigenvalues of A, all different")
    beta: Fraction = param(Rationals(BETAS, 0, 1, above=True, below=True), "momentum")

    prelude = HEAVY_BALL
    stem = r"""
        The eigenvalues of \(\mathbf{A}\) are \(<<eigenvalues|listed>>\), and the momentum is \(\beta = <<beta>>\).
        Heavy ball converges to \(\mathbf{x}^*\) from every start if \(0 < \alpha < \alpha_{\max}\), and for no larger
        step size \(\alpha\). What is \(\alpha_{\max}\)?
    """
    solution = r"""
        Along the eigenvector of \(\lambda\) the error follows \(e_{t+1} = T e_t - \beta e_{t-1}\) with
        \(T = 1 + \beta - \alpha\lambda\). It goes to 0 from every start if both roots of \(z^2 - Tz + \beta\) have a
        modulus below 1.

        The product of the roots is \(\beta = <<beta>> < 1\). Complex roots have the modulus \(\sqrt{\beta}\), which is
        below 1. Real roots with such a product are both between \(-1\) and 1 if \(z^2 - Tz + \beta\) is positive at
        \(z = 1\) and at \(z = -1\):

        - at \(z = 1\) it is \(1 - T + \beta = \alpha\lambda\), which is positive for every \(\alpha > 0\);
        - at \(z = -1\) it is \(1 + T + \beta = 2(1 + \beta) - \alpha\lambda\), so \(\alpha < 2(1 + \beta)/\lambda\) is
          needed.

        This must hold for every eigenvalue. It is hardest for the largest one, \(\lambda_{\max} = <<high>>\):
        \[\alpha_{\max} = \frac{2(1 + \beta)}{\lambda_{\max}} = \frac{2 \cdot <<(1 + beta)|paren>>}{<<high>>}
        = <<answer>>.\]
    """

    def effort(self) -> float:
        """Find the largest eigenvalue, add, double, divide."""
        reading = 0.5 * len(self.eigenvalues)
        return reading + 3 * STEP + adding(1, self.beta) + digits(self.high) + digits(self.solve())

    def solve(self) -> Fraction:
        return 2 * (1 + self.beta) / self.high

    def misreadings(self) -> Iterator[Line]:
        yield along(self, "beta", r"\beta", BETAS)
        yield from ends_misread(self, VALUES, low=False)

    def distractors(self) -> Iterator[Wrong]:
        total, count = sum(self.eigenvalues, Fraction(0)), len(self.eigenvalues)
        middle = sorted(self.eigenvalues)[count // 2]
        given = {"b": self.beta, "l": self.low, "h": self.high, "m": total / count, "d": middle, "s": total}
        for formula, why in WRONG:
            yield Wrong(worth(formula, **given), why)
        yield Wrong((1 + self.beta) / self.high, HALF, offered=False)

    @classmethod
    def measure(cls, lab: Lab, questions: Sequence[Self]) -> list[Measurement]:
        spectra, betas = [question.eigenvalues for question in questions], [question.beta for question in questions]
        return [Measurement(limit, tolerance=1e-8) for limit in lab.rates.stable_steps(spectra, betas)]

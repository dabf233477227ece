"""The learning rate at which gradient descent contracts most, and the one at which it no longer does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Self

from bank.authoring import (
    STEP,
    Criterion,
    Curve,
    Either,
    Essay,
    Exercise,
    Lab,
    Line,
    Measurement,
    Plot,
    Within,
    Wrong,
    digits,
    param,
    rounded,
    worth,
)
from bank.families.optimisation import QUADRATIC_FORM, Ends, ends_misread, spectrum

MODEL = r"""
The rate is \(\rho(\eta) = \max_i |1 - \eta\lambda_i|\). Since \(1 - \eta\lambda\) is linear in \(\lambda\), its
absolute value is largest at an end of the spectrum:
\(\rho(\eta) = \max(|1 - \eta\lambda_{\min}|, |1 - \eta\lambda_{\max}|)\). The first falls as \(\eta\) grows, and the
second rises once \(\eta > 1/\lambda_{\max}\). So the maximum is smallest where the two are equal:
\(1 - \eta\lambda_{\min} = \eta\lambda_{\max} - 1\), which gives \(\eta^* = 2/(\lambda_{\min} + \lambda_{\max})\).
"""
RUBRIC = (
    Criterion("extremes", 1, "Only the smallest and the largest eigenvalue matter."),
    Criterion(
        "equal",
        1,
        r"The two are set equal, \(1 - \eta\lambda_{\min} = \eta\lambda_{\max} - 1\), with a reason.",
    ),
    Criterion("result", 1, r"The result is \(\eta^* = 2/(\lambda_{\min} + \lambda_{\max})\)."),
)


class OptimalLearningRate(Ends, Exercise):
    """2 / (lmin + lmax), or the limit 2 / lmax.

    >>> OptimalLearningRate(eigenvalues=(Fraction(1), Fraction(2), Fraction(4)), ask="optimal").solve()
    Fraction(2, 5)
    """

    title = "Gradient descent: optimal learning rate"
    source = ("9c",)
    points = 3
    kinds = ("numeric", "single_choice", "text")
    tiers = ("numeric",)
    experiment = "the learning rate of the smallest operator norm, and the one where the norm reaches 1, searched for"
    form = rounded(0.01)
    band = {"optimal": (7.0, 21.0), "limit": (4.0, 12.0)}
    tried = {"ask": "optimal", "eigenvalues": (Fraction(2), Fraction(3), Fraction(10))}
    plot = Plot(
        title="Contraction of one step over the learning rate",
        x="learning rate η",
        y="contraction rate ρ(η)",
        curves=(Curve("rate", "measured rate"),),
        mark="best",
        alt="Where the best learning rate lies for the eigenvalues <<eigenvalues>>: the measured rate falls to "
        "<<rate|min>>, then rises",
    )

    eigenvalues: tuple[Fraction, ...] = param(spectrum(range(2, 61), 3, 5), "eigenvalues of A, all different")
    ask: str = param(
        Either(("optimal", "limit"), 0.75), "optimal: the best learning rate; limit: where convergence ends"
    )

    prelude = QUADRATIC_FORM
    stem = r"""
        <% if kind == "text" %>
        Let \(\lambda_{\min} < \lambda_{\max}\) be the smallest and the largest eigenvalue of \(\mathbf{A}\), and
        \(\rho(\eta) = \max_i |1 - \eta\lambda_i|\) the convergence rate at the learning rate \(\eta\).
        Derive the learning rate that gives the smallest convergence rate. Say why it is the best one.
        <% else %>
        The eigenvalues of \(\mathbf{A}\) are \(<<eigenvalues|listed>>\).

        <% if ask == "optimal" %>
        Which learning rate \(\eta\) gives the smallest convergence rate?
        <% else %>
        Gradient descent converges from every start if \(0 < \eta < \eta_{\max}\), and for no larger \(\eta\). What is
        \(\eta_{\max}\)?
        <% endif %>
        <% endif %>
    """
    solution = r"""
        The rate is \(\rho(\eta) = \max(|1 - \eta\lambda_{\min}|, |1 - \eta\lambda_{\max}|)\).

        <% if kind == "text" %>
        The maximum is smallest where \(1 - \eta\lambda_{\min} = \eta\lambda_{\max} - 1\):
        \(\eta^* = 2/(\lambda_{\min} + \lambda_{\max})\).
        <% elif ask == "optimal" %>
        Here \(\lambda_{\min} = <<low>>\) and \(\lambda_{\max} = <<high>>\). The first term falls with \(\eta\), the
        second rises once \(\eta > 1/<<high>>\), so the maximum is smallest where both are equal:

        \[1 - <<low>>\eta = <<high>>\eta - 1\]

        So \(2 = <<low + high>>\eta\), and \(\eta^* = <<answer>>\).
        <% else %>
        It must be below 1. The largest eigenvalue is \(\lambda_{\max} = <<high>>\), and \(<<high>>\eta - 1 < 1\) means
        \(\eta < 2/<<high>>\). Smaller eigenvalues allow larger \(\eta\). So \(\eta_{\max} = <<answer>>\).
        <% endif %>
    """

    def essay(self) -> Essay | None:
        return Essay(MODEL.strip(), RUBRIC)

    def effort(self) -> float:
        """Find the extremes among all, add them, divide."""
        reading = 0.5 * len(self.eigenvalues)
        if self.ask == "limit":
            return reading + STEP + digits(2 / self.high)
        return reading + STEP + digits(self.low, self.high) + digits(2 / (self.low + self.high))

    def solve(self) -> Fraction:
        return 2 / (self.low + self.high) if self.ask == "optimal" else 2 / self.high

    def misreadings(self) -> Iterator[Line]:
        yield from ends_misread(self, range(2, 61), low=self.ask == "optimal")

    def distractors(self) -> Iterator[Wrong]:
        low, high, n = self.low, self.high, len(self.eigenvalues)
        total, best = sum(self.eigenvalues, Fraction(0)), self.ask == "optimal"
        middle = sorted(self.eigenvalues)[n // 2]
        if best:
            yield Wrong(2 / high, "This is the stability limit, where the rate is 1.")
            yield Wrong(1 / high, "This is safe, but not optimal.")
            yield Wrong(n / total, "The extreme eigenvalues decide, not their mean.")
            yield Wrong(2 * n / total, "This takes the mean eigenvalue in the place of the largest.")
            yield Wrong(2 / (high - low), "The eigenvalues are added, not subtracted.")
            yield Wrong(
                1 / (low + high),
                r"The numerator is 2: \(1 - \eta\lambda_{\min} = \eta\lambda_{\max} - 1\).",
                offered=False,
            )
        else:
            yield Wrong(2 / (low + high), "This is the optimal learning rate, not the limit.")
            yield Wrong(
                1 / high, "The factor of the largest eigenvalue is 0 there; the limit is twice as large.", offered=False
            )
            yield Wrong(n / total, "This is 1 over the mean eigenvalue; the limit depends on the largest.")
            yield Wrong(2 * n / total, "The largest eigenvalue decides, not the mean.")
            yield Wrong(2 / (high - low), r"The limit depends on \(\lambda_{\max}\) only.")
            yield Wrong(2 / total, r"The largest eigenvalue decides, not the sum of all.")
            yield Wrong(1 / (low + high), r"The limit depends on \(\lambda_{\max}\) only.")
        yield Wrong(1 / low, "The factor of the smallest eigenvalue is 0 there; that of the largest decides.")
        yield Wrong(2 / low, "The largest eigenvalue decides, not the smallest.")
        yield Wrong(1 / middle, "The extreme eigenvalues decide, not the one in the middle.")
        yield Wrong(2 / middle, "The extreme eigenvalues decide, not the one in the middle.")
        yield Wrong(worth("1/sqrt(ends)", ends=low * high), "This takes the geometric mean of the extreme eigenvalues.")
        if best:
            yield Wrong(2 / total, "The extreme eigenvalues decide, not the sum of all.")

    @classmethod
    def measure(cls, lab: Lab, questions: Sequence[Self]) -> list[Measurement]:
        spectra = [question.eigenvalues for question in questions]
        best, limits = lab.rates.best_etas(spectra), lab.rates.stability_limits(spectra)
        return [question._found(lab, *found) for question, *found in zip(questions, best, limits, strict=True)]

    def _found(self, lab: Lab, best: float, limit: float) -> Measurement:
        if self.ask == "limit":
            return Measurement(limit, tolerance=1e-9)
        sweep = lab.rates.sweep(self.eigenvalues)
        check = Within("the smallest of 401 learning rates", sweep.best, below=sweep.step, above=sweep.step)
        series = {"x": sweep.etas, "rate": sweep.rates, "best": best}
        return Measurement(best, tolerance=1e-6, also=(check,), series=series)

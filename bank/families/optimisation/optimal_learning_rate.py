"""The learning rate at which gradient descent contracts most, and the one at which it no longer does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Self

from bank.authoring import Curve, Either, Exercise, Lab, Measurement, Plot, Within, Wrong, constant, param, rounded
from bank.families.optimisation import QUADRATIC_FORM, spectrum

AVERAGED = "This is optimal for averaged momentum, not for gradient descent."


class OptimalLearningRate(Exercise):
    """2 / (lmin + lmax), or the limit 2 / lmax.

    >>> OptimalLearningRate(eigenvalues=(Fraction(1), Fraction(2), Fraction(4)), ask="optimal").solve()
    Fraction(2, 5)
    """

    title = "Gradient descent: optimal learning rate"
    source = ("9c",)
    points = 3
    kinds = ("numeric", "single_choice")
    tiers = ("numeric",)
    experiment = "the learning rate of the smallest operator norm, and the one where the norm reaches 1, searched for"
    form = rounded(0.01)
    separation = 0.05
    plot = Plot(
        title="Contraction of one step over the learning rate",
        x="learning rate η",
        y="contraction rate ρ(η)",
        curves=(Curve("rate", "measured rate"),),
        mark="best",
        alt="The measured rate falls on a line to its smallest value, then rises to 1 at the largest stable rate",
    )

    eigenvalues: tuple[Fraction, ...] = param(spectrum(range(1, 21), 3, 5), "eigenvalues of A, all different")
    ask: str = param(
        Either(("optimal", "limit"), 0.75), "optimal: the best learning rate; limit: where convergence ends"
    )

    prelude = QUADRATIC_FORM
    stem = r"""
        The eigenvalues of \(\mathbf{A}\) are \(<<eigenvalues|listed>>\).

        <% if ask == "optimal" %>
        Which learning rate \(\eta\) gives the smallest convergence rate?
        <% else %>
        Gradient descent converges from every start if \(0 < \eta < \eta_{\max}\). What is \(\eta_{\max}\)?
        <% endif %>
    """
    solution = r"""
        The rate is \(\rho(\eta) = \max(|1 - \eta\lambda_{\min}|, |1 - \eta\lambda_{\max}|)\).

        <% if ask == "optimal" %>
        The first falls with \(\eta\), the second rises once \(\eta > 1/\lambda_{\max}\), so the maximum is smallest
        where \(1 - \eta\lambda_{\min} = \eta\lambda_{\max} - 1\):
        \(\eta^* = 2/(\lambda_{\min} + \lambda_{\max}) = <<answer>>\).
        <% else %>
        It is below 1 as long as \(\eta\lambda_{\max} - 1 < 1\): \(\eta_{\max} = 2/\lambda_{\max} = <<answer>>\).
        <% endif %>
    """

    def solve(self) -> Fraction:
        low, high = min(self.eigenvalues), max(self.eigenvalues)
        return 2 / (low + high) if self.ask == "optimal" else 2 / high

    def distractors(self) -> Iterator[Wrong]:
        low, high, n = min(self.eigenvalues), max(self.eigenvalues), len(self.eigenvalues)
        yield Wrong(1 / high, "This is safe, but not optimal." if self.ask == "optimal" else "Half of the limit.")
        if self.ask == "optimal":
            yield Wrong(2 / high, "This is the stability limit, where the rate is 1.")
        else:
            yield Wrong(2 / (low + high), "This is the optimal learning rate, not the limit.")
        yield Wrong(1 / low, "This is the Newton step of the flattest direction; the steepest one diverges.")
        yield Wrong(2 / (high - low), "A sign slipped: the eigenvalues are added.")
        yield Wrong(constant(f"1/sqrt({low * high})"), AVERAGED)
        yield Wrong(n / sum(self.eigenvalues, Fraction(0)), "The extreme eigenvalues decide, not their mean.")
        yield Wrong(1 / (low + high), "The 2 was lost.")

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

"""How fast gradient descent contracts at a given learning rate."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from random import Random
from typing import Any, Self

from bank.authoring import Drawn, Exercise, Lab, Measurement, Problem, Rationals, Within, Wrong, constant, param, rate
from bank.families.optimisation import QUADRATIC_FORM, spectrum

TENTHS = 19  # eta is one to nineteen tenths of 1/lambda_max
WHOLE, HALVES = (spectrum((Fraction(k, d) for k in range(1, 12 * d + 1)), 3, 5) for d in (1, 2))


def _eigenvalues(rng: Random, drawn: Mapping[str, Any]) -> tuple[Fraction, ...]:
    return rng.choice((WHOLE, WHOLE, WHOLE, HALVES)).draw(rng)


def _eta(rng: Random, drawn: Mapping[str, Any]) -> Fraction:
    """Below the best learning rate as often as above it, where some are."""
    low, high = min(drawn["eigenvalues"]), max(drawn["eigenvalues"])
    last_below = math.ceil(20 * high / (low + high)) - 1  # the best is 2/(low + high)
    below, above = range(1, last_below + 1), range(last_below + 1, TENTHS + 1)
    return Fraction(rng.choice(below if not above or rng.random() < 0.5 else above), 10) / high


class GdRate(Exercise):
    """The largest factor that one step leaves of the error.

    >>> GdRate(eigenvalues=(Fraction(1), Fraction(2), Fraction(4)), eta=Fraction(2, 5)).solve()
    Fraction(3, 5)
    """

    title = "Gradient descent: convergence rate"
    source = ("9b",)
    points = 5
    kinds = ("numeric", "single_choice")
    tiers = ("numeric",)
    experiment = "operator norm of I - eta A in a random basis; the worst ratio on 8 trajectories of 400 steps"
    form = rate(0.01)
    separation = 0.05

    eigenvalues: tuple[Fraction, ...] = param(
        Drawn(HALVES, _eigenvalues, HALVES.size), "eigenvalues of A, all different"
    )
    eta: Fraction = param(Drawn(Rationals((), 0, 100, above=True), _eta, TENTHS), "learning rate")

    prelude = QUADRATIC_FORM
    stem = r"""
        The eigenvalues of \(\mathbf{A}\) are \(<<eigenvalues|listed>>\), and the learning rate is \(\eta = <<eta>>\).
        What is the convergence rate \(\rho\)?
    """
    solution = r"""
        A step maps the component of the error along the eigenvector of \(\lambda_i\) to \(1 - \eta\lambda_i\) times
        itself. The slowest component decides: \(\rho = \max_i |1 - \eta\lambda_i|\), and only the extreme eigenvalues
        can be the slowest. \(|1 - \eta\lambda_{\min}| = <<at_low>>\) and \(|1 - \eta\lambda_{\max}| = <<at_high>>\), so
        \(\rho = <<answer>>\).
    """

    def constraints(self) -> Iterator[Problem]:
        if self.eta * max(self.eigenvalues) >= 2:
            yield Problem("/params/eta", "eta must be below 2 / lambda_max, else nothing contracts")
        elif self.solve() > Fraction(99, 100):
            yield Problem("/params/eta", "the rate at this eta is above 0.99")

    def solve(self) -> Fraction:
        return max(self.at_low, self.at_high)

    @cached_property
    def _left(self) -> tuple[list[int], int]:
        """1 - eta l for every eigenvalue, the smallest first, over one denominator: whole numbers are quick."""
        unit = math.lcm(*(value.denominator for value in self.eigenvalues))
        whole = sorted(value.numerator * (unit // value.denominator) for value in self.eigenvalues)
        denominator = unit * self.eta.denominator
        return [denominator - self.eta.numerator * value for value in whole], denominator

    @cached_property
    def at_low(self) -> Fraction:
        """What a step leaves along the flattest direction."""
        left, whole = self._left
        return Fraction(abs(left[0]), whole)

    @cached_property
    def at_high(self) -> Fraction:
        """What it leaves along the steepest."""
        left, whole = self._left
        return Fraction(abs(left[-1]), whole)

    def distractors(self) -> Iterator[Wrong]:
        left, whole = self._left
        sizes, rate = [abs(part) for part in left], max(self.at_low, self.at_high)
        yield Wrong(self.at_high, "Only the largest eigenvalue was looked at.")
        yield Wrong(self.at_low, "Only the smallest eigenvalue was looked at.")
        yield Wrong(Fraction(min(sizes), whole), "This is the fastest mode; the slowest one dominates.")
        yield Wrong(rate**2, r"This is the rate of \(f\), not that of \(\mathbf{x}\).")
        determinant = Fraction(math.prod(sizes), whole ** len(sizes))
        yield Wrong(determinant, "This is the determinant of the iteration, not its norm.")
        yield Wrong(Fraction(sum(sizes), len(sizes) * whole), "The slowest mode decides, not the mean of all.")
        best = Fraction(left[0] - left[-1], 2 * whole - left[0] - left[-1])
        yield Wrong(best, r"This is the rate at the optimal \(\eta\), not at this one.")
        yield Wrong(Fraction(left[-1], whole), "A ratio of norms is never negative.")
        halved = Fraction(max(abs(whole + part) for part in left), 2 * whole)
        yield Wrong(halved, r"The gradient of \(\tfrac12\mathbf{x}^\top\mathbf{A}\mathbf{x}\) has no half.")
        yield Wrong(constant(f"sqrt({rate})"), r"\(\rho\) was taken for the rate of \(f\), and its root returned.")

    @classmethod
    def measure(cls, lab: Lab, questions: Sequence[Self]) -> list[Measurement]:
        measured = lab.rates.contractions([q.eigenvalues for q in questions], [q.eta for q in questions])
        named = "the worst ratio on 8 trajectories of 400 steps"
        return [
            Measurement(norm, tolerance=1e-9, also=(Within(named, seen, below=1e-3, above=1e-10),))
            for norm, seen in measured
        ]

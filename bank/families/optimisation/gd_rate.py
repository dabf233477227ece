"""How fast gradient descent contracts at a given learning rate."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from random import Random
from typing import Any, Self

from bank.authoring import Exercise, Lab, Lists, Measurement, Problem, Rationals, Within, Wrong, constant, param
from bank.families.optimisation import QUADRATIC_FORM


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
    relative = 0.01
    separation = 0.05
    drops = True

    eigenvalues: tuple[Fraction, ...] = param(
        Lists(Rationals(tuple(Fraction(k, 2) for k in range(2, 25)), Fraction(1, 100), 1000), 2, 6, distinct=True),
        "eigenvalues of A, all different",
    )
    eta: Fraction = param(Rationals((Fraction(1, 10),), 0, 100, above=True), "learning rate")

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

    @classmethod
    def draw_params(cls, rng: Random, fixed: Mapping[str, Any], kind: str) -> dict[str, Any]:
        halves = rng.choice((1, 1, 1, 2))
        drawn = (Fraction(k, halves) for k in rng.sample(range(1, 12 * halves + 1), rng.randint(3, 5)))
        eigenvalues = fixed.get("eigenvalues") or tuple(sorted(drawn))
        largest, both = max(eigenvalues), max(eigenvalues) + min(eigenvalues)
        last_below = math.ceil(20 * largest / both) - 1  # eta = j/(10 largest) is below the best one up to here
        below, above = range(1, last_below + 1), range(last_below + 1, 20)
        j = rng.choice(below if not above or rng.random() < 0.5 else above)
        return {"eigenvalues": eigenvalues, "eta": fixed.get("eta") or Fraction(j, 10) / largest}

    @classmethod
    def space(cls, kind: str) -> int:
        return sum(math.comb(24, n) for n in (3, 4, 5)) * 19

    def constraints(self) -> Iterator[Problem]:
        if self.eta * max(self.eigenvalues) >= 2:
            yield Problem("/params/eta", "eta must be below 2 / lambda_max, else nothing contracts")
        elif self.solve() > Fraction(99, 100):
            yield Problem("/params/eta", "the rate at this eta is above 0.99")

    def solve(self) -> Fraction:
        return max(self._at_the_ends)

    @cached_property
    def _left(self) -> tuple[list[int], int]:
        """1 - eta l for every eigenvalue, the smallest first, over one denominator: whole numbers are quick."""
        unit = math.lcm(*(value.denominator for value in self.eigenvalues))
        whole = sorted(value.numerator * (unit // value.denominator) for value in self.eigenvalues)
        denominator = unit * self.eta.denominator
        return [denominator - self.eta.numerator * value for value in whole], denominator

    @cached_property
    def _at_the_ends(self) -> tuple[Fraction, Fraction]:
        """What a step leaves along the flattest and the steepest direction."""
        left, whole = self._left
        return Fraction(abs(left[0]), whole), Fraction(abs(left[-1]), whole)

    def distractors(self) -> Iterator[Wrong]:
        left, whole = self._left
        sizes, rate = [abs(part) for part in left], max(self._at_the_ends)
        at_low, at_high = self._at_the_ends
        yield Wrong(at_high, "Only the largest eigenvalue was looked at.")
        yield Wrong(at_low, "Only the smallest eigenvalue was looked at.")
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

    def words(self, kind: str) -> Mapping[str, object]:
        at_low, at_high = self._at_the_ends
        return {"answer": self.key, "at_low": at_low, "at_high": at_high}

    @classmethod
    def measure(cls, lab: Lab, questions: Sequence[Self]) -> list[Measurement]:
        measured = lab.rates.contractions([q.eigenvalues for q in questions], [q.eta for q in questions])
        named = "the worst ratio on 8 trajectories of 400 steps"
        return [
            Measurement(norm, tolerance=1e-9, also=(Within(named, seen, below=1e-3, above=1e-10),))
            for norm, seen in measured
        ]

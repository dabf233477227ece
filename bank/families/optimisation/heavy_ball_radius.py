"""The rate of heavy ball at given step and momentum."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from random import Random
from typing import Any, Self

from bank.authoring import (
    ROOT,
    Drawn,
    Exercise,
    Lab,
    Measurement,
    Number,
    Problem,
    Rationals,
    Within,
    Wrong,
    constant,
    multiplying,
    param,
    rate,
)
from bank.families.optimisation import HEAVY_BALL, spectrum

STEPS = tuple(sorted({Fraction(k, d) for d in (10, 20, 40) for k in range(1, d)}))
ENDS: dict[str, Any] = {"unavoidable": "The rate is the larger one of two moduli, so that each is right now and then."}
BETAS = tuple(Fraction(k, 20) for k in range(2, 19))


def _convergent(high: Fraction | int, beta: Fraction) -> tuple[Fraction, ...]:
    """The step sizes below 2 (1 + beta) / lambda_max."""
    return STEPS[: bisect_left(STEPS, 2 * (1 + beta) / high)]


def _alpha(rng: Random, drawn: Mapping[str, Any]) -> Fraction:
    """More often one at which some roots are real: where all are complex, the rate is just the root of beta."""
    low, high, beta = min(drawn["eigenvalues"]), max(drawn["eigenvalues"]), drawn["beta"]
    steps, root = _convergent(high, beta), math.sqrt(beta)
    small, large = bisect_left(steps, (1 - root) ** 2 / low), bisect_left(steps, (1 + root) ** 2 / high)
    real = steps[:small] + steps[large:]
    chosen = real if real and rng.random() < 0.6 else steps
    return rng.choice(chosen) if chosen else (1 + beta) / high


class HeavyBallRadius(Exercise):
    """The largest modulus of a root of z^2 - (1 + beta - alpha l) z + beta, over all eigenvalues l.

    >>> case = {"alpha": Fraction(4, 9), "beta": Fraction(1, 9)}
    >>> HeavyBallRadius(eigenvalues=(Fraction(1), Fraction(4)), **case).solve()
    Fraction(1, 3)
    """

    title = "Heavy ball: rate at given step and momentum"
    source = ("9e+",)
    points = 4
    kinds = ("numeric", "single_choice")
    tiers = ("numeric",)
    experiment = "largest modulus among the eigenvalues of the 2n x 2n iteration; its growth by repeated squaring"
    form = rate(0.01)
    band = (24, 72)
    calculator = True
    separation = 0.05

    eigenvalues: tuple[Fraction, ...] = param(spectrum(range(1, 13), 2, 4), "eigenvalues of A, all different")
    beta: Fraction = param(Rationals(BETAS, 0, 1, above=True, below=True), "momentum")
    alpha: Fraction = param(Drawn(Rationals((), 0, 100, above=True), _alpha), "step size")

    prelude = HEAVY_BALL
    stem = r"""
        The eigenvalues of \(\mathbf{A}\) are \(<<eigenvalues|listed>>\), the step size is \(\alpha = <<alpha>>\) and
        the momentum is \(\beta = <<beta>>\). What is the asymptotic rate \(\rho\)?
    """
    solution = r"""
        Along the eigenvector of \(\lambda\) the error follows \(e_{t+1} = T e_t - \beta e_{t-1}\) with
        \(T = 1 + \beta - \alpha\lambda\), whose roots are those of \(z^2 - Tz + \beta\).

        If \(T^2 < 4\beta\) they are complex, of modulus \(\sqrt{\beta}\); else the larger one has the modulus
        \((|T| + \sqrt{T^2 - 4\beta})/2\). The eigenvalues give <<moduli_in_words>>; the largest decides:
        \(\rho = <<answer>><%if answer.text is defined %> \approx <<answer|float>><% endif %>\).
    """

    @classmethod
    def space(cls, kind: str) -> int:
        spectra = {high: sum(math.comb(high - 1, n - 1) for n in (2, 3, 4)) for high in range(2, 13)}
        return sum(count * len(_convergent(high, beta)) for high, count in spectra.items() for beta in BETAS)

    def effort(self) -> float:
        """T, its square and a root for both ends of the spectrum."""
        ends = (min(self.eigenvalues), max(self.eigenvalues))
        traces = [1 + self.beta - self.alpha * end for end in ends]
        return 2 * ROOT + sum(multiplying(self.alpha, end) for end in ends) + sum(multiplying(T, T) for T in traces)

    def constraints(self) -> Iterator[Problem]:
        if self.alpha * max(self.eigenvalues) >= 2 * (1 + self.beta):
            yield Problem("/params/alpha", "alpha must be below 2 (1 + beta) / lambda_max, else nothing converges")
        elif float(self.solve()) > 0.995:
            yield Problem("/params/alpha", "the rate at this step size is above 0.995")

    def _modulus(self, eigenvalue: Fraction) -> Number:
        trace = 1 + self.beta - self.alpha * eigenvalue
        inside = trace**2 - 4 * self.beta
        return constant(f"sqrt({self.beta})" if inside < 0 else f"({abs(trace)} + sqrt({inside}))/2")

    @cached_property
    def _moduli(self) -> list[Number]:
        return [self._modulus(value) for value in self.eigenvalues]

    @property
    def moduli_in_words(self) -> str:
        *others, last = (rf"\({float(value):.4g}\)" for value in self._moduli)
        return f"{', '.join(others)} and {last}"

    def solve(self) -> Number:
        return max(self._moduli, key=float)

    def distractors(self) -> Iterator[Wrong]:
        low, high, alpha, beta = min(self.eigenvalues), max(self.eigenvalues), self.alpha, self.beta
        moduli = dict(zip(self.eigenvalues, self._moduli, strict=True))
        plain = max(abs(1 - alpha * low), abs(1 - alpha * high))
        forgotten = abs(1 + beta - alpha * low) / 2
        yield Wrong(constant(f"sqrt({beta})"), "This holds only if the roots of every eigenvalue are complex.", **ENDS)
        yield Wrong(plain, r"This is the rate without momentum, \(\max_i |1 - \alpha\lambda_i|\).")
        yield Wrong(moduli[high], "Only the largest eigenvalue was looked at.", **ENDS)
        yield Wrong(moduli[low], "Only the smallest eigenvalue was looked at.", **ENDS)
        yield Wrong(beta, r"\(\beta\) is the product of the two roots, not the modulus of one.")
        yield Wrong(min(self._moduli, key=float), "This is the fastest mode; the slowest one dominates.", **ENDS)
        yield Wrong(plain + beta, "The two effects do not add up.")
        if (2 * forgotten) ** 2 > 4 * beta:
            yield Wrong(forgotten, r"The root \(\sqrt{T^2 - 4\beta}\) was forgotten.")

    @classmethod
    def measure(cls, lab: Lab, questions: Sequence[Self]) -> list[Measurement]:
        spectra = [question.eigenvalues for question in questions]
        found = lab.rates.radii(spectra, [q.alpha for q in questions], [q.beta for q in questions])
        named = "growth of the iteration by 20 squarings"
        return [
            Measurement(radius, tolerance=1e-6, also=(Within(named, growth, below=1e-4, above=1e-4),))
            for radius, growth in found
        ]

"""The lower bound of a VAE with one latent and one observed variable, and how far below the truth it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from math import log, pi
from typing import NamedTuple, Self

from bank.authoring import (
    LOGARITHM,
    Constant,
    Exercise,
    Lab,
    Measurement,
    Number,
    Problem,
    Rationals,
    Within,
    Wrong,
    adding,
    multiplying,
    param,
    rounded,
    table_beside,
)
from bank.families.vae import LINEAR_CODE, decimal

TEXTS = table_beside(__file__)
WEIGHTS = tuple(map(Fraction, ("-2", "-3/2", "3/2", "2", "5/2", "3")))
VARIANCES = tuple(map(Fraction, ("1/2", "4/5", "3/2", "2", "3")))
OBSERVED = tuple(map(Fraction, ("-3", "-2", "-3/2", "1/2", "3/2", "2", "3", "4")))
MEANS = tuple(map(Fraction, ("-3/2", "-1/2", "1/5", "1/2", "4/5", "6/5", "3/2")))
SPREADS = tuple(map(Fraction, ("1/5", "1/4", "2/5", "3/5", "4/5", "3/2", "2")))
TURN = 2 * pi
LEAST, MOST = 0.3, 30.0  # of the size of both logarithms
LEAST_GAP = 0.1  # of itself, and as a part of the bound: what is less is lost where both are rounded


class Log(NamedTuple):
    """rest - ln(volume) / 2, and of a density less ln(2 pi) / 2 too."""

    rest: Fraction
    volume: Fraction
    density: bool = True

    def __float__(self) -> float:
        return float(self.rest) - log(float(self.volume) * (TURN if self.density else 1)) / 2

    @property
    def number(self) -> Number:
        if self.volume == 1 and not self.density:
            return self.rest
        return Constant(f"{self.rest} - ln({'2*pi*' if self.density else ''}{self.volume})/2", float(self))

    def less(self, other: Log) -> Log:
        return Log(self.rest - other.rest, self.volume / other.volume, self.density != other.density)


class LinearGaussianElbo(Exercise):
    """ELBO = E_q[log p(x|z)] - KL(q||p(z)), log p(x) = ln N(x; 0, w^2 + S), and their difference.

    By hand, with w^2 + S = 5: -1/2 ln(2 pi) - (0 + 2)/2 - 1/2 (1 + 1/2 - 1 + ln 2), and -1/2 ln(10 pi) - 4/10.

    >>> case = {"w": Fraction(2), "S": Fraction(1), "x": Fraction(2), "m": Fraction(1), "v": Fraction(1, 2)}
    >>> for name, value in LinearGaussianElbo(**case).solve().items():
    ...     print(name, value.text)
    elbo -5/4 - ln(2*pi*2)/2
    log_evidence -2/5 - ln(2*pi*5)/2
    gap 17/20 - ln(5/2)/2
    """

    title = "Lower bound of a linear VAE, and its gap"
    source = ("8+", "sheet")
    points = 4
    kinds = ("fields",)
    tiers = ("numeric",)
    experiment = "Gauss-Hermite quadrature over the code and over the prior; quadrature of the KL to the posterior"
    form = rounded(0.005)
    calculator = True
    band = (40, 120)

    w: Fraction = param(Rationals(WEIGHTS, -20, 20), "weight of the decoder")
    S: Fraction = param(Rationals(VARIANCES, Fraction(1, 100), 100), "variance of the decoder")
    x: Fraction = param(Rationals(OBSERVED, -100, 100), "what is observed")
    m: Fraction = param(Rationals(MEANS, -20, 20), "mean of the code")
    v: Fraction = param(Rationals(SPREADS, Fraction(1, 1000), 100), "variance of the code")

    prelude = LINEAR_CODE
    stem = TEXTS["stem"]
    solution = TEXTS["solution"]

    @cached_property
    def total(self) -> Fraction:
        """The variance of x."""
        return self.w**2 + self.S

    @cached_property
    def missed(self) -> Fraction:
        """x - w m"""
        return self.x - self.w * self.m

    @cached_property
    def square(self) -> Fraction:
        return self.missed * self.missed

    @cached_property
    def noise(self) -> Fraction:
        """What the variance of the code adds to the square."""
        return self.w * self.w * self.v

    @cached_property
    def reconstruction(self) -> Log:
        """E_q[log p(x|z)]"""
        return Log(-(self.square + self.noise) / (2 * self.S), self.S)

    @cached_property
    def divergence(self) -> Log:
        """KL(q||p(z))"""
        return Log((self.m**2 + self.v - 1) / 2, self.v, density=False)

    @cached_property
    def bound(self) -> Log:
        return self.reconstruction.less(self.divergence)

    @cached_property
    def evidence(self) -> Log:
        return Log(-(self.x**2) / (2 * self.total), self.total)

    @cached_property
    def gap(self) -> Log:
        return self.evidence.less(self.bound)

    def constraints(self) -> Iterator[Problem]:
        if not self.w:
            yield Problem("/params/w", "w must not be 0")
        bound, evidence = float(self.bound), float(self.evidence)
        if not all(LEAST <= abs(value) <= MOST for value in (bound, evidence)):
            yield Problem("/params", f"bound and evidence must be from {LEAST} to {MOST} nats, whatever their sign")
        if evidence - bound < LEAST_GAP * max(1, abs(bound)):
            yield Problem("/params", "the gap is too small beside the bound: it is lost where both are rounded")

    def solve(self) -> dict[str, Number]:
        return dict(self._fields)

    @cached_property
    def _fields(self) -> dict[str, Number]:
        return {"elbo": self.bound.number, "log_evidence": self.evidence.number, "gap": self.gap.number}

    def distractors(self) -> Iterator[Wrong]:
        why, key = TEXTS["why"], self._fields
        for name, bound in self._wrong_bounds():
            wrong = {"elbo": bound.number, "gap": self.evidence.less(bound).number}
            yield Wrong(key | (wrong if bound.density else {"elbo": bound.number}), why[name])
        for name, evidence in self._wrong_evidences():
            yield Wrong(key | {"log_evidence": evidence.number}, why[name])
        for name, gap in self._wrong_gaps():
            yield Wrong(key | {"gap": gap.number}, why[name])

    def _wrong_bounds(self) -> Iterator[tuple[str, Log]]:
        S, v = self.S, self.v
        rest, volume, _ = self.bound
        own = self.divergence.rest
        yield "mean_code", Log(rest + self.noise / (2 * S), volume)
        yield "plus", Log(self.reconstruction.rest + own, S * v)
        yield "no_kl", self.reconstruction
        yield "twice", Log(rest - own, volume / v)
        yield "constant", Log(rest, 1 / v, density=False)
        yield "deviation", Log(rest - (v * v - v) * (self.w**2 / S + 1) / 2, volume / v)

    def _wrong_evidences(self) -> Iterator[tuple[str, Log]]:
        S, total, square = self.S, self.total, self.x**2
        yield "no_constant", Log(self.evidence.rest, total, density=False)
        yield "at_zero", Log(-square / (2 * S), S)
        yield "at_mean", Log(-self.square / (2 * S), S)
        linear = abs(self.w) + S
        yield "unsquared", Log(-square / (2 * linear), linear)
        yield "no_half", Log(-square / total, total)

    def _wrong_gaps(self) -> Iterator[tuple[str, Log]]:
        mean, variance = self.w * self.x / self.total, self.S / self.total
        yield "prior", self.divergence
        yield "sign", self.bound.less(self.evidence)
        reverse = ((self.m - mean) ** 2 + variance) / self.v - 1
        yield "reversed", Log(reverse / 2, variance / self.v, density=False)

    def effort(self) -> float:
        """The squares and products, the sums of three terms each, three logarithms, and the difference."""
        w, x, m, v = self.w, self.x, self.m, self.v
        cost = multiplying(w, m) + multiplying(self.missed, self.missed) + multiplying(w, w, v) + multiplying(m, m)
        return cost + multiplying(x, x) + adding(m**2, v) + adding(w**2, self.S) + 3 * LOGARITHM

    @property
    def given(self) -> dict[str, str]:
        """As the stem writes it."""
        return {name: decimal(getattr(self, name)) for name in self.domains()}

    @property
    def numbers(self) -> dict[str, str]:
        """As the solution writes them."""
        parts = {
            "missed": self.missed,
            "square": self.square,
            "noise": self.noise,
            "total": self.total,
            "m2": self.m**2,
            "x2": self.x**2,
        }
        return {name: decimal(part) for name, part in parts.items()}

    @property
    def about(self) -> dict[str, str]:
        """Rounded, each term and each field."""
        names = ("reconstruction", "divergence", "bound", "evidence", "gap")
        return {name: f"{float(getattr(self, name)):.4f}" for name in names}

    @classmethod
    def measure(cls, lab: Lab, questions: Sequence[Self]) -> list[Measurement]:
        found = lab.linear_code.bounds([(q.w, q.S, q.x, q.m, q.v) for q in questions])
        return [
            Measurement(
                {"elbo": each.bound, "log_evidence": each.evidence, "gap": each.evidence - each.bound},
                tolerance=1e-8,
                also=(Within("KL to the posterior", each.to_posterior, below=1e-8, above=1e-8, field="gap"),),
            )
            for each in found
        ]

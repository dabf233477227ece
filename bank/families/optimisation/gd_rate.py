"""How fast gradient descent contracts at a given learning rate."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from random import Random
from typing import Any, NamedTuple, Self

from bank.authoring import (
    STEP,
    Criterion,
    Drawn,
    Essay,
    Exercise,
    Lab,
    Line,
    Measurement,
    Optional,
    Problem,
    Rationals,
    Within,
    Wrong,
    along,
    digits,
    multiplying,
    param,
    rate,
    root_of,
    rounded,
    table_beside,
)
from bank.families.optimisation import QUADRATIC_FORM, Ends, ends_misread, spectrum

TEXTS = table_beside(__file__)
SLOWEST = Fraction(99, 100)  # of the rates
TENTHS = 19  # eta is one to nineteen tenths of 1/lambda_max
WHOLE, HALVES = (spectrum((Fraction(k, d) for k in range(1, 12 * d + 1)), 3, 5) for d in (1, 2))

REASONS = TEXTS["mistaken"]  # of what `Contraction.mistaken` gives, in this order


class Contraction(NamedTuple):
    """What a step at a learning rate leaves of the error: along the extreme eigenvectors, and at most."""

    eta: Fraction
    by_low: Fraction
    by_high: Fraction
    low: Fraction
    high: Fraction
    rate: Fraction

    @classmethod
    def at(cls, eta: Fraction, low: Fraction, high: Fraction) -> Contraction:
        by_low, by_high = eta * low, eta * high
        left = _left(by_low), _left(by_high)
        return cls(eta, by_low, by_high, *left, max(left))

    def mistaken(self, eigenvalues: Sequence[Fraction]) -> tuple[Fraction, ...]:
        """Rates by wrong rules, in the order of REASONS."""
        unit = math.lcm(*(value.denominator for value in eigenvalues))
        whole, step = unit * self.eta.denominator, unit * self.eta.numerator
        sizes = [abs(whole - int(step * value)) for value in eigenvalues]  # in parts of `whole`
        mean, determinant = Fraction(sum(sizes), whole * len(sizes)), Fraction(math.prod(sizes), whole ** len(sizes))
        return self.high, self.low, mean, determinant, max(_left(self.by_low / 2), _left(self.by_high / 2))


def _left(part: Fraction) -> Fraction:
    """|1 - part|"""
    return Fraction(abs(part.denominator - part.numerator), part.denominator)


def _eigenvalues(rng: Random, drawn: Mapping[str, Any]) -> tuple[Fraction, ...]:
    return rng.choice((WHOLE, WHOLE, WHOLE, HALVES)).draw(rng)


def _last_below(drawn: Mapping[str, Any]) -> int:
    """The most tenths of 1/lambda_max that are still below the best learning rate, 2/(lambda_min + lambda_max)."""
    low, high = min(drawn["eigenvalues"]), max(drawn["eigenvalues"])
    return math.ceil(20 * high / (low + high)) - 1


def _tenths(high: Fraction, tenths: Iterable[int]) -> list[Fraction]:
    """So many tenths of 1/lambda_max."""
    return [Fraction(k * high.denominator, 10 * high.numerator) for k in tenths]


def _eta(rng: Random, drawn: Mapping[str, Any]) -> Fraction:
    """Below the best learning rate, and not 1/lambda_max, where a factor vanishes."""
    tenths = [k for k in range(1, _last_below(drawn) + 1) if k != 10]
    return Fraction(rng.choice(tenths), 10) / max(drawn["eigenvalues"])


def _other(rng: Random, drawn: Mapping[str, Any]) -> Fraction:
    """Above the best learning rate."""
    tenths = range(_last_below(drawn) + 1, TENTHS + 1)
    return Fraction(rng.choice(tenths or (TENTHS,)), 10) / max(drawn["eigenvalues"])


class GdRate(Ends, Exercise):
    """The largest factor that one step leaves of the error; of two learning rates, how these factors compare.

    Dice draw one learning rate below the best and one above it: each end of the spectrum decides at one of them. A
    client that sets `eta` alone asks for the rate at it.

    >>> spectrum = (Fraction(1), Fraction(2), Fraction(4))
    >>> GdRate(eigenvalues=spectrum, eta=Fraction(2, 5), other=None).solve()
    Fraction(3, 5)
    >>> GdRate(eigenvalues=spectrum, eta=Fraction(1, 5), other=Fraction(9, 20)).solve()  # 4/5 at each of them
    Fraction(1, 1)
    """

    title = "Gradient descent: convergence rate"
    source = ("9b",)
    points = 5
    kinds = ("numeric", "single_choice", "text")
    tiers = ("numeric",)
    experiment = "operator norm of I - eta A in a random basis; the worst ratio on 8 trajectories of 400 steps"
    form = {"rate": rate(0.01), "ratio": rounded(0.01)}
    band = {"rate": (11.0, 33.0), "ratio": (25.0, 75.0)}
    tried = {  # each end decides once
        "eigenvalues": (Fraction(1), Fraction(2), Fraction(4)),
        "eta": Fraction(1, 10),
        "other": Fraction(9, 20),
    }

    eigenvalues: tuple[Fraction, ...] = param(
        Drawn(HALVES, _eigenvalues, HALVES.size), "eigenvalues of A, all different"
    )
    eta: Fraction = param(Drawn(Rationals((), 0, 100, above=True), _eta, 9), "learning rate")
    other: Fraction | None = param(
        Drawn(Optional(Rationals((), 0, 100, above=True)), _other, 6),
        "a second learning rate above the best one, eta being below it; null: the rate at eta is asked",
    )

    prelude = QUADRATIC_FORM
    stem = TEXTS["stem"]
    solution = TEXTS["solution"]

    @classmethod
    def draw_params(cls, rng: Random, fixed: Mapping[str, Any], kind: str) -> dict[str, Any]:
        given = {"other": None, **fixed} if "eta" in fixed and kind != "text" else fixed
        return super().draw_params(rng, given, kind)

    def essay(self) -> Essay:
        return Essay(TEXTS["model"].strip(), [Criterion(**row) for row in TEXTS["rubric"]])

    def constraints(self) -> Iterator[Problem]:
        first, last = self.rates[0], self.rates[-1]
        if max(first.by_high, last.by_high) >= 2:
            yield Problem("/params/eta", "eta and other must be below 2 / lambda_max, else nothing contracts")
        elif any(at.rate > SLOWEST for at in self.rates):
            yield Problem("/params/eta", "the rate at this eta is above 0.99")
        elif self.other is not None and not first.by_low + first.by_high < 2 < last.by_low + last.by_high:
            yield Problem("/params/other", "the best learning rate must lie between eta and other")
        elif self.other is not None and first.by_high == 1:
            yield Problem("/params/eta", "eta must not be 1 / lambda_max, where a factor is 0")

    @property
    def asking(self) -> str:
        return "rate" if self.other is None else "ratio"

    @cached_property
    def rates(self) -> tuple[Contraction, ...]:
        """At each of the learning rates."""
        etas = (self.eta,) if self.other is None else (self.eta, self.other)
        return tuple(Contraction.at(eta, self.low, self.high) for eta in etas)

    def effort(self) -> float:
        products = sum(multiplying(at.eta, self.low) + multiplying(at.eta, self.high) for at in self.rates)
        parts = sum(digits(at.low) + digits(at.high) + STEP for at in self.rates)
        return products + parts + (multiplying(*(at.rate for at in self.rates)) if self.other else 0.0)

    def solve(self) -> Fraction:
        return self._compared([at.rate for at in self.rates])

    def _compared(self, rates: Sequence[Fraction]) -> Fraction:
        """What is asked, were these the rates at each learning rate; 0 where one is compared with nothing."""
        return rates[0] if len(rates) == 1 else rates[1] / rates[0] if rates[0] else Fraction(0)

    def misreadings(self) -> Iterator[Line]:
        first, second = (r"\eta_1", r"\eta_2") if self.other else (r"\eta", "")
        last = _last_below({"eigenvalues": self.eigenvalues})
        least = self.high / self.low / 10  # tenths, from which on the rate is at most 0.99
        yield along(self, "eta", first, _tenths(self.high, (k for k in range(1, last + 1) if k != 10 and k >= least)))
        if self.other:
            yield along(self, "other", second, _tenths(self.high, range(last + 1, TENTHS + 1)))
        yield from ends_misread(self, HALVES.values, fits=self._fits if self.other else None)

    def _fits(self, low: Fraction, high: Fraction) -> bool:
        """Whether the learning rates are still on both sides of the best one, and both contract."""
        best, other = 2 / (low + high), self.other or 0
        return self.eta < best < other and other * high < Fraction(199, 100) and self.eta * low > Fraction(1, 100)

    def distractors(self) -> Iterator[Wrong]:
        larger = "The larger of the two factors is one of them." if self.other is None else ""
        each = list(zip(*(at.mistaken(self.eigenvalues) for at in self.rates), strict=True))
        for values, why in zip(each, REASONS, strict=True):
            unavoidable = larger if why in REASONS[:2] else ""
            yield Wrong(self._compared(values), why, unavoidable=unavoidable)
        key = self.solve()
        yield Wrong(key**2, r"This is the rate of \(f\), not that of \(\mathbf{x}\).", offered=False)
        yield Wrong(root_of(key), r"\(\rho\) was taken for the rate of \(f\), and its root given.", offered=False)
        if self.other is None:
            best = (self.high - self.low) / (self.high + self.low)
            yield Wrong(best, r"This is the rate at the optimal \(\eta\), not at this one.")
            yield Wrong(1 - self.eta * self.high, "A ratio of norms is never negative.", offered=False)
            return
        first, second = self.rates
        if key:
            yield Wrong(1 / key, "This is the rate at the first learning rate divided by that at the second.")
        yield Wrong(second.low / first.high, "At each learning rate the smaller of the two factors was taken.")
        yield Wrong(self.other / self.eta, "This is the ratio of the learning rates, not of the rates of convergence.")
        yield Wrong((1 - second.rate) / (1 - first.rate), r"The ratio of what is missing to 1 was taken.")

    @classmethod
    def measure(cls, lab: Lab, questions: Sequence[Self]) -> list[Measurement]:
        asked = [(q.eigenvalues, at.eta) for q in questions for at in q.rates]
        found = iter(lab.rates.contractions([values for values, _ in asked], [eta for _, eta in asked]))
        return [cls._measured([next(found) for _ in q.rates]) for q in questions]

    @classmethod
    def _measured(cls, found: Sequence[Any]) -> Measurement:
        """The rate, or that of the second over that of the first; and the same from trajectories."""
        named = "the worst ratio on 8 trajectories of 400 steps"
        if len(found) == 1:
            norm, seen = found[0]
            return Measurement(norm, tolerance=1e-9, also=(Within(named, seen, below=1e-3, above=1e-10),))
        (norm, seen), (other, other_seen) = found
        room = 2e-3 * (1 + other / norm) / norm  # each trajectory falls short by 1e-3 at most
        check = Within(named, other_seen / seen, below=room, above=room)
        return Measurement(other / norm, tolerance=1e-9, also=(check,))

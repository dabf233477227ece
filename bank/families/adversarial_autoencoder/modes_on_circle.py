"""How far apart Gaussians on a circle lie, and how often their samples are taken for those of a neighbour."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache, cached_property
from random import Random
from typing import Any

from bank.authoring import (
    LOGARITHM,
    STEP,
    Constant,
    Drawn,
    Exercise,
    Integers,
    Lab,
    Line,
    Measurement,
    Number,
    OneOf,
    Optional,
    Problem,
    Rationals,
    Within,
    Wrong,
    along,
    param,
    rounded,
    table_beside,
)
from bank.families.adversarial_autoencoder.decimals import decimal, number, said

TEXTS = table_beside(__file__)
MODES = (5, *range(7, 15))  # with six the distance is the radius
RADII = tuple(Fraction(k, 2) for k in range(4, 25))
SIGMAS = tuple(Fraction(k, 20) for k in range(4, 31) if k != 20)
TIMES = tuple(Fraction(k, 2) for k in range(5, 17))  # standard deviations between neighbours
ASKS = ("distance", "error", "radius")
LEAST, MOST = 0.4, 2.6  # standard deviations from a mean to the line halfway to the next one, where they are drawn


@cache
def _sine(K: int) -> float:
    return math.sin(math.pi / K)


@cache
def _fitting(K: int, R: Fraction | None, sigma: Fraction | None) -> Sequence[Fraction]:
    """The radii, or standard deviations, at which neighbours are mixed up neither hardly ever nor nearly always."""
    if R is not None:
        return [each for each in SIGMAS if LEAST <= float(R / each) * _sine(K) <= MOST]
    return [each for each in RADII if sigma and LEAST <= float(each / sigma) * _sine(K) <= MOST]


def _radius(rng: Random, drawn: Mapping[str, Any]) -> Fraction | None:
    if drawn["ask"] == "error":
        return rng.choice([R for R in RADII if _fitting(drawn["K"], R, None)] or RADII)
    return rng.choice(RADII) if drawn["ask"] == "distance" else None


def _sigma(rng: Random, drawn: Mapping[str, Any]) -> Fraction | None:
    if drawn["ask"] == "distance":
        return None
    return rng.choice((_fitting(drawn["K"], drawn["R"], None) if drawn["R"] else ()) or SIGMAS)


def tail(x: float) -> float:
    """The probability that a standard normal variable is above x.

    >>> round(tail(1.96), 3)
    0.025
    """
    return math.erfc(x / math.sqrt(2)) / 2


class ModesOnCircle(Exercise):
    """2 R sin(pi/K), the tail of R sin(pi/K) / sigma, and times * sigma / (2 sin(pi/K)).

    >>> ModesOnCircle(K=6, R=Fraction(3), ask="distance", sigma=None, times=None).solve()
    Constant(text='3.000000000000')
    >>> ModesOnCircle(K=6, R=None, ask="radius", sigma=Fraction(1, 2), times=Fraction(5)).solve()
    Constant(text='2.500000000000')
    >>> ModesOnCircle(K=6, R=Fraction(1), ask="error", sigma=Fraction(1, 2), times=None).solve()  # at one sigma
    Constant(text='0.158655253931')
    """

    title = "Gaussians on a circle"
    source = ("4+",)
    points = 2
    kinds = ("numeric", "single_choice")
    tiers = ("numeric",)
    experiment = "means placed and measured, densities integrated, the radius bisected; samples of a mode"
    form = rounded()
    band = {"distance": (12, 14), "error": (22, 24), "radius": (14, 16)}
    calculator = True

    ask: str = param(OneOf(ASKS), "the distance of neighbours, how often they are mixed up, or the radius needed")
    K: int = param(Drawn(Integers(3, 14), lambda rng, drawn: rng.choice(MODES), len(MODES)), "number of Gaussians")
    R: Fraction | None = param(
        Drawn(Optional(Rationals(RADII, 0, 100, above=True)), _radius), "radius, where it is not asked for"
    )
    sigma: Fraction | None = param(
        Drawn(Optional(Rationals(SIGMAS, 0, 100, above=True)), _sigma),
        "standard deviation along each axis, where the distance is not asked for",
    )
    times: Fraction | None = param(
        Optional(Rationals(TIMES, 0, 100, above=True), "ask", "radius"),
        "standard deviations that neighbours must lie apart",
    )

    stem = TEXTS["stem"]
    solution = TEXTS["solution"]

    @classmethod
    @cache
    def space(cls, kind: str) -> int:
        """Fair or not."""
        seen = sum(len(_fitting(K, R, None)) for K in MODES for R in RADII)
        return len(MODES) * len(RADII) + seen + len(MODES) * len(SIGMAS) * len(TIMES)

    def constraints(self) -> Iterator[Problem]:
        if (self.R is None) != (self.ask == "radius"):
            yield Problem("/params/R", "R is set where it is not asked for, and only there")
        elif (self.sigma is None) != (self.ask == "distance"):
            yield Problem("/params/sigma", "sigma is set where the distance is not asked for, and only there")
        elif self.ask == "error" and not 0.2 < self.halfway < 3.5:
            yield Problem("/params/sigma", "half the distance must be from 0.2 to 3.5 standard deviations")

    @cached_property
    def halfway(self) -> float:
        """Standard deviations from a mean to the line halfway to the next one."""
        return float(self.R or 0) * _sine(self.K) / float(self.sigma or 1)

    def words(self, kind: str) -> Mapping[str, object]:
        known: dict[str, object] = {"sine": f"{_sine(self.K):.4f}", "rounded": f"{float(self._key()):.4g}"}
        for name, value in (("radius", self.R), ("deviation", self.sigma), ("wanted", self.times)):
            known[name] = "" if value is None else decimal(value)
        if self.R is not None:
            known |= {"apart": f"{2 * float(self.R) * _sine(self.K):.4g}", "x": f"{self.halfway:.4g}"}
        else:
            known["apart"] = decimal((self.times or 0) * (self.sigma or 0))
        return known

    def effort(self) -> float:
        return LOGARITHM + {"distance": 4, "error": 5 + LOGARITHM, "radius": 6}[self.ask] * STEP

    def solve(self) -> Number:
        return self._key()

    def _key(self) -> Constant:
        if self.ask == "error":
            return number(tail(self.halfway))
        if self.ask == "distance":
            return number(2 * float(self.R or 0) * _sine(self.K))
        return number(float(self.times or 0) * float(self.sigma or 0) / (2 * _sine(self.K)))

    def misreadings(self) -> Iterator[Line]:
        if self.ask == "error":
            at = [K for K in MODES if LEAST <= float(self.R / self.sigma) * _sine(K) <= MOST]  # type: ignore[operator]  # both are set
            yield along(self, "K", "K", at)
            yield along(self, "sigma", "", _fitting(self.K, self.R, None))._replace(said=said(r"\sigma"))
            yield along(self, "R", "", _fitting(self.K, None, self.sigma))._replace(said=said("R"))
            return
        yield along(self, "K", "K", MODES)
        if self.ask == "distance":
            yield along(self, "R", "", RADII)._replace(said=said("R"))
        else:
            yield along(self, "sigma", "", SIGMAS)._replace(said=said(r"\sigma"))

    def distractors(self) -> Iterator[Wrong]:
        of = {"distance": self._distances, "error": self._errors, "radius": self._radii}[self.ask]
        for name, value in of().items():
            yield Wrong(number(value), TEXTS[self.ask][name], offered=self.ask != "error" or value < 1)

    def _distances(self) -> Mapping[str, float]:
        R, angle = float(self.R or 0), math.pi / self.K
        return {
            "arc": 2 * R * angle,
            "angle": 2 * R * math.sin(2 * angle),
            "half": R * math.sin(angle),
            "height": R * math.sin(2 * angle),
            "tangent": 2 * R * math.tan(angle),
            "cosine": 2 * R * math.cos(angle),
            "squared": (2 * R * math.sin(angle)) ** 2,
            "diameter": 2 * R / self.K,
            "gaps": 2 * R * _sine(self.K - 1),
            "more": 2 * R * _sine(self.K + 1),
            "across": 2 * R,
        }

    def _errors(self) -> Mapping[str, float]:
        sigma, R, x = float(self.sigma or 1), float(self.R or 0), self.halfway
        return {
            "whole": tail(2 * x),
            "quarter": tail(x / 2),
            "arc": tail(math.pi * R / (self.K * sigma)),
            "angle": tail(R * math.sin(2 * math.pi / self.K) / sigma),
            "radius": tail(R / sigma),
            "both": 2 * tail(x),
            "right": 1 - tail(x),
            "variance": tail(x / sigma),
            "difference": tail(x * math.sqrt(2)),
            "around": math.exp(-x * x / 2),
            "inverse": tail(1 / x),
        }

    def _radii(self) -> Mapping[str, float]:
        sigma, times, angle = float(self.sigma or 0), float(self.times or 0), math.pi / self.K
        distance = times * sigma
        return {
            "half": distance / math.sin(angle),
            "arc": distance / (2 * angle),
            "angle": distance / (2 * math.sin(2 * angle)),
            "circumference": distance / angle,
            "units": times / (2 * math.sin(angle)),
            "variance": distance * sigma / (2 * math.sin(angle)),
            "multiplied": 2 * distance * math.sin(angle),
            "inner": distance / (2 * math.tan(angle)),
            "distance": distance,
            "gaps": distance / (2 * _sine(self.K - 1)),
            "more": distance / (2 * _sine(self.K + 1)),
        }

    def measured(self, lab: Lab) -> Measurement:
        bench, K = lab.circle, self.K
        if self.ask == "distance":
            return Measurement(bench.distance(K, float(self.R or 0)), tolerance=1e-9)
        if self.ask == "radius":
            return Measurement(bench.radius(K, float(self.times or 0) * float(self.sigma or 0)), tolerance=1e-9)
        numbers = K, float(self.R or 0), float(self.sigma or 0)
        share, room = bench.error_sampled(*numbers)
        check = Within("samples of a mode", share, below=room, above=room)
        return Measurement(bench.error(*numbers), tolerance=5e-4, also=(check,))

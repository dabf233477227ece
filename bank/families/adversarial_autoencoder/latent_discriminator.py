"""What the best discriminator says of a code, where prior and codes are Gaussians in two dimensions."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache, cached_property
from itertools import permutations, product
from random import Random
from typing import Any, Self

from bank.authoring import (
    LOGARITHM,
    STEP,
    Constant,
    Exercise,
    Integers,
    Lab,
    Line,
    Lists,
    Measurement,
    Number,
    Problem,
    Rationals,
    Within,
    Wrong,
    along,
    along_member,
    digits,
    param,
    rounded,
    table_beside,
)
from bank.families.adversarial_autoencoder.decimals import decimal, number, said

TEXTS = table_beside(__file__)
DEVIATIONS = tuple(Fraction(k, 2) for k in (1, 3, 4, 5, 6))  # not 1, whose square is 1
PAIRS = tuple(permutations(DEVIATIONS, 2))
COORDINATES = range(-3, 4)  # of the code
STEPS = range(-4, 5)  # from a mean to the code, along each axis
LEAST, MOST = 0.07, 0.93  # of the outputs that are drawn
POINT = Lists(Integers(-20, 20), 2, 2)

Pair = tuple[int, int]


def _from(factor: float, exponent: float) -> float:
    """p/(p + q), where q/p is the factor times the exponential."""
    return 1 / (1 + factor * math.exp(min(exponent, 100.0)))


def _output(to_prior: int, to_code: int, prior: float, code: float) -> float:
    """p/(p + q) by the squared distances from both means and both standard deviations."""
    return _from((prior / code) ** 2, to_prior / (2 * prior**2) - to_code / (2 * code**2))


@cache
def _ways() -> Mapping[int, Sequence[Pair]]:
    """The steps from a mean to the code, by their squared length."""
    found = defaultdict(list)
    for x, y in product(STEPS, repeat=2):
        found[x * x + y * y].append((x, y))
    return {length: ways for length, ways in found.items() if length}


@cache
def _lengths() -> Mapping[tuple[Fraction, Fraction], Sequence[Pair]]:
    """By both standard deviations: squared distances, not equal, at which the output is neither near 0 nor near 1."""
    pairs = list(permutations(_ways(), 2))
    return {
        both: [lengths for lengths in pairs if _fair(lengths, [float(each) for each in both])]
        for both in permutations(DEVIATIONS, 2)
    }


@cache
def _deviations(lengths: Pair, place: int, other: float) -> Sequence[Fraction]:
    """Of the prior at place 0, of the codes at place 1: those with which dice might give the output."""
    return [each for each in DEVIATIONS if each != other and _fair(lengths, (float(each), other)[:: 1 - 2 * place])]


@cache
def _steps(beside: int, other: int, deviations: tuple[float, float], place: int, back: bool) -> Sequence[int]:
    """From a mean to the code along one axis, falling, to one side since the other side gives the same output.

    `beside` is the square of the step along the other axis.
    """
    steps = [step for step in reversed(STEPS) if (step <= 0 if back else step >= 0)]
    lengths = {step: (beside + step * step, other)[:: 1 - 2 * place] for step in steps}
    return [step for step, both in lengths.items() if _fair(both, deviations)]


def _fair(lengths: Sequence[int], deviations: Sequence[float]) -> bool:
    """Whether dice might give the output at these squared distances."""
    return LEAST <= _output(*lengths, *deviations) <= MOST


class LatentDiscriminator(Exercise):
    """p/(p + q) = 1/(1 + (s_p/s_q)^2 exp(r_p^2/(2 s_p^2) - r_q^2/(2 s_q^2))).

    >>> two, three = Fraction(2), Fraction(3)
    >>> asked = LatentDiscriminator(z=(0, 0), prior_mean=(2, 2), prior_std=two, code_mean=(3, 3), code_std=three)
    >>> round(float(asked.solve()), 4)  # both exponents are 1, so p is to q as 9 to 4
    0.6923
    """

    title = "Adversarial autoencoder: the best discriminator at a code"
    source = ("4+",)
    points = 2
    kinds = ("numeric", "single_choice")
    tiers = ("numeric",)
    experiment = "p ln D + q ln(1 - D) maximised by Newton's method; a small square around the code"
    form = rounded()
    band = (28, 34)
    calculator = True

    z: Pair = param(POINT, "the code")
    prior_mean: Pair = param(POINT, "mean of the prior")
    prior_std: Fraction = param(
        Rationals(DEVIATIONS, Fraction(1, 10), 20), "standard deviation of the prior along each axis"
    )
    code_mean: Pair = param(POINT, "mean of the codes")
    code_std: Fraction = param(
        Rationals(DEVIATIONS, Fraction(1, 10), 20), "standard deviation of the codes along each axis"
    )

    stem = TEXTS["stem"]
    solution = TEXTS["solution"]

    @classmethod
    def draw_params(cls, rng: Random, fixed: Mapping[str, Any], kind: str) -> dict[str, Any]:
        """The distances first, of those that give a fair output; what a client fixed goes with the rest as it may."""
        both = rng.choice(PAIRS)
        to_prior, to_code = (rng.choice(_ways()[length]) for length in rng.choice(_lengths()[both]))
        z = fixed.get("z") or (rng.choice(COORDINATES), rng.choice(COORDINATES))
        means = [(z[0] - x, z[1] - y) for x, y in (to_prior, to_code)]
        return {"z": z, "prior_mean": means[0], "prior_std": both[0], "code_mean": means[1], "code_std": both[1]}

    @classmethod
    @cache
    def space(cls, kind: str) -> int:
        """Fair or not."""
        ways = {length: len(found) for length, found in _ways().items()}
        placed = sum(ways[one] * ways[other] for lengths in _lengths().values() for one, other in lengths)
        return len(COORDINATES) ** 2 * placed

    def constraints(self) -> Iterator[Problem]:
        if self.prior_std == self.code_std:
            yield Problem("/params/code_std", "both standard deviations must differ")
        elif not 0.02 <= _output(*self.lengths, *self.deviations) <= 0.98:
            yield Problem("/params/z", "the output must be from 0.02 to 0.98")

    @cached_property
    def deviations(self) -> tuple[float, float]:
        return float(self.prior_std), float(self.code_std)

    @cached_property
    def lengths(self) -> Pair:
        """Squared distances of the code from the mean of the prior and from that of the codes."""
        return self._length(self.prior_mean), self._length(self.code_mean)

    def _length(self, mean: Pair) -> int:
        return (self.z[0] - mean[0]) ** 2 + (self.z[1] - mean[1]) ** 2

    def words(self, kind: str) -> Mapping[str, object]:
        p, q = (_density(length, std) for length, std in zip(self.lengths, self.deviations, strict=True))
        return {
            "p": f"{p:.4g}" if p > 1e-4 else f"{p:.6f}",
            "q": f"{q:.4g}" if q > 1e-4 else f"{q:.6f}",
            "of_prior": decimal(self.prior_std),
            "of_code": decimal(self.code_std),
            "rounded": f"{p / (p + q):.4g}",
            "to_prior": self.lengths[0],
            "to_code": self.lengths[1],
        }

    def effort(self) -> float:
        """Two squared distances, two densities, a quotient."""
        return 2 * LOGARITHM + 8 * STEP + digits(*self.lengths)

    def solve(self) -> Number:
        (to_prior, to_code), p, q = self.lengths, f"({self.prior_std})", f"({self.code_std})"
        text = f"1/(1 + ({p}/{q})^2*exp({to_prior}/(2*{p}^2) - {to_code}/(2*{q}^2)))"
        return Constant(text, _output(to_prior, to_code, *self.deviations))

    def misreadings(self) -> Sequence[Line]:
        """Those on which as many questions stand as there are options; all where none is so long."""
        lines = list(self._lines())
        return [line for line in lines if len(line.values) >= self.options] or lines

    def _lines(self) -> Iterator[Line]:
        for place, (name, letter) in enumerate((("prior_std", r"\sigma_p"), ("code_std", r"\sigma_q"))):
            values = _deviations(self.lengths, place, self.deviations[1 - place])
            yield along(self, name, "", values)._replace(said=said(letter))
        means = {"prior_mean": r"\boldsymbol\mu_p", "code_mean": r"\boldsymbol\mu_q"}
        for (place, (name, letter)), axis in product(enumerate(means.items()), (0, 1)):
            step, beside = (self.z[each] - getattr(self, name)[each] for each in (axis, 1 - axis))
            steps = _steps(beside**2, self.lengths[1 - place], self.deviations, place, step < 0)
            line = along_member(self, name, axis, "", [self.z[axis] - each for each in steps])
            yield line._replace(said=_entry(("first", "second")[axis], letter))

    def distractors(self) -> Iterator[Wrong]:
        for name, value in self._mistaken().items():
            yield Wrong(value, TEXTS["why"][name], offered=0.01 < float(value) < 0.99)

    def _mistaken(self) -> Mapping[str, Number]:
        (to_prior, to_code), key = self.lengths, float(self.key)  # type: ignore[arg-type]  # a number
        prior, code = self.deviations
        factor, exponent = (prior / code) ** 2, to_prior / (2 * prior**2) - to_code / (2 * code**2)
        far, away = math.sqrt(to_prior) / (2 * prior**2), math.sqrt(to_code) / (2 * code**2)
        return {
            "codes": number(1 - key),
            "ratio": number(key / (1 - key)),
            "deviation": number(_from(prior / code, exponent)),
            "not_normed": number(_from(1.0, exponent)),
            "inverted": number(_from(1 / factor, exponent)),
            "half": Fraction(1, 2),
            "not_squared": number(_from(factor, to_prior / (2 * prior) - to_code / (2 * code))),
            "doubled": number(_from(factor, 2 * exponent)),
            "sign": number(_from(factor, -exponent)),
            "distance": number(_from(factor, far - away)),
            "density": number(_density(to_prior, prior)),
            "logit": number(-math.log(factor) - exponent),
            "exchanged": number(_from(1 / factor, to_prior / (2 * code**2) - to_code / (2 * prior**2))),
        }

    @classmethod
    def measure(cls, lab: Lab, questions: Sequence[Self]) -> list[Measurement]:
        asked = (
            [question.z for question in questions],
            [(question.prior_mean, float(question.prior_std)) for question in questions],
            [(question.code_mean, float(question.code_std)) for question in questions],
        )
        bench, named = lab.best_discriminator, "the part of a small square around the code that is of the prior"
        found = zip(bench.at(*asked), bench.in_a_cell(*asked), strict=True)
        return [
            Measurement(best, tolerance=1e-9, also=(Within(named, cell, below=1e-4, above=1e-4),))
            for best, cell in found
        ]


def _density(length: int, deviation: float) -> float:
    variance = deviation**2
    return math.exp(-length / (2 * variance)) / (2 * math.pi * variance)


def _entry(which: str, letter: str) -> Any:
    return lambda value: rf"the {which} entry of \({letter}\) being \({value}\)"

"""How often a minibatch holds an example of a rare class."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from random import Random
from typing import Any

from bank.authoring import (
    DECIMAL_OR_FRACTION,
    LOGARITHM,
    STEP,
    WHOLE,
    Constant,
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
    Value,
    Wrong,
    along,
    param,
    rounded,
    table_beside,
)

TEXTS = table_beside(__file__)

ASKS = ("probability_none", "expected", "smallest_batch")
SHARES = tuple(Fraction(each, 1000) for each in (2, 4, 5, 6, 8, 10, 12, 15, 16, 20, 24, 25, 30, 32, 35, 40, 45, 48, 50))
SIZES = (16, 20, 24, 32, 40, 48, 50, 60, 64, 80, 96, 100, 120, 128, 150, 160, 192, 200, 250, 256, 300, 320)
LEVELS = tuple(Fraction(each, 100) for each in (80, 85, 90, 95, 98, 99))
TOLD = Fraction(1, 20), Fraction(19, 20)  # a probability outside is guessed too easily
LARGEST = 4000  # batch that is asked for


class RareClassBatch(Exercise):
    """A batch is drawn independently, with replacement.

    >>> RareClassBatch(ask="smallest_batch", f=Fraction(1, 50), B=None, level=Fraction(19, 20)).solve()
    149
    >>> RareClassBatch(ask="expected", f=Fraction(1, 50), B=64, level=None).solve()
    Fraction(32, 25)
    """

    title = "Rare classes: examples in a minibatch"
    source = ("4b+",)
    points = 2
    kinds = ("numeric", "single_choice")
    tiers = ("numeric",)
    experiment = "the distribution of the number of rare examples, worked out example by example"
    form = {"probability_none": rounded(0.005), "expected": DECIMAL_OR_FRACTION, "smallest_batch": WHOLE}
    band = {"probability_none": (9, 12), "expected": (4, 12), "smallest_batch": (18, 24)}
    calculator = True

    ask: str = param(OneOf(ASKS), "what is asked for")
    f: Fraction = param(Rationals(SHARES, 0, 1, above=True, below=True), "share of the rare class among all images")
    B: int | None = param(Optional(Integers(2, 512, 1, 100_000)), "size of a batch; not for smallest_batch")
    level: Fraction | None = param(
        Optional(Rationals(LEVELS, 0, 1, above=True, below=True), "ask", "smallest_batch"), "probability to be reached"
    )

    stem = TEXTS["stem"]
    solution = TEXTS["solution"]

    @classmethod
    def draw_params(cls, rng: Random, fixed: Mapping[str, Any], kind: str) -> dict[str, Any]:
        asks = (
            [ask for ask in ASKS if (ask == "smallest_batch") == ("level" in fixed)]
            if {"B", "level"} & {*fixed}
            else ASKS
        )
        ask = fixed.get("ask") or rng.choice(asks)
        f = fixed.get("f") or rng.choice(SHARES)
        fitting = [size for size in SIZES if TOLD[0] <= (1 - float(f)) ** size <= TOLD[1]] or SIZES
        sized = ask != "smallest_batch"
        return {
            "ask": ask,
            "f": f,
            "B": rng.choice(fitting) if sized else None,
            "level": None if sized else rng.choice(LEVELS),
        }

    @classmethod
    def every(cls, kind: str) -> Iterator[Mapping[str, Any]]:
        for f in SHARES:
            yield from ({"ask": ASKS[2], "f": f, "B": None, "level": level} for level in LEVELS)
            yield from ({"ask": ask, "f": f, "B": size, "level": None} for ask in ASKS[:2] for size in SIZES)

    def constraints(self) -> Iterator[Problem]:
        if (self.B is None) != (self.ask == "smallest_batch"):
            yield Problem("/params/B", "B is set where the size of a batch is not asked for, and only there")
        elif self.ask == "smallest_batch" and self.real > LARGEST:
            yield Problem("/params/f", f"no batch of {LARGEST} images is enough")
        elif self.ask == "probability_none" and not TOLD[0] <= self.value <= TOLD[1]:
            yield Problem("/params/B", "the probability lies below 0.05 or above 0.95")

    def effort(self) -> float:
        if self.ask == "expected":
            return STEP + len(str(self.B)) * len(str(self.f.numerator)) + 2 * STEP
        return 2 * LOGARITHM + 2 * STEP if self.ask == "smallest_batch" else LOGARITHM + 2 * STEP

    @property
    def size(self) -> int:
        """Of the batch that is given."""
        assert self.B is not None  # noqa: S101 - see `constraints`
        return self.B

    @property
    def decimals(self) -> dict[str, str]:
        level = self.level or Fraction(0)
        told = {"share": self.f, "others": 1 - self.f, "reached": level, "missed": 1 - level}
        return {name: _decimal(value) for name, value in told.items()}

    @cached_property
    def value(self) -> float:
        """The answer as a decimal number, where a size is given."""
        if self.B is None:
            return math.nan
        return (1 - float(self.f)) ** self.B if self.ask == "probability_none" else float(self.f * self.B)

    @cached_property
    def real(self) -> float:
        """The size of a batch as the logarithms give it, not rounded up; 0 where no probability is to be reached."""
        return math.log(1 - float(self.level or 0)) / math.log(1 - float(self.f))

    def solve(self) -> Number:
        if self.ask == "expected":
            return self.f * self.size
        if self.ask == "smallest_batch":
            return math.ceil(self.real)
        return Constant(_power(1 - self.f, self.size), self.value)

    def misreadings(self) -> Iterator[Line]:
        yield Line(SHARES, self.f, lambda value: {"f": value}, lambda value: rf"\(f = {_decimal(value)}\)")
        if self.B is not None:
            yield along(self, "B", "B", SIZES)
        else:
            yield Line(LEVELS, self.level, lambda value: {"level": value}, lambda value: rf"\(p = {_decimal(value)}\)")

    def show(self, options: Sequence[Any]) -> Sequence[str]:
        """Means with three decimals, like the share in the stem."""
        return [rf"\({float(value):.3f}\)" for value in options] if self.ask == "expected" else super().show(options)

    def distractors(self) -> Iterator[Wrong]:
        if self.ask == "smallest_batch":
            yield from self._of_a_size()
        elif self.ask == "expected":
            yield from (wrong._replace(offered=_shows(wrong.value)) for wrong in self._of_a_mean())
        else:
            yield from self._of_a_probability()

    def _of_a_probability(self) -> Iterator[Wrong]:
        f, B, none = self.f, self.size, self.value
        text = _power(1 - f, B)
        yield Wrong(Constant(f"1 - {text}", 1 - none), "This is the probability of at least one.")
        yield Wrong(f * B, "This is the mean number of rare images, and no probability.", offered=f * B < 1)
        yield Wrong(1 - f * B, "Probabilities of independent images are multiplied, not subtracted.", offered=f * B < 1)
        yield Wrong(1 - f, "This is for a single image.")
        one = float(B * f) * none / (1 - float(f))
        yield Wrong(Constant(f"{B * f}*{_power(1 - f, B - 1)}", one), "This is the probability of exactly one.")
        yield Wrong(
            Constant(_power(1 - f, Fraction(B, 2)), math.sqrt(none)),
            "Each of the \\(B\\) images counts, not half of them.",
        )
        yield Wrong(Constant(_power(1 - f, 2 * B), none**2), "There are \\(B\\) factors, not \\(2 B\\).", offered=False)
        yield Wrong(1 / (1 + f * B), "This falls with \\(f B\\) too, but is no product of probabilities.")

    def _of_a_mean(self) -> Iterator[Wrong]:
        f, B = self.f, self.size
        yield Wrong((1 - f) * B, "This is the mean number of the other images.")
        yield Wrong(1 / f, "So many images one has to draw on average until one is rare.")
        yield Wrong(f * (B - 1), "Each of the \\(B\\) images may be a rare one, the first too.")
        yield Wrong(math.floor(f * B), "A mean need not be a whole number.")
        yield Wrong(math.ceil(f * B), "A mean need not be a whole number.")
        yield Wrong(f * (1 - f) * B, "This is the variance of the number.")
        yield Wrong(f * B / 100, "The share is no percentage here: it is divided by 100 already.")
        yield Wrong(10 * f * B, "The decimal point of the share stands elsewhere.")
        yield Wrong(f * f * B, "Each image is counted once, with the probability \\(f\\).")

    def _of_a_size(self) -> Iterator[Wrong]:
        f, level, real, key = self.f, self.level or Fraction(0), self.real, math.ceil(self.real)
        yield Wrong(key - 1, "With so many images the probability is still too small: it is rounded up.")
        yield Wrong(math.ceil(level / f), "Probabilities of several images do not add up.")
        yield Wrong(math.ceil(1 / f), "With so many images there is one on average, but often none.")
        yield Wrong(
            math.ceil(math.log(level) / math.log(1 - float(f))),
            "This reaches that there is none with probability \\(p\\).",
        )
        mixed = "\\(\\ln\\) and \\(\\log_{10}\\) were mixed."
        yield Wrong(math.ceil(real / math.log(10)), mixed)
        yield Wrong(math.ceil(real * math.log(10)), mixed)
        yield Wrong(math.ceil((1 - level) / f), "Here the mean number is \\(1 - p\\).")
        yield Wrong(
            math.ceil(real / 2), "The logarithm of a power has the whole exponent as its factor.", offered=False
        )
        yield Wrong(math.ceil(1 / (f * (1 - level))), "This is enough by a rough bound, and far from the smallest.")
        yield Wrong(math.ceil(2 * real), "So many hold two in most batches; one is enough.", offered=False)

    def measured(self, lab: Lab) -> Measurement:
        found: Value = getattr(lab.batches, self.ask)(
            float(self.f), self.B if self.level is None else float(self.level)
        )
        return Measurement(found, tolerance=0.0 if self.ask == "smallest_batch" else 1e-9)


def _shows(value: Any) -> bool:
    """Whether three decimals are all of it."""
    return (1000 * Fraction(value)).denominator == 1


def _power(base: Fraction, exponent: Fraction | int) -> str:
    """As a constant is written; the exponent of a power may be 64 at most."""
    return f"exp({exponent}*ln({base}))"


def _decimal(value: Fraction | int) -> str:
    return f"{float(value):g}"

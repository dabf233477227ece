"""How often a batch holds no image of a rare class."""

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
    WHOLE,
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
    multiplying,
    param,
    rounded,
    table_beside,
)
from bank.families.adversarial_autoencoder.decimals import decimal, said

TEXTS = table_beside(__file__)
RARE = tuple(Fraction(k, 1000) for k in range(10, 81, 2))  # frequencies of the class
SIZES = tuple(range(8, 64))  # of a batch; powers are read up to the 64th
CERTAIN = tuple(Fraction(k, 100) for k in (75, 80, 85, 90, 95, 98, 99))
ASKS = ("probability_none", "expected", "smallest_batch")
LARGEST = 1000  # batch that the lab lets grow
CLEAR = 0.02  # a smallest batch is so far from the next one, that rounding may not decide it


@cache
def _real(f: Fraction, certainty: Fraction) -> float:
    """The size as logarithms give it, not rounded up."""
    return math.log(1 - certainty) / math.log(1 - f)


def _misleads(f: Fraction, certainty: Fraction) -> bool:
    """Whether the size is not the nearest whole number."""
    return CLEAR < _real(f, certainty) % 1 < 0.5 - CLEAR


@cache
def _rare(certainty: Fraction) -> Sequence[Fraction]:
    return [f for f in RARE if _misleads(f, certainty)]


@cache
def _certain(f: Fraction) -> Sequence[Fraction]:
    return [certainty for certainty in CERTAIN if _misleads(f, certainty)] or CERTAIN


@cache
def _others(f: Fraction) -> tuple[str, float]:
    """The frequency of all other classes."""
    return str(1 - f), float(1 - f)


def _size(rng: Random, drawn: Mapping[str, Any]) -> int | None:
    return None if drawn["ask"] == "smallest_batch" else rng.choice(SIZES)


class RareClassBatch(Exercise):
    """(1 - f)^B, f B, and the smallest B with (1 - f)^B at most 1 - certainty.

    >>> RareClassBatch(f=Fraction(1, 50), B=32, ask="probability_none", certainty=None).solve()
    Constant(text='(49/50)^32')
    >>> RareClassBatch(f=Fraction(1, 50), B=None, ask="smallest_batch", certainty=Fraction(19, 20)).solve()
    149
    """

    title = "Rare class: images in a batch"
    source = ("4b+",)
    points = 1
    kinds = ("numeric", "single_choice")
    tiers = ("numeric",)
    experiment = "the distribution in a batch, image by image; batches drawn at random"
    form = {"probability_none": rounded(), "expected": rounded(), "smallest_batch": WHOLE}
    band = {"probability_none": (12, 16), "expected": (2, 6), "smallest_batch": (20, 24)}
    calculator = True

    ask: str = param(
        OneOf(ASKS), "the probability of none in a batch, the expected number, or the smallest batch that has one"
    )
    certainty: Fraction | None = param(
        Optional(Rationals(CERTAIN, 0, 1, above=True, below=True), "ask", "smallest_batch"),
        "probability with which a batch has at least one",
    )
    f: Fraction = param(
        Drawn(
            Rationals(RARE, Fraction(1, 1000), Fraction(1, 2)),
            lambda rng, drawn: rng.choice(_rare(drawn["certainty"]) if drawn["certainty"] else RARE),
        ),
        "frequency of the rare class",
    )
    B: int | None = param(Drawn(Optional(Integers(2, 63)), _size), "batch size, where it is not asked for")

    stem = TEXTS["stem"]
    solution = TEXTS["solution"]

    @classmethod
    def every(cls, kind: str) -> Iterator[Mapping[str, Any]]:
        for f in RARE:
            for ask in ASKS[:2]:
                yield from ({"ask": ask, "certainty": None, "f": f, "B": B} for B in SIZES)
            yield from (
                {"ask": ASKS[2], "certainty": each, "f": f, "B": None} for each in CERTAIN if _misleads(f, each)
            )

    def constraints(self) -> Iterator[Problem]:
        if (self.B is None) != (self.ask == "smallest_batch"):
            yield Problem("/params/B", "B is set where it is not asked for, and only there")
        elif self.certainty is not None and _real(self.f, self.certainty) > LARGEST:
            yield Problem("/params/f", f"a batch of more than {LARGEST} images is needed")
        elif self.certainty is not None and not _misleads(self.f, self.certainty):
            yield Problem("/params/f", "the size of the batch is too close to a whole number, or rounded up anyway")
        elif self.ask == "probability_none" and not 0.02 < float(self._power(self.B or 0)) < 0.98:
            yield Problem("/params/B", "the probability must be from 0.02 to 0.98")

    def words(self, kind: str) -> Mapping[str, object]:
        known: dict[str, object] = {"rare": decimal(self.f), "others": decimal(1 - self.f)}
        if self.certainty is not None:
            real = f"{_real(self.f, self.certainty):.2f}"
            return known | {"certain": decimal(self.certainty), "left": decimal(1 - self.certainty), "real": real}
        return known | {"rounded": f"{float(self._power(self.B or 0)):.4f}", "mean": decimal(self._mean)}

    def effort(self) -> float:
        if self.B is None:
            return 2 * LOGARITHM + 3 * STEP
        return multiplying(int(1000 * self.f), self.B) if self.ask == "expected" else LOGARITHM + 4 * STEP

    def solve(self) -> Number:
        if self.certainty is not None:
            return math.ceil(_real(self.f, self.certainty))
        return self._mean if self.ask == "expected" else self._power(self.B or 0)

    def _power(self, exponent: int) -> Constant:
        """(1 - f)^exponent"""
        text, value = _others(self.f)
        return Constant(f"({text})^{exponent}", value**exponent)

    @cached_property
    def _mean(self) -> Fraction:
        return self.f * (self.B or 0)

    @property
    def _one(self) -> Constant:
        """The probability of exactly one."""
        before = self._power((self.B or 0) - 1)
        return Constant(f"({self._mean})*{before.text}", float(self._mean) * float(before))

    @property
    def _some(self) -> Constant:
        none = self._power(self.B or 0)
        return Constant(f"1 - {none.text}", 1 - float(none))

    def misreadings(self) -> Iterator[Line]:
        if self.certainty is None:
            yield along(self, "B", "B", SIZES)
        rare = RARE if self.certainty is None else _rare(self.certainty)
        yield along(self, "f", "f", rare)._replace(said=said("f"))

    def distractors(self) -> Iterator[Wrong]:
        wrong = {"probability_none": self._none, "expected": self._expected, "smallest_batch": self._smallest}[self.ask]
        reasons = TEXTS[self.ask]
        for name, value in wrong().items():
            size = float(value)
            fits = 0 < size < 1 if self.ask == "probability_none" else size > 0
            yield Wrong(value, reasons[name], offered=fits)

    def _none(self) -> Mapping[str, Number]:
        f, B, mean, rare = self.f, self.B or 0, self._mean, float(self.f)
        return {
            "linear": 1 - mean,
            "expected": mean,
            "some": self._some,
            "one": self._one,
            "first": self._power(B - 1),
            "one_more": self._power(B + 1),
            "limit": Constant(f"exp(-{mean})", math.exp(-rare * B)),
            "single": 1 - f,
            "all": Constant(f"({f})^{B}", rare**B),
            "not_all": Constant(f"1 - ({f})^{B}", 1 - rare**B),
            "half": self._power(B // 2),
        }

    def _expected(self) -> Mapping[str, Number]:
        f, B, mean, some = self.f, self.B or 0, self._mean, self._some
        variance = mean * (1 - f)
        return {
            "variance": variance,
            "spread": Constant(f"sqrt({variance})", float(variance) ** 0.5),
            "others": B - mean,
            "some": some,
            "none": self._power(B),
            "waiting": 1 / f,
            "batches": 1 / mean,
            "per_image": f / B,
            "one": self._one,
            "others_one": mean - f,
            "at_least": Constant(f"{mean}/({some.text})", float(mean) / float(some)),
        }

    def _smallest(self) -> Mapping[str, int]:
        assert self.certainty is not None  # noqa: S101 - it is set where the smallest batch is asked for
        f, c = float(self.f), float(self.certainty)
        real, each = _real(self.f, self.certainty), math.log(1 - f)
        return {
            "down": math.floor(real),
            "expected": math.ceil(1 / f - 1e-9),
            "linear": math.ceil(c / f - 1e-9),
            "exchanged": math.ceil(math.log(c) / each),
            "limit": math.ceil(-math.log(1 - c) / f),
            "all": math.ceil(math.log(1 - c) / math.log(f)),
            "above": math.ceil(real / math.log(10)),
            "below": math.ceil(real * math.log(10)),
            "half": math.ceil(-math.log(2) / each),
            "one_more": math.ceil(real) + 1,
            "ratio": math.ceil((1 - f) / (f * (1 - c)) - 1e-9),
        }

    def measured(self, lab: Lab) -> Measurement:
        bench, f = lab.rare_batches, float(self.f)
        name = {"probability_none": "none", "expected": "expected", "smallest_batch": "smallest"}[self.ask]
        given = self.B if self.certainty is None else float(self.certainty)
        exact, drawn = (getattr(bench, name + end)(f, given) for end in ("", "_drawn"))
        check = Within("batches drawn at random", drawn.value, below=drawn.above, above=drawn.below)
        return Measurement(exact, tolerance=0.0 if self.certainty is not None else 1e-9, also=(check,))

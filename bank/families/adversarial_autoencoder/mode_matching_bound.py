"""How many images can lie in the mode of their class, where codes match the prior and no labels are used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from math import comb, lcm, prod
from random import Random
from typing import Any

from bank.authoring import (
    DECIMAL_OR_FRACTION,
    STEP,
    Exercise,
    Lab,
    Lists,
    Measurement,
    Problem,
    Rationals,
    Wrong,
    adding,
    in_a_sentence,
    multiplying,
    param,
    table_beside,
)
from bank.families.adversarial_autoencoder.decimals import decimal

TEXTS = table_beside(__file__)
SURPLUS = {4: range(6, 41), 5: range(6, 37), 10: range(10, 26)}  # percent that do not fit, by the number of classes
FREQUENT = {4: (2,), 5: (2, 3), 10: (3, 4, 5)}  # how many classes are more frequent than a mode has weight
MOST_IMAGES = 2000  # that the lab lists


class ModeMatchingBound(Exercise):
    """The sum of min(f, 1/K), and K times the smallest f.

    >>> frequencies = [Fraction(k, 100) for k in (40, 30, 20, 10)]
    >>> for name, value in ModeMatchingBound(frequencies=tuple(frequencies)).solve().items():
    ...     print(name, value)
    own_mode 4/5
    rarest_share 2/5
    """

    title = "Adversarial autoencoder: what exact matching allows"
    source = ("4b+",)
    points = 2
    kinds = ("fields",)
    tiers = ("exact",)
    experiment = "images listed one by one and exchanged between modes while that helps; no random assignment is better"
    form = DECIMAL_OR_FRACTION
    band = (12, 36)

    frequencies: tuple[Fraction, ...] = param(
        Lists(Rationals((), 0, 1, above=True, below=True), 3, 20), "frequency of each class; together 1"
    )

    stem = TEXTS["stem"]
    solution = TEXTS["solution"]

    @classmethod
    def draw_params(cls, rng: Random, fixed: Mapping[str, Any], kind: str) -> dict[str, Any]:
        """So many percent above 1/K, spread over some classes, and as many below it, over the others."""
        if fixed:
            return {}
        K = rng.choice(tuple(SURPLUS))
        above, base = rng.choice(FREQUENT[K]), 100 // K
        surplus = rng.choice(SURPLUS[K])
        missing = _parts(rng, surplus, K - above)
        while not _has_a_rarest(base, missing):
            missing = _parts(rng, surplus, K - above)
        percent = [base + part for part in _parts(rng, surplus, above)] + [base - part for part in missing]
        rng.shuffle(percent)
        return {"frequencies": tuple(Fraction(each, 100) for each in percent)}

    @classmethod
    def space(cls, kind: str) -> int:
        """Fair or not, but with one rarest class."""
        return sum(
            comb(K, above) * comb(surplus - 1, above - 1) * _ways(surplus, K - above, 100 // K)
            for K in SURPLUS
            for above in FREQUENT[K]
            for surplus in SURPLUS[K]
        )

    def constraints(self) -> Iterator[Problem]:
        if sum(self.images) != self.total:
            yield Problem("/params/frequencies", "the frequencies must have the sum 1")
        elif self.images.count(self.fewest) > 1:
            yield Problem("/params/frequencies", "one class must be rarer than all others")
        elif self.total > MOST_IMAGES:
            yield Problem("/params/frequencies", f"some {MOST_IMAGES} images must be able to have these frequencies")
        elif 10**6 % self.total:
            yield Problem("/params/frequencies", "the frequencies, and one over their number, must be finite decimals")

    @property
    def K(self) -> int:
        return len(self.frequencies)

    @cached_property
    def total(self) -> int:
        """The fewest images of which each class and each mode has a whole number."""
        return lcm(self.K, *(frequency.denominator for frequency in self.frequencies))

    @cached_property
    def images(self) -> tuple[int, ...]:
        """Of each class."""
        return tuple(each.numerator * (self.total // each.denominator) for each in self.frequencies)

    @cached_property
    def fewest(self) -> int:
        return min(self.images)

    @cached_property
    def mode(self) -> int:
        """Images in a mode."""
        return self.total // self.K

    @cached_property
    def fitting(self) -> tuple[int, ...]:
        """What fits of each class into one mode."""
        return tuple(min(each, self.mode) for each in self.images)

    def words(self, kind: str) -> Mapping[str, object]:
        def part(images: int) -> str:
            return decimal(Fraction(images, self.total))

        return {
            "shares": in_a_sentence([part(each) for each in self.images]),
            "weight": part(self.mode),
            "terms": " + ".join(map(part, self.fitting)),
            "own": part(sum(self.fitting)),
            "least": part(self.fewest),
            "share": part(self.K * self.fewest),
        }

    def effort(self) -> float:
        return STEP * self.K + adding(*self.fitting) + multiplying(self.K, self.fewest)

    def solve(self) -> dict[str, Fraction]:
        own, rarest = sum(self.fitting), self.K * self.fewest
        return {"own_mode": Fraction(own, self.total), "rarest_share": Fraction(rarest, self.total)}

    def distractors(self) -> Iterator[Wrong]:
        own, rarest = self.solve().values()
        for mistake, value in self._of_own().items():
            yield Wrong({"own_mode": value, "rarest_share": rarest}, TEXTS["own_mode"][mistake])
        for mistake, value in self._of_rarest().items():
            yield Wrong({"own_mode": own, "rarest_share": value}, TEXTS["rarest_share"][mistake])

    def _of_own(self) -> Mapping[str, Fraction]:
        total, mode, most = self.total, self.mode, max(self.images)
        lost = total - sum(self.fitting)
        counts = {
            "all": total,
            "most_frequent": most,
            "twice": total - 2 * lost,
            "lost": lost,
            "one_spills": total - (most - mode),
            "one_lacks": total - (mode - self.fewest),
            "rare_only": sum(each for each in self.images if each <= mode),
            "frequent_only": sum(mode for each in self.images if each > mode),
            "chance": mode,
        }
        every = prod(self.images)  # a common denominator of the shares of the classes
        shares = sum(fits * (every // each) for fits, each in zip(self.fitting, self.images, strict=True))
        return {name: Fraction(count, total) for name, count in counts.items()} | {
            "mean": Fraction(shares, every * self.K)
        }

    def _of_rarest(self) -> Mapping[str, Fraction]:
        fewest, mode, total = self.fewest, self.mode, self.total
        return {
            "of_all": Fraction(fewest, total),
            "alone": Fraction(1),
            "weight": Fraction(1, self.K),
            "divided": Fraction(fewest, total * self.K),
            "most_frequent": Fraction(max(self.images), mode),
            "others": Fraction(mode - fewest, mode),
            "added": Fraction(fewest, mode + fewest),
            "odds": Fraction(fewest, mode - fewest),
            "relative": Fraction(fewest, max(self.images)),
            "left": Fraction(mode - fewest, total),
        }

    def measured(self, lab: Lab) -> Measurement:
        return Measurement(lab.exact_matching.best(self.frequencies), tolerance=0.0)


def _parts(rng: Random, total: int, count: int) -> list[int]:
    """A total cut into so many parts, each cut as likely as any other."""
    cuts = [0, *sorted(rng.sample(range(1, total), count - 1)), total]
    return [high - low for low, high in pairwise(cuts)]


def _has_a_rarest(base: int, missing: list[int]) -> bool:
    """Whether one class is rarer than all others, and its share in a mode, in percent, neither the weight nor half."""
    most = max(missing)
    return missing.count(most) == 1 and (base - most) * (100 // base) not in (0, base, 50) and most < base


def _ways(total: int, count: int, base: int) -> int:
    """In how many ways a total is cut into parts below the base of which one is the largest."""
    return sum(count * _bounded(total - most, count - 1, most - 1) for most in range(2, min(total, base - 1) + 1))


def _bounded(total: int, count: int, most: int) -> int:
    """In how many ways a total is cut into parts from 1 to `most`."""
    ways = {0: 1}
    for _ in range(count):
        found: dict[int, int] = {}
        for done, many in ways.items():
            for part in range(1, min(most, total - done) + 1):
                found[done + part] = found.get(done + part, 0) + many
        ways = found
    return ways.get(total, 0)

"""How many images can lie in the mode of their class when the codes match a prior with equal weights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
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
)

SIZES = (4, 5, 8)  # classes: their inverses are finite decimals
MOST_OF_RAREST = 12  # per cent of all images
LARGEST_DENOMINATOR = 1000


class ModeMatchingBound(Exercise):
    """As many modes as classes, all of the same weight, and no labels.

    >>> given = tuple(Fraction(each, 100) for each in (40, 30, 25, 5))
    >>> {name: str(value) for name, value in ModeMatchingBound(frequencies=given).solve().items()}
    {'own_mode': '4/5', 'rarest_share': '1/5'}
    """

    title = "Adversarial autoencoder: classes in modes of equal weight"
    source = ("4b+",)
    points = 2
    kinds = ("fields",)
    tiers = ("exact",)
    experiment = "images put into modes with as many places each, one by one, as many as possible where they belong"
    form = DECIMAL_OR_FRACTION
    band = (17, 50)

    frequencies: tuple[Fraction, ...] = param(
        Lists(Rationals((), 0, 1, above=True, below=True), 3, 12), "share of each class among all images"
    )

    stem = r"""
        An adversarial autoencoder is trained without labels on images of <<frequencies|length>> classes. The shares of
        the classes are <<shares>>. The prior is a mixture of <<frequencies|length>> Gaussians, here
        called *modes*, which have equal weights and do not overlap. Suppose that the codes of all images together have
        exactly the distribution of the prior.

        - `own_mode`: each class is given one mode, each mode one class. Which share of all images can lie in the mode
          of their class at most?
        - `rarest_share`: which share of the codes in a single mode can belong to the rarest class at most?
    """
    solution = r"""
        Every mode holds \(1/<<frequencies|length>> = <<in_decimals.weight>>\) of all codes. A class that is
        more frequent fills its mode, and its other images lie elsewhere; a rarer one can lie in its mode as a whole. So
        at most
        \[<<least>> = <<in_decimals.own_mode>>\]
        of all images lie in the mode of their class.

        The rarest class is \(<<in_decimals.rarest>>\) of all images. In one mode, which holds
        \(<<in_decimals.weight>>\) of them, it makes up at most
        \(<<in_decimals.rarest>> / <<in_decimals.weight>> = <<in_decimals.rarest_share>>\).
    """

    @classmethod
    def draw_params(cls, rng: Random, fixed: Mapping[str, Any], kind: str) -> dict[str, Any]:
        size = rng.choice(SIZES)
        rarest = rng.randint(1, min(MOST_OF_RAREST, 100 // size - 4))
        spare = 100 - rarest - (size - 1) * (rarest + 1)
        cuts = [0, *sorted(rng.randint(0, spare) for _ in range(size - 2)), spare]
        shares = [rarest + 1 + end - start for start, end in pairwise(cuts)]
        drawn = [rarest, *shares]
        rng.shuffle(drawn)
        return {"frequencies": tuple(Fraction(each, 100) for each in drawn)}

    @classmethod
    def every(cls, kind: str) -> None:
        """Too many to try each."""

    @classmethod
    def space(cls, kind: str) -> None:
        """Not counted: some millions."""

    def constraints(self) -> Iterator[Problem]:
        if sum(self.frequencies) != 1:
            yield Problem("/params/frequencies", "the shares of all classes are not 1 together")
        if self.frequencies.count(self.rarest) > 1 or self.rarest >= self.weight:
            yield Problem("/params/frequencies", "no class is the rarest one")
        if max(LARGEST_DENOMINATOR % share.denominator for share in (*self.frequencies, self.weight)):
            yield Problem("/params/frequencies", "a share has more than three decimals")

    @property
    def weight(self) -> Fraction:
        """Of a mode."""
        return Fraction(1, len(self.frequencies))

    @cached_property
    def rarest(self) -> Fraction:
        return min(self.frequencies)

    @property
    def shares(self) -> str:
        return in_a_sentence([_decimal(share) for share in self.frequencies])

    @property
    def in_decimals(self) -> dict[str, str]:
        told = {"weight": self.weight, "rarest": self.rarest, **self.solve()}
        return {name: _decimal(value) for name, value in told.items()}

    @property
    def least(self) -> str:
        return " + ".join(_decimal(min(share, self.weight)) for share in self.frequencies)

    def effort(self) -> float:
        """Each share beside the weight of a mode, their sum, and a quotient."""
        parts = [100 * min(share, self.weight) for share in self.frequencies]
        return len(parts) * STEP + adding(*parts) + multiplying(100 * self.rarest, len(parts)) + STEP

    def solve(self) -> dict[str, Fraction]:
        own = sum((min(share, self.weight) for share in self.frequencies), Fraction(0))
        return {"own_mode": own, "rarest_share": self.rarest / self.weight}

    def distractors(self) -> Iterator[Wrong]:
        key, count, most = self.solve(), len(self.frequencies), max(self.frequencies)
        filled = sum(share >= self.weight for share in self.frequencies)
        moved = sum((abs(share - self.weight) for share in self.frequencies), Fraction(0))

        def instead(why: str, **values: Fraction) -> Wrong:
            return Wrong(key | values, why)

        yield instead(
            "A class that is more frequent than a mode is heavy cannot lie in it as a whole.", own_mode=Fraction(1)
        )
        yield instead("The images that have no place in their mode are counted twice here.", own_mode=1 - moved)
        yield instead("This is the share that cannot lie in the mode of its class.", own_mode=1 - key["own_mode"])
        yield instead("Rarer classes lie in their modes too, which they do not fill.", own_mode=filled * self.weight)
        rare = sum((share for share in self.frequencies if share < self.weight), Fraction(0))
        yield instead("Frequent classes have images in their own modes too: as many as these hold.", own_mode=rare)
        yield instead("This is how much the most frequent class is; it does not fit into one mode.", own_mode=most)
        yield instead("Here every class is taken to be as rare as the rarest one.", own_mode=count * self.rarest)
        yield instead("This holds where classes and modes have nothing to do with one another.", own_mode=self.weight)
        yield instead("This is its share of all images; a mode holds only some of them.", rarest_share=self.rarest)
        yield instead("It has too few images to fill a mode alone.", rarest_share=Fraction(1))
        yield instead("This is what the other classes make up at least.", rarest_share=1 - key["rarest_share"])
        yield instead("A mode has more codes than the rarest class has images.", rarest_share=self.weight)
        yield instead("This is for the most frequent class.", rarest_share=min(most / self.weight, Fraction(1)))
        yield instead(
            "Beside the most frequent class it is that; a mode is as heavy as any other.",
            rarest_share=self.rarest / most,
        )
        fewer = self.rarest * (count - 1)
        yield instead(f"There are {count} modes, the one of the rarest class too.", rarest_share=fewer)

    def measured(self, lab: Lab) -> Measurement:
        found = lab.mode_places.most([int(share * LARGEST_DENOMINATOR) for share in self.frequencies])
        return Measurement(found, tolerance=0.0)


def _decimal(value: Fraction) -> str:
    return f"{float(value):g}"

"""What fits into modes of equal weight: counted over all ways to place a few images, and no formula."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from math import comb
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bank.lab import Lab

CROWD = 100  # images in a small world; a percent of them is one image


class ModeMasses:
    """Worlds of a hundred images that match a prior of some modes exactly: each mode holds as many images."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    def largest_part(self, percent: int, modes: int) -> Fraction:
        """The largest part of a mode, in percent, that a class with so many percent of the images can be."""
        fullest = max(max(counts) for counts in _placings(percent, modes, CROWD // modes))
        return Fraction(100 * fullest * modes, CROWD)

    def fills_a_mode(self, percent: int, modes: int) -> bool:
        return self.largest_part(percent, modes) == 100

    def fewest_modes(self, percent: int, modes: int) -> int:
        """In how many modes a class lies at least, found by filling one after the other."""
        left, filled = percent, 0
        while left > 0:
            left -= min(left, CROWD // modes)
            filled += 1
        return filled

    def shares_of_samples(self, percent: int, modes: int, labels: str) -> set[Fraction]:
        """In percent, how many samples of the prior fall where the class lies, over all ways to match the prior.

        A mode is drawn with equal chance, and in it a place. With the labels "all" one mode holds that class alone.
        """
        room = CROWD // modes
        if labels == "all":
            return {Fraction(100, modes)}
        return {
            sum((Fraction(100 * count, room * modes) for count in each), Fraction(0))
            for each in _placings(percent, modes, room)
        }

    def drawn_more_often(self, percent: int, batch: int = 2) -> Fraction:
        """How often a labelled image is drawn for once that another is, if labelled ones are half of each batch.

        Counted over so many batches that every image has come equally often, each in turn.
        """
        labelled, others, half = percent, CROWD - percent, batch // 2
        counts, steps = Counter[int](), labelled * others
        for step in range(steps):
            counts.update((step * half + place) % labelled for place in range(half))
            counts.update(labelled + (step * half + place) % others for place in range(half))
        return Fraction(counts[0], counts[labelled])

    def expected_in_a_batch(self, percent: int, batch: int) -> Fraction:
        """How many images of a class a random batch holds on average, by the chances of each number."""
        f = Fraction(percent, 100)
        return sum((k * comb(batch, k) * f**k * (1 - f) ** (batch - k) for k in range(batch + 1)), Fraction(0))


def _placings(images: int, modes: int, room: int) -> Iterator[tuple[int, ...]]:
    """How many of the images each mode may hold, in every way; modes are alike, so that the counts never rise."""
    if modes == 0:
        if images == 0:
            yield ()
        return
    for count in range(min(images, room), -1, -1):
        for rest in _placings(images - count, modes - 1, count):
            yield (count, *rest)

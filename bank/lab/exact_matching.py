"""Images put into modes of equal weight one by one, as a code distribution that equals the prior must put them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bank.lab import Lab

RANDOM_ASSIGNMENTS = 20  # that must not be better than the best one


class ExactMatching:
    """As many modes as classes, each with equally many places; every image takes one place, none is left over."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    def best(self, frequencies: Sequence[Fraction]) -> dict[str, Fraction]:
        """The largest part of all images in the mode of their class, and the largest share of the rarest in a mode.

        From a random start images are exchanged as long as that helps. Raises ValueError where some random assignment
        is better than what this ends at.
        """
        places, modes = _listed(frequencies), len(frequencies)
        size, counts = len(places) // modes, Counter(places)
        rarest = min(counts, key=counts.__getitem__)
        rng = self.lab.rng("images put into modes at random")
        rng.shuffle(places)
        own = _own(_exchanged(places, size, {kind: kind for kind in range(modes)}), size)
        gathered = _exchanged(places, size, {rarest: 0})[:size].count(rarest)
        for _ in range(RANDOM_ASSIGNMENTS):
            rng.shuffle(places)
            together = max(places[mode * size : (mode + 1) * size].count(rarest) for mode in range(modes))
            if _own(places, size) > own or together > gathered:
                raise ValueError("images put into modes at random are better than the best assignment")
        return {"own_mode": Fraction(own, len(places)), "rarest_share": Fraction(gathered, size)}


def _listed(frequencies: Sequence[Fraction]) -> list[int]:
    """The class of each image, in the smallest world where every class and every mode has a whole number of images."""
    total = lcm(len(frequencies), *(frequency.denominator for frequency in frequencies))
    return [kind for kind, frequency in enumerate(frequencies) for _ in range(int(frequency * total))]


def _exchanged(places: Sequence[int], size: int, wanted: Mapping[int, int]) -> list[int]:
    """The classes at all places, once no image can be exchanged with another one to get into the mode it is wanted in.

    It takes the place of one that is not wanted there, so that each exchange brings one more to where it is wanted.
    """
    held = list(places)
    for place, kind in enumerate(held):
        mode = wanted.get(kind, place // size)
        if mode == place // size:
            continue
        inside = range(mode * size, (mode + 1) * size)
        other = next((each for each in inside if wanted.get(held[each]) != mode), None)
        if other is not None:
            held[place], held[other] = held[other], kind
    return held if held == list(places) else _exchanged(held, size, wanted)


def _own(places: Sequence[int], size: int) -> int:
    """How many images lie in the mode of their class."""
    return sum(place // size == kind for place, kind in enumerate(places))

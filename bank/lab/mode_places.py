"""Modes that hold equally many codes: images are put into them one by one."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bank.lab import Lab


class ModePlaces:
    """Each class has a mode of its number, each mode as many places as the others, and every image gets one."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    def most(self, counts: Sequence[int]) -> dict[str, Fraction]:
        """Of so many images of each class: which share can lie in its own mode, which share of a mode be of the rarest.

        Raises ValueError where the images cannot be spread over the modes evenly.
        """
        places, left = divmod(sum(counts), len(counts))
        if left:
            raise ValueError(f"{sum(counts)} images do not fill {len(counts)} modes evenly")
        lot = gcd(*counts, places)  # images that may stay together
        images = [name for name, count in enumerate(counts) for _ in range(count // lot)]
        self.lab.rng("images that look for a place").shuffle(images)
        modes = _settled(images, places // lot, len(counts))
        own = sum(image == mode for mode, held in enumerate(modes) for image in held)
        rarest = min(images, key=images.count)
        crowded = _gathered(images, rarest, places // lot, self.lab.rng("a mode of the rarest class"))
        return {"own_mode": Fraction(own, len(images)), "rarest_share": Fraction(crowded.count(rarest), len(crowded))}


def _settled(images: Sequence[int], places: int, count: int) -> list[list[int]]:
    """Whoever finds its mode full makes a stranger leave it, and moves in; if there is none, it goes elsewhere."""
    modes: list[list[int]] = [[] for _ in range(count)]
    waiting = list(images)
    while waiting:
        image = waiting.pop()
        own = modes[image]
        strangers = [other for other in own if other != image]
        if len(own) < places:
            own.append(image)
        elif strangers:
            own.remove(strangers[0])
            own.append(image)
            waiting.append(strangers[0])
        else:
            next(held for held in modes if len(held) < places).append(image)
    return modes


def _gathered(images: Sequence[int], wanted: int, places: int, rng: Random) -> list[int]:
    """A mode filled at random, whose codes are exchanged for wanted ones as long as there are some outside."""
    held = list(images)
    rng.shuffle(held)
    inside, outside = held[:places], held[places:]
    while wanted in outside and set(inside) != {wanted}:
        outside.remove(wanted)
        inside.remove(next(image for image in inside if image != wanted))
        inside.append(wanted)
    return inside

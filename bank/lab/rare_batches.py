"""Batches of images of which each is of the rare class with the same probability."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import torch

if TYPE_CHECKING:
    from bank.lab import Lab

BATCHES = 4000  # that are drawn
SIGMAS = 6  # by which what is drawn may be off


class Drawn(NamedTuple):
    """What was seen in batches drawn at random, and by how much that may be off."""

    value: float
    below: float
    above: float


class RareBatches:
    """How many images of the rare class a batch holds: image by image, and in batches drawn at random."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    def distribution(self, f: float, size: int) -> list[float]:
        """The probability of each number of rare images in a batch of that size."""
        return next(found for images, found in enumerate(_growing(f)) if images == size)

    def none(self, f: float, size: int) -> float:
        return self.distribution(f, size)[0]

    def expected(self, f: float, size: int) -> float:
        return sum(number * share for number, share in enumerate(self.distribution(f, size)))

    def smallest(self, f: float, certainty: float) -> int:
        """The size from which on a batch has a rare image at least with that probability."""
        return next(images for images, found in enumerate(_growing(f)) if sum(found[1:]) >= certainty)

    def none_drawn(self, f: float, size: int) -> Drawn:
        """The share of batches without a rare image."""
        empty = (self._numbers(f, size) == 0).double()
        return _seen(float(empty.mean()), float(empty.std()))

    def expected_drawn(self, f: float, size: int) -> Drawn:
        """The mean number of rare images in a batch."""
        numbers = self._numbers(f, size).double()
        return _seen(float(numbers.mean()), float(numbers.std()))

    def smallest_drawn(self, f: float, certainty: float) -> Drawn:
        """The quantile of the image that is the first rare one, where images are drawn until there is one."""
        first = torch.empty(BATCHES).double().geometric_(f, generator=self.lab.noise("first rare images"))
        waits = first.sort().values
        room = SIGMAS * (certainty * (1 - certainty) / BATCHES) ** 0.5
        low, at, high = (
            float(waits[min(max(int(share * BATCHES), 0), BATCHES - 1)])
            for share in (certainty - room, certainty, certainty + room)
        )
        return Drawn(at, high - at, at - low)

    def _numbers(self, f: float, size: int) -> torch.Tensor:
        """Of each batch, how many of its images are rare."""
        images = torch.rand(BATCHES, size, generator=self.lab.noise("images of batches"))
        return (images < f).sum(dim=1)


def _seen(mean: float, spread: float) -> Drawn:
    room = SIGMAS * max(spread, BATCHES**-0.5) / BATCHES**0.5
    return Drawn(mean, room, room)


def _growing(f: float) -> Iterator[list[float]]:
    """The distribution of the number of rare images, after no image, after one, and so on."""
    found = [1.0]
    while True:
        yield found
        longer = [*(share * (1 - f) for share in found), 0.0]
        for number, share in enumerate(found):
            longer[number + 1] += share * f
        found = longer

"""Synthetic images of ten classes in five similar pairs, (0, 1), (2, 3) and so on, and the labels they may carry."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

CLASSES = 10
UNKNOWN = CLASSES  # the eleventh class: an image without a label
PIXELS, STYLE = 16, 2
BASES, APART, NOISE = 3.0, 1.2, 0.1  # radius of the centres of pairs; of a class from its pair's; of a pixel

LABELS = ("none", "all", "some", "random", "permuted", "noisy")


class World:
    """How the classes look: the centre of each, and the two directions of its style."""

    def __init__(self, noise: torch.Generator) -> None:
        bases = BASES * _directions(noise, CLASSES // 2).repeat_interleave(2, dim=0)
        self.centres = bases + APART * _directions(noise, CLASSES)
        self.loadings = torch.randn(CLASSES, STYLE, PIXELS, generator=noise) / math.sqrt(PIXELS)

    def images(self, noise: torch.Generator, classes: Tensor) -> Tensor:
        """(samples, PIXELS): the centre of its class, a style along two directions of the class, and noise."""
        style = torch.randn(len(classes), 1, STYLE, generator=noise)
        styled = self.centres[classes] + (style @ self.loadings[classes])[:, 0]
        return styled + NOISE * torch.randn(len(classes), PIXELS, generator=noise)


def evenly(samples: int, rare: float | None = None) -> Tensor:
    """The classes of images that are equally many of each; but of class 0 a share `rare`, where there is one."""
    if rare is None:
        return torch.arange(samples) % CLASSES
    few = round(rare * samples)
    return torch.cat([torch.zeros(few, dtype=torch.long), 1 + torch.arange(samples - few) % (CLASSES - 1)])


def names(noise: torch.Generator, labels: str) -> Sequence[int]:
    """What labels call the classes: by their own numbers, or "permuted" by others."""
    order: list[int] = torch.randperm(CLASSES, generator=noise).tolist()
    return order if labels == "permuted" else range(CLASSES)


def told(noise: torch.Generator, classes: Tensor, labels: str, share: float, called: Sequence[int]) -> Tensor:
    """The label of every image, UNKNOWN where it has none.

    "some" is a share of the images, "random" is drawn once for each, "noisy" is random for half of them.
    """
    count = len(classes)
    drawn, order = torch.randint(CLASSES, (count,), generator=noise), torch.rand(count, generator=noise)
    unknown, true = torch.full_like(classes, UNKNOWN), torch.tensor(called)[classes]
    chosen = order.argsort().argsort() < round(share * count)
    found: dict[str, Tensor] = {
        "none": unknown,
        "all": true,
        "permuted": true,
        "some": torch.where(chosen, true, unknown),
        "random": drawn,
        "noisy": torch.where(order.argsort().argsort() < count // 2, drawn, true),
    }
    return found[labels]


def _directions(noise: torch.Generator, count: int) -> Tensor:
    """Uniform on the unit sphere, (count, PIXELS)."""
    drawn = torch.randn(count, PIXELS, generator=noise)
    lengths: Tensor = drawn.norm(dim=1, keepdim=True)
    return drawn / lengths

"""Small pictures that look like nothing and can be told apart a little: the data of the MLP's experiments.

Ten classes of a few prototypes each, 3 x coarse x coarse standard normal numbers; a sample is a prototype with noise,
enlarged to pictures of 3 x side x side, with noise in every pixel.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

CLASSES = 10
TRAINED, VALIDATED = 1024, 512
PIXEL_NOISE = 0.3


class Look(NamedTuple):
    """Prototypes of a class, their coarse pixels a side, and the noise that a sample adds to its own."""

    prototypes: int
    coarse: int
    noise: float


MIXED = Look(6, 2, 0.5)  # a linear model gets two in five right
PLAIN = Look(4, 4, 1.0)  # more of them


class Clusters(NamedTuple):
    """Pictures as rows (S, samples, 3 side side) and their classes (S, samples)."""

    x: Tensor
    y: Tensor
    x_validation: Tensor
    y_validation: Tensor


def clusters(generators: Sequence[torch.Generator], side: int, device: str, look: Look = MIXED) -> Clusters:
    """Data of each seed from its own generator; scaled by mean and deviation of its training set."""
    drawn = [_pictures(generator, side, look) for generator in generators]
    x, y = (torch.stack(part).to(device) for part in zip(*drawn, strict=True))
    return Clusters(x[:, :TRAINED], y[:, :TRAINED], x[:, TRAINED:], y[:, TRAINED:])


def _pictures(noise: torch.Generator, side: int, look: Look) -> tuple[Tensor, Tensor]:
    samples, size = TRAINED + VALIDATED, 3 * look.coarse * look.coarse
    prototypes = torch.randn(CLASSES * look.prototypes, size, generator=noise)
    chosen = torch.randint(len(prototypes), (samples,), generator=noise)
    coarse = prototypes[chosen] + look.noise * torch.randn(samples, size, generator=noise)
    x = F.interpolate(
        coarse.view(samples, 3, look.coarse, look.coarse), (side, side), mode="bilinear", align_corners=False
    )
    x = (x + PIXEL_NOISE * torch.randn(x.shape, generator=noise)).flatten(1)
    return (x - x[:TRAINED].mean()) / x[:TRAINED].std(), chosen // look.prototypes

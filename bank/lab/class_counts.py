"""What is counted, or averaged, by class: of codes in modes, of images that a decoder makes."""

from __future__ import annotations

import torch
from torch import Tensor

from bank.lab.similar_images import CLASSES
from bank.lab.stacks import rounded


def counted(modes: Tensor, classes: Tensor) -> list[list[int]]:
    """A row a mode, a column a class."""
    table = torch.zeros(CLASSES, CLASSES, dtype=torch.long)
    table.index_put_((modes, classes), torch.ones_like(modes), accumulate=True)
    counts: list[list[int]] = table.tolist()
    return counts


def mean_errors(images: Tensor, again: Tensor, classes: Tensor) -> list[float]:
    """The mean squared error of each class, of images (samples, PIXELS) that were encoded and decoded again."""
    errors = (again - images).square().mean(dim=1)
    return rounded(torch.stack([errors[classes == number].mean() for number in range(CLASSES)]), digits=4)


def nearest(made: Tensor, images: Tensor, classes: Tensor) -> Tensor:
    """The classes of the images that are nearest to those made; fair where the images are equally many of each."""
    return classes[torch.cdist(made, images).argmin(dim=1)]

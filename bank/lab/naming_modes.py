"""Modes that are named after classes, and how many images then lie in a mode with their name: tried image by image."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING

import torch
from torch import Tensor

if TYPE_CHECKING:
    from bank.lab import Lab

PERCENT = 15  # of the codes of a mode, or of a class, that counts


class NamingModes:
    """Every image is one entry of two tensors: its mode, and its class."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    def seen(self, table: Sequence[Sequence[int]]) -> dict[str, Fraction | int]:
        """Of a table with a row for each mode and a column for each class."""
        modes, classes = _images(table)
        namings = torch.tensor(list(product(range(len(table[0])), repeat=len(table))))
        right = (namings[:, modes] == classes).sum(dim=1)
        different = torch.tensor([len(set(names)) == len(names) for names in namings.tolist()])
        return {
            "purity": Fraction(int(right.max()), len(modes)),
            "one_to_one": Fraction(int(right[different].max()), len(modes)),
            "shared_modes": sum(several for several in _several(modes, classes)),
            "split_classes": sum(several for several in _several(classes, modes)),
        }


def _images(table: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    places = [(mode, name) for mode, row in enumerate(table) for name, count in enumerate(row) for _ in range(count)]
    modes, classes = torch.tensor(places).T
    return modes, classes


def _several(within: Tensor, of: Tensor) -> Iterator[bool]:
    """For each value of the one, whether more than one value of the other makes up so much of it."""
    for value in torch.unique(within):
        counts = Counter(of[within == value].tolist())
        yield sum(100 * count >= PERCENT * counts.total() for count in counts.values()) > 1

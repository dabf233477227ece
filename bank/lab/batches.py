"""Minibatches with examples of a rare class: the distribution of their number, one example after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

if TYPE_CHECKING:
    from bank.lab import Lab

EXACTLY = 1e-12  # by which rounding may hide that a probability is reached


class Batches:
    """Examples are independent of one another."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    def probability_none(self, share: float, size: int) -> float:
        return float(self._numbers(share, size)[0])

    def expected(self, share: float, size: int) -> float:
        """The mean number of rare examples."""
        numbers = self._numbers(share, size)
        return float((numbers * torch.arange(len(numbers))).sum())

    def smallest_batch(self, share: float, level: float) -> int:
        """The first size at which the probabilities of one rare example or more reach a level."""
        numbers, size = torch.ones(1, dtype=torch.float64), 0
        while float(numbers[1:].sum()) < level - EXACTLY:
            numbers, size = self._one_more(numbers, share), size + 1
        return size

    def _numbers(self, share: float, size: int) -> Tensor:
        """The probability of each number of rare examples, from 0 on."""
        numbers = torch.ones(1, dtype=torch.float64)
        for _ in range(size):
            numbers = self._one_more(numbers, share)
        return numbers

    @staticmethod
    def _one_more(numbers: Tensor, share: float) -> Tensor:
        """One more example: it is rare, or it is not."""
        more = numbers.new_zeros(len(numbers) + 1)
        more[:-1] += (1 - share) * numbers
        more[1:] += share * numbers
        return more

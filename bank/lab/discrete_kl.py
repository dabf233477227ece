"""Divergences of discrete distributions as torch works them out, from normalised logarithms of the probabilities."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import Tensor
from torch.distributions import Categorical, kl_divergence

if TYPE_CHECKING:
    from bank.lab import Lab

Distribution = Sequence[object]  # probabilities: numbers that have a float


class Divergences(NamedTuple):
    """Of the candidates from p and back, in their order; infinite where an event of one is impossible in the other."""

    forward: list[float]
    reverse: list[float]


class DiscreteKl:
    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    def divergences(self, asked: Sequence[tuple[Distribution, Sequence[Distribution]]]) -> list[Divergences]:
        """KL(p || q) and KL(q || p) for each p with its candidates; padded with impossible bins to one tensor."""
        bins = max(len(p) for p, _ in asked)
        p = _stacked([(each, len(candidates)) for each, candidates in asked], bins)
        q = torch.cat([_padded(candidate, bins)[None] for _, candidates in asked for candidate in candidates])
        forward, reverse = kl_divergence(Categorical(p), Categorical(q)), kl_divergence(Categorical(q), Categorical(p))
        sizes = [len(candidates) for _, candidates in asked]
        found = zip(torch.split(forward, sizes), torch.split(reverse, sizes), strict=True)
        return [Divergences(one.tolist(), other.tolist()) for one, other in found]


def _stacked(repeated: Sequence[tuple[Distribution, int]], bins: int) -> Tensor:
    """(candidate, bin): each p as often as it has candidates."""
    return torch.cat([_padded(p, bins).expand(count, bins) for p, count in repeated])


def _padded(probabilities: Distribution, bins: int) -> Tensor:
    known = [float(each) for each in probabilities]  # type: ignore[arg-type]  # numbers, see Distribution
    return torch.tensor([*known, *[0.0] * (bins - len(known))], dtype=torch.float64)

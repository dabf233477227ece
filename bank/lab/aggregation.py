"""Aggregators of a list of vectors, tried on the same list in many orders."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

if TYPE_CHECKING:
    from bank.lab import Lab

NEIGHBOURS, FEATURES, WIDTH = 6, 5, 8
PERMUTATIONS = 24  # one is not enough: it may leave the first neighbour, or every other one, where it was
SAME = 1e-10  # changes up to here are rounding
ANOTHER = 1e-3  # and from here on they are real

Draw = Callable[..., Tensor]  # Gaussian weights of a shape
Aggregator = Callable[[Tensor], Tensor]  # (B, n, d) -> (B, any)


class Aggregation:
    """Which aggregators keep their result when the list is permuted."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    def is_invariant(self, name: str) -> bool | None:
        """None where the change is neither rounding nor clear."""
        change: float = self.lab.remember(f"aggregation of {name} permuted", lambda: self._largest_change(name))
        return True if change <= SAME else False if change >= ANOTHER else None

    def _largest_change(self, name: str) -> float:
        noise = self.lab.noise(f"aggregation of {name}")

        def draw(*shape: int) -> Tensor:
            return torch.randn(*shape, generator=noise, dtype=torch.float64)

        neighbours, aggregate = draw(NEIGHBOURS, FEATURES), AGGREGATORS[name](draw)
        orders = [torch.arange(NEIGHBOURS), *_permutations(noise)]
        with torch.no_grad():
            found = aggregate(torch.stack([neighbours[order] for order in orders]))
        return float((found[1:] - found[0]).abs().max())


def _permutations(noise: torch.Generator) -> list[Tensor]:
    """Random ones that move something."""
    found: list[Tensor] = []
    while len(found) < PERMUTATIONS:
        order = torch.randperm(NEIGHBOURS, generator=noise)
        if not torch.equal(order, torch.arange(NEIGHBOURS)):
            found.append(order)
    return found


def _attention(draw: Draw) -> Aggregator:
    query = draw(FEATURES)
    return lambda h: ((h @ query).softmax(dim=1)[..., None] * h).sum(dim=1)


def _sum_of_mlp(draw: Draw) -> Aggregator:
    first, second = draw(FEATURES, WIDTH), draw(WIDTH, WIDTH)
    return lambda h: ((h @ first).relu() @ second).sum(dim=1)


def _sorted_then_linear(draw: Draw) -> Aggregator:
    weights = draw(NEIGHBOURS * FEATURES, WIDTH)
    return lambda h: h.sort(dim=1).values.flatten(1) @ weights


def _concatenation(draw: Draw) -> Aggregator:
    weights = draw(NEIGHBOURS * FEATURES, WIDTH)
    return lambda h: h.flatten(1) @ weights


def _longest(draw: Draw) -> Aggregator:
    return lambda h: h[torch.arange(len(h)), h.norm(dim=2).argmax(dim=1)]


def _all_differences(draw: Draw) -> Aggregator:
    return lambda h: (h[:, :, None] - h[:, None, :]).abs().sum(dim=(1, 2)) / 2


def _recurrent(cell: type[Any]) -> Callable[[Draw], Aggregator]:
    def build(draw: Draw) -> Aggregator:
        network = cell(FEATURES, WIDTH, batch_first=True, dtype=torch.float64)
        with torch.no_grad():
            for weights in network.parameters():
                weights.copy_(draw(*weights.shape))
        return lambda h: network(h)[0][:, -1]

    return build


def _positions() -> Tensor:
    return torch.arange(1, NEIGHBOURS + 1, dtype=torch.float64)


def _position_weighted(draw: Draw) -> Aggregator:
    return lambda h: (_positions()[:, None] * h).sum(dim=1)


def _position_attention(draw: Draw) -> Aggregator:
    shares = draw(NEIGHBOURS).softmax(dim=0)
    return lambda h: (shares[:, None] * h).sum(dim=1)


def _position_mlp(draw: Draw) -> Aggregator:
    inner = _sum_of_mlp(lambda rows, columns: draw(rows + (rows == FEATURES), columns))
    return lambda h: inner(torch.cat([h, _positions().expand(len(h), -1)[..., None]], dim=2))


def _running_average(draw: Draw) -> Aggregator:
    shares = 0.5 ** (NEIGHBOURS + 1 - _positions())
    return lambda h: (shares[:, None] * h).sum(dim=1)


def _alternating(draw: Draw) -> Aggregator:
    return lambda h: h[:, ::2].sum(dim=1) - h[:, 1::2].sum(dim=1)


def _convolution(draw: Draw) -> Aggregator:
    kernel = draw(WIDTH, FEATURES, 3)
    return lambda h: torch.nn.functional.conv1d(h.transpose(1, 2), kernel).amax(dim=2)


def _successive_differences(draw: Draw) -> Aggregator:
    return lambda h: h.diff(dim=1).abs().sum(dim=1)


AGGREGATORS: dict[str, Callable[[Draw], Aggregator]] = {
    "sum": lambda draw: lambda h: h.sum(dim=1),
    "mean": lambda draw: lambda h: h.mean(dim=1),
    "max": lambda draw: lambda h: h.amax(dim=1),
    "min": lambda draw: lambda h: h.amin(dim=1),
    "std": lambda draw: lambda h: h.std(dim=1, correction=0),
    "product": lambda draw: lambda h: h.prod(dim=1),
    "median": lambda draw: lambda h: h.quantile(0.5, dim=1),
    "logsumexp": lambda draw: lambda h: h.logsumexp(dim=1),
    "attention": _attention,
    "sum_of_mlp": _sum_of_mlp,
    "sorted_then_linear": _sorted_then_linear,
    "longest": _longest,
    "all_differences": _all_differences,
    "concatenation": _concatenation,
    "lstm": _recurrent(torch.nn.LSTM),
    "gru": _recurrent(torch.nn.GRU),
    "first": lambda draw: lambda h: h[:, 0],
    "position_weighted": _position_weighted,
    "position_attention": _position_attention,
    "position_mlp": _position_mlp,
    "running_average": _running_average,
    "alternating": _alternating,
    "convolution": _convolution,
    "successive_differences": _successive_differences,
}

"""Many small nets in one tensor: configurations of a net that share data, first noise, batches and dropout.

A stack has C configurations of S seeds each, so R = C S nets, one beside the other in the order (C, S). Losses are
summed over the stack, never averaged, so that each net trains as if it were alone; what the configurations share makes
them pairs, whose differences vary little.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

Function = Callable[[Tensor], Tensor]
OPTIMISERS = {"Adam": torch.optim.Adam, "SGD": torch.optim.SGD}


def linear(h: Tensor, W: Tensor, b: Tensor) -> Tensor:
    """One layer of every net: (R, batch, d), (R, d, e), (R, 1, e) -> (R, batch, e)."""
    return torch.baddbmm(b, h, W)


def normal(generators: Iterable[torch.Generator], *shape: int) -> Tensor:
    """Standard normal numbers of a shape, each seed from its own generator: (S, *shape)."""
    return torch.stack([torch.randn(shape, generator=generator) for generator in generators])


def uniform(generators: Iterable[torch.Generator], *shape: int) -> Tensor:
    """The same, uniform in [0, 1)."""
    return torch.stack([torch.rand(shape, generator=generator) for generator in generators])


def batches(generators: Iterable[torch.Generator], samples: int, batch: int, steps: int) -> Tensor:
    """Which samples each seed sees at each step, all of them once before any comes again: (steps, S, batch)."""
    epochs = math.ceil(steps * batch / samples)
    orders = [
        torch.cat([torch.randperm(samples, generator=generator) for _ in range(epochs)])[: steps * batch]
        for generator in generators
    ]
    return torch.stack(orders).reshape(-1, steps, batch).transpose(0, 1).contiguous()


def pick(x: Tensor, index: Tensor) -> Tensor:
    """Some samples of each seed: (S, samples, …), (S, batch) -> (S, batch, …)."""
    return x[torch.arange(len(x), device=x.device)[:, None], index]


def repeated(x: Tensor, configurations: int) -> Tensor:
    """What all configurations share, once for each of them: (S, …) -> (C S, …)."""
    return x.expand(configurations, *x.shape).reshape(-1, *x.shape[1:])


def init(rule: str, noise: Tensor, scale: float = 1.0) -> Tensor:
    """Weights from standard normal noise (S, d, e), by the rule's name as in torch.nn.init.

    Every rule takes the same noise, so that configurations with different rules are pairs too. `scale` is the standard
    deviation of "normal" and the value of "constant".

    >>> float(init("kaiming_normal", torch.ones(1, 8, 2))[0, 0, 0])
    0.5
    """
    fan_in, fan_out = noise.shape[-2:]
    if rule == "constant":
        return torch.full_like(noise, scale)
    deviations = {
        "normal": scale,
        "xavier_normal": math.sqrt(2 / (fan_in + fan_out)),
        "kaiming_normal": math.sqrt(2 / fan_in),
    }
    return noise * deviations[rule]


def dropped(h: Tensor, kept: Tensor, rates: Tensor) -> Tensor:
    """Dropout with rates (C, 1, 1, 1) by uniform noise that configurations share: h (C S, batch, d), kept (S, …)."""
    masks = (kept >= rates) / (1 - rates)
    return h * masks.flatten(0, 1)


class Each:
    """A function for each configuration; those that have the same one are computed together."""

    def __init__(self, functions: Sequence[Function], device: str = "cpu") -> None:
        groups: dict[Function, list[int]] = {}
        for place, function in enumerate(functions):
            groups.setdefault(function, []).append(place)
        self._parts = [(function, torch.tensor(places, device=device)) for function, places in groups.items()]
        self._back = torch.cat([places for _, places in self._parts]).argsort()
        self._count = len(functions)

    def __call__(self, h: Tensor) -> Tensor:
        """(C S, …) -> (C S, …)"""
        if len(self._parts) == 1:
            return self._parts[0][0](h)
        stack = h.reshape(self._count, -1, *h.shape[1:])
        parts = [function(stack.index_select(0, places)) for function, places in self._parts]
        return torch.cat(parts).index_select(0, self._back).flatten(0, 1)


class Optimiser:
    """Torch's own optimisers over a stack: each configuration's parameters with its own settings.

    `settings` name the class ("Adam", "SGD") and its arguments, one mapping a configuration.
    """

    def __init__(self, parameters: Sequence[Sequence[Tensor]], settings: Sequence[tuple[str, Mapping[str, Any]]]):
        groups: dict[str, list[dict[str, Any]]] = {}
        for own, (name, arguments) in zip(parameters, settings, strict=True):
            groups.setdefault(name, []).append({"params": list(own), **arguments})
        self._all = [OPTIMISERS[name](group, fused=True) for name, group in groups.items()]  # fused: the same, faster

    def step(self, losses: Tensor) -> None:
        """One step of every net on its own loss: (R,)."""
        for optimiser in self._all:
            optimiser.zero_grad()
        torch.autograd.backward(losses.sum())
        for optimiser in self._all:
            optimiser.step()


def rounded(values: Tensor, digits: int = 6) -> list[Any]:
    """Numbers as they are kept: so many significant digits; an infinite or undefined one is None."""
    if values.dim() > 1:
        return [rounded(part, digits) for part in values]
    return [float(f"{value:.{digits}g}") if math.isfinite(value) else None for value in values.tolist()]

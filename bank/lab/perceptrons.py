"""Multilayer perceptrons of one shape, V of them in one tensor, each trained as if it were alone.

Shapes: V models, B samples a batch, d inputs, h outputs. Losses are means over a model's own samples, summed over the
models, so that a gradient does not depend on V; the step of an optimiser is element by element and does neither.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import pairwise

import torch
from torch import Tensor
from torch.nn import functional as F

from bank.lab.stacks import linear, normal

Activation = Callable[[Tensor], Tensor]

ACTIVATIONS: dict[str, Activation] = {
    "identity": lambda x: x,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "relu": torch.relu,
    "gelu": F.gelu,
    "leaky_relu": partial(F.leaky_relu, negative_slope=0.2),
}


class Perceptrons:
    """V of them: weights (V, d, h) and biases (V, 1, h), an activation between the layers."""

    def __init__(self, weights: Sequence[Tensor], activation: str) -> None:
        self.weights = [weight.requires_grad_() for weight in weights]
        self.biases = [weight.new_zeros(len(weight), 1, weight.shape[2], requires_grad=True) for weight in weights]
        self.activation = ACTIVATIONS[activation]

    def parameters(self) -> list[Tensor]:
        return [*self.weights, *self.biases]

    def __call__(self, x: Tensor, between: Activation = ACTIVATIONS["identity"]) -> Tensor:
        """(V, B, d) -> (V, B, h); `between` is done to the hidden units, such as dropout."""
        for place, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            x = linear(between(self.activation(x)) if place else x, weight, bias)
        return x


def by_fan_in(noises: Sequence[torch.Generator], *sizes: int, variance: float) -> list[Tensor]:
    """Weights of a multilayer perceptron, their variance divided by the number of inputs."""
    return [normal(noises, d, h) * math.sqrt(variance / d) for d, h in pairwise(sizes)]


def summed(values: Tensor) -> Tensor:
    """(V, ...) -> the mean over each model's own values, summed over the models."""
    return values.flatten(1).mean(dim=1).sum()


def step(optimiser: torch.optim.Optimizer, loss: Tensor) -> None:
    """One step down a loss; gradients are computed for what the optimiser moves, and for nothing else."""
    optimiser.zero_grad()
    torch.autograd.backward(loss, inputs=_moved(optimiser))
    optimiser.step()


def half_cosine(optimisers: Iterable[torch.optim.Optimizer], done: int, steps: int, end: float) -> None:
    """Set the rates from their start (done = 0) down to a share `end` of it, along half a cosine."""
    share = end + (1 - end) * (1 + math.cos(math.pi * done / steps)) / 2
    for optimiser in optimisers:
        for group in optimiser.param_groups:
            group["lr"] = share * group.setdefault("initial_lr", group["lr"])


def _moved(optimiser: torch.optim.Optimizer) -> list[Tensor]:
    return [parameter for group in optimiser.param_groups for parameter in group["params"]]

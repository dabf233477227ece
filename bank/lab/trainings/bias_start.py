"""Does it matter how the scalars of quadratic layers start? Pairs of trainings, stacked in one tensor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn import functional as F

from bank.lab.acceptance import Criterion
from bank.lab.experiment import Experiment

if TYPE_CHECKING:
    from bank.authoring.laboratory import Lab
    from bank.lab.conditions import Conditions

PAIRS = 24
INPUTS, HIDDEN, CLASSES = 4, 6, 3
TRAINED, TESTED = 96, 400  # samples of each
STEPS, RATE = 120, 0.02
NOISE = 1.0  # of the samples about the centre of their class
LEAST_EFFECT = -0.03  # on accuracy, of c = 0; measured 0.002, sd 0.022 over 24 pairs: z = 7 (without weights -0.51)
SPREAD = 0.5  # of scalars that start at random

Weights = list[Tensor]


@dataclass(frozen=True)
class Settings:
    """How A and b start: "random" or "zero"."""

    weights: str = "random"


class BiasStart(Experiment[Settings]):
    """Two quadratic layers with tanh between them, trained with c = 0 and, in the twin, with random c.

    A result is the mean and the deviation over the pairs of accuracy(c = 0) - accuracy(random c), the accuracy itself,
    and how far two hidden outputs of the nets with c = 0 are apart after training.
    """

    settings = Settings
    seconds = 1.0
    stack = 1

    @classmethod
    def run(cls, lab: Conditions, settings: Sequence[Settings]) -> list[dict[str, float]]:
        return [_pairs(lab, each.weights) for each in settings]

    @classmethod
    def criteria(cls, lab: Lab, seeds: int) -> list[Criterion]:
        """Of the pairs of each start, which take the place of seeds."""
        random, zero = (kept.value for kept in lab.results("bias_start", [Settings("random"), Settings("zero")]))
        return [
            Criterion("accuracy(c = 0) - accuracy(random c), A and b random", [random["effect"]], LEAST_EFFECT),
            Criterion("the same, A and b zero", [zero["effect"]], most=LEAST_EFFECT),
        ]


def _pairs(lab: Conditions, weights: str) -> dict[str, float]:
    noise = lab.noise("bias training")
    x, labels = _samples(noise)
    start = _start(noise, weights)
    trained = _trained(start, x[:, :TRAINED], labels[:, :TRAINED])
    _, outputs = _forward(trained, x[:, TRAINED:])
    right = (outputs.argmax(dim=2) == labels[:, TRAINED:]).double().mean(dim=1)
    effect = right[:PAIRS] - right[PAIRS:]
    hidden, _ = _forward(trained, x[:, TRAINED:])
    apart = (hidden[:PAIRS, :, :1] - hidden[:PAIRS, :, 1:]).abs().amax(dim=(1, 2)).min()
    return {
        "effect": float(effect.mean()),
        "deviation": float(effect.std()),
        "accuracy": float(right.mean()),
        "spread": float(apart),
    }


def _samples(noise: torch.Generator) -> tuple[Tensor, Tensor]:
    """Clusters about random centres; the twins of a pair see the same. x (V, samples, INPUTS), labels (V, samples)."""
    centres = 1.5 * torch.randn(PAIRS, CLASSES, INPUTS, generator=noise)
    labels = torch.randint(CLASSES, (PAIRS, TRAINED + TESTED), generator=noise)
    about = torch.gather(centres, 1, labels[..., None].expand(-1, -1, INPUTS))
    x = about + NOISE * torch.randn(about.shape, generator=noise)
    return x.repeat(2, 1, 1), labels.repeat(2, 1)


def _start(noise: torch.Generator, weights: str) -> Weights:
    """A, b, c of both layers, the second half of the stack with random c and else the same."""
    size = {"random": 1.0, "zero": 0.0}[weights]
    tensors: Weights = []
    for m, n in ((INPUTS, HIDDEN), (HIDDEN, CLASSES)):
        half = torch.randn(PAIRS, n, m, m, generator=noise) / m
        A = size * (half + half.mT) / 2
        b = size * torch.randn(PAIRS, n, m, generator=noise) / m**0.5
        c = SPREAD * torch.randn(PAIRS, n, generator=noise)
        tensors += [A.repeat(2, 1, 1, 1), b.repeat(2, 1, 1), torch.cat([torch.zeros_like(c), c])]
    return [tensor.requires_grad_() for tensor in tensors]


def _forward(weights: Weights, x: Tensor) -> tuple[Tensor, Tensor]:
    """Hidden outputs (V, samples, HIDDEN) and class scores (V, samples, CLASSES)."""
    A1, b1, c1, A2, b2, c2 = weights
    hidden = torch.tanh(_quadratic(A1, b1, c1, x))
    return hidden, _quadratic(A2, b2, c2, hidden)


def _quadratic(A: Tensor, b: Tensor, c: Tensor, x: Tensor) -> Tensor:
    return torch.einsum("vsi,vnij,vsj->vsn", x, A, x) + x @ b.mT + c[:, None]


def _trained(weights: Weights, x: Tensor, labels: Tensor) -> Weights:
    """The losses are summed over the stack, so that each net trains as if it were alone."""
    optimiser = torch.optim.Adam(weights, lr=RATE)
    for _ in range(STEPS):
        optimiser.zero_grad()
        _, scores = _forward(weights, x)
        torch.autograd.backward(F.cross_entropy(scores.flatten(0, 1), labels.flatten(), reduction="sum"))
        optimiser.step()
    return [tensor.detach() for tensor in weights]

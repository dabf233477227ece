"""How sure a softmax can be of a class where an activation confines the logits: searched for over pre-activations."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

if TYPE_CHECKING:
    from bank.lab import Lab

ACTIVATIONS: Mapping[str, Callable[[Tensor], Tensor]] = {
    "tanh": torch.tanh,
    "scaled_tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "relu6": F.relu6,
    "hardtanh": F.hardtanh,
}
STEPS = 80  # of a search that looks at signs only, and so does not mind where gradients fade
SAMPLES, SPREAD = 1000, 6.0  # of random pre-activations

Asked = tuple[str, float, float, int]  # activation, scale, shift, number of classes


class Found(NamedTuple):
    """The largest probability of a class, its loss, and the largest that random pre-activations gave."""

    largest: float
    least_loss: float
    seen: float


class ConfinedLogits:
    """Everything in float64."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    def searched(self, asked: Sequence[Asked]) -> list[Found]:
        return [self._searched(*each) for each in asked]

    def _searched(self, activation: str, scale: float, shift: float, classes: int) -> Found:
        """Pre-activations that make the first class as likely as can be; the search starts where all have a slope."""

        def scores(h: Tensor) -> Tensor:
            return F.log_softmax(scale * ACTIVATIONS[activation](h) + shift, dim=-1)[..., 0]

        noise = self.lab.noise("pre-activations of confined logits")
        h = (0.1 + 0.8 * torch.rand(classes, generator=noise, dtype=torch.float64)).requires_grad_()
        search = torch.optim.Rprop([h], lr=0.1, step_sizes=(1e-6, 10.0))
        for _ in range(STEPS):
            search.zero_grad()
            torch.autograd.backward(-scores(h))
            search.step()
        with torch.no_grad():
            best = scores(h)
            seen = scores(SPREAD * torch.randn(SAMPLES, classes, generator=noise, dtype=torch.float64)).max()
        return Found(float(best.exp()), -float(best), float(seen.exp()))

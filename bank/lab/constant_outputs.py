"""What a classifier earns at best whose output does not depend on its input: searched for, not reckoned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn import functional as F

if TYPE_CHECKING:
    from bank.lab import Lab

STEPS = 200  # at most, of which a few are made
EXACT = 1e-12  # change of the loss at which the search ends


class ConstantOutputs:
    """Classes of which the first has `times` as many images as each of the others."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    def best(self, asked: Sequence[tuple[int, int]]) -> list[dict[str, float]]:
        """For (classes, times): accuracy and mean loss of the bias that a net without other parameters learns."""
        return [self._trained(classes, times) for classes, times in asked]

    def _trained(self, classes: int, times: int) -> dict[str, float]:
        labels = torch.cat([torch.zeros(times, dtype=torch.long), torch.arange(1, classes)])
        bias = 0.1 * torch.randn(classes, generator=self.lab.noise("first biases"), dtype=torch.float64)
        bias.requires_grad_()
        search = torch.optim.LBFGS(
            [bias], max_iter=STEPS, tolerance_grad=EXACT, tolerance_change=EXACT, line_search_fn="strong_wolfe"
        )

        def loss() -> Tensor:
            search.zero_grad()
            found = F.cross_entropy(bias.expand(len(labels), classes), labels)
            torch.autograd.backward(found)
            return found

        search.step(loss)
        with torch.no_grad():
            right = labels == bias.argmax()
            return {"accuracy": float(right.double().mean()), "loss": float(loss_of(bias, labels))}


def loss_of(bias: Tensor, labels: Tensor) -> Tensor:
    """The mean NLL of the log-softmax of the same logits for every label."""
    return F.nll_loss(F.log_softmax(bias, dim=0).expand(len(labels), -1), labels)

"""The printed MLP itself, run as printed: the curve that a question about its code shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import nn
from torch.nn import functional as F

from bank.lab import stacks
from bank.lab.clusters import TRAINED, Clusters, clusters
from bank.lab.experiment import Experiment
from bank.mlp_program import BATCH, STEPS, edited, printed

if TYPE_CHECKING:
    from bank.lab.conditions import Conditions

SIDE = 32
EVERY = 2  # steps between two looks at the validation set


@dataclass(frozen=True)
class Settings:
    """The edits of the program, and the hidden widths of the lab's copies, of which it prints a multiple."""

    edits: tuple[str, ...] = ()
    widths: tuple[int, int] = (64, 32)
    seed: int = 0


class PrintedMlp(Experiment[Settings]):
    """A result is the accuracy on the validation set before the first step and after every second: `x`, `accuracy`."""

    settings = Settings
    seconds = 1.3
    stack = 1  # a program as printed is one net

    @classmethod
    def run(cls, lab: Conditions, settings: Sequence[Settings]) -> list[dict[str, Any]]:
        return [_curve(lab, each) for each in settings]


def _curve(lab: Conditions, settings: Settings) -> dict[str, Any]:
    text = printed(edited(settings.edits), settings.widths)
    pictures = clusters([lab.noise(f"pictures of the printed MLP, seed {settings.seed}")], SIDE, lab.device)
    with seeded(lab, f"the printed MLP, seed {settings.seed}"):
        model, optimizer = executed(text, lab.device)
        accuracies = list(_trained(lab, model, optimizer, pictures, settings.seed))
    return {"x": list(range(0, STEPS + 1, EVERY)), "accuracy": stacks.rounded(torch.tensor(accuracies))}


def executed(text: str, device: str) -> tuple[nn.Module, torch.optim.Optimizer]:
    """The model and the optimiser that a printed program makes."""
    names: dict[str, Any] = {"torch": torch, "nn": nn}
    with torch.device(device):
        exec(text, names)  # noqa: S102 - our own text, from names of edits that were read from a closed list
    return names["model"], names["optimizer"]


@contextmanager
def seeded(lab: Conditions, purpose: str) -> Iterator[None]:
    """Torch's own generator, which a printed program uses, seeded for this run and put back after it."""
    with torch.random.fork_rng(devices=range(torch.cuda.device_count()) if lab.device == "cuda" else []):
        torch.manual_seed(lab.rng(purpose).getrandbits(63))
        yield


def _trained(
    lab: Conditions, model: nn.Module, optimizer: torch.optim.Optimizer, pictures: Clusters, seed: int
) -> Iterator[float]:
    order = [lab.noise(f"batches of the printed MLP, seed {seed}")]
    yield _accuracy(model, pictures)
    for step, index in enumerate(stacks.batches(order, TRAINED, BATCH, STEPS).to(lab.device), start=1):
        x, y = (stacks.pick(part, index)[0] for part in (pictures.x, pictures.y))
        optimizer.zero_grad()
        torch.autograd.backward(F.nll_loss(model(x), y))
        optimizer.step()
        lab.progress(step, STEPS)
        if step % EVERY == 0:
            yield _accuracy(model, pictures)


@torch.no_grad()
def _accuracy(model: nn.Module, pictures: Clusters) -> float:
    model.eval()
    right = model(pictures.x_validation[0]).argmax(dim=1) == pictures.y_validation[0]
    model.train()
    return float(right.float().mean())

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
from bank.lab.acceptance import Criterion
from bank.lab.clusters import TRAINED, Clusters, clusters
from bank.lab.experiment import Experiment
from bank.mlp_program import BATCH, EXAM, LARGER, LEARNS, STEPS, WIDTHS, edited, printed

if TYPE_CHECKING:
    from bank.authoring.laboratory import Lab
    from bank.lab.conditions import Conditions

SIDE = 32
EVERY = 2  # steps between two looks at the validation set
FAILS = 0.35  # accuracy of the exam's own code at most
SPECIFIED = {(): "0.87 to 0.93 over 3 seeds after 100 steps", EXAM: "0.17 to 0.19 over 3 seeds after 100 steps"}


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
    seeds = 3

    @classmethod
    def run(cls, lab: Conditions, settings: Sequence[Settings]) -> list[dict[str, Any]]:
        return [curve(lab, printed(edited(each.edits), each.widths), each.seed) for each in settings]

    @classmethod
    def criteria(cls, lab: Lab, seeds: int) -> list[Criterion]:
        """Of the last step: later a net of this size has caught up with small initial weights (mlp-budget.md)."""
        found = []
        for widths in WIDTHS:
            told = " and ".join(str(LARGER * width) for width in widths)
            ends = {
                edits: [
                    kept.value["accuracy"][-1]
                    for kept in lab.results(cls.name(), [Settings(edits, widths, seed) for seed in range(seeds)])
                ]
                for edits in ((), EXAM)
            }
            after = f"after {STEPS} steps, hidden widths {told}"
            right = f"accuracy of the printed code without edits {after}"
            wrong = f"accuracy of the printed code with the three defects of the exam {after}"
            found += [
                Criterion(right, ends[()], least=LEARNS, by="each", judged=1, specified=SPECIFIED[()]),
                Criterion(wrong, ends[EXAM], most=FAILS, by="each", judged=1, specified=SPECIFIED[EXAM]),
            ]
        return found


def curve(lab: Conditions, text: str, seed: int = 0) -> dict[str, Any]:
    """What a printed program learns."""
    pictures = clusters([lab.noise(f"pictures of the printed MLP, seed {seed}")], SIDE, lab.device)
    with seeded(lab, f"the printed MLP, seed {seed}"):
        model, optimizer = executed(text, lab.device)
        accuracies = list(_trained(lab, model, optimizer, pictures, seed))
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

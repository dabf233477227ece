"""What an edit of the printed MLP costs: small copies of it, with and without the edit, trained side by side."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from bank.lab import mlp_costs, stacks
from bank.lab.clusters import CLASSES, TRAINED, clusters
from bank.lab.experiment import Experiment, by_shape
from bank.mlp_program import EDITS, EXAM, INPUTS, LARGER, WIDTHS, Program, edited

if TYPE_CHECKING:
    from bank.authoring.laboratory import Lab
    from bank.lab.acceptance import Criterion
    from bank.lab.conditions import Conditions

SIDE = 8  # of the pictures
BATCH, STEPS = 32, 80

ACTIVATIONS: dict[str, stacks.Function] = {
    "": nn.Identity(),
    "Identity": nn.Identity(),
    "Tanh": torch.tanh,
    "Sigmoid": torch.sigmoid,
    "ReLU": F.relu,
    "GELU": F.gelu,
}
LAST: dict[str, stacks.Function] = {
    "log_softmax": lambda h: F.log_softmax(h, -1),
    "softmax_first": lambda h: F.log_softmax(F.softmax(h, -1), -1),
    "twice": lambda h: F.log_softmax(F.log_softmax(h, -1), -1),
}


@dataclass(frozen=True)
class Settings:
    """A configuration: the edits, the hidden widths of the copies, and the seeds that it is trained with."""

    edits: tuple[str, ...] = ()
    widths: tuple[int, int] = (64, 32)
    seeds: tuple[int, ...] = tuple(range(8))


class MlpDefects(Experiment[Settings]):
    """Configurations of equal widths and seeds are one stack.

    A result has, for each seed, the accuracy and the negative log-likelihood on the validation set after the last
    step, and the norm of the first layer's gradient at the first.
    """

    settings = Settings
    seconds = 0.14
    stack = 8

    @classmethod
    def run(cls, lab: Conditions, settings: Sequence[Settings]) -> list[dict[str, Any]]:
        def trained(same: Sequence[Settings], place: int, shapes: int) -> list[dict[str, Any]]:
            nets = Nets(lab, [edited(each.edits) for each in same], same[0].widths, same[0].seeds)
            return nets.trained(place * STEPS, shapes * STEPS)

        return by_shape(settings, lambda each: (each.widths, each.seeds), trained)

    @classmethod
    def criteria(cls, lab: Lab, seeds: int) -> list[Criterion]:
        """Of every edit alone, at each of the widths."""
        asked = ((), *((edit,) for edit in EDITS), EXAM)
        found: list[Criterion] = []
        for widths in WIDTHS:
            settings = [Settings(edits, widths, tuple(range(seeds))) for edits in asked]
            correct, *alone, together = [kept.value for kept in lab.results(cls.name(), settings)]
            found += mlp_costs.criteria(widths, {"": correct, **dict(zip(EDITS, alone, strict=True))}, together)
        return found


class Nets:
    """Copies of C programs with S seeds each, side by side on the pictures of those seeds: R = C S nets."""

    def __init__(
        self, lab: Conditions, programs: Sequence[Program], widths: tuple[int, int], seeds: Sequence[int]
    ) -> None:
        self.lab, self.programs, self.seeds = lab, programs, seeds
        self.data = clusters(self._noise("pictures"), SIDE, lab.device)
        self.parameters = self._start((3 * SIDE * SIDE, *widths, CLASSES))
        self.activation = self._each([ACTIVATIONS[program.activation] for program in programs])
        self.output = self._each([ACTIVATIONS[program.output] for program in programs])
        self.last = self._each([LAST[program.last] for program in programs])

    def trained(self, done: int, total: int) -> list[dict[str, Any]]:
        """Train all nets, after so many steps of others; what is measured of each program."""
        batches = stacks.batches(self._noise("batches"), TRAINED, BATCH, STEPS).to(self.lab.device)
        optimiser = stacks.Optimiser(self.parameters, [_optimiser(program) for program in self.programs])
        masks, gradient = self._noise("dropout"), torch.empty(0)
        for step, index in enumerate(batches):
            x, y = stacks.pick(self.data.x, index), stacks.pick(self.data.y, index)
            optimiser.step(self._losses(self._forward(x, masks), y))
            if step == 0:
                gradient = torch.stack([own[0].grad.flatten(1).norm(dim=1) for own in self.parameters])  # type: ignore[union-attr]  # just computed
            self.lab.progress(done + step + 1, total)
        return self._measured(gradient)

    @torch.no_grad()
    def _measured(self, gradient: Tensor) -> list[dict[str, Any]]:
        scores, y = self._forward(self.data.x_validation), self.data.y_validation
        right = scores.argmax(dim=2) == stacks.repeated(y, len(self.programs))
        found = {"accuracy": right.float().mean(dim=1), "nll": self._losses(scores, y), "gradient": gradient}
        kept = {name: values.reshape(len(self.programs), -1).cpu() for name, values in found.items()}
        return [
            {name: stacks.rounded(values[place]) for name, values in kept.items()}
            for place in range(len(self.programs))
        ]

    def _forward(self, x: Tensor, masks: Sequence[torch.Generator] | None = None) -> Tensor:
        """Log-probabilities (R, batch, classes) of pictures (S, batch, d), with dropout where masks are given."""
        h = stacks.repeated(x, len(self.programs))
        (W1, b1), (W2, b2), (W3, b3) = self._layers()
        h = self._dropped(self.activation(stacks.linear(h, W1, b1)), masks)
        h = self._dropped(self.activation(stacks.linear(h, W2, b2)), masks)
        return self.last(self.output(stacks.linear(h, W3, b3)))

    def _dropped(self, h: Tensor, masks: Sequence[torch.Generator] | None) -> Tensor:
        if masks is None:
            return h
        rates = torch.tensor([program.dropout for program in self.programs]).reshape(-1, 1, 1, 1)
        kept = stacks.uniform(masks, *h.shape[1:])
        return stacks.dropped(h, kept.to(h.device), rates.to(h.device))

    def _losses(self, scores: Tensor, y: Tensor) -> Tensor:
        """The mean negative log-likelihood of each net: (R,)."""
        picked = scores.gather(2, stacks.repeated(y, len(self.programs))[..., None])
        return -picked.mean(dim=(1, 2))

    def _layers(self) -> list[tuple[Tensor, Tensor]]:
        """W (R, d, e) and b (R, 1, e) of each layer, all programs in one tensor."""
        joined = [torch.cat(parts) for parts in zip(*self.parameters, strict=True)]
        return list(zip(joined[::2], joined[1::2], strict=True))

    def _start(self, sizes: Sequence[int]) -> list[list[Tensor]]:
        """W1, b1, W2, b2, W3, b3 of each program: (S, d, e) and (S, 1, e), from the same noise.

        A standard deviation or a value that stands in the program is made larger by the root of the ratio of the
        printed fan-in to the copy's, so that signals grow or fade in the copy as they do in print.
        """
        noise = self._noise("weights")
        weights = [stacks.normal(noise, d, e) for d, e in pairwise(sizes)]
        printed = (INPUTS, *(LARGER * width for width in sizes[1:-1]))
        larger = [math.sqrt(big / small) for big, small in zip(printed, sizes, strict=False)]
        parameters: list[list[Tensor]] = []
        for program in self.programs:
            own: list[Tensor] = []
            for W, factor in zip(weights, larger, strict=True):
                own.append(_weights(program, W, factor))
                own.append(torch.full((len(W), 1, W.shape[2]), program.bias))
            parameters.append([tensor.to(self.lab.device).requires_grad_() for tensor in own])
        return parameters

    def _noise(self, purpose: str) -> list[torch.Generator]:
        return [self.lab.noise(f"{purpose} of small MLPs, seed {seed}") for seed in self.seeds]

    def _each(self, functions: Sequence[stacks.Function]) -> stacks.Each:
        return stacks.Each(functions, self.lab.device)


def _weights(program: Program, noise: Tensor, factor: float) -> Tensor:
    if program.init == "by_fans":
        return stacks.init("normal", noise, (2 / sum(noise.shape[1:])) ** 0.5)
    return stacks.init(program.init, noise, program.scale * factor)


def _optimiser(program: Program) -> tuple[str, dict[str, Any]]:
    own: dict[str, Any] = {"betas": program.betas} if program.optimiser == "Adam" else {"momentum": program.momentum}
    return program.optimiser, {"lr": program.learning_rate, "weight_decay": program.weight_decay, **own}

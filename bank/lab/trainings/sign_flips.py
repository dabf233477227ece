"""Two residual nets side by side, one that adds its branches and one that subtracts them, from starts that mirror."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from bank.lab import stacks
from bank.lab.acceptance import Criterion
from bank.lab.clusters import PLAIN, TRAINED, clusters
from bank.lab.experiment import Experiment, by_shape
from bank.lab.residual_nets import BLOCKS, KEPT, SIDE, WIDTH, Net, Parameters, ResidualNets, losses, start
from bank.lab.sign_changes import changed

if TYPE_CHECKING:
    from bank.authoring.laboratory import Lab
    from bank.lab.conditions import Conditions

BATCH, STEPS = 32, 20
RATE, DECAY = 3e-3, 1e-2
SPREAD = 0.3  # of biases at the start, and of scales about 1
SAME, OTHER = 1e-9, 1e-3  # difference of losses: at most, at every step; more than, where they are others
SMOOTH = ("linear", "batch_norm", "layer_norm", "tanh", "dropout")
ONE_SIDED = ("relu", "gelu", "softplus")
MIRRORS = {
    "batch_norm": ("scale_and_shift", "weights_and_shift"),
    "layer_norm": ("scale_and_shift", "weights_and_shift"),
}
CHANGED = ("none", "last_layer", "scale_and_shift", "weights_and_shift", "stream")  # what is tried where none mirrors
SPECIFIED = {"relu": "1.8", "gelu": "1.2", "softplus": "4.9"}


@dataclass(frozen=True)
class Settings:
    """The tail of F, whether a ReLU follows the addition, and what changes sign in the net that subtracts.

    `inside`: F has a BatchNorm before its ReLU.
    """

    tail: str = "linear"
    relu_after: bool = True
    change: str = "last_layer"
    inside: bool = False
    seeds: tuple[int, ...] = (0, 1)


class SignFlips(Experiment[Settings]):
    """In float64, with Adam and weight decay, from random biases, scales and shifts.

    A result is the difference of the two losses, the smallest over the seeds at the `first` step and the `largest` over
    seeds and steps.
    """

    settings = Settings
    seconds = 0.05
    stack = 64
    seeds = 2

    @classmethod
    def run(cls, lab: Conditions, settings: Sequence[Settings]) -> list[dict[str, float]]:
        def trained(same: Sequence[Settings], place: int, shapes: int) -> Iterable[dict[str, float]]:
            return map(_told, _apart(lab, same, same[0].seeds, place * STEPS, shapes * STEPS))

        return by_shape(settings, lambda each: each.seeds, trained)

    @classmethod
    def criteria(cls, lab: Lab, seeds: int) -> list[Criterion]:
        """Every row of the table, with a ReLU after the addition and without."""
        used = tuple(range(seeds))
        rows = {
            (tail, after): [Settings(tail, after, each, False, used) for each in _mirrors(tail, after) or CHANGED]
            for tail in (*SMOOTH, *ONE_SIDED)
            for after in (True, False)
        }
        wanted = [each for own in rows.values() for each in own]
        kept = dict(zip(wanted, (each.value for each in lab.results("sign_flips", wanted)), strict=True))
        return [_criterion(*row, [kept[each] for each in own]) for row, own in rows.items()]


def _criterion(tail: str, relu_after: bool, found: Sequence[Mapping[str, float]]) -> Criterion:
    """Of all changes that mirror, or that are tried where none does."""
    where = f"{tail}, {'ReLU' if relu_after else 'no ReLU'} after the addition"
    if _mirrors(tail, relu_after):
        says, values = f"largest difference of the losses: {where}", [each["largest"] for each in found]
        return Criterion(says, values, most=SAME, by="each", judged=2, specified="0.0")
    says, values = f"difference of the first losses: {where}", [each["first"] for each in found]
    return Criterion(says, values, least=OTHER, by="each", judged=2, specified=SPECIFIED[tail])


def _mirrors(tail: str, relu_after: bool) -> tuple[str, ...]:
    """The changes that make minus the same as plus."""
    in_f = MIRRORS.get(tail, ("last_layer",)) if tail in SMOOTH else ()
    return in_f if relu_after else (*in_f, "stream")


def _told(apart: Tensor) -> dict[str, float]:
    """From the differences (steps, seeds)."""
    first, largest = float(apart[0].min()), float(apart.max())
    return {"first": float(f"{first:.3g}"), "largest": float(f"{largest:.3g}")}


def _apart(lab: Conditions, settings: Sequence[Settings], seeds: Sequence[int], done: int, total: int) -> list[Tensor]:
    """Of each setting how far its losses are apart, (STEPS, S)."""

    def noise(purpose: str) -> list[torch.Generator]:
        return [lab.noise(f"{purpose} of mirrored nets, seed {seed}") for seed in seeds]

    data = clusters(noise("pictures"), SIDE, lab.device, PLAIN)
    x, y = data.x.double(), data.y
    both = [Net(each.tail, each.relu_after, sign, each.inside) for each in settings for sign in (1, -1)]
    nets = ResidualNets(both, _starts(noise("weights"), settings, both, lab.device))
    optimiser = torch.optim.Adam(list(nets.parameters.values()), lr=RATE, weight_decay=DECAY, fused=True)
    masks, steps = noise("dropout"), []
    for step, index in enumerate(stacks.batches(noise("batches"), TRAINED, BATCH, STEPS).to(lab.device), start=1):
        kept = (stacks.uniform(masks, BLOCKS, BATCH, WIDTH) < KEPT).transpose(0, 1).double().to(lab.device)
        each = losses(nets(stacks.pick(x, index), kept), stacks.pick(y, index))
        optimiser.zero_grad()
        torch.autograd.backward(each.sum())
        optimiser.step()
        steps.append(each.detach().reshape(len(settings), 2, len(seeds)))
        lab.progress(done + step, total)
    plus, minus = torch.stack(steps).cpu().unbind(dim=2)
    return list((plus - minus).abs().unbind(dim=1))


def _starts(
    noise: Sequence[torch.Generator], settings: Sequence[Settings], both: Sequence[Net], device: str
) -> Parameters:
    """The same for all nets that add; those that subtract have the signs of their setting changed."""
    shared = {name: value.double().to(device) for name, value in start(noise, SPREAD).items()}
    each = []
    for setting, net in zip(settings, both[1::2], strict=True):
        each += [shared, changed(shared, net, setting.change)]
    return {name: torch.cat([own[name] for own in each]) for name in shared}

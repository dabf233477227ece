"""Residual nets trained with plus or with minus from starts of their own, and what the other sign does to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from bank.lab import stacks
from bank.lab.acceptance import Criterion
from bank.lab.clusters import PLAIN, TRAINED, Clusters, clusters
from bank.lab.experiment import Experiment, by_shape
from bank.lab.residual_nets import BLOCKS, KEPT, SIDE, WIDTH, Net, ResidualNets, losses, start
from bank.lab.sign_changes import changed

if TYPE_CHECKING:
    from bank.authoring.laboratory import Lab
    from bank.lab.conditions import Conditions

BATCH, STEPS, RATE = 32, 80, 3e-3
CHANGES = ("none", "last_layer", "scale_and_shift", "weights_and_shift", "stream")  # of other signs
TRIED = 256  # inputs at which a stream is compared from block to block
JUDGED = 40  # seeds of each sign, by whose means a key is judged
ALIKE = 0.04  # of the mean accuracies with plus and with minus
SPOILT, LOST = 0.3, 0.3  # accuracy once the signs are changed, at most; what of it is lost, at least
ROWS = {  # tail and ReLU after the addition: accuracy with plus and with minus as specified
    ("linear", True): "0.750 ± 0.033 and 0.747 ± 0.034 over 40 seeds, +0.003 ± 0.041",
    ("batch_norm", True): "0.732 and 0.732 over 40 seeds, ± 0.040",
    ("relu", False): "0.803 and 0.798 over 40 seeds, ± 0.031",
    ("tanh", True): "",
    ("layer_norm", True): "",
}


@dataclass(frozen=True)
class Settings:
    """As `residual_nets.Net`, trained with each of the seeds."""

    tail: str = "linear"
    relu_after: bool = True
    sign: int = 1
    inside: bool = False
    seeds: tuple[int, ...] = tuple(range(JUDGED))


class ResidualSigns(Experiment[Settings]):
    """Nets of one seed see the same pictures and batches; plus and minus start from noise of their own.

    Of each seed a result has the `accuracy` on the validation set; by the names of CHANGES that of the trained net with
    the other sign and these parameters negated; of x_{l+1} - x_l over all blocks, elements and TRIED inputs the `least`
    and the `most`.
    """

    settings = Settings
    seconds = 1.2  # JUDGED seeds
    stack = 4
    seeds = JUDGED

    @classmethod
    def run(cls, lab: Conditions, settings: Sequence[Settings]) -> list[dict[str, Any]]:
        def trained(same: Sequence[Settings], place: int, shapes: int) -> list[Any]:
            return _trained(lab, same, same[0].seeds, place * STEPS, shapes * STEPS)

        return by_shape(settings, lambda each: (each.seeds, each.sign), trained)

    @classmethod
    def criteria(cls, lab: Lab, seeds: int) -> list[Criterion]:
        used = tuple(range(seeds))
        rows = [(tail, after, sign) for tail, after in (*ROWS, ("relu", True)) for sign in (1, -1)]
        results = lab.results("residual_signs", [Settings(*row, False, used) for row in rows])
        kept = dict(zip(rows, (each.value for each in results), strict=True))
        found = []
        for (tail, after), specified in ROWS.items():
            plus, minus = (kept[tail, after, sign] for sign in (1, -1))
            where = f"{tail}, {'ReLU' if after else 'no ReLU'} after the addition"
            apart = _less(plus["accuracy"], minus["accuracy"])
            found.append(
                Criterion(
                    f"accuracy, plus less minus: {where}", apart, -ALIKE, ALIKE, judged=JUDGED, specified=specified
                )
            )
            for name, own in (("plus", plus), ("minus", minus)):
                found += _switched(f"{name} switched: {where}", own)
        return [*found, *_monotone(kept["relu", True, 1], kept["relu", True, -1])]


def _switched(what: str, result: dict[str, Any]) -> list[Criterion]:
    lost, told = _less(result["accuracy"], result["none"]), "0.101 ± 0.025, linear tail"
    return [
        Criterion(f"accuracy, {what}", result["none"], most=SPOILT, judged=JUDGED, specified=told),
        Criterion(f"accuracy lost, {what}", lost, least=LOST, judged=JUDGED),
    ]


def _monotone(plus: dict[str, Any], minus: dict[str, Any]) -> list[Criterion]:
    where = "tail ReLU and ReLU after the addition"
    return [
        Criterion(f"least x_(l+1) - x_l with plus: {where}", plus["least"], least=0, by="each", specified="≥ 0"),
        Criterion(f"most x_(l+1) - x_l with minus: {where}", minus["most"], most=0, by="each", specified="≤ 0"),
    ]


def _less(one: Sequence[float], other: Sequence[float]) -> list[float]:
    return [round(a - b, 6) for a, b in zip(one, other, strict=True)]


def _trained(lab: Conditions, settings: Sequence[Settings], seeds: Sequence[int], done: int, total: int) -> list[Any]:
    """Of each setting, all of one sign, what is measured after the last step."""
    sign = settings[0].sign

    def noise(purpose: str) -> list[torch.Generator]:
        return [lab.noise(f"{purpose} of residual nets, seed {seed}") for seed in seeds]

    data = clusters(noise("pictures"), SIDE, lab.device, PLAIN)
    shared = start(noise(f"weights with sign {sign}"))
    parameters = {name: value.repeat(len(settings), 1, 1).to(lab.device) for name, value in shared.items()}
    nets = ResidualNets([Net(each.tail, each.relu_after, sign, each.inside) for each in settings], parameters)
    optimiser = torch.optim.Adam(list(nets.parameters.values()), lr=RATE, fused=True)
    masks = noise("dropout")
    for step, index in enumerate(stacks.batches(noise("batches"), TRAINED, BATCH, STEPS).to(lab.device), start=1):
        kept = (stacks.uniform(masks, BLOCKS, BATCH, WIDTH) < KEPT).transpose(0, 1).float().to(lab.device)
        each = losses(nets(stacks.pick(data.x, index), kept), stacks.pick(data.y, index))
        optimiser.zero_grad()
        torch.autograd.backward(each.sum())
        optimiser.step()
        lab.progress(done + step, total)
    return _measured(nets, data, settings)


@torch.no_grad()
def _measured(nets: ResidualNets, data: Clusters, settings: Sequence[Settings]) -> list[dict[str, Any]]:
    streams = list(nets.streams(data.x_validation[:, :TRIED]))
    steps = torch.stack([(after - before).flatten(1) for before, after in pairwise(streams)])
    found = {"least": steps.amin(dim=(0, 2)), "most": steps.amax(dim=(0, 2)), "accuracy": _accuracy(nets, data)}
    for change in CHANGES:
        found[change] = _accuracy(_switched_with(nets, settings, change), data)
    count = len(settings)
    kept = {name: values.reshape(count, -1).cpu() for name, values in found.items()}
    return [{name: stacks.rounded(values[place]) for name, values in kept.items()} for place in range(count)]


def _switched_with(nets: ResidualNets, settings: Sequence[Settings], change: str) -> ResidualNets:
    """The same with the other sign before the branches, and with some parameters negated."""
    others = [Net(each.tail, each.relu_after, -each.sign, each.inside) for each in settings]
    own = {name: value.detach().chunk(len(settings)) for name, value in nets.parameters.items()}
    each = [changed({name: own[name][place] for name in own}, net, change) for place, net in enumerate(others)]
    return ResidualNets(others, {name: torch.cat([part[name] for part in each]) for name in own})


def _accuracy(nets: ResidualNets, data: Clusters) -> Tensor:
    """Of each net, (R,)."""
    labels = stacks.repeated(data.y_validation, nets.count)
    return (nets(data.x_validation).argmax(dim=2) == labels).float().mean(dim=1)

"""What becomes of a residual network when its branches are subtracted: each method measures one proposition.

None says that an effect lies between what says yes and what says no, or that nothing was found either way.
"""

from __future__ import annotations

from collections.abc import Iterable
from statistics import fmean
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from bank.lab import stacks
from bank.lab.residual_nets import PIXELS, TAILS, Net, ResidualNets, start
from bank.lab.sign_changes import changed
from bank.lab.trainings import residual_signs, sign_flips

if TYPE_CHECKING:
    from bank.lab import Lab

IN_BRANCHES = ("last_layer", "scale_and_shift", "weights_and_shift")
SEEDS, INPUTS = 8, 256
SPREAD = 1.0  # of biases, scales and shifts: large enough that every branch shows both signs if it has both
FAR = 1e3  # how far the function of a tail is followed
ABOVE, BELOW = 10.0, -2.0  # what an unbounded side reaches there, and what a bounded one stays above
CLOSE = 1e-9


class PlusAndMinus:
    """A branch is a linear layer, BatchNorm, ReLU, a linear layer and the tail; float64 where nothing is trained."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    def prepare(self, asked: Iterable[tuple[str, bool, str]]) -> None:
        """Train what is missing of these tails, with a ReLU after or without, and changes of signs, together."""
        self.lab.results("sign_flips", [_flip(*each) for each in dict.fromkeys(asked)])

    def mirrors(self, tail: str, relu_after: bool, change: str) -> bool | None:
        """Whether minus trains as plus does when it starts with these signs changed.

        Two losses that have nothing to do with one another may be close at one step by chance, but not at all of them.
        """
        (kept,) = self.lab.results("sign_flips", [_flip(tail, relu_after, change)])
        largest = kept.value["largest"]
        return True if largest <= sign_flips.SAME else False if largest > sign_flips.OTHER else None

    def exchangeable(self, tail: str, relu_after: bool, free: str) -> bool | None:
        """Whether minus has all functions of plus: by a change of signs, or not if a branch is bounded on one side."""
        tried = IN_BRANCHES if free == "branches" else (*IN_BRANCHES, "stream")
        if any(self.mirrors(tail, relu_after, change) for change in tried):
            return True
        return False if self._is_one_sided(tail) else None

    def _is_one_sided(self, tail: str) -> bool:
        """Bounded below and not above, followed to both sides."""
        z = torch.linspace(-FAR, FAR, 200_001, dtype=torch.float64)
        values = TAILS[tail].function(z)
        return bool(values.min() > BELOW and values.max() > ABOVE)

    def direction(self, tail: str, relu_after: bool, sign: int) -> str:
        """How the elements of random streams move: "up", "down", "both", or "any" where they are negative as well."""

        def measure() -> str:
            with torch.no_grad():
                streams = torch.stack(
                    list(self.random(Net(tail, relu_after, sign, inside=True)).streams(self.inputs()))
                )
            steps = streams.diff(dim=0)
            falls, rises = bool(steps.min() < 0), bool(steps.max() > 0)
            if falls and rises:
                return "any" if streams.min() < 0 else "both"
            return "down" if falls else "up"

        return str(self.lab.remember(f"direction {tail} {relu_after} {sign}", measure))

    def turns_all_scores(self, tail: str, relu_after: bool, change: str) -> bool:
        """Whether minus gives the opposite scores once these signs and those of the head are changed."""
        plus, minus = self.mirrored(tail, change, relu_after)
        x = self.inputs()
        with torch.no_grad():
            for name in ("head.W", "head.b"):
                minus.parameters[name].neg_()
            return bool((plus(x) + minus(x)).abs().max() <= CLOSE)

    def is_spoilt(self, tail: str, relu_after: bool, change: str = "none") -> bool | None:
        """Whether a trained network falls to the accuracy of guessing with minus, and these signs changed."""
        own = self._trained(tail, relu_after, 1)
        switched, before = fmean(own[change]), fmean(own["accuracy"])
        if switched <= residual_signs.SPOILT and before - switched >= residual_signs.LOST:
            return True
        return False if before - switched <= residual_signs.ALIKE else None

    def trains_alike(self, tail: str, relu_after: bool) -> bool | None:
        """Whether plus and minus, from starts of their own, reach about the same accuracy on average."""
        plus, minus = (fmean(self._trained(tail, relu_after, sign)["accuracy"]) for sign in (1, -1))
        apart = abs(plus - minus)
        return True if apart <= residual_signs.ALIKE else False if apart >= 2 * residual_signs.ALIKE else None

    def _trained(self, tail: str, relu_after: bool, sign: int) -> dict[str, list[float]]:
        (kept,) = self.lab.results("residual_signs", [residual_signs.Settings(tail, relu_after, sign, inside=True)])
        return dict(kept.value)

    def mirrored(self, tail: str, change: str, relu_after: bool = True) -> tuple[ResidualNets, ResidualNets]:
        """A random network with plus, and one with minus in which these signs are changed."""
        plus, net = self.random(Net(tail, relu_after, 1, inside=True)), Net(tail, relu_after, -1, inside=True)
        own = {name: value.detach() for name, value in plus.parameters.items()}
        return plus, ResidualNets([net], changed(own, net, change))

    def random(self, net: Net) -> ResidualNets:
        noise = [self.lab.noise(f"random residual net {seed}") for seed in range(SEEDS)]
        parameters = {name: value.double().to(self.lab.device) for name, value in start(noise, SPREAD).items()}
        return ResidualNets([net], parameters)

    def inputs(self) -> Tensor:
        """(SEEDS, INPUTS, pixels)"""
        noise = [self.lab.noise(f"inputs of a residual net {seed}") for seed in range(SEEDS)]
        return stacks.normal(noise, INPUTS, PIXELS).double().to(self.lab.device)


def _flip(tail: str, relu_after: bool, change: str) -> sign_flips.Settings:
    return sign_flips.Settings(tail, relu_after, change, inside=True)

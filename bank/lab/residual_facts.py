"""Single facts about residual blocks and what they are made of, in float64 on random networks: one a method."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from bank.lab.residual_nets import TAILS, Net, ResidualNets

if TYPE_CHECKING:
    from bank.lab import Lab

WIDTH, BATCH = 6, 16
CLOSE = 1e-9
SHARE = 0.02  # by which the share of positive weights may differ from a half
WEIGHTS = 512  # inputs and outputs of the layer whose weights are counted


class ResidualFacts:
    """The network has BatchNorm at the end of each branch and a ReLU after the addition, where nothing else is said."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    def gradient_of_skip(self, sign: int) -> float:
        """The factor with which the skip path of x + sign F(x) passes a gradient back, F being held."""
        x = self._normal(1, WIDTH).requires_grad_()
        (x + sign * self._branch(x).detach()).sum().backward()
        assert x.grad is not None  # noqa: S101 - just computed
        factor = x.grad.mean()
        return float(factor) if bool((x.grad == factor).all()) else float("nan")

    def jacobian_is(self, sign: int, of_identity: int, of_branch: int) -> bool:
        """Whether the Jacobian of x + sign F(x) is so many times the identity and so many times that of F."""
        x, branch = self._normal(WIDTH), self._branch
        whole, own = (torch.autograd.functional.jacobian(f, x) for f in (lambda x: x + sign * branch(x), branch))
        return bool((whole - of_identity * torch.eye(WIDTH).double() - of_branch * own).abs().max() < CLOSE)

    def cuts_off(self, tail: str, sign: int) -> bool:
        """Whether the ReLU after the addition meets negative numbers."""
        nets = self._nets(tail, sign)
        with torch.no_grad():
            streams = list(nets.streams(self.lab.plus_and_minus.inputs()))
            sums = [h + nets.signs * nets.branch(block, h) for block, h in enumerate(streams[:-1])]
        return any(bool((each < 0).any()) for each in sums)

    def branch_shows_both_signs(self) -> bool:
        nets = self._nets("batch_norm", 1)
        with torch.no_grad():
            found = nets.branch(0, next(iter(nets.streams(self.lab.plus_and_minus.inputs()))))
        return bool(found.min() < 0 < found.max())

    def zero_branch_keeps_the_stream(self, sign: int) -> bool:
        """Whether blocks with F = 0 give what they get."""
        nets = self._nets("batch_norm", sign)
        with torch.no_grad():
            for name, value in nets.parameters.items():
                if name.endswith((".gamma", ".beta")) and "inner" not in name:
                    value.zero_()
            streams = torch.stack(list(nets.streams(self.lab.plus_and_minus.inputs())))
        return bool((streams == streams[0]).all())

    def branch_is(self, sign: int, of_input: int, of_output: int) -> bool:
        """Whether F(x) is so many times the input of the block and so many times its output before the ReLU."""
        x = self._normal(BATCH, WIDTH)
        F = self._branch(x)
        return bool((F - of_input * x - of_output * (x + sign * F)).abs().max() < CLOSE)

    def convolution_turns(self, bias_too: bool) -> bool:
        """Whether a convolution gives the negative output once its kernel, and its bias, are negated."""
        layer = nn.Conv2d(3, 4, 3, dtype=torch.float64)
        with torch.no_grad():
            images = self._normal(2, 3, 8, 8)
            layer.weight.copy_(self._normal(*layer.weight.shape))
            bias = layer.get_parameter("bias")
            bias.copy_(self._normal(*bias.shape))
            before = layer(images)
            layer.weight.neg_()
            if bias_too:
                bias.neg_()
            return bool((layer(images) + before).abs().max() < CLOSE)

    def batch_norm_turns(self) -> bool:
        """Whether the normalised numbers change sign with the input."""
        layer, z = nn.BatchNorm1d(WIDTH, affine=False, dtype=torch.float64), self._normal(BATCH, WIDTH)
        return bool((layer(-z) + layer(z)).abs().max() < CLOSE)

    def start_is_symmetric(self) -> bool | None:
        """Whether a half of the weights of a linear layer are positive when it is made."""
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.lab.rng("the start of a linear layer").getrandbits(63))
            share = float((nn.Linear(WEIGHTS, WEIGHTS).weight > 0).double().mean())
        return True if abs(share - 0.5) <= SHARE else False if abs(share - 0.5) >= 2 * SHARE else None

    def gradients_mirror(self) -> bool:
        """Whether mirrored networks have the same gradient up to the sign, for the parameters that were negated."""
        plus, minus = self.lab.plus_and_minus.mirrored("batch_norm", "scale_and_shift")
        x = self.lab.plus_and_minus.inputs()
        for nets in (plus, minus):
            torch.autograd.backward(nets(x).square().sum())
        names = [name for name in plus.parameters if name.endswith(("gamma", "beta")) and "inner" not in name]
        sums = [plus.parameters[name].grad + minus.parameters[name].grad for name in names]
        sizes = [plus.parameters[name].grad.abs().max() for name in names]
        return all(bool(each.abs().max() <= CLOSE * size) for each, size in zip(sums, sizes, strict=True))

    def variance_grows(self, sign: int) -> bool:
        """Whether a branch that is uncorrelated with the stream raises its variance."""
        return bool(self.lab.residual_streams.independent(1.0, 0.5, [sign], 3) > 1 + CLOSE)

    def _branch(self, x: Tensor) -> Tensor:
        """A small F of its own: (..., WIDTH) -> (..., WIDTH)."""
        noise = self.lab.noise("a small branch")
        W1, W2 = (torch.randn(WIDTH, WIDTH, generator=noise, dtype=torch.float64) for _ in range(2))
        return torch.relu(x @ W1) @ W2

    def _normal(self, *shape: int) -> Tensor:
        return torch.randn(shape, generator=self.lab.noise(f"numbers {shape}"), dtype=torch.float64)

    def _nets(self, tail: str, sign: int) -> ResidualNets:
        assert tail in TAILS  # noqa: S101 - a name from a closed list
        nets: ResidualNets = self.lab.plus_and_minus.random(Net(tail, relu_after=True, sign=sign, inside=True))
        return nets

"""Residual MLPs that add their branches or subtract them, R of them in one tensor, each trained as if it were alone.

A stem, blocks x <- x + F(x) or x - F(x), a head. F is a linear layer, a BatchNorm where it has one inside, ReLU, a
linear layer and the tail. Shapes: R nets (C configurations of S seeds), B samples, d inputs, h the width of the stream.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

from bank.lab import stacks
from bank.lab.clusters import CLASSES

SIDE, WIDTH, BLOCKS = 8, 32, 4
PIXELS = 3 * SIDE * SIDE
EPSILON = 1e-5
KEPT = 0.9  # of the numbers, by dropout

Parameters = dict[str, Tensor]
Activation = Callable[[Tensor], Tensor]


def _identity(h: Tensor) -> Tensor:
    return h


class Tail(NamedTuple):
    """What follows the last linear layer of F: a normalisation ("batch", "layer" or none), then a function."""

    norm: str = ""
    function: Activation = _identity
    dropout: bool = False


TAILS: dict[str, Tail] = {
    "linear": Tail(),
    "dropout": Tail(dropout=True),
    "tanh": Tail(function=torch.tanh),
    "hardtanh": Tail(function=F.hardtanh),
    "batch_norm": Tail("batch"),
    "layer_norm": Tail("layer"),
    "batch_norm_dropout": Tail("batch", dropout=True),
    "batch_norm_tanh": Tail("batch", torch.tanh),
    "layer_norm_tanh": Tail("layer", torch.tanh),
    "relu": Tail(function=torch.relu),
    "relu_dropout": Tail(function=torch.relu, dropout=True),
    "softplus": Tail(function=F.softplus),
    "batch_norm_relu": Tail("batch", torch.relu),
    "gelu": Tail(function=F.gelu),
    "elu": Tail(function=F.elu),
    "silu": Tail(function=F.silu),
    "batch_norm_gelu": Tail("batch", F.gelu),
}


@dataclass(frozen=True)
class Net:
    """One configuration: `sign` is 1 where branches are added and -1 where they are subtracted."""

    tail: str = "linear"
    relu_after: bool = True
    sign: int = 1
    inside: bool = False  # whether F has a BatchNorm before its ReLU


class ResidualNets:
    """C configurations of S seeds; parameters are (R, ...) tensors by name, those of a block with its number."""

    def __init__(self, nets: Sequence[Net], parameters: Parameters) -> None:
        self.parameters = {name: value.clone().requires_grad_() for name, value in parameters.items()}
        some = parameters["stem.W"]
        self.count, device = len(nets), str(some.device)
        self.seeds = len(some) // self.count
        signs = torch.tensor([net.sign for net in nets], dtype=some.dtype, device=device)
        self.signs = signs.repeat_interleave(self.seeds)[:, None, None]
        self.tails = stacks.Each([_tail(TAILS[net.tail]) for net in nets], device)
        self.inside = stacks.Each([_inside if net.inside else _relu_alone for net in nets], device)
        self.after = stacks.Each([torch.relu if net.relu_after else _identity for net in nets], device)

    def __call__(self, x: Tensor, masks: Tensor | None = None) -> Tensor:
        """Scores (R, B, classes) of pictures (S, B, d); masks (BLOCKS, S, B, h) of dropout where it is on."""
        *_, last = self.streams(x, masks)
        return stacks.linear(last, self.parameters["head.W"], self.parameters["head.b"])

    def streams(self, x: Tensor, masks: Tensor | None = None) -> Iterator[Tensor]:
        """What enters the first block, and what each block gives: (R, B, h)."""
        p = self.parameters
        h = self.after(stacks.linear(stacks.repeated(x, self.count), p["stem.W"], p["stem.b"]))
        yield h
        for block in range(BLOCKS):
            h = self.after(h + self.signs * self.branch(block, h, None if masks is None else masks[block]))
            yield h

    def branch(self, block: int, h: Tensor, mask: Tensor | None = None) -> Tensor:
        """F of one block."""
        W1, b1, inner, shift, W2, b2, gamma, beta = (self.parameters[f"{block}.{name}"] for name in BRANCH)
        h = self.inside(_joined(stacks.linear(h, W1, b1), inner, shift))[..., :WIDTH]
        kept = torch.full_like(h, KEPT) if mask is None else stacks.repeated(mask, self.count)
        return self.tails(_joined(stacks.linear(h, W2, b2), gamma, beta, kept))[..., :WIDTH]


BRANCH = ("W1", "b1", "inner.gamma", "inner.beta", "W2", "b2", "gamma", "beta")


def start(generators: Sequence[torch.Generator], spread: float = 0.0) -> Parameters:
    """Weights by Kaiming and Xavier, biases of deviation `spread`, scales about 1, of each seed: (S, ...)."""

    def shifts(about: float = 0.0) -> Tensor:
        return about + spread * stacks.normal(generators, 1, WIDTH)

    parameters = {"stem.W": stacks.init("xavier_normal", stacks.normal(generators, PIXELS, WIDTH)), "stem.b": shifts()}
    for block in range(BLOCKS):
        values = (
            stacks.init("kaiming_normal", stacks.normal(generators, WIDTH, WIDTH)),
            shifts(),
            shifts(1.0),
            shifts(),
            stacks.init("xavier_normal", stacks.normal(generators, WIDTH, WIDTH)),
            shifts(),
            shifts(1.0),
            shifts(),
        )
        parameters |= {f"{block}.{name}": value for name, value in zip(BRANCH, values, strict=True)}
    parameters["head.W"] = stacks.init("xavier_normal", stacks.normal(generators, WIDTH, CLASSES))
    parameters["head.b"] = torch.zeros(len(generators), 1, CLASSES)
    return parameters


def losses(scores: Tensor, y: Tensor) -> Tensor:
    """The mean cross-entropy of each net, (R,), for labels (S, B)."""
    labels = stacks.repeated(y, len(scores) // len(y))
    return F.cross_entropy(scores.transpose(1, 2), labels, reduction="none").mean(dim=1)


def _joined(h: Tensor, gamma: Tensor, beta: Tensor, *more: Tensor) -> Tensor:
    """Side by side what belongs to the same nets, so that `Each` can take them apart: (R, B, 3 h or more)."""
    return torch.cat([h, gamma.expand_as(h), beta.expand_as(h), *more], dim=-1)


def _relu_alone(joined: Tensor) -> Tensor:
    return torch.relu(joined[..., :WIDTH])


def _inside(joined: Tensor) -> Tensor:
    h, gamma, beta = joined.chunk(3, dim=-1)
    return torch.relu(_normalised(h, -2) * gamma + beta)


def _normalised(h: Tensor, dim: int) -> Tensor:
    """BatchNorm by the batch's own moments (dim -2), or LayerNorm (dim -1); axes before them may be split."""
    return (h - h.mean(dim, keepdim=True)) / (h.var(dim, keepdim=True, unbiased=False) + EPSILON).sqrt()


def _tail(tail: Tail) -> Activation:
    return _TAILS[tail]


def _made(tail: Tail) -> Activation:
    def follow(joined: Tensor) -> Tensor:
        h, gamma, beta, kept = joined.chunk(4, dim=-1)
        if tail.norm:
            h = _normalised(h, {"batch": -2, "layer": -1}[tail.norm]) * gamma + beta
        return tail.function(h) * kept / KEPT if tail.dropout else tail.function(h)

    return follow


_TAILS = {tail: _made(tail) for tail in TAILS.values()}  # one function a tail, so that `Each` knows equal ones

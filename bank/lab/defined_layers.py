"""Quadratic layers as a question defines them, and whether a line of formulas is their gradient.

Automatic differentiation goes by the numbers that a layer stores: entries that are one parameter are stored once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from itertools import product
from random import Random
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from bank.lab.gradients import doubles
from bank.notation.matrices import Exact, Matrix, mirrored

if TYPE_CHECKING:
    from bank.lab import Lab

Numbers = Sequence[Exact]
Claim = Callable[..., Exact]  # (draw, indices from 0) -> the derivative that a line claims

DRAWS = 20
SIZE = 3  # inputs and outputs
LARGEST = 999  # of the numbers of a layer
KEPT = 64  # definitions whose draws are kept: the lines of a question share them
WRONG = 1e-6  # a line of formulas that is wrong deviates by more in every draw
RIGHT = 1e-10  # and one that is right by less


@dataclass(frozen=True)
class Definition:
    """What a layer computes, and which of its numbers are one parameter.

    `terms` are the parameters "A", "b", "c", "s" whose terms y has: x^T A x, x^T b, c, s x; those of `scaled` are
    multiplied by lambda, x^T A x by 1/2 where `half`; `skip` adds x. `matrix` is "tied" (A_ij and A_ji are one
    parameter), "symmetric" (equal, and yet two parameters) or "any". Outputs have parameters of their own but for those
    `shared`. `trained` says whether lambda is one, "lam".
    """

    terms: tuple[str, ...]
    matrix: str
    half: bool
    scaled: frozenset[str]
    shared: frozenset[str]
    skip: bool
    trained: bool


@dataclass(frozen=True)
class Draw:
    """A layer, its input x (M) and the derivative g (N) of the loss by its output; A (N, M, M), b (N, M); others (N).

    `slopes` are the derivatives that automatic differentiation found, by every entry of x and of all parameters.
    """

    x: Numbers
    g: Numbers
    A: Sequence[Sequence[Numbers]]
    b: Sequence[Numbers]
    c: Numbers
    s: Numbers
    lam: Numbers
    slopes: dict[str, Any] = field(default_factory=dict)


class DefinedLayers:
    """Differentiates layers, and tries lines of formulas on them."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self._tries = lru_cache(maxsize=KEPT)(self._drawn)

    def verdict(self, definition: Mapping[str, Any], parameter: str, claim: Claim) -> bool | None:
        """Whether a line of formulas is right: it meets the derivative by "x", "A", … in 20 draws.

        `definition` has the members of `Definition`. False where the line misses in every draw; None where the draws do
        not decide.
        """
        misses = [_deviation(parameter, claim, draw) for draw in self._tries(Definition(**definition))]
        if max(misses) <= RIGHT:
            return True
        return False if min(misses) > WRONG else None

    def _drawn(self, definition: Definition) -> list[Draw]:
        rng = self.lab.rng("lines of formulas")
        draws = [_draw(rng, definition) for _ in range(DRAWS)]
        for draw in draws:
            draw.slopes.update(_slopes(definition, draw))
        return draws


def _draw(rng: Random, layer: Definition) -> Draw:
    """Random numbers, whole or halves: float64 rounds none, and sums of products are hardly ever 0 by chance."""

    def each(name: str, number: Callable[[], Any]) -> list[Any]:
        drawn = [number() for _ in range(SIZE)]
        return drawn[:1] * SIZE if name in layer.shared else drawn

    def whole() -> int:
        return rng.choice((-1, 1)) * rng.randint(2, LARGEST)

    def matrix() -> Matrix:
        rows = [[whole() for _ in range(SIZE)] for _ in range(SIZE)]
        return rows if layer.matrix == "any" else mirrored(rows)

    lam = each("lam", lambda: Fraction(rng.choice((-5, -3, 3, 5, 7)), 2))
    x, g = ([whole() for _ in range(SIZE)] for _ in range(2))
    b = each("b", lambda: [whole() for _ in range(SIZE)])
    lams = lam if layer.trained else lam[:1] * SIZE
    return Draw(x, g, each("A", matrix), b, each("c", whole), each("s", whole), lams)


def _slopes(layer: Definition, draw: Draw) -> dict[str, Any]:
    """All derivatives at once, of half the squared error to a target that lies g below the output."""
    named = {name: doubles(getattr(draw, name)) for name in ("x", *layer.terms, "lam")}
    stored = {name: _stored(layer, name, values).requires_grad_() for name, values in named.items()}
    y = _output(layer, {name: _spread(layer, name, values) for name, values in stored.items()})
    target = (y - doubles(draw.g)).detach()
    asked = [name for name in stored if name != "lam" or layer.trained]
    found = torch.autograd.grad((y - target).square().sum() / 2, [stored[name] for name in asked])
    return {name: _spread(layer, name, slope).tolist() for name, slope in zip(asked, found, strict=True)}


def _output(layer: Definition, named: Mapping[str, Tensor]) -> Tensor:
    """y (N) of all entries of x (M) and of the parameters."""
    x = named["x"]
    y = x if layer.skip else torch.zeros_like(x)
    for name in layer.terms:
        values = named[name]
        if name == "A":
            term = torch.einsum("i,nij,j->n", x, values, x) / (2 if layer.half else 1)
        else:
            term = {"b": lambda of: of @ x, "c": lambda of: of, "s": lambda of: of * x}[name](values)
        y = y + (named["lam"] * term if name in layer.scaled else term)
    return y


def _stored(layer: Definition, name: str, values: Tensor) -> Tensor:
    """The numbers of a parameter that are stored, of all of its entries: each parameter once."""
    if name == "A" and layer.matrix == "tied":
        rows, columns = torch.triu_indices(SIZE, SIZE)
        return values[:, rows, columns]
    return values[:1].clone() if _is_one(layer, name) else values


def _spread(layer: Definition, name: str, stored: Tensor) -> Tensor:
    """Each stored number, or the derivative by it, at all entries that it is."""
    if name == "A" and layer.matrix == "tied":
        rows, columns = torch.triu_indices(SIZE, SIZE)
        whole = stored.new_zeros(SIZE, SIZE, SIZE)
        whole[:, rows, columns] = stored
        whole[:, columns, rows] = stored
        return whole
    return stored.expand(SIZE, *stored.shape[1:]) if _is_one(layer, name) else stored


def _is_one(layer: Definition, name: str) -> bool:
    """Whether all outputs have the same."""
    return name in layer.shared or (name == "lam" and not layer.trained)


def _deviation(parameter: str, claim: Claim, draw: Draw) -> float:
    measured = draw.slopes[parameter]
    return max(abs(float(claim(draw, *at)) - _member(measured, at)) for at in _indices(measured))


def _indices(nested: Any) -> Iterator[tuple[int, ...]]:
    """Every index of nested lists, all of one length a level."""
    lengths = []
    while isinstance(nested, list):
        lengths.append(range(len(nested)))
        nested = nested[0]
    return product(*lengths)


def _member(nested: Any, at: tuple[int, ...]) -> float:
    for place in at:
        nested = nested[place]
    return float(nested)

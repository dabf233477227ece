"""In which arguments a layer is linear or affine: their definitions tried on many random points, in whole numbers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING

import torch
from torch import Tensor

if TYPE_CHECKING:
    from bank.lab import Lab

M = 3
DRAWS = 2048  # so many that ReLU is met on both sides of its kink; float64 is exact, as all numbers are small and whole
LARGEST = 4  # of what is drawn
FACTORS = (-1, 3)  # that arguments are multiplied by
SHAPES = {"x": (M,), "A": (M, M), "b": (M,), "u": (M,), "c": (), "lam": (), "v": (), "d": ()}

Values = Mapping[str, Tensor]  # of all arguments, (DRAWS, *shape)
Function = Callable[[Values], Tensor]  # (DRAWS,)


class Linearity:
    """Layers from R^3 to R, put together of terms, alone or followed by another layer."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    def holds(self, claim: str, terms: Collection[str], after: str, lam: int | str, arguments: Collection[str]) -> bool:
        """Whether the sum of the terms, with what follows it, is "linear" or "affine" in the arguments together.

        `terms` and `after` are names of TERMS and AFTER, `lam` is a number or "trained".
        """
        tried = {"linear": self._is_linear, "affine": self._is_affine}[claim]
        name = f"{claim} {sorted(terms)} {after} {lam} {sorted(arguments)}"
        return bool(self.lab.remember(name, lambda: tried(_layer(terms, after), self._points(lam), arguments)))

    def _is_linear(self, f: Function, points: list[dict[str, Tensor]], arguments: Collection[str]) -> bool:
        p, q, _ = points
        q = p | {name: q[name] for name in arguments}
        both = torch.equal(f(_plus(p, q, arguments)), f(p) + f(q))
        return both and all(torch.equal(f(_times(s, p, arguments)), s * f(p)) for s in FACTORS)

    def _is_affine(self, f: Function, points: list[dict[str, Tensor]], arguments: Collection[str]) -> bool:
        """Whether what is left of f without its value at a point is linear in the steps away from there."""
        start, p, q = points

        def rest(step: Values) -> Tensor:
            return f(_plus(start, step, arguments)) - f(start)

        both = torch.equal(rest(_plus(p, q, arguments)), rest(p) + rest(q))
        return both and all(torch.equal(rest(_times(s, p, arguments)), s * rest(p)) for s in FACTORS)

    def _points(self, lam: int | str) -> list[dict[str, Tensor]]:
        """Three values of every argument, none of them 0; the matrices are symmetric."""
        noise = self.lab.noise("points of linearity")
        return [self._point(noise, lam) for _ in range(3)]

    @staticmethod
    def _point(noise: torch.Generator, lam: int | str) -> dict[str, Tensor]:
        def drawn(shape: tuple[int, ...]) -> Tensor:
            size = torch.randint(1, LARGEST + 1, (DRAWS, *shape), generator=noise)
            return (size * (2 * torch.randint(2, (DRAWS, *shape), generator=noise) - 1)).double()

        point = {name: drawn(shape) for name, shape in SHAPES.items()}
        point["A"] = point["A"].triu() + point["A"].triu(1).mT
        return point if lam == "trained" else point | {"lam": torch.full((DRAWS,), float(lam)).double()}


def _layer(terms: Collection[str], after: str) -> Function:
    def output(values: Values) -> Tensor:
        return AFTER[after](torch.stack([TERMS[term](values) for term in terms]).sum(dim=0), values)

    return output


def _plus(p: Values, q: Values, arguments: Collection[str]) -> dict[str, Tensor]:
    return {**p, **{name: p[name] + q[name] for name in arguments}}


def _times(s: int, p: Values, arguments: Collection[str]) -> dict[str, Tensor]:
    return {**p, **{name: s * p[name] for name in arguments}}


def _dot(left: Tensor, right: Tensor) -> Tensor:
    return (left * right).sum(dim=1)


def _applied(A: Tensor, x: Tensor) -> Tensor:
    return (A @ x[:, :, None])[:, :, 0]


TERMS: dict[str, Function] = {
    "form": lambda at: at["lam"] * _dot(at["x"], _applied(at["A"], at["x"])),
    "form_alone": lambda at: _dot(at["x"], _applied(at["A"], at["x"])),
    "form_lam_squared": lambda at: at["lam"] ** 2 * _dot(at["x"], _applied(at["A"], at["x"])),
    "form_A_squared": lambda at: at["lam"] * _dot(*2 * [_applied(at["A"], at["x"])]),
    "form_fixed_vector": lambda at: at["lam"] * _dot(at["u"], _applied(at["A"], at["x"])),
    "b": lambda at: _dot(at["x"], at["b"]),
    "lam_b": lambda at: at["lam"] * _dot(at["x"], at["b"]),
    "b_squared": lambda at: _dot(at["x"], at["b"]) ** 2,
    "c": lambda at: at["c"],
    "lam_c": lambda at: at["lam"] * at["c"],
    "c_squared": lambda at: at["c"] ** 2,
}
AFTER: dict[str, Callable[[Tensor, Values], Tensor]] = {
    "none": lambda y, at: y,
    "scaled": lambda y, at: at["v"] * y,
    "linear": lambda y, at: at["v"] * y + at["d"],
    "shifted": lambda y, at: at["v"] * (y + at["d"]),
    "relu": lambda y, at: at["v"] * y.clamp(min=0) + at["d"],
    "squared": lambda y, at: at["v"] * y**2 + at["d"],
}

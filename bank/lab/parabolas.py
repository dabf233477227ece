"""Quadratic layers from R to R, evaluated in fractions: two of them are one function if they agree at three points."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bank.lab import Lab

Function = Callable[[Fraction], Fraction]

POINTS = tuple(map(Fraction, range(-3, 4)))
LAMBDA = Fraction(2)  # where it is free
GRID = tuple(Fraction(tenth, 2) for tenth in range(-20, 21))  # of scalars that are tried


class Parabolas:
    """y = lambda x A x + x b + c."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    def slope(self, lam: int, A: int, b: int, c: int, x: int) -> Fraction:
        """The central difference with step 1, which is exact for a parabola."""
        y = parabola(A, b, c, Fraction(lam))
        return (y(Fraction(x + 1)) - y(Fraction(x - 1))) / 2

    def is_form(self, coefficients: Sequence[int], matrix: Sequence[Sequence[int]]) -> bool:
        """Whether q x^2 + p x + c is (x, 1) times the matrix times (x, 1)."""
        q, p, c = coefficients

        def form(x: Fraction) -> Fraction:
            ends = (x, Fraction(1))
            return sum(
                (ends[i] * matrix[i][j] * ends[j] for i in range(2) for j in range(2)),
                start=Fraction(0),
            )

        return _same(form, parabola(q, p, c, Fraction(1)))

    def moves(self, rise: int, right: int, up: int) -> bool:
        """Whether raising c moves the graph by so much to the right and upwards."""
        y, raised = parabola(3, 4, 1), parabola(3, 4, 1 + rise)
        return _same(raised, lambda x: y(x - right) + up)

    def adds_up(self, c: int, d: int, total: int) -> bool:
        """Whether the sum of two layers is a layer with this scalar, its other parameters the sums of theirs."""
        one, other = parabola(3, 4, c), parabola(-1, 2, d)
        return _same(parabola(2, 6, total), lambda x: one(x) + other(x))

    def follows(self, first: tuple[int, int], second: tuple[int, int], c: int) -> bool:
        """Whether two layers (b, c) with lambda = 0, one after the other, are one with this scalar."""
        y, z = (parabola(0, *layer) for layer in (first, second))
        return any(_same(parabola(0, b, c), lambda x: z(y(x))) for b in range(-50, 51))

    def undoes_scaling(self, k: int, A: int, b: int, c: int) -> bool:
        """Whether a layer with its parameters multiplied by these gives the same when every input is divided by k."""
        y = parabola(3, 4, 5)
        return _same(y, lambda x: parabola(3 * A, 4 * b, 5 * c)(x / k))

    def shifted(self, q: int, p: int, c: int, t: int, found: int) -> bool:
        """Whether q (x + t)^2 + p (x + t) + c has this scalar as a layer."""
        y = parabola(q, p, c, Fraction(1))
        return any(_same(parabola(q, b, found, Fraction(1)), lambda x: y(x + t)) for b in range(-50, 51))

    def fits_best(self, low_by: Sequence[int], error: str, c: int) -> bool:
        """Whether, of all scalars on a grid, this one leaves the smallest sum of "squared" or "absolute" errors."""
        cost = {"squared": lambda miss: miss * miss, "absolute": abs}[error]
        costs = {tried: sum(cost(target - tried) for target in low_by) for tried in GRID}
        return min(costs, key=lambda tried: costs[tried]) == c

    def stays_convex(self, part: str) -> bool:
        """Whether layers that are convex still are when their "lam" or "c" changes its sign."""
        signs = {"lam": -1, "c": -1} | {other: 1 for other in ("lam", "c") if other != part}
        known = [(A, c) for A in (-2, -1, 0, 1, 2) for c in (-5, 0, 3) if _convex(parabola(A, 4, c))]
        return all(_convex(parabola(A, 4, signs["c"] * c, signs["lam"] * LAMBDA)) for A, c in known)


def parabola(A: int, b: int, c: int, lam: Fraction = LAMBDA) -> Function:
    return lambda x: lam * x * A * x + x * b + c


def _same(one: Function, other: Function) -> bool:
    return all(one(x) == other(x) for x in POINTS)


def _convex(y: Function) -> bool:
    return all(y(x - 1) + y(x + 1) >= 2 * y(x) for x in POINTS)

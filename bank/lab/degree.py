"""The degree of a stack of quadratic layers, seen along lines in exact integers and fractions."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations_with_replacement, pairwise
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from bank.notation.matrices import Exact

if TYPE_CHECKING:
    from bank.lab import Lab

Vector = list[Exact]

DRAWS = 3  # of all parameters; a degree that drops by chance in each of them has a probability below 4e-9
LARGEST = 10**4  # of a parameter
WIDTH = 3
POINTS = 20  # on a line: enough for four quadratic layers
BEND = 3  # differences of this order vanish everywhere along a map of degree 2


class Layer(NamedTuple):
    """Random parameters: A (width, width, width), b (width, width), c (width)."""

    lam: Exact
    A: list[list[list[int]]]
    b: list[list[int]]
    c: list[int]

    def __call__(self, x: Vector) -> Vector:
        return [self._output(k, x) for k in range(len(self.c))]

    def _output(self, k: int, x: Vector) -> Exact:
        form = sum(p * sum(a * q for a, q in zip(row, x, strict=True)) for p, row in zip(x, self.A[k], strict=True))
        return self.lam * form + sum(b * p for b, p in zip(self.b[k], x, strict=True)) + self.c[k]


class Degree:
    """Runs stacks of random layers along random lines; what is found holds for all parameters but special ones."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    def of_stack(self, lambdas: Sequence[Fraction]) -> int:
        """The degree of the map: the highest differences along a line that do not vanish, over three draws."""
        name = f"degree of a stack {[str(lam) for lam in lambdas]}"
        return int(self.lab.remember(name, lambda: max(_degree(line) for line in self._lines(lambdas))))

    def bends(self, lambdas: Sequence[Fraction], activation: bool) -> bool:
        """Whether the map is no polynomial of degree 2, without or with ReLU between the layers."""
        name = f"third differences of a stack {[str(lam) for lam in lambdas]}, ReLU: {activation}"
        return bool(self.lab.remember(name, lambda: self._bends(lambdas, activation)))

    def _bends(self, lambdas: Sequence[Fraction], activation: bool) -> bool:
        return any(any(map(any, _differences(line, BEND))) for line in self._lines(lambdas, activation))

    def _lines(self, lambdas: Sequence[Fraction], activation: bool = False) -> list[list[Vector]]:
        """The outputs along one line a draw."""
        rng = self.lab.rng(f"stacks of {len(lambdas)}")
        return [_along_a_line(rng, lambdas, activation) for _ in range(DRAWS)]

    @staticmethod
    def monomials(inputs: int, degree: int) -> int:
        """How many products of at most `degree` inputs there are, 1 included: every one is listed."""
        return sum(1 for _ in combinations_with_replacement(range(inputs + 1), degree))


def _along_a_line(rng: Random, lambdas: Sequence[Fraction], activation: bool) -> list[Vector]:
    def whole(count: int) -> list[int]:
        return [rng.randint(-LARGEST, LARGEST) for _ in range(count)]

    layers = [
        Layer(
            int(lam) if lam.denominator == 1 else lam,
            [[whole(WIDTH) for _ in range(WIDTH)] for _ in range(WIDTH)],
            [whole(WIDTH) for _ in range(WIDTH)],
            whole(WIDTH),
        )
        for lam in lambdas
    ]
    start, direction = [rng.randint(-9, 9) for _ in range(WIDTH)], [rng.randint(1, 9) for _ in range(WIDTH)]
    line: list[Vector] = [[p + t * d for p, d in zip(start, direction, strict=True)] for t in range(POINTS)]
    return [_through(layers, x, activation) for x in line]


def _through(layers: Sequence[Layer], x: Vector, activation: bool) -> Vector:
    for place, layer in enumerate(layers):
        x = layer([max(p, 0) for p in x] if activation and place else x)
    return x


def _differences(line: list[Vector], order: int) -> list[Vector]:
    for _ in range(order):
        line = [[b - a for a, b in zip(left, right, strict=True)] for left, right in pairwise(line)]
    return line


def _degree(line: list[Vector]) -> int:
    return max((order for order in range(len(line)) if any(map(any, _differences(line, order)))), default=0)

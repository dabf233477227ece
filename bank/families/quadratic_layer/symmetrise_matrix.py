"""The symmetric matrix that has the same quadratic form as a given one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import partial
from itertools import permutations
from random import Random
from typing import Any

from bank.authoring import (
    DECIMAL_OR_FRACTION,
    STEP,
    Exercise,
    Integers,
    Lab,
    Line,
    Lists,
    Measurement,
    Problem,
    Rows,
    Value,
    Wrong,
    adding,
    equals,
    half,
    param,
    table_beside,
    transposed,
)

TEXTS = table_beside(__file__)
SIZES = (2, 3)
DIGITS = [digit for digit in range(-9, 10) if digit]
PAIRS = [(a, b) for a in DIGITS for b in DIGITS if abs(a) != abs(b)]  # their mean is no copy, and not 0
ODD, EVEN = ([(a, b) for a, b in PAIRS if (a + b) % 2 == rest] for rest in (1, 0))


OFF: Mapping[str, Callable[[int, int], Fraction | int]] = {  # of a_ij and a_ji, i < j
    "mean": lambda a, b: half(a + b),
    "sum": lambda a, b: a + b,
    "upper": lambda a, b: a,
    "lower": lambda a, b: b,
    "half upper": lambda a, b: half(a),
    "half lower": lambda a, b: half(b),
    "half difference": lambda a, b: half(a - b),
    "other half difference": lambda a, b: half(b - a),
    "difference": lambda a, b: a - b,
    "floor": lambda a, b: (a + b) // 2,
    "ceiling": lambda a, b: -((-a - b) // 2),
}
ON: Mapping[str, Callable[[int], Fraction | int]] = {
    "copied": lambda a: a,
    "doubled": lambda a: 2 * a,
    "halved": lambda a: half(a),
}


class SymmetriseMatrix(Exercise):
    """The symmetric part of a matrix.

    >>> SymmetriseMatrix(A=((1, 4), (1, 3))).solve()
    ((1, Fraction(5, 2)), (Fraction(5, 2), 3))
    """

    title = "Quadratic layer: a symmetric matrix for the same function"
    source = ("2c+",)
    points = 2
    kinds = ("matrix", "single_choice")
    tiers = ("exact",)
    experiment = "second differences of the quadratic form at integer points"
    form = DECIMAL_OR_FRACTION
    by_pairs = True
    band = (5.0, 15.0)

    A: tuple[tuple[int, ...], ...] = param(
        Lists(Lists(Integers(-9, 9, -99, 99), 2, 3), 2, 3), "rows of a square matrix that is not symmetric"
    )

    stem = TEXTS["stem"]
    solution = TEXTS["solution"]

    @classmethod
    def draw_params(cls, rng: Random, fixed: Mapping[str, Any], kind: str) -> dict[str, Any]:
        size = rng.choice(SIZES)
        rows = [[rng.choice(DIGITS) for _ in range(size)] for _ in range(size)]
        places = [(i, j) for j in range(size) for i in range(j)]
        odd = rng.choice(places)  # else rounding pays
        for i, j in places:
            rows[i][j], rows[j][i] = rng.choice(ODD if (i, j) == odd else PAIRS)
        return {"A": tuple(map(tuple, rows))}

    @classmethod
    def space(cls, kind: str) -> int:
        """Diagonals and pairs, less those without an odd sum, in which nothing is left to halve."""
        even = len(PAIRS) - len(ODD)
        pairs = {n: n * (n - 1) // 2 for n in SIZES}
        return sum(len(DIGITS) ** n * (len(PAIRS) ** pairs[n] - even ** pairs[n]) for n in SIZES)

    def constraints(self) -> Iterator[Problem]:
        if any(len(row) != len(self.A) for row in self.A):
            yield Problem("/params/A", "A must be square")
        elif self.transposed == self.A:
            yield Problem("/params/A", "A is symmetric already")
        elif not any(map(any, self.solve())):
            yield Problem("/params/A", "A is antisymmetric, so its form is 0")

    @property
    def transposed(self) -> Rows:
        return transposed(self.A)

    @property
    def pairs(self) -> list[tuple[int, int, int, int, Fraction | int]]:
        """Of each pair i < j: i and j as they are written, a_ij, a_ji and their mean."""
        A, places = self.A, range(len(self.A))
        return [(i + 1, j + 1, A[i][j], A[j][i], half(A[i][j] + A[j][i])) for i in places for j in places if i < j]

    def solve(self) -> Rows:
        return self._by("mean", "copied")

    def effort(self) -> float:
        """The diagonal is copied; each pair is added and halved."""
        return len(self.A) * STEP + sum(adding(a, b) + STEP for _, _, a, b, _ in self.pairs)

    def show(self, options: Sequence[Value]) -> Sequence[str]:
        """With one decimal in each entry, so that options do not differ in how they are written."""
        return [_decimals(rows) for rows in options]

    def misreadings(self) -> Iterator[Line]:
        """An entry off the diagonal, such that the mean stays whole or stays a half."""
        for i, j in permutations(range(len(self.A)), 2):
            own, other = self.A[i][j], self.A[j][i]
            pairs = ODD if (own + other) % 2 else EVEN
            values = [value for value in DIGITS if (value, other) in pairs]
            yield Line(values, own, partial(self._with, i, j), equals(f"a_{{{i + 1}{j + 1}}}"))

    def _with(self, i: int, j: int, value: int) -> dict[str, Rows]:
        """The matrix with another entry."""
        rows = [list(row) for row in self.A]
        rows[i][j] = value
        return {"A": tuple(map(tuple, rows))}

    def distractors(self) -> Iterator[Wrong]:
        for entry in TEXTS["mistakes"]:
            yield Wrong(self._by(entry["off"], entry["on"]), entry["why"], offered=entry.get("offered", True))
        for rows, why in zip(self._unlike(), TEXTS["unlike"], strict=True):
            yield Wrong(rows, why, offered=False)

    def _by(self, off: str, on: str) -> Rows:
        """The symmetric matrix that follows from a rule off the diagonal and one on it."""
        A, places, pair, single = self.A, range(len(self.A)), OFF[off], ON[on]
        upper = [[pair(A[i][j], A[j][i]) if i < j else 0 for j in places] for i in places]
        return tuple(tuple(single(A[i][i]) if i == j else upper[min(i, j)][max(i, j)] for j in places) for i in places)

    def _unlike(self) -> Iterator[Rows]:
        """What is seen at once to be no answer: not symmetric, or a product."""
        A, B, places = self.A, self.transposed, range(len(self.A))
        yield A
        yield B
        yield tuple(tuple(half(A[i][j] - A[j][i]) for j in places) for i in places)
        yield tuple(tuple(sum(p * q for p, q in zip(one, other, strict=True)) for other in B) for one in B)
        yield tuple(tuple(sum(p * q for p, q in zip(one, other, strict=True)) for other in A) for one in A)

    def measured(self, lab: Lab) -> Measurement:
        """Read the symmetric matrix off the values of the form of A alone."""
        return Measurement(lab.symmetry.symmetric_matrix(self.A), tolerance=0.0)


def _decimals(rows: Any) -> str:
    lines = r" \\ ".join(" & ".join(_decimal(cell) for cell in row) for row in rows)
    return rf"\(\begin{{pmatrix}} {lines} \end{{pmatrix}}\)"


def _decimal(cell: Fraction | int) -> str:
    """All entries are halves."""
    return f"{float(cell):.1f}"

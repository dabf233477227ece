"""The symmetric matrix that has the same quadratic form as a given one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

from bank.authoring import (
    DECIMAL_OR_FRACTION,
    Exercise,
    Integers,
    Lab,
    Lists,
    Measurement,
    Problem,
    Rows,
    Wrong,
    mirrored,
    param,
    symmetric_part,
    times,
    transposed,
)

UNDO = r"The form of this matrix is not that of \(\mathbf{A}\): "


class SymmetriseMatrix(Exercise):
    """The symmetric part of a matrix.

    >>> SymmetriseMatrix(A=((1, 4), (1, 3))).solve()
    ((Fraction(1, 1), Fraction(5, 2)), (Fraction(5, 2), Fraction(3, 1)))
    """

    title = "Quadratic layer: a symmetric matrix for the same function"
    source = ("2c+",)
    points = 2
    kinds = ("matrix", "single_choice")
    tiers = ("exact",)
    experiment = "second differences of the quadratic form at integer points"
    form = DECIMAL_OR_FRACTION

    A: tuple[tuple[int, ...], ...] = param(
        Lists(Lists(Integers(-9, 9, -99, 99), 2, 3), 2, 3), "rows of a square matrix that is not symmetric"
    )

    stem = r"""
        A quadratic layer was trained without the constraint that its matrices are symmetric. One of them is

        \[\mathbf{A} = <<A|matrix>>.\]

        Which **symmetric** matrix \(\mathbf{S}\) gives the same function, that is
        \(\mathbf{x}^\top \mathbf{S} \mathbf{x} = \mathbf{x}^\top \mathbf{A} \mathbf{x}\) for every \(\mathbf{x}\)?
    """
    solution = r"""
        A number equals its transpose, so \(\mathbf{x}^\top \mathbf{A} \mathbf{x} = \mathbf{x}^\top \mathbf{A}^\top
        \mathbf{x}\), and the mean of both is \(\mathbf{x}^\top \mathbf{S} \mathbf{x}\) with

        \[\mathbf{S} = \tfrac12 \left(\mathbf{A} + \mathbf{A}^\top\right)
        = \tfrac12 \left(<<A|matrix>> + <<transposed|matrix>>\right) = <<answer|matrix>>.\]

        The antisymmetric part \(\mathbf{K} = \tfrac12 (\mathbf{A} - \mathbf{A}^\top)\) that was left out contributes
        \(\mathbf{x}^\top \mathbf{K} \mathbf{x} = 0\).
    """

    @classmethod
    def draw_params(cls, rng: Random, fixed: Mapping[str, Any], kind: str) -> dict[str, Any]:
        size = rng.randint(2, 3)
        return {"A": tuple(tuple(rng.randint(-9, 9) for _ in range(size)) for _ in range(size))}

    @classmethod
    def space(cls, kind: str) -> int:
        """Square matrices with entries from -9 to 9, less those that are symmetric or antisymmetric."""
        return sum(19 ** (n * n) - 19 ** (n * (n + 1) // 2) - 19 ** (n * (n - 1) // 2) + 1 for n in (2, 3))

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

    def solve(self) -> Rows:
        return symmetric_part(self.A)

    def distractors(self) -> Iterator[Wrong]:
        A, S = self.A, symmetric_part(self.A)
        yield Wrong(
            tuple(tuple(2 * cell for cell in row) for row in S),
            r"The factor \(\tfrac12\) was forgotten: \(\mathbf{A} + \mathbf{A}^\top\) has twice the form.",
        )
        yield Wrong(
            mirrored(A), UNDO + "the upper triangle was copied, and the entries below the diagonal were ignored."
        )
        yield Wrong(
            tuple(tuple(a - s for a, s in zip(*rows, strict=True)) for rows in zip(A, S, strict=True)),
            r"This is the antisymmetric part of \(\mathbf{A}\), whose form is 0 everywhere.",
        )
        yield Wrong(
            tuple(times(self.transposed, column) for column in self.transposed),
            UNDO + r"\(\mathbf{A}^\top \mathbf{A}\) is symmetric, but has the form \(\|\mathbf{A}\mathbf{x}\|^2\).",
        )

    def measured(self, lab: Lab) -> Measurement:
        """Read the symmetric matrix off the values of the form of A alone."""
        return Measurement(lab.symmetry.symmetric_matrix(self.A), tolerance=0.0)

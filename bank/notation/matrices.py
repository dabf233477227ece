"""Small matrices of exact numbers."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

Exact = int | Fraction
Matrix = Sequence[Sequence[Exact]]
Rows = tuple[tuple[Exact, ...], ...]


def transposed(matrix: Matrix) -> Rows:
    return tuple(zip(*matrix, strict=True))


def mirrored(matrix: Matrix) -> Rows:
    """The symmetric matrix with the same entries on and above the diagonal.

    >>> mirrored([[1, 2], [3, 4]])
    ((1, 2), (2, 4))
    """
    places = range(len(matrix))
    return tuple(tuple(matrix[min(i, j)][max(i, j)] for j in places) for i in places)


def symmetric_part(matrix: Matrix) -> Rows:
    """(A + A^T)/2, in whole numbers where they are.

    >>> symmetric_part([[1, 3], [1, 2]]), symmetric_part([[1, 2], [1, 2]])[0]
    (((1, 2), (2, 2)), (1, Fraction(3, 2)))
    """
    pairs = zip(matrix, transposed(matrix), strict=True)
    return tuple(tuple(half(a + b) for a, b in zip(row, column, strict=True)) for row, column in pairs)


def half(value: Exact) -> Exact:
    """In whole numbers where they are."""
    return Fraction(value, 2) if value % 2 else int(value // 2)


def times(matrix: Matrix, x: Sequence[Exact]) -> tuple[Fraction, ...]:
    """A x

    >>> times([[1, 2], [3, 4]], [1, 1])
    (Fraction(3, 1), Fraction(7, 1))
    """
    return tuple(Fraction(sum(a * b for a, b in zip(row, x, strict=True))) for row in matrix)


def is_positive_definite(matrix: Matrix) -> bool:
    """Whether a symmetric matrix is: its leading minors are positive, found in whole numbers (Bareiss).

    >>> is_positive_definite([[2, 1], [1, 1]]), is_positive_definite([[1, 2], [2, 1]])
    (True, False)
    """
    unit = lcm(*(cell.denominator for row in matrix for cell in row))
    rows = [[cell.numerator * (unit // cell.denominator) for cell in row] for row in matrix]
    before = 1
    for k, pivots in enumerate(rows):
        minor = pivots[k]
        if minor <= 0:
            return False
        for row in rows[k + 1 :]:
            row[k + 1 :] = [
                (minor * a - row[k] * b) // before for a, b in zip(row[k + 1 :], pivots[k + 1 :], strict=True)
            ]
        before = minor
    return True


def is_below(matrix: Matrix, bound: Exact) -> bool:
    """Whether every eigenvalue of a symmetric matrix lies below a bound; none exceeds the largest sum in a row."""
    if max(sum(cell if cell > 0 else -cell for cell in row) for row in matrix) < bound:
        return True
    rest = [[(bound if i == j else 0) - cell for j, cell in enumerate(row)] for i, row in enumerate(matrix)]
    return is_positive_definite(rest)

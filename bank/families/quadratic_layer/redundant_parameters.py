"""How many parameters the symmetry of the matrices saves."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from bank.authoring import STEP, WHOLE, Exercise, Integers, Lab, Line, Measurement, Wrong, along, multiplying, param
from bank.families.quadratic_layer import QUADRATIC_LAYER

FAR = 3  # times less than the key: an option that stands out


class RedundantParameters(Exercise):
    """Entries of all matrices that repeat another one.

    >>> RedundantParameters(M=4, N=3).solve()
    18
    """

    title = "Quadratic layer: redundant parameters"
    source = ("2c+",)
    points = 1
    kinds = ("numeric", "single_choice")
    tiers = ("exact",)
    experiment = "both layers built, their parameters counted"
    form = WHOLE
    band = (4, 12)

    M: int = param(Integers(6, 30, 3, 64), "input neurons")
    N: int = param(Integers(3, 9, 2, 32), "output neurons")

    prelude = QUADRATIC_LAYER
    stem = r"""
        The layer is implemented twice for \(M = <<M>>\) and \(N = <<N>>\): once as defined, so that each pair of equal
        entries of a matrix is one parameter, and once with all \(M^2\) entries of every matrix as parameters of their
        own. Both can represent the same functions. How many redundant parameters does the second layer have?
    """
    solution = r"""
        Of the \(M^2 = <<M**2>>\) entries of a matrix, those above the diagonal repeat those below:
        \(M(M-1)/2 = <<repeated>>\). The biases and the vectors are the same in both layers. With \(N = <<N>>\) matrices
        there are \(<<N>> \cdot <<repeated>> = <<answer>>\) redundant parameters.
    """

    @property
    def repeated(self) -> int:
        """Of one matrix."""
        return self.M * (self.M - 1) // 2

    def effort(self) -> float:
        return multiplying(self.M, self.M - 1) + STEP + multiplying(self.N, self.repeated)

    def solve(self) -> int:
        return self.N * self.repeated

    def misreadings(self) -> Iterator[Line]:
        yield along(self, "M", "M", range(6, 31))
        yield along(self, "N", "N", range(3, 10))

    def distractors(self) -> Iterator[Wrong]:
        M, N = self.M, self.N
        yield Wrong(
            N * M * (M + 1) // 2,
            r"These are the free entries, \(M(M+1)/2\) a matrix; the redundant ones are the others.",
        )
        yield Wrong(N * M * M, "These are all entries of the matrices, not only those that repeat another one.")
        yield Wrong(
            N * M * (M - 1), "All entries off the diagonal were counted, but one of each pair of equal ones is needed."
        )
        yield Wrong(self.repeated, r"This is one matrix; the layer has \(N\) of them.", offered=False)
        yield Wrong(N * (M - 1), r"A matrix has \(M(M-1)/2\) entries above the diagonal, not \(M - 1\).", offered=False)
        yield Wrong(N * (M - 1) * (M - 2) // 2, r"The first row has \(M - 1\) entries to the right of the diagonal.")
        exchanged = M * N * (N - 1) // 2
        why = r"\(M\) and \(N\) were exchanged: a matrix has \(M\) rows, and there are \(N\) of them."
        yield Wrong(exchanged, why, offered=FAR * exchanged > self.solve())
        yield Wrong(Fraction(N * M * M, 2), "Half of all entries: but those on the diagonal repeat no other one.")
        yield Wrong(Fraction(N * M * (M - 2), 2), "The diagonal is left out first, then the rest is halved.")
        yield Wrong(N * (self.repeated + 1), r"The \(c^{(i)}\) are in both layers: they are not redundant.")
        yield Wrong(N * (self.repeated - 1), r"The \(c^{(i)}\) are in both layers: none is saved.")

    def measured(self, lab: Lab) -> Measurement:
        """What one of both layers has more than the other, when they are built."""
        full, symmetric = (lab.layers.quadratic(self.M, self.N, matrix=kind) for kind in ("full", "symmetric"))
        return Measurement(lab.layers.trainable(full) - lab.layers.trainable(symmetric), tolerance=0.0)

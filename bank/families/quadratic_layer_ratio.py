"""How many times more parameters a quadratic layer has than a linear layer of the same size."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from random import Random
from typing import TYPE_CHECKING, Any, Self

from bank.errors import Problem
from bank.evidence import Measurement
from bank.exercise import Exercise, Formula, Wrong
from bank.params import Integers, OneOf, Optional, param
from bank.preludes import QUADRATIC_LAYER
from bank.values import Number

if TYPE_CHECKING:
    from bank.lab import Lab

KINDS = {
    "sym": "every matrix is symmetric, and its repeated entries are one parameter",
    "full": r"the matrices are **not** required to be symmetric: all \(M^2\) entries are parameters of their own",
    "diag": "every matrix is diagonal",
    "nobias": r"neither the quadratic layer has a \(c^{(i)}\) nor the linear layer a bias",
    "strict": r"the layer uses only the products \(x_j x_k\) with \(j < k\), so no matrix has a diagonal",
    "lowrank": r"\(\mathbf{A}^{(i)} = \mathbf{U}^{(i)} {\mathbf{U}^{(i)}}^\top\), and the stored numbers of "
    r"\(\mathbf{U}^{(i)} \in \mathbb{R}^{M \times <<r>>}\) are counted",
    "sharedA": r"all outputs share **one** symmetric matrix \(\mathbf{A}\)",
    "lam": r"\(\lambda\) is trained as well, one number for the layer",
}
FORMULAS = {
    "sym": "M/2 + 1",
    "full": "(M^2 + M + 1)/(M + 1)",
    "diag": "(2*M + 1)/(M + 1)",
    "nobias": "(M + 3)/2",
    "strict": "(M^2 + M + 2)/(2*(M + 1))",
    "lowrank": "(M*r + M + 1)/(M + 1)",
    "sharedA": "(M + 2*N)/(2*N)",
    "lam": "(M^2*N + 3*M*N + 2*N + 2)/(2*N*(M + 1))",
}


class QuadraticLayerRatio(Exercise):
    """Parameters of a quadratic layer over those of a linear layer.

    >>> QuadraticLayerRatio(M=6, N=5, layer="sym", r=None).solve()
    Fraction(4, 1)
    """

    title = "Quadratic layer: parameter ratio"
    topic = "quadratic-layer"
    source = ("2d",)
    points = 3
    kinds = ("single_choice", "numeric", "expression")
    tiers = ("exact",)
    experiment = "both layers built, their parameters counted"
    relative = 0.0
    structure = ("layer",)

    M: int = param(Integers(3, 64), "input neurons")
    N: int = param(Integers(2, 32), "output neurons")
    layer: str = param(OneOf(tuple(KINDS)), "what the matrices look like")
    r: int | None = param(Optional(Integers(2, 8)), "columns of U, for lowrank only")

    stem = (
        QUADRATIC_LAYER
        + r"""
        Here <<layout>>. Let \(P_Q\) be its number of trainable parameters, and \(P_L\) that of a linear layer
        \(\mathbf{y} = \mathbf{W} \mathbf{x}<% if layer != "nobias" %> + \mathbf{b}<% endif %>\) with the same inputs
        and outputs.

        <% if kind == "expression" %>
        What is \(P_Q / P_L\), as an expression in <<letters>>?
        <% else %>
        For \(M = <<M>>\) and \(N = <<N>>\): what is \(P_Q / P_L\)?
        <% if kind == "numeric" %>Give the exact number, as a fraction if it is not whole.<% endif %>
        <% endif %>
    """
    )
    solution = r"""
        The quadratic layer has \(P_Q = <<quadratic>>\) parameters, the linear layer \(P_L = <<linear>>\). Hence
        \(P_Q / P_L = <<ratio>>\), which for \(M = <<M>>\), \(N = <<N>>\) is \(<<answer>>\).
    """

    @classmethod
    def dice(cls, rng: Random, given: Mapping[str, Any], kind: str) -> dict[str, Any]:
        thrown = super().dice(rng, given, kind)
        if "layer" not in given and given.get("r") is not None:
            thrown["layer"] = "lowrank"
        if thrown["layer"] == "lowrank" and "r" not in given:
            thrown["r"] = rng.randint(2, 8)
        return thrown

    def constraints(self) -> Iterator[Problem]:
        if (self.layer == "lowrank") != (self.r is not None):
            yield Problem("/params/r", "r is set for the layer lowrank, and only there")

    def solve(self) -> Fraction:
        M, N, r = self.M, self.N, self.r or 0
        outputs = {
            "sym": N * (M + 1) * (M + 2) // 2,
            "full": N * (M * M + M + 1),
            "diag": N * (2 * M + 1),
            "nobias": N * M * (M + 3) // 2,
            "strict": N * (M * (M - 1) // 2 + M + 1),
            "lowrank": N * (M * r + M + 1),
            "sharedA": M * (M + 1) // 2 + N * (M + 1),
            "lam": N * (M + 1) * (M + 2) // 2 + 1,
        }
        return Fraction(outputs[self.layer], N * (M if self.layer == "nobias" else M + 1))

    def distractors(self) -> Iterator[Wrong]:
        M, N = self.M, self.N
        yield Wrong(M * M * N, "These are the entries of all matrices, and nothing was divided.")
        yield Wrong(N, r"Both layers have \(N\) outputs.")
        yield Wrong(M, r"\(M^2 / M\): a full matrix, with the lower order terms ignored.")
        if self.layer != "full":
            yield Wrong(
                Fraction(M * M + M + 1, M + 1), "The structure of the matrices was not used: this counts every entry."
            )
        yield Wrong(Fraction(M, 2), r"\(b\) and \(c\) of the quadratic layer were forgotten.")
        yield Wrong(Fraction(M + 1, 2), r"\(A\) was compared with \(b\) only.")
        if self.layer != "strict":
            yield Wrong(Fraction(M * M + M + 2, 2 * (M + 1)), r"The diagonal was forgotten: \(M(M-1)/2\).")
        if self.layer != "lam":
            yield Wrong(
                Fraction(M, 2) + 1 + Fraction(1, N * (M + 1)), r"\(\lambda\) was counted, which is not trained."
            )

    def formula(self) -> Formula:
        letters: dict[str, Number] = {"M": self.M}
        if self.layer in {"sharedA", "lam"}:
            letters["N"] = self.N
        if self.r is not None:
            letters["r"] = self.r
        return Formula(FORMULAS[self.layer], letters)

    def words(self, kind: str) -> Mapping[str, object]:
        letters = [rf"\({letter}\)" for letter in self.formula().at]
        layout = KINDS[self.layer].replace("<<r>>", "r" if kind == "expression" else str(self.r))
        return {
            "layout": layout,
            "letters": " and ".join(letters),
            "answer": self.solve(),
            "linear": self.N * (self.M if self.layer == "nobias" else self.M + 1),
            "quadratic": self.solve() * self.N * (self.M if self.layer == "nobias" else self.M + 1),
            "ratio": self._ratio(),
        }

    def _ratio(self) -> str:
        from bank.expression import parse

        return parse(FORMULAS[self.layer], ("M", "N", "r")).tex

    @classmethod
    def measure(cls, lab: Lab, questions: Sequence[Self]) -> list[Measurement]:
        """Build both layers with exactly the numbers that they may learn, and count them."""
        return [Measurement(question._counted(lab), tolerance=0.0) for question in questions]

    def _counted(self, lab: Lab) -> Fraction:
        matrix = {"full": "full", "diag": "diagonal", "strict": "strict", "lowrank": "lowrank"}.get(
            self.layer, "symmetric"
        )
        bias = self.layer != "nobias"
        quadratic = lab.layers.quadratic(
            self.M,
            self.N,
            trained_lambda=self.layer == "lam",
            matrix=matrix,
            rank=self.r or 0,
            shared=self.layer == "sharedA",
            bias=bias,
        )
        return Fraction(lab.layers.trainable(quadratic), lab.layers.trainable(lab.layers.linear(self.M, self.N, bias)))

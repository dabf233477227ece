"""How many times more parameters a quadratic layer has than a linear layer of the same size."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from random import Random
from typing import Any, Self

from bank.authoring import (
    Exercise,
    Expression,
    Formula,
    Integers,
    Lab,
    Measurement,
    Number,
    OneOf,
    Optional,
    Problem,
    Wrong,
    param,
    parse,
)
from bank.families.quadratic_layer import QUADRATIC_LAYER

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
PARAMETERS = {  # of the quadratic layer
    "sym": "N*(M*(M + 1)/2 + M + 1)",
    "full": "N*(M^2 + M + 1)",
    "diag": "N*(M + M + 1)",
    "nobias": "N*(M*(M + 1)/2 + M)",
    "strict": "N*(M*(M - 1)/2 + M + 1)",
    "lowrank": "N*(M*r + M + 1)",
    "sharedA": "M*(M + 1)/2 + N*(M + 1)",
    "lam": "N*(M*(M + 1)/2 + M + 1) + 1",
}
LINEAR = {"nobias": "N*M"}  # of the linear layer, where it is not the usual number
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
ALWAYS = (
    ("M^2*N", "These are the entries of all matrices, and nothing was divided."),
    ("N", r"Both layers have \(N\) outputs."),
    ("M", r"\(M^2 / M\): a full matrix, with the lower order terms ignored."),
)
AS_IF_SYMMETRIC = {  # why M/2 + 1 is wrong
    "full": "The matrices were taken to be symmetric, which they need not be here.",
    "diag": "The entries off the diagonal were counted, which this layer does not have.",
    "nobias": "Biases were counted, which neither of these layers has.",
    "strict": "The diagonal was counted, which this layer does not have.",
    "lowrank": r"These are the free entries of \(\mathbf{A}^{(i)}\); stored are those of \(\mathbf{U}^{(i)}\).",
    "sharedA": "A matrix was counted for every output, but all outputs share one.",
    "lam": r"\(\lambda\) is trained here, and was not counted.",
}
ALL_ENTRIES = "The structure of the matrices was not used: this counts all of their entries."
ONLY_A_OVER_ALL = r"\(\mathbf{b}^{(i)}\) and \(c^{(i)}\) of the quadratic layer were forgotten."
ONLY_A_OVER_B = r"\(\mathbf{A}\) was compared with \(\mathbf{b}\) only."
NO_DIAGONAL = r"The diagonal was forgotten: \(M(M-1)/2\)."
FORGOTTEN = {  # parts of one or the other layer
    "sym": (
        ("(M^2 + M + 1)/(M + 1)", ALL_ENTRIES),
        ("M/2", ONLY_A_OVER_ALL),
        ("(M + 1)/2", ONLY_A_OVER_B),
        ("(M^2 + M + 2)/(2*(M + 1))", NO_DIAGONAL),
    ),
    "full": (("M^2/(M + 1)", ONLY_A_OVER_ALL),),
    "diag": (
        ("(M^2 + M + 1)/(M + 1)", ALL_ENTRIES),
        ("M/(M + 1)", ONLY_A_OVER_ALL),
        ("1", ONLY_A_OVER_B),
    ),
    "nobias": (
        ("M + 1", ALL_ENTRIES),
        ("(M + 1)/2", r"The \(\mathbf{b}^{(i)}\) of the quadratic layer were forgotten."),
    ),
    "strict": (
        ("(M^2 + M + 1)/(M + 1)", ALL_ENTRIES),
        ("M*(M - 1)/(2*(M + 1))", ONLY_A_OVER_ALL),
        ("(M - 1)/2", ONLY_A_OVER_B),
    ),
    "lowrank": (
        ("(M^2 + M + 1)/(M + 1)", ALL_ENTRIES),
        ("M*r/(M + 1)", ONLY_A_OVER_ALL),
        ("r", ONLY_A_OVER_B),
    ),
    "sharedA": (
        ("(M^2 + M + 1)/(M + 1)", ALL_ENTRIES),
        ("M/(2*N)", ONLY_A_OVER_ALL),
        ("(M + 1)/(2*N)", ONLY_A_OVER_B),
        ("(M*(M - 1) + 2*N*(M + 1))/(2*N*(M + 1))", NO_DIAGONAL),
    ),
}
FORGOTTEN["lam"] = FORGOTTEN["sym"]


class QuadraticLayerRatio(Exercise):
    """Parameters of a quadratic layer over those of a linear layer.

    >>> QuadraticLayerRatio(M=6, N=5, layer="sym", r=None).solve()
    Fraction(4, 1)
    """

    title = "Quadratic layer: parameter ratio"
    source = ("2d",)
    points = 3
    kinds = ("single_choice", "numeric", "expression")
    tiers = ("exact",)
    experiment = "both layers built, their parameters counted"
    relative = 0.0
    structure = ("layer",)

    M: int = param(Integers(3, 64), "input neurons")
    N: int = param(Integers(2, 32), "output neurons")
    layer: str = param(OneOf(tuple(KINDS)), "what the matrices look like: sym, where another parameter is set alone")
    r: int | None = param(Optional(Integers(2, 8)), "columns of U, for lowrank only")

    prelude = QUADRATIC_LAYER
    stem = r"""
        Here <<layout>>. Let \(P_Q\) be the number of trainable parameters of this layer, and \(P_L\) that of a linear
        layer
        \(\mathbf{y} = \mathbf{W} \mathbf{x}<% if layer != "nobias" %> + \mathbf{b}<% endif %>\) with the same inputs
        and outputs.

        <% if kind == "expression" %>
        What is \(P_Q / P_L\), as an expression in <<letters>>?
        <% else %>
        For \(M = <<M>>\) and \(N = <<N>>\): what is \(P_Q / P_L\)?
        <% endif %>
    """
    solution = r"""
        The quadratic layer has \(P_Q = <<quadratic>>\) parameters, the linear layer \(P_L = <<linear>>\). Hence

        \[\frac{P_Q}{P_L} = <<ratio>>.\]

        <% if kind != "expression" %>
        For \(M = <<M>>\) and \(N = <<N>>\)<% if r %> with \(r = <<r>>\)<% endif %> this is \(<<answer>>\).
        <% endif %>
    """

    @classmethod
    def draw_params(cls, rng: Random, fixed: Mapping[str, Any], kind: str) -> dict[str, Any]:
        thrown = super().draw_params(rng, fixed, kind)
        if fixed and "layer" not in fixed:
            thrown["layer"] = "sym" if fixed.get("r") is None else "lowrank"
        if thrown["layer"] == "lowrank" and "r" not in fixed:
            thrown["r"] = rng.randint(2, min(8, thrown["M"] - 1))
        return thrown

    @classmethod
    def space(cls, kind: str) -> int:
        """Sizes for each kind of layer; where U has columns, as many as fit below M."""
        sizes, outputs, others = range(3, 65), 31, len(KINDS) - 1
        return outputs * (others * len(sizes) + sum(min(8, M - 1) - 1 for M in sizes))

    def constraints(self) -> Iterator[Problem]:
        if (self.layer == "lowrank") != (self.r is not None):
            yield Problem("/params/r", "r is set for the layer lowrank, and only there")
        elif self.r is not None and self.r >= self.M:
            yield Problem("/params/r", "U must have fewer columns than rows")

    def solve(self) -> Fraction:
        return self._worth(PARAMETERS[self.layer]) / self._worth(LINEAR.get(self.layer, "N*(M + 1)"))

    def distractors(self) -> Iterator[Wrong]:
        for text, why in self._tempting():
            yield Wrong(self._worth(text), why)

    def _tempting(self) -> Iterator[tuple[str, str]]:
        yield from ALWAYS
        if self.layer in AS_IF_SYMMETRIC:
            yield FORMULAS["sym"], AS_IF_SYMMETRIC[self.layer]
        yield from FORGOTTEN[self.layer]
        if self.layer != "lam":
            linear = LINEAR.get(self.layer, "N*(M + 1)")
            yield f"{FORMULAS[self.layer]} + 1/({linear})", r"\(\lambda\) was counted, which is not trained."

    def _worth(self, formula: str) -> Fraction:
        return _value(formula, self.M, self.N, self.r or 0)

    def formula(self) -> Formula:
        letters: Mapping[str, Number] = {"M": self.M, "N": self.N} | ({} if self.r is None else {"r": self.r})
        return Formula(FORMULAS[self.layer], letters, tuple(self._tempting()))

    def words(self, kind: str) -> Mapping[str, object]:
        letters = [rf"\({letter}\)" for letter in self.formula().at]
        return {
            "layout": KINDS[self.layer].replace("<<r>>", "r" if kind == "expression" else str(self.r)),
            "letters": f"{', '.join(letters[:-1])} and {letters[-1]}",
            "answer": self.key,
            "quadratic": _read(PARAMETERS[self.layer]).tex,
            "linear": _read(LINEAR.get(self.layer, "N*(M + 1)")).tex,
            "ratio": _read(FORMULAS[self.layer]).tex,
        }

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


def _read(formula: str) -> Expression:
    return parse(formula, ("M", "N", "r"))


@lru_cache(maxsize=4096)
def _value(formula: str, M: int, N: int, r: int) -> Fraction:
    value = _read(formula).evaluate({"M": M, "N": N, "r": r})
    assert isinstance(value, Fraction)  # noqa: S101 - the formulas are rational
    return value

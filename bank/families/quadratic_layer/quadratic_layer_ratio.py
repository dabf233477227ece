"""How many times more parameters a quadratic layer has than a linear layer of the same size."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import lru_cache
from random import Random
from typing import Any

from bank.authoring import (
    FRACTION,
    STEP,
    Exercise,
    Expression,
    Formula,
    Integers,
    Lab,
    Line,
    Measurement,
    Number,
    OneOf,
    Optional,
    Problem,
    Wrong,
    along,
    multiplying,
    param,
    parse,
    table_beside,
)
from bank.families.quadratic_layer import QUADRATIC_LAYER

LAYERS = table_beside(__file__)
ALWAYS = (
    ("M^2*N", "These are the entries of all matrices, and nothing was divided."),
    ("N", r"Both layers have \(N\) outputs."),
    ("M", r"\(M^2 / M\): a full matrix, with the lower order terms ignored."),
)


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
    form = FRACTION
    band = (5, 12)
    structure = ("layer",)

    M: int = param(Integers(3, 64), "input neurons")
    N: int = param(Integers(2, 32), "output neurons")
    layer: str = param(OneOf(tuple(LAYERS)), "what the matrices look like: sym, where another parameter is set alone")
    r: int | None = param(Optional(Integers(2, 8)), "columns of U, for lowrank only")

    prelude = QUADRATIC_LAYER
    stem = r"""
        Here <<layout>>. Let \(P_Q\) be the number of trainable parameters of this layer, and \(P_L\) that of a linear
        layer
        \(\mathbf{y} = \mathbf{W} \mathbf{x}<% if layer != "nobias" %> + \mathbf{b}<% endif %>\) with the same inputs
        and outputs.

        <% if kind == "expression" %>
        What is \(P_Q / P_L\), as an expression in \(M\)<% if r %>, \(N\) and \(r\)<% else %> and \(N\)<% endif %>?
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
        """Where another parameter is fixed alone, the layer of the definition; fewer columns than rows."""
        drawn = super().draw_params(rng, fixed, kind)
        if fixed and "layer" not in fixed:
            drawn["layer"] = "sym" if fixed.get("r") is None else "lowrank"
        if drawn["layer"] == "lowrank" and "r" not in fixed:
            drawn["r"] = rng.randint(2, min(8, drawn["M"] - 1))
        return drawn

    @classmethod
    def space(cls, kind: str) -> int:
        """A layer in letters; else its size where that matters, and for U the columns, as many as fit below M."""
        if kind == "expression":
            return len(LAYERS)
        inputs, outputs = range(3, 65), range(2, 33)
        ways = {"lowrank": 0, "sharedA": len(outputs), "lam": len(outputs)}
        return sum(len(inputs) * ways.get(layer, 1) for layer in LAYERS) + sum(min(8, M - 1) - 1 for M in inputs)

    @property
    def irrelevant(self) -> tuple[str, ...]:
        return () if "N" in _read(self._of["ratio"]).variables else ("N",)

    def effort(self) -> float:
        """Both layers counted, and divided."""
        return 4 * STEP + multiplying(self.M, self.M + 1)

    def constraints(self) -> Iterator[Problem]:
        if (self.layer == "lowrank") != (self.r is not None):
            yield Problem("/params/r", "r is set for the layer lowrank, and only there")
        elif self.r is not None and self.r >= self.M:
            yield Problem("/params/r", "U must have fewer columns than rows")

    def words(self, kind: str) -> Mapping[str, object]:
        return {"layout": self._of["layout"].replace("<<r>>", "r" if kind == "expression" else str(self.r))}

    @property
    def _of(self) -> Any:
        """What the table says of the layer."""
        return LAYERS[self.layer]

    @property
    def quadratic(self) -> str:
        return _read(self._of["parameters"]).tex

    @property
    def linear(self) -> str:
        return _read(self._linear).tex

    @property
    def ratio(self) -> str:
        return _read(self._of["ratio"]).tex

    @property
    def _linear(self) -> str:
        return str(self._of.get("linear", "N*(M + 1)"))

    def solve(self) -> Fraction:
        return self._worth(self._of["parameters"]) / self._worth(self._linear)

    def misreadings(self) -> Iterator[Line]:
        yield along(self, "M", "M", range(3, 65))
        yield along(self, "N", "N", range(2, 33))
        if self.r:
            yield along(self, "r", "r", range(2, min(8, self.M - 1) + 1))

    def distractors(self) -> Iterator[Wrong]:
        """What is printed in the stem is explained, but not offered."""
        for text, why in self._tempting():
            yield Wrong(self._worth(text), why, offered=text not in ("M", "N"))

    def _tempting(self) -> Iterator[tuple[str, str]]:
        yield from ALWAYS
        yield from self._of["wrong"]
        if self.layer != "lam":
            counted = f"{self._of['ratio']} + 1/({self._linear})"
            yield counted, r"\(\lambda\) was counted, which is not trained."

    def _worth(self, formula: str) -> Fraction:
        return _value(formula, self.M, self.N, self.r or 0)

    def formula(self) -> Formula:
        letters: Mapping[str, Number] = {"M": self.M, "N": self.N} | ({} if self.r is None else {"r": self.r})
        return Formula(self._of["ratio"], letters, tuple(self._tempting()))

    def measured(self, lab: Lab) -> Measurement:
        """Build both layers with exactly the numbers that they may learn, and count them."""
        built = self._of["built"]
        quadratic = lab.layers.quadratic(self.M, self.N, rank=self.r or 0, **built)
        linear = lab.layers.linear(self.M, self.N, built.get("bias", True))
        return Measurement(Fraction(lab.layers.trainable(quadratic), lab.layers.trainable(linear)), tolerance=0.0)


def _read(formula: str) -> Expression:
    return parse(formula, ("M", "N", "r"))


@lru_cache(maxsize=4096)
def _value(formula: str, M: int, N: int, r: int) -> Fraction:
    value = _read(formula).evaluate({"M": M, "N": N, "r": r})
    assert isinstance(value, Fraction)  # noqa: S101 - the formulas are rational
    return value

"""The parameters of a quadratic layer, alone or beside those of a linear layer of the same size."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import cache
from itertools import product
from math import gcd
from operator import sub, truediv
from random import Random
from typing import Any, NamedTuple

from bank.authoring import (
    FRACTION,
    STEP,
    WHOLE,
    Exercise,
    Expression,
    Formula,
    Integers,
    Lab,
    Line,
    Measurement,
    OneOf,
    Optional,
    Problem,
    Whole,
    Wrong,
    along,
    in_a_sentence,
    multiplying,
    param,
    parse,
    rational,
    table_beside,
)
from bank.families.quadratic_layer import quadratic_layer, relettered

TEXTS = table_beside(__file__)
LAYERS = TEXTS["layers"]
ASKED = {"ratio": "P_Q / P_L", "parameters": "P_Q", "difference": "P_Q - P_L"}
LETTERS = ("MN", "DK", "dh", "nm", "pq", "st")  # of the inputs and of the outputs
PUT: Mapping[str, tuple[str, Callable[[Fraction, Fraction], Fraction]]] = {  # both counts together, as text and value
    "ratio": ("({0})/({1})", truediv),
    "parameters": ("{0}", lambda quadratic, linear: quadratic),
    "difference": ("{0} - {1}", sub),
}
BESIDE = ("M + 1", "M")  # parameters of an output beside its matrix, with a bias and without
SAME_EXCHANGED = {("difference", "diag"), ("difference", "lowrank")}


class QuadraticLayerRatio(Exercise):
    """Parameters of a quadratic layer, over those of a linear layer or less those.

    >>> sizes = {"M": 6, "N": 5, "layer": "sym", "r": None, "letters": "MN"}
    >>> [QuadraticLayerRatio(ask=ask, **sizes).solve() for ask in ("ratio", "parameters", "difference")]
    [Fraction(4, 1), Fraction(140, 1), Fraction(105, 1)]
    """

    title = "Quadratic layer: parameters beside a linear layer"
    source = ("2d",)
    points = 3
    kinds = ("single_choice", "numeric", "expression")
    tiers = ("exact",)
    experiment = "both layers built, their parameters counted"
    form = {"ratio": FRACTION, "parameters": WHOLE, "difference": WHOLE}
    band = {"ratio": (5, 12), "parameters": (6, 18), "difference": (6, 18)}
    structure = ("ask", "layer", "letters")

    M: int = param(Integers(3, 64), "input neurons")
    N: int = param(Integers(2, 32), "output neurons")
    layer: str = param(OneOf(tuple(LAYERS)), "what the matrices look like: sym, where a size is set alone")
    r: int | None = param(Optional(Integers(2, 8)), "columns of U, for lowrank only")
    ask: str = param(OneOf(tuple(ASKED)), "what is asked for: ratio, where another parameter is set alone")
    letters: str = param(OneOf(LETTERS), "the letters of the numbers of inputs and outputs")

    prelude = "<<definition>>"
    stem = TEXTS["stem"]
    solution = TEXTS["solution"]

    @classmethod
    def draw_params(cls, rng: Random, fixed: Mapping[str, Any], kind: str) -> dict[str, Any]:
        """Where a size is fixed alone, the layer of the definition; fewer columns than rows."""
        drawn = super().draw_params(rng, fixed, kind)
        if fixed.keys() & {"M", "N", "r"} and "layer" not in fixed:
            drawn["layer"] = "sym" if fixed.get("r") is None else "lowrank"
        if drawn["layer"] == "lowrank" and "r" not in fixed:
            drawn["r"] = rng.randint(2, min(8, drawn["M"] - 1))
        if "ask" not in fixed and fixed.keys() - {"letters"}:
            drawn["ask"] = "ratio"
        if "letters" not in fixed and (kind != "expression" or fixed.keys() - {"ask"}):
            drawn["letters"] = LETTERS[0]
        return drawn

    @classmethod
    def space(cls, kind: str) -> int:
        """In letters the formulas; in numbers the sizes where they matter, and for U the columns that fit below M."""
        if kind == "expression":
            return len(LETTERS) * len({LAYERS[layer][ask] for ask, layer in product(ASKED, LAYERS)})
        shapes = {layer: [min(8, M - 1) - 1 if layer == "lowrank" else 1 for M in range(3, 65)] for layer in LAYERS}
        asked = [(sum(shapes[layer]), _read(LAYERS[layer][ask])) for ask, layer in product(ASKED, LAYERS)]
        return sum(shape * (len(range(2, 33)) if "N" in formula.variables else 1) for shape, formula in asked)

    @property
    def irrelevant(self) -> tuple[str, ...]:
        return ("letters",) if "N" in _read(self._of[self.ask]).variables else ("N", "letters")

    def effort(self) -> float:
        """A matrix counted, then both layers divided, or what all outputs have multiplied."""
        one = 4 * STEP + multiplying(self.M, self.M + 1)
        return one if self.ask == "ratio" else one + multiplying(self.N, int(self._worth(self._of[self.ask])) // self.N)

    def constraints(self) -> Iterator[Problem]:
        if (self.layer == "lowrank") != (self.r is not None):
            yield Problem("/params/r", "r is set for the layer lowrank, and only there")
        elif self.r is not None and self.r >= self.M:
            yield Problem("/params/r", "U must have fewer columns than rows")

    def words(self, kind: str) -> Mapping[str, object]:
        """What is printed of the formulas, in the letters of this question."""
        printed = {"quadratic": self._of["parameters"], "linear": _linear(self.layer), "stored": _stored(self.layer)}
        total, linear, stored = (int(self._worth(formula)) for formula in printed.values())
        counted = {
            "ratio": rf"\frac{{{total}}}{{{linear}}} = " if gcd(total, linear) > 1 else "",
            "parameters": f"{stored} + {total - stored} = ",
            "difference": f"{total} - {linear} = ",
        }
        printed["result"] = self._of[self.ask]
        return {name: _tex(relettered(formula, *self.letters), self.letters) for name, formula in printed.items()} | {
            "definition": quadratic_layer(**self._of["definition"], inputs=self.letters[0], outputs=self.letters[1]),
            "note": relettered(self._of["note"], *self.letters),
            "wanted": ASKED[self.ask],
            "variables": in_a_sentence([rf"\({name}\)" for name in self._given]),
            "sizes": in_a_sentence([rf"\({name} = {value}\)" for name, value in self._given.items()]),
            "counted": counted[self.ask],
        }

    @property
    def _of(self) -> Any:
        """What the table says of the layer."""
        return LAYERS[self.layer]

    @property
    def _given(self) -> dict[str, int]:
        """The sizes by the letters of this question."""
        inputs, outputs = tuple(self.letters)
        return {inputs: self.M, outputs: self.N} | ({} if self.r is None else {"r": self.r})

    def solve(self) -> Fraction:
        return self._worth(self._of[self.ask])

    def misreadings(self) -> Iterator[Line]:
        yield along(self, "M", "M", range(3, 65))
        yield along(self, "N", "N", range(2, 33))
        if self.r:
            yield along(self, "r", "r", range(2, min(8, self.M - 1) + 1))

    def distractors(self) -> Iterator[Wrong]:
        """What is printed in the stem is explained, but not offered; nor is what no number of parameters can be."""
        _, put = PUT[self.ask]
        linear, matrices = self._worth(_linear(self.layer)), 1 if self.layer == "sharedA" else self.N
        for count, why in _miscounted(self.layer):
            quadratic = matrices * self._worth(count.matrix) + self.N * self._worth(count.beside) + count.further
            yield Wrong(value := put(quadratic, linear), why, offered=value > 0)
        for text, why in _mistaken(self.ask, self.layer):
            yield Wrong(self._worth(text), why, offered=text not in ("M", "N"))

    def _worth(self, formula: str) -> Fraction:
        used = _read(formula).variables
        at = {"M": self.M, "N": self.N, "r": self.r or 0}
        return rational(formula, tuple(at), tuple(at[name] if name in used else 0 for name in at))

    def formula(self) -> Formula:
        put, _ = PUT[self.ask]
        shared, linear = self.layer == "sharedA", _linear(self.layer)
        counts = [(put.format(count.text(shared), linear), why) for count, why in _miscounted(self.layer)]
        wrong = [
            (relettered(text, *self.letters), relettered(why, *self.letters))
            for text, why in (*counts, *_mistaken(self.ask, self.layer))
        ]
        domain = dict.fromkeys(self._given, Whole(2, 64))
        return Formula(relettered(self._of[self.ask], *self.letters), self._given, domain, wrong)

    def measured(self, lab: Lab) -> Measurement:
        """Build both layers with exactly the numbers that they may learn, and count them."""
        built = self._of["built"]
        quadratic = lab.layers.trainable(lab.layers.quadratic(self.M, self.N, rank=self.r or 0, **built))
        linear = lab.layers.trainable(lab.layers.linear(self.M, self.N, built.get("bias", True)))
        found = {"ratio": Fraction(quadratic, linear), "parameters": quadratic, "difference": quadratic - linear}
        return Measurement(found[self.ask], tolerance=0.0)


class Count(NamedTuple):
    """Parameters of a quadratic layer: of one matrix and of what one output has beside it, and how many more."""

    matrix: str
    beside: str
    further: int

    def text(self, shared: bool) -> str:
        more = f" + {self.further}" if self.further else ""
        return f"{self.matrix if shared else f'N*({self.matrix})'} + N*({self.beside}){more}"


@cache
def _miscounted(layer: str) -> tuple[tuple[Count, str], ...]:
    """Wrong parameters of the quadratic layer, and the mistakes."""
    of, lam = LAYERS[layer], int(layer == "lam")
    right = Count(of["matrix"], BESIDE[layer == "nobias"], lam)
    matrices = [(right._replace(matrix=matrix), why) for matrix, why in of["wrong"]]
    beside = [(right._replace(beside=text), why) for text, why in TEXTS["beside"][BESIDE[layer == "nobias"]]]
    return (*matrices, *beside, (right._replace(further=1 - lam), TEXTS["why"]["lam" if lam else "fixed"]))


@cache
def _mistaken(ask: str, layer: str) -> tuple[tuple[str, str], ...]:
    """Wrong formulas for what is asked that come from no wrong count of the quadratic layer, and the mistakes."""
    parts = {"total": LAYERS[layer]["parameters"], "stored": _stored(layer), "linear": _linear(layer)}
    wrong = [(text.format(**parts), why) for text, why in TEXTS["mistakes"][ask]]
    if (ask, layer) not in SAME_EXCHANGED:
        wrong.append((relettered(LAYERS[layer][ask], "N", "M"), TEXTS["why"]["exchanged"]))
    if ask != "ratio" and layer not in ("sharedA", "lam"):
        wrong.append((f"({LAYERS[layer][ask]})/N", TEXTS["why"]["one_output"]))
    return tuple(wrong)


def _stored(layer: str) -> str:
    return ("" if layer == "sharedA" else "N*") + str(LAYERS[layer]["matrix"])


def _linear(layer: str) -> str:
    return f"N*({BESIDE[layer == 'nobias']})"


@cache
def _tex(formula: str, letters: str) -> str:
    return _read(formula, letters).tex


@cache
def _read(formula: str, letters: str = LETTERS[0]) -> Expression:
    return parse(formula, (*letters, "r"))

"""How large a quadratic layer is that has a given number of parameters beside a linear layer."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cache, partial
from math import ceil, floor
from random import Random
from typing import Any

from bank.authoring import (
    STEP,
    WHOLE,
    Exercise,
    Expression,
    Integers,
    Lab,
    Line,
    Measurement,
    OneOf,
    Optional,
    Problem,
    Rationals,
    Wrong,
    adding,
    along,
    digits,
    multiplying,
    param,
    parse,
    rational,
    table_beside,
    tex,
)
from bank.families.quadratic_layer import quadratic_layer

TEXTS = table_beside(__file__)
LAYERS = TEXTS["layers"]
LETTERS = ("R", "M", "N")  # of the formulas: how many times as many parameters, inputs, outputs
OWN = {"inputs": "times", "outputs": "M"}  # the parameter that only this question has
TIMES = {False: [Fraction(k, 10) for k in range(31, 303)], True: [Fraction(k, 10) for k in range(13, 50)]}  # if shared
INPUTS, OUTPUTS = range(3, 8), range(100, 401)
SHARING = (3, 4, 6, 7, 8, 9)  # outputs; with 5 of them every bound is a whole number
ROUNDED = {"inputs": ("down", "few"), "outputs": ("up", "many")}
LARGEST = 128  # inputs that a client may ask for by their parameters
ANY = 3  # outputs of the layers that are built where the answer is the same with any number of them


class QuadraticLayerSize(Exercise):
    """The smallest number of inputs with enough parameters, or the largest number of outputs without too many.

    >>> inputs = {"ask": "inputs", "layer": "sym", "times": Fraction(31, 10), "M": None, "N": None}
    >>> outputs = {"ask": "outputs", "layer": "sym", "times": None, "M": 4, "N": 101}
    >>> QuadraticLayerSize(**inputs).solve(), QuadraticLayerSize(**outputs).solve()
    (5, 33)
    """

    title = "Quadratic layer: size for a number of parameters"
    source = ("2d+",)
    points = 2
    kinds = ("numeric", "single_choice")
    tiers = ("exact",)
    experiment = "layers of one size after the other built, their parameters counted"
    form = WHOLE
    band = {"inputs": (7, 16), "outputs": (9, 20)}

    ask: str = param(
        OneOf(tuple(LAYERS)), "what is asked for: the smallest number of inputs, or the largest of outputs"
    )
    layer: str = param(OneOf((*LAYERS["outputs"], "sharedA")), "what the matrices look like; sharedA for inputs only")
    times: Fraction | None = param(
        Optional(Rationals((), 1, 100, above=True), "ask", "inputs"), "how many times as many parameters, for inputs"
    )
    M: int | None = param(Optional(Integers(3, 7, 2, 16), "ask", "outputs"), "inputs of both layers, for outputs")
    N: int | None = param(
        Optional(Integers(3, 400, 1, 1000)), "outputs of the linear layer, for outputs; of both layers, for sharedA"
    )

    prelude = "<<definition>>"
    stem = TEXTS["stem"]
    solution = TEXTS["solution"]

    @classmethod
    def draw_params(cls, rng: Random, fixed: Mapping[str, Any], kind: str) -> dict[str, Any]:
        """A question that can use what is fixed; where a number is fixed alone, of the layer of the definition."""
        told = {name for name in ("times", "M", "N") if fixed.get(name) is not None}
        asks = [ask for ask, own in OWN.items() if fixed.get("layer") in (None, *LAYERS[ask]) and told <= {own, "N"}]
        ask = fixed.get("ask") or rng.choice(asks or list(LAYERS))
        alone = "sharedA" if ask == "inputs" and "N" in told else "sym"
        layer = fixed.get("layer") or (alone if told else rng.choice(list(LAYERS[ask])))
        drawn = {"ask": ask, "layer": layer, "times": None, "M": None, "N": None}
        if ask == "outputs":
            M = fixed.get("M") or rng.choice(INPUTS)
            return drawn | {"M": M, "N": rng.choice(_outputs(layer, M) or OUTPUTS)}
        N = (fixed.get("N") or rng.choice(SHARING)) if layer == "sharedA" else None
        return drawn | {"N": N, "times": rng.choice(_times(layer, N) or TIMES[layer == "sharedA"])}

    @classmethod
    def space(cls, kind: str) -> int:
        """By the layer, every size of the dice with a bound that is rounded away from what it is nearest to."""
        shared = sum(len(_times("sharedA", N)) for N in SHARING)
        alone = sum(len(_times(layer, None)) for layer in LAYERS["inputs"] if layer != "sharedA")
        return shared + alone + sum(len(_outputs(layer, M)) for layer in LAYERS["outputs"] for M in INPUTS)

    def constraints(self) -> Iterator[Problem]:
        if self.layer not in LAYERS[self.ask]:
            yield Problem("/params/layer", f"the {self.ask} are asked for of one of {', '.join(LAYERS[self.ask])}")
            return
        needed = self.ask == "outputs" or self.layer == "sharedA"
        if (self.N is not None) != needed:
            yield Problem("/params/N", f"{self.ask} of the layer {self.layer} {'need' if needed else 'do not use'} N")
        elif self.ask == "inputs" and not 1 < self.bound <= LARGEST:
            yield Problem("/params/times", f"this must take a layer with 2 to {LARGEST} inputs")
        elif self.ask == "outputs" and self.bound < 1:
            yield Problem("/params/N", "a quadratic layer with one output has more parameters already")

    @property
    def _of(self) -> Any:
        """What the table says of the layer."""
        return LAYERS[self.ask][self.layer]

    @property
    def bound(self) -> Fraction:
        """What the answer is rounded from."""
        return self._worth(self._of["bound"])

    def _worth(self, formula: str) -> Fraction:
        return _value(formula, self.times or Fraction(0), self.M or 0, self.N or 0)

    def solve(self) -> int:
        return self._rounded(self.bound)

    def _rounded(self, bound: Fraction) -> int:
        return ceil(bound) if self.ask == "inputs" else floor(bound)

    @property
    def row(self) -> int:
        """Parameters of an output of the linear layer, which an output of the quadratic layer has as well."""
        return (self.M or 0) + (self.layer != "nobias")

    def effort(self) -> float:
        """The ratio found and solved for M; or what an output has counted, and the parameters divided by it."""
        if self.times is not None:
            return 4 * STEP + multiplying(2, self.N or 1, int(10 * self.times)) + adding(2, int(self.bound))
        M, budget, output = self.M or 0, (self.N or 0) * self.row, self._matrix + self.row
        return 2 * STEP + multiplying(M, M + 1) + multiplying(self.N or 0, self.row) + digits(budget) * digits(output)

    @property
    def _matrix(self) -> int:
        return int(self._worth(self._of["matrix"]))

    def words(self, kind: str) -> Mapping[str, object]:
        shown = {
            "definition": quadratic_layer(**self._of["definition"], outputs="N" if self.ask == "inputs" else "K"),
            "note": self._of["note"],
            "bound": _written(self.bound),
        }
        if self.times is not None:
            M, N, formula = self.solve(), self.N or 0, self._of["ratio"]
            here, beside = (_value(formula, self.times, inputs, N) for inputs in (M, M - 1))
            ratio = {"told": _decimal(self.times) or tex(self.times), "ratio": _read(formula).tex}
            return shown | ratio | {"here": _written(here), "beside": _written(beside)}
        output = self._matrix + self.row
        counts = {"matrix": self._matrix, "output": output, "budget": (self.N or 0) * self.row}
        return shown | counts | {"here": output * self.solve(), "beside": output * (self.solve() + 1)}

    def misreadings(self) -> Iterator[Line]:
        if self.times is not None:
            said = r"\({0}\) times as many".format
            yield Line(_times(self.layer, self.N), self.times, lambda R: {"times": R}, lambda R: said(_decimal(R)))
            if self.N is not None:
                yield along(self, "N", "N", [N for N in SHARING if self.times in _times(self.layer, N)])
        elif self.M is not None:
            yield along(self, "N", "N", _outputs(self.layer, self.M))
            yield along(self, "M", "M", [M for M in INPUTS if self.N in _outputs(self.layer, M)])

    def distractors(self) -> Iterator[Wrong]:
        """Nothing is rounded where a client's own numbers give a whole number, which the dice never do."""
        if self.bound.denominator > 1:
            direction, amount = ROUNDED[self.ask]
            nearest = " or to the nearest" if _misleads(self.ask, self.bound) else ""
            why = f"Rounded {direction}{nearest}: then the quadratic layer has too {amount} parameters."
            yield Wrong(floor(self.bound) if self.ask == "inputs" else ceil(self.bound), why)
        for formula, reason in _mistaken(self.ask, self.layer):
            yield Wrong(value := self._rounded(self._worth(formula)), reason, offered=value > 0)

    def measured(self, lab: Lab) -> Measurement:
        """Build layers of several sizes, and halve the range: the ratio grows with the inputs, P_Q with the outputs."""
        built, count = self._of["built"], lab.layers.trainable
        linear = partial(lab.layers.linear, bias=built.get("bias", True))
        quadratic = partial(lab.layers.quadratic, **built)
        M, N, times = self.M or 0, self.N or ANY, self.times
        if times is None:
            found = bisect_right(range(1, N + 1), count(linear(M, N)), key=lambda K: count(quadratic(M, K)))
        else:
            enough = bisect_left(
                range(1, LARGEST + 1), True, key=lambda M: count(quadratic(M, N)) >= times * count(linear(M, N))
            )
            found = enough + 1
        return Measurement(found, tolerance=0.0)


@cache
def _mistaken(ask: str, layer: str) -> tuple[tuple[str, str], ...]:
    """Wrong bounds, and the mistakes."""
    of = LAYERS[ask][layer]
    shared = TEXTS["outputs"]["M" if layer == "nobias" else "M + 1"] if ask == "outputs" else ()
    return (*of["wrong"], *((formula.format(matrix=of.get("matrix")), why) for formula, why in shared))


@cache
def _times(layer: str, N: int | None) -> tuple[Fraction, ...]:
    """How many times as many parameters the dice may ask for."""
    bound = LAYERS["inputs"].get(layer, {}).get("bound", "0")
    return tuple(R for R in TIMES[layer == "sharedA"] if _misleads("inputs", _value(bound, R, 0, N or 0)))


@cache
def _outputs(layer: str, M: int) -> tuple[int, ...]:
    """Outputs of the linear layer that the dice may give."""
    bound = LAYERS["outputs"].get(layer, {}).get("bound", "0")
    return tuple(N for N in OUTPUTS if _misleads("outputs", _value(bound, Fraction(0), M, N)))


def _misleads(ask: str, bound: Fraction) -> bool:
    """Whether the answer is not the whole number that is nearest to the bound, nor the bound itself."""
    above = bound - floor(bound)
    return 0 < 2 * above < 1 if ask == "inputs" else 2 * above >= 1


def _written(value: Fraction) -> str:
    """As a decimal; where that does not end soon, as a fraction and rounded."""
    return _decimal(value) or rf"{tex(value)} \approx {float(value):.2f}"


def _decimal(value: Fraction) -> str:
    """As a decimal with two places at most, nothing where it has more."""
    return f"{float(value):g}" if (100 * value).denominator == 1 else ""


def _read(formula: str) -> Expression:
    return parse(formula, LETTERS)


def _value(formula: str, R: Fraction, M: int, N: int) -> Fraction:
    return rational(formula, LETTERS, (R, M, N))

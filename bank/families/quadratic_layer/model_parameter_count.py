"""How many parameters a model of quadratic and other layers trains."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, partial
from random import Random
from typing import Any

from bank.authoring import (
    STEP,
    WHOLE,
    Exercise,
    Integers,
    Lab,
    Line,
    Lists,
    Measurement,
    Member,
    Objects,
    OneOf,
    Optional,
    Problem,
    Record,
    Wrong,
    multiplying,
    param,
    table_beside,
)
from bank.families.quadratic_layer import QUADRATIC_LAYER

TEXTS = table_beside(__file__)
WIDTHS = Integers(2, 32, 1, 256)
WEIGHTED = ("quadratic", "linear")
TRAINED = (*WEIGHTED, "batchnorm")
TYPES = (*TRAINED, "activation", "dropout")
PLAIN = {"bias": True, "times": 1, "trainable": True}
LAYER = Objects(
    (
        Member("type", OneOf(TYPES), "what the layer is"),
        Member("in", Optional(WIDTHS), "its inputs; by default the outputs of the layer before", None),
        Member("out", Optional(WIDTHS), "its outputs; by default its inputs", None),
        Member("bias", OneOf((True, False)), "whether a quadratic layer has c, a linear one a bias", True),
        Member("times", Integers(1, 4, 1, 8), "how often it is applied in a row, with the same parameters", 1),
        Member("trainable", OneOf((True, False)), "false for a frozen layer", True),
    )
)


class ModelParameterCount(Exercise):
    """The number of trainable parameters.

    >>> hidden = Record({"type": "quadratic", "in": 4, "out": 3} | PLAIN)
    >>> ModelParameterCount(layers=(hidden, Record({"type": "linear", "in": 3, "out": 2} | PLAIN))).solve()
    53
    """

    title = "Quadratic layers: parameters of a model"
    source = ("2e",)
    points = 2
    kinds = ("numeric", "single_choice")
    tiers = ("exact",)
    experiment = "the model built and run, the parameters that need a gradient counted"
    form = WHOLE
    band = (6, 18)

    layers: tuple[Record, ...] = param(Lists(LAYER, 1, 8), "the layers of the model, in order")

    prelude = QUADRATIC_LAYER
    stem = TEXTS["stem"]
    solution = TEXTS["solution"]

    @classmethod
    def draw_params(cls, rng: Random, fixed: Mapping[str, Any], kind: str) -> dict[str, Any]:
        return {} if fixed else {"layers": _model(rng)}

    @cached_property
    def fitted(self) -> list[Record]:
        """The layers with the widths that were left out."""
        known: list[Record] = []
        width = None
        for layer in self.layers:
            inputs = layer["in"] or width
            width = layer["out"] or inputs
            known.append(Record({**layer, "in": inputs, "out": width}))
        return known

    def effort(self) -> float:
        trained = [layer for layer in self.fitted if layer["trainable"]]
        return sum(STEP + multiplying(layer["out"], _count(layer) // layer["out"]) for layer in trained)

    def constraints(self) -> Iterator[Problem]:
        for place, (layer, before) in enumerate(zip(self.fitted, [None, *self.fitted], strict=False)):
            for name, reason in _faults(layer, before):
                yield Problem(f"/params/layers/{place}/{name}", reason)
        if not any(layer["trainable"] and layer["type"] in TRAINED for layer in self.layers):
            yield Problem("/params/layers", "no layer has parameters that are trained")

    def solve(self) -> int:
        return self._total()

    def _total(self, frozen: bool = False, **mistakes: bool) -> int:
        """Of the trained layers, or of all where the frozen ones are counted as well."""
        return sum(_count(layer, **mistakes) for layer in self.fitted if layer["trainable"] or frozen)

    def misreadings(self) -> Iterator[Line]:
        """The widths between layers; where one keeps its width, those on both sides of it are one."""
        widths = [self.fitted[0]["in"], *(layer["out"] for layer in self.fitted)]
        starts = [0, *(place for place, layer in enumerate(self.fitted, 1) if not _keeps_its_width(layer))]
        for start, end in zip(starts, [*starts[1:], len(widths)], strict=True):
            said = "{} inputs of layer 1" if start == 0 else f"{{}} outputs of layer {start}"
            yield Line(range(2, 33), widths[start], partial(self._with, widths, start, end), said.format)

    def _with(self, widths: Sequence[int], start: int, end: int, width: int) -> dict[str, tuple[Record, ...]]:
        """The model with another width from `start` to before `end`."""
        changed = [*widths[:start], *[width] * (end - start), *widths[end:]]
        sides = zip(self.fitted, changed, changed[1:], strict=False)
        return {"layers": tuple(Record({**layer, "in": inputs, "out": outputs}) for layer, inputs, outputs in sides)}

    def distractors(self) -> Iterator[Wrong]:
        trained = [layer for layer in self.fitted if layer["trainable"]]
        quadratic = [layer for layer in trained if layer["type"] == "quadratic"]
        if quadratic:
            yield Wrong(self._total(full=True), r"Symmetry was not used: a matrix has \(M(M+1)/2\) free entries.")
            yield Wrong(self._total(forms_only=True), "Of the quadratic layers only the matrices were counted.")
        if any(layer["bias"] for layer in quadratic):
            yield Wrong(self._total(no_c=True), r"The \(c^{(i)}\) of the quadratic layers were forgotten.")
        if any(layer["times"] > 1 for layer in trained):
            yield Wrong(self._total(repeated=True), "A layer that is applied several times has its parameters once.")
        if any(layer["type"] in TRAINED and not layer["trainable"] for layer in self.fitted):
            yield Wrong(self._total(frozen=True), "The parameters of a frozen layer are not trained.")
        if any(layer["in"] != layer["out"] and (layer in quadratic or layer["bias"]) for layer in trained):
            yield Wrong(self._total(swapped=True), r"Inputs and outputs of the layers were exchanged.")
        yield from self._miscounted()

    def _miscounted(self) -> Iterator[Wrong]:
        """Numbers that are no trainable parameters, but were counted."""
        types = [layer["type"] for layer in self.fitted]
        lambdas, activations, norms = (types.count(name) for name in ("quadratic", "activation", "batchnorm"))
        statistics = sum(2 * layer["in"] for layer in self.fitted if layer["type"] == "batchnorm")
        if lambdas:
            yield Wrong(self.solve() + lambdas, r"\(\lambda\) was counted, which is a fixed hyperparameter.")
        if activations and activations != lambdas:
            yield Wrong(self.solve() + activations, "An activation has no parameters.")
        if norms:
            yield Wrong(self.solve() + statistics, TEXTS["why"]["statistics"])
            yield Wrong(self.solve() + statistics + norms, TEXTS["why"]["batches"])

    @property
    def model(self) -> str:
        return "\n".join(f"{place}. {_described(layer)}" for place, layer in enumerate(self.fitted, 1))

    @property
    def terms(self) -> str:
        return "\n".join(f"{place}. {_explained(layer)}" for place, layer in enumerate(self.fitted, 1))

    def measured(self, lab: Lab) -> Measurement:
        """Build the model and count what an optimiser would be handed."""
        return Measurement(lab.layers.trainable(lab.layers.model(self.fitted)), tolerance=0.0)


def _model(rng: Random) -> tuple[Record, ...]:
    """One to four layers, at least one of them quadratic and trained."""
    length = rng.randint(1, 4)
    sure = rng.randrange(length)
    width = rng.randint(2, 32)
    layers: list[Record] = []
    for place in range(length):
        before = layers[-1]["type"] if layers else None
        others = [name for name in TYPES if name in WEIGHTED or (layers and name != before)]
        layer = _layer(rng, "quadratic" if place == sure else rng.choice(others), width, place == sure)
        width = layer["out"]
        layers.append(layer)
    return tuple(layers)


def _layer(rng: Random, kind: str, width: int, trained: bool) -> Record:
    layer: dict[str, Any] = {"type": kind, "in": width, "out": width, **PLAIN}
    if kind in TRAINED:
        layer["trainable"] = trained or rng.random() < 0.8
    if kind in WEIGHTED:
        layer["bias"] = rng.random() < 0.75
        repeats = kind == "quadratic" and rng.random() < 0.2
        layer |= {"times": rng.randint(2, 4)} if repeats else {"out": rng.randint(2, 32)}
    return Record(layer)


def _keeps_its_width(layer: Record) -> bool:
    return layer["type"] not in WEIGHTED or layer["times"] > 1


def _faults(layer: Record, before: Record | None) -> Iterator[tuple[str, str]]:
    """Member and reason of what does not fit."""
    if layer["in"] is None:
        yield "in", "the first layer needs its inputs"
    elif before and before["out"] and layer["in"] != before["out"]:
        yield "in", f"the layer before has {before['out']} outputs"
    if layer["in"] != layer["out"] and layer["type"] not in WEIGHTED:
        yield "out", f"the type {layer['type']} keeps the width"
    if layer["in"] != layer["out"] and layer["times"] > 1:
        yield "times", "a layer that is applied to its own output keeps the width"
    if layer["times"] > 1 and layer["type"] not in WEIGHTED:
        yield "times", "only quadratic and linear layers are applied several times"
    if not layer["bias"] and layer["type"] not in WEIGHTED:
        yield "bias", f"the type {layer['type']} has no bias to leave out"
    if not layer["trainable"] and layer["type"] not in TRAINED:
        yield "trainable", f"the type {layer['type']} has nothing to freeze"


def _count(
    layer: Mapping[str, Any],
    full: bool = False,
    forms_only: bool = False,
    no_c: bool = False,
    repeated: bool = False,
    swapped: bool = False,
) -> int:
    """Parameters of a layer, right unless one of the mistakes is asked for."""
    M, N = (layer["out"], layer["in"]) if swapped else (layer["in"], layer["out"])
    times = layer["times"] if repeated else 1
    if layer["type"] == "quadratic":
        matrix = M * M if full else M * (M + 1) // 2
        vector = 0 if forms_only else M
        scalar = 0 if forms_only or no_c else int(layer["bias"])
        return int(times * N * (matrix + vector + scalar))
    if layer["type"] == "linear":
        return int(times * N * (M + int(layer["bias"])))
    return int(2 * M) if layer["type"] == "batchnorm" else 0


def _described(layer: Mapping[str, Any]) -> str:
    name = {"activation": "ReLU", "dropout": "Dropout", "batchnorm": rf"BatchNorm over \({layer['in']}\) features"}
    widths = rf"\({layer['in']} \to {layer['out']}\)"
    bias = TEXTS["bias" if layer["bias"] else "no_bias"].get(layer["type"], "")
    text = name.get(layer["type"]) or f"{layer['type'].capitalize()} layer {widths}"
    times = f", applied {layer['times']} times in a row with the same parameters" if layer["times"] > 1 else ""
    return f"{text}{bias}{times}{'' if layer['trainable'] else ', frozen'}"


def _explained(layer: Mapping[str, Any]) -> str:
    M, N, total = layer["in"], layer["out"], _count(layer)
    once = ", counted once" if layer["times"] > 1 else ""
    bias = " + 1" if layer["bias"] else ""
    told = {
        "quadratic": rf"\({N} \cdot ({M * (M + 1) // 2} + {M}{bias}) = {total}\){once}.",
        "linear": rf"\({N} \cdot {M}{f' + {N}' if bias else ''} = {total}\){once}.",
        "batchnorm": rf"\(2 \cdot {M} = {total}\), {TEXTS['batchnorm']}",
    }
    return told.get(layer["type"], "No parameters.") if layer["trainable"] else "Frozen: nothing is trained."

"""Models that are printed as lists of layers: what may stand in them, their parameters, and how these are miscounted.

A package, since a module of a topic is a family.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from random import Random
from typing import Any

from bank.authoring import STEP, Integers, Line, Member, Objects, OneOf, Optional, Problem, Record, Wrong, multiplying

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
BIAS = {  # as it is told where a layer has one, and where it has none
    True: {"linear": ", with bias"},
    False: {"quadratic": r", without \(c\)", "linear": ", without bias"},
}


class Model:
    """The layers of a model, in order; `layers` has the widths that were left out.

    >>> quadratic = Record({"type": "quadratic", "in": 4, "out": 3} | PLAIN)
    >>> Model([quadratic, Record({"type": "linear", "in": None, "out": 2} | PLAIN)]).parameters()
    53
    """

    def __init__(self, layers: Sequence[Record]) -> None:
        self.layers: list[dict[str, Any]] = []  # whose members are looked up far faster than those of a record
        width = None
        for layer in layers:
            inputs = layer["in"] or width
            width = layer["out"] or inputs
            self.layers.append({**layer, "in": inputs, "out": width})

    def problems(self, pointer: str) -> Iterator[Problem]:
        """Why there is no such model, or nothing in it to train; `pointer` is that of the list."""
        for place, (layer, before) in enumerate(zip(self.layers, [None, *self.layers], strict=False)):
            for name, reason in _faults(layer, before):
                yield Problem(f"{pointer}/{place}/{name}", reason)
        if not any(layer["type"] in TRAINED for layer in self.trained):
            yield Problem(pointer, "no layer has parameters that are trained")

    @cached_property
    def trained(self) -> list[dict[str, Any]]:
        return [layer for layer in self.layers if layer["trainable"]]

    def parameters(self, frozen: bool = False, **mistakes: bool) -> int:
        """Of the trained layers, or of all where the frozen ones are counted as well."""
        return sum(_count(layer, **mistakes) for layer in (self.layers if frozen else self.trained))

    def number_of(self, kind: str) -> int:
        """Layers of a type."""
        return sum(layer["type"] == kind for layer in self.layers)

    @property
    def statistics(self) -> int:
        """Running means and variances of all BatchNorm layers."""
        return sum(2 * layer["in"] for layer in self.layers if layer["type"] == "batchnorm")

    def effort(self) -> float:
        """What it costs to count its parameters."""
        return sum(STEP + multiplying(layer["out"], _count(layer) // layer["out"]) for layer in self.trained)

    @property
    def printed(self) -> str:
        """As a numbered list (Markdown)."""
        return "\n".join(f"{place}. {_described(layer)}" for place, layer in enumerate(self.layers, 1))

    @property
    def terms(self) -> str:
        """The parameters of each layer, with numbers put in, as a numbered list (Markdown)."""
        return "\n".join(f"{place}. {_explained(layer)}" for place, layer in enumerate(self.layers, 1))

    @property
    def stretches(self) -> list[range]:
        """Places of equal widths, of the inputs and of the outputs of each layer: some layers keep their width."""
        starts = [0, *(place for place, layer in enumerate(self.layers, 1) if not _keeps_its_width(layer))]
        return [range(start, end) for start, end in zip(starts, [*starts[1:], len(self.layers) + 1], strict=True)]

    def with_width(self, stretch: range, width: int) -> tuple[Record, ...]:
        """The layers with another width there."""
        own = [self.layers[0]["in"], *(layer["out"] for layer in self.layers)]
        widths = [width if place in stretch else known for place, known in enumerate(own)]
        sides = zip(self.layers, widths, widths[1:], strict=False)
        return tuple(Record({**layer, "in": inputs, "out": outputs}) for layer, inputs, outputs in sides)

    def misread(self, name: str, of: str = "") -> Iterator[Line]:
        """Its widths; `name` is the parameter that has the layers, `of` says of which model, where there are two."""
        for stretch in self.stretches:
            layer = self.layers[max(stretch.start - 1, 0)]
            own, said = layer["out"], f"{{}} outputs of layer {stretch.start}{of}"
            if stretch.start == 0:
                own, said = layer["in"], f"{{}} inputs of layer 1{of}"
            yield Line(range(2, 33), own, partial(self._misread, name, stretch), said.format)

    def _misread(self, name: str, stretch: range, width: int) -> dict[str, Any]:
        return {name: self.with_width(stretch, width)}


def miscounted(models: Sequence[Model], worth: Callable[[Callable[[Model], int]], int]) -> Iterator[Wrong]:
    """What answers who makes a mistake in counting; `worth` makes the answer of a number that each model has."""
    trained = [layer for model in models for layer in model.trained]
    quadratic = [layer for layer in trained if layer["type"] == "quadratic"]
    if quadratic:
        yield _wrong(worth, r"Symmetry was not used: a matrix has \(M(M+1)/2\) free entries.", full=True)
        yield _wrong(worth, "Of the quadratic layers only the matrices were counted.", forms_only=True)
    if any(layer["bias"] for layer in quadratic):
        yield _wrong(worth, r"The \(c^{(i)}\) of the quadratic layers were forgotten.", no_c=True)
    if any(layer["times"] > 1 for layer in trained):
        yield _wrong(worth, "A layer that is applied several times has its parameters once.", repeated=True)
    layers = [layer for model in models for layer in model.layers]
    if any(layer["type"] in TRAINED and not layer["trainable"] for layer in layers):
        yield _wrong(worth, "The parameters of a frozen layer are not trained.", frozen=True)
    if any(layer["in"] != layer["out"] and (layer in quadratic or layer["bias"]) for layer in trained):
        yield _wrong(worth, r"Inputs and outputs of the layers were exchanged.", swapped=True)
    yield from _counted_too(worth)


def _wrong(worth: Callable[[Callable[[Model], int]], int], why: str, **mistake: bool) -> Wrong:
    return Wrong(worth(lambda model: model.parameters(**mistake)), why)


def _counted_too(worth: Callable[[Callable[[Model], int]], int]) -> Iterator[Wrong]:
    """Numbers that are no trainable parameters, but were counted, where this makes a difference."""
    key, statistics = worth(Model.parameters), worth(lambda model: model.statistics)
    lambdas, activations, norms = (
        worth(lambda model, kind=kind: model.number_of(kind))  # type: ignore[misc]  # kind is bound, not asked for
        for kind in ("quadratic", "activation", "batchnorm")
    )
    if lambdas:
        yield Wrong(key + lambdas, r"\(\lambda\) was counted, which is a fixed hyperparameter.")
    if activations and activations != lambdas:
        yield Wrong(key + activations, "An activation has no parameters.")
    if statistics:
        yield Wrong(key + statistics, "The running means and variances of BatchNorm are not trained.")
    if norms and statistics + norms:
        why = "Running statistics and the count of batches of BatchNorm are not trained."
        yield Wrong(key + statistics + norms, why)


def drawn(rng: Random) -> tuple[Record, ...]:
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


def _keeps_its_width(layer: Mapping[str, Any]) -> bool:
    return layer["type"] not in WEIGHTED or layer["times"] > 1


def _faults(layer: Mapping[str, Any], before: Mapping[str, Any] | None) -> Iterator[tuple[str, str]]:
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
    text = name.get(layer["type"]) or f"{layer['type'].capitalize()} layer {widths}"
    bias = BIAS[layer["bias"]].get(layer["type"], "")
    times = f", applied {layer['times']} times in a row with the same parameters" if layer["times"] > 1 else ""
    return f"{text}{bias}{times}{'' if layer['trainable'] else ', frozen'}"


def _explained(layer: Mapping[str, Any]) -> str:
    M, N, total = layer["in"], layer["out"], _count(layer)
    once = ", counted once" if layer["times"] > 1 else ""
    bias = " + 1" if layer["bias"] else ""
    told = {
        "quadratic": rf"\({N} \cdot ({M * (M + 1) // 2} + {M}{bias}) = {total}\){once}.",
        "linear": rf"\({N} \cdot {M}{f' + {N}' if bias else ''} = {total}\){once}.",
        "batchnorm": rf"\(2 \cdot {M} = {total}\), a scale and a shift for each feature; running statistics are not"
        " trained.",
    }
    return told.get(layer["type"], "No parameters.") if layer["trainable"] else "Frozen: nothing is trained."

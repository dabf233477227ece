"""Which of two models of quadratic and other layers trains more parameters, and by how many."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from random import Random
from typing import Any

from bank.authoring import (
    WHOLE,
    Exercise,
    Lab,
    Line,
    Lists,
    Measurement,
    Problem,
    Record,
    Wrong,
    adding,
    param,
    table_beside,
)
from bank.families.quadratic_layer import QUADRATIC_LAYER
from bank.families.quadratic_layer.models import LAYER, Model, drawn, miscounted

TEXTS = table_beside(__file__)
MODELS = Lists(LAYER, 1, 8)
PAIRS = 100  # of models that are drawn until one is as wanted


class LargerModel(Exercise):
    """Trainable parameters of the first model less those of the second: here 2*15 + 9 and 8*5 + 27.

    >>> first = [{"type": "quadratic", "in": 4, "out": 2}, {"type": "linear", "out": 3}]
    >>> second = [{"type": "linear", "in": 4, "out": 8}, {"type": "linear", "out": 3}]
    >>> LargerModel.from_json({"first": first, "second": second}).solve()
    -28
    """

    title = "Quadratic layers: the larger of two models"
    source = ("2e+",)
    points = 3
    kinds = ("numeric", "single_choice")
    tiers = ("exact",)
    experiment = "both models built and run, the parameters that need a gradient counted"
    form = WHOLE
    band = (16, 48)

    first: tuple[Record, ...] = param(MODELS, "the layers of model 1, in order")
    second: tuple[Record, ...] = param(MODELS, "the layers of model 2, in order")

    prelude = QUADRATIC_LAYER
    stem = TEXTS["stem"]
    solution = TEXTS["solution"]

    @classmethod
    def draw_params(cls, rng: Random, fixed: Mapping[str, Any], kind: str) -> dict[str, Any]:
        """Of models with equal inputs and outputs, one looks larger: half of the time it is."""
        is_so = rng.random() < 0.5
        for _ in range(PAIRS):
            first = drawn(rng)
            second = _refitted(drawn(rng), first[0]["in"], first[-1]["out"])
            pair = {"first": first, "second": second}
            if fixed or cls(**pair).as_it_looks is is_so:
                break
        return pair

    @cached_property
    def models(self) -> tuple[Model, Model]:
        return Model(self.first), Model(self.second)

    @cached_property
    def counts(self) -> tuple[int, int]:
        first, second = self.models
        return first.parameters(), second.parameters()

    @property
    def larger(self) -> int:
        """The number of the model that has more."""
        return 1 if self.solve() > 0 else 2

    @property
    def as_it_looks(self) -> bool | None:
        """Whether the model with more neurons in no fewer layers, which looks larger, is so; None where none does."""
        first, second = (model.layers for model in self.models)
        if (first[0]["in"], first[-1]["out"]) != (second[0]["in"], second[-1]["out"]):
            return None
        neurons = sum(layer["out"] for layer in first) - sum(layer["out"] for layer in second)
        looks_larger = neurons and neurons * (len(first) - len(second)) >= 0
        return neurons * self.solve() > 0 if looks_larger and self.solve() else None

    def effort(self) -> float:
        return sum(model.effort() for model in self.models) + adding(*self.counts)

    def constraints(self) -> Iterator[Problem]:
        problems = [
            each
            for name, model in zip(("first", "second"), self.models, strict=True)
            for each in model.problems(f"/params/{name}")
        ]
        yield from problems
        if not problems and not self.solve():
            yield Problem("/params", "both models have as many parameters")

    def solve(self) -> int:
        first, second = self.counts
        return first - second

    def misreadings(self) -> Iterator[Line]:
        first, second = self.models
        yield from first.misread("first", " of model 1")
        yield from second.misread("second", " of model 2")

    def distractors(self) -> Iterator[Wrong]:
        first, second = self.models
        yield from miscounted(self.models, lambda count: count(first) - count(second))
        yield Wrong(-self.solve(), r"This is \(P_2 - P_1\): what model 2 has more than model 1.")
        for number, count in enumerate(self.counts, 1):
            yield Wrong(count, f"These are the parameters of model {number} alone.", offered=False)

    def measured(self, lab: Lab) -> Measurement:
        """Build both models and count what an optimiser would be handed of each."""
        first, second = (lab.layers.trainable(lab.layers.model(model.layers)) for model in self.models)
        return Measurement(first - second, tolerance=0.0)


def _refitted(layers: tuple[Record, ...], inputs: int, outputs: int) -> tuple[Record, ...]:
    """The layers with other inputs and outputs; all have the width `outputs` where each layer keeps its width."""
    for place, width in ((0, inputs), (-1, outputs)):
        model = Model(layers)
        layers = model.with_width(model.stretches[place], width)
    return layers

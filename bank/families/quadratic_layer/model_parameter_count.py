"""How many parameters a model of quadratic and other layers trains."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from random import Random
from typing import Any

from bank.authoring import WHOLE, Exercise, Lab, Line, Lists, Measurement, Problem, Record, Wrong, param, table_beside
from bank.families.quadratic_layer import QUADRATIC_LAYER
from bank.families.quadratic_layer.models import LAYER, Model, drawn, miscounted

TEXTS = table_beside(__file__)


class ModelParameterCount(Exercise):
    """The number of trainable parameters.

    >>> layers = [{"type": "quadratic", "in": 4, "out": 3}, {"type": "linear", "out": 2}]
    >>> ModelParameterCount.from_json({"layers": layers}).solve()
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
        return {} if fixed else {"layers": drawn(rng)}

    @cached_property
    def model(self) -> Model:
        return Model(self.layers)

    def effort(self) -> float:
        return self.model.effort()

    def constraints(self) -> Iterator[Problem]:
        yield from self.model.problems("/params/layers")

    def solve(self) -> int:
        return self.model.parameters()

    def misreadings(self) -> Iterator[Line]:
        yield from self.model.misread("layers")

    def distractors(self) -> Iterator[Wrong]:
        yield from miscounted([self.model], lambda count: count(self.model))

    def measured(self, lab: Lab) -> Measurement:
        """Build the model and count what an optimiser would be handed."""
        return Measurement(lab.layers.trainable(lab.layers.model(self.model.layers)), tolerance=0.0)

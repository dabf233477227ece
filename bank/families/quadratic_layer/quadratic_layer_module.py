"""Which well-known module a quadratic layer becomes for special parameters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bank.authoring import Exercise, Lab, Measurement, OneOf, Wrong, param, table_beside
from bank.families.quadratic_layer import QUADRATIC_LAYER

TABLE = table_beside(__file__)
MODULES: dict[str, str] = TABLE["modules"]
SETTINGS: dict[str, Any] = TABLE["settings"]


class QuadraticLayerModule(Exercise):
    """The module that a setting of the parameters leaves.

    >>> QuadraticLayerModule(setting="a").solve()
    'a fully connected (linear) layer with bias'
    """

    title = "Quadratic layer: which module is it?"
    source = ("2a",)
    points = 2
    kinds = ("single_choice",)
    tiers = ("numeric",)
    experiment = "the layer compared with fourteen modules at 64 inputs; of those that agree, the one of fewest numbers"

    band = (4, 4)

    setting: str = param(OneOf(tuple(SETTINGS)), "which parameters are special, in the order of the solutions a to i")

    prelude = QUADRATIC_LAYER
    stem = r"""
        What type of module is obtained for <<of.prescribed>>?
        <% if of.is_linear_too %>
        Choose the most specific description.
        <% endif %>
    """
    solution = r"""
        <<of.because>> This is <<answer>>.
    """

    @property
    def of(self) -> dict[str, Any]:
        """What the table says of the setting."""
        return {"is_linear_too": False, "holds_too": (), "against": {}, **SETTINGS[self.setting]}

    def effort(self) -> float:
        """A thought for each option."""
        return float(self.options)

    def solve(self) -> str:
        return MODULES[self.of["module"]]

    def distractors(self) -> Iterator[Wrong]:
        """Modules that are wrong in this setting, for outputs of this form, or always."""
        why = TABLE["always"] | TABLE[self.of["outputs"]] | self.of["against"]
        for name, text in MODULES.items():
            if name in why and name != self.of["module"] and name not in self.of["holds_too"]:
                yield Wrong(text, why[name])

    def measured(self, lab: Lab) -> Measurement:
        """Let the lab name the module."""
        return Measurement(MODULES[lab.modules.obtained(self.setting)], tolerance=0.0)

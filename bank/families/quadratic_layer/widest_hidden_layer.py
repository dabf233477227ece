"""How wide a hidden layer may be, where the parameters of a model are limited."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from bank.authoring import (
    STEP,
    WHOLE,
    Drawn,
    Exercise,
    Integers,
    Lab,
    Line,
    Measurement,
    Problem,
    Wrong,
    adding,
    along,
    multiplying,
    param,
    table_beside,
)
from bank.families.quadratic_layer import QUADRATIC_LAYER

TEXTS = table_beside(__file__)
INPUTS, CLASSES, BUDGETS = range(4, 13), range(2, 11), range(800, 5001)
NARROWEST = 8  # hidden neurons that fit, however few


@cache
def _budgets(M: int, C: int) -> Sequence[int]:
    """Those that the biases of the linear layer decide: without them one hidden neuron more would fit.

    Where the usual ones are too small for a client's sizes, the least that are enough.
    """
    each = (M + 1) * (M + 2) // 2 + C
    fewest = max(NARROWEST, each // C + 2)  # neurons from which on a bias for each weight costs a neuron
    usual = [B for B in BUDGETS if B % each < C and B // each > fewest]
    return usual or range((fewest + 1) * each, (fewest + 1) * each + C)


class WidestHiddenLayer(Exercise):
    """The largest h with 15h parameters of a quadratic layer and 3h + 3 of a linear one: 18h <= 179.

    >>> WidestHiddenLayer(M=4, C=3, B=182).solve()
    9
    """

    title = "Quadratic layers: the widest hidden layer"
    source = ("2e+",)
    points = 2
    kinds = ("numeric", "single_choice")
    tiers = ("exact",)
    experiment = "models built and counted: the widest that fits, and the next one, which does not"
    form = WHOLE
    band = (12, 24)

    M: int = param(Integers(min(INPUTS), max(INPUTS), 2, 16), "inputs of the quadratic layer")
    C: int = param(Integers(min(CLASSES), max(CLASSES), 2, 16), "outputs of the linear layer, other than M")
    B: int = param(
        Drawn(
            Integers(min(BUDGETS), max(BUDGETS), 1, 100_000),
            lambda rng, drawn: rng.choice(_budgets(drawn["M"], drawn["C"])),
        ),
        "trainable parameters that the model may have",
    )

    prelude = QUADRATIC_LAYER
    stem = TEXTS["stem"]
    solution = TEXTS["solution"]

    @classmethod
    def space(cls, kind: str) -> int:
        """Fair or not, since they are many."""
        return sum(len(_budgets(M, C)) for M in INPUTS for C in CLASSES if M != C)

    def effort(self) -> float:
        """What a hidden neuron costs, and a division."""
        counted = multiplying(self.M + 1, self.M + 2) + STEP + adding(self.quadratic, self.C)
        return counted + adding(self.B, self.C) + multiplying(self.solve(), self.each)

    def constraints(self) -> Iterator[Problem]:
        if self.solve() < 1:
            yield Problem("/params/B", f"a model with one hidden neuron has {self.each + self.C} parameters")
        if self.M == self.C:
            yield Problem("/params/C", "the model must not have as many outputs as inputs")

    @property
    def quadratic(self) -> int:
        """Parameters of the quadratic layer for a hidden neuron."""
        return (self.M + 1) * (self.M + 2) // 2

    @property
    def each(self) -> int:
        """Parameters of both layers for a hidden neuron."""
        return self.quadratic + self.C

    @property
    def left(self) -> int:
        """Of the division."""
        return (self.B - self.C) % self.each

    @property
    def total(self) -> int:
        """Parameters of the widest model."""
        return self.solve() * self.each + self.C

    def solve(self) -> int:
        return (self.B - self.C) // self.each

    def misreadings(self) -> Iterator[Line]:
        lines = {
            "M": [M for M in INPUTS if M != self.C],
            "C": [C for C in CLASSES if C != self.M],
            "B": _budgets(self.M, self.C),
        }
        for name, values in lines.items():
            yield along(self, name, name, values)._replace(said=TEXTS["said"][name].format)

    def distractors(self) -> Iterator[Wrong]:
        for name, width in self._wrong_widths().items():
            yield Wrong(width, TEXTS["why"][name])
        linear = (self.B - self.C) // (self.M + 1 + self.C)
        yield Wrong(linear, TEXTS["why"]["both_linear"], offered=False)

    def _wrong_widths(self) -> Mapping[str, int]:
        M, C, B, each = self.M, self.C, self.B, self.each
        return {
            "rounded_up": self.solve() + 1,
            "no_biases": B // each,
            "full": (B - C) // (M * M + M + 1 + C),
            "no_c": (B - C) // (each - 1),
            "no_b": (B - C) // (each - M),
            "no_diagonal": (B - C) // (each - M),
            "forms_only": (B - C) // (each - M - 1),
            "exchanged": max(B - M, 0) // ((C + 1) * (C + 2) // 2 + M),
            "quadratic_only": B // self.quadratic,
            "bias_for_each": B // (each + C),
            "from_inputs": max(B - C * (M + 1), 0) // self.quadratic,
        }

    def measured(self, lab: Lab) -> Measurement:
        """Search the width by building models."""
        return Measurement(lab.layers.widest(self.M, self.C, self.B), tolerance=0.0)

"""How large the discriminator of an adversarial autoencoder becomes when it is told the labels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import pairwise
from random import Random
from typing import Any

from bank.authoring import (
    STEP,
    WHOLE,
    Exercise,
    Integers,
    Lab,
    Lists,
    Measurement,
    OneOf,
    Wrong,
    adding,
    multiplying,
    param,
)

WIDTHS = (8, 10, 12, 15, 16, 18, 20, 24)  # of a hidden layer


class AaeDiscriminatorSize(Exercise):
    """The one-hot vector, the input, and all weights and biases.

    >>> AaeDiscriminatorSize(K=10, d_z=2, hidden=(16,), semi_supervised=True).solve()
    {'onehot': 11, 'inputs': 13, 'parameters': 241}
    """

    title = "Adversarial autoencoder: size of the discriminator"
    source = ("4c+",)
    points = 2
    kinds = ("fields",)
    tiers = ("exact",)
    experiment = "the discriminator built and run on codes with their one-hot vectors, its parameters counted"
    form = WHOLE
    band = (13, 33)

    K: int = param(Integers(4, 25, 2, 1000), "number of classes, and of Gaussians in the prior")
    d_z: int = param(Integers(2, 9, 1, 1000), "dimension of a code")
    hidden: tuple[int, ...] = param(Lists(Integers(8, 24, 1, 4096), 1, 2), "units of each hidden layer")
    semi_supervised: bool = param(OneOf((False, True)), "whether some images have no label")

    stem = r"""
        An adversarial autoencoder is trained on images of <<K>> classes. A code has <<d_z>> dimensions, and the prior
        is a mixture of <<K>> Gaussians, one for each class. The discriminator is told the label: its input is the code
        followed by a one-hot vector.
        <% if semi_supervised %>
        Some of the images have no label; for them the one-hot vector has a class of its own.
        <% else %>
        Every image has a label.
        <% endif %>

        The discriminator is a fully connected network with <<"one hidden layer" if hidden|length == 1 else "two hidden
        layers">> of <<hidden|join(" and ")>> units and one output; every layer has biases. How many entries has the
        one-hot vector (`onehot`), how many inputs has the discriminator (`inputs`), and how many parameters are trained
        in it (`parameters`)?
    """
    solution = r"""
        The one-hot vector has an entry for each of the <<K>> classes<% if semi_supervised %>, and one more that says
        "no label": \(<<K>> + 1 = <<answer.onehot>>\)<% else %>: <<answer.onehot>><% endif %>. With the code the
        discriminator has \(<<d_z>> + <<answer.onehot>> = <<answer.inputs>>\) inputs.

        A layer from \(m\) to \(n\) units has \(m n\) weights and \(n\) biases:
        \[<<layers>> = <<answer.parameters>>.\]
    """

    @classmethod
    def draw_params(cls, rng: Random, fixed: Mapping[str, Any], kind: str) -> dict[str, Any]:
        hidden = tuple(rng.choice(WIDTHS) for _ in range(rng.choice((1, 2))))
        return {**super().draw_params(rng, fixed, kind), "hidden": hidden}

    @classmethod
    def every(cls, kind: str) -> Iterator[Mapping[str, Any]]:
        hidden = [(first,) for first in WIDTHS] + [(first, second) for first in WIDTHS for second in WIDTHS]
        for K in range(4, 26):
            for d_z in range(2, 10):
                for semi in (False, True):
                    yield from ({"K": K, "d_z": d_z, "hidden": each, "semi_supervised": semi} for each in hidden)

    @cached_property
    def onehot(self) -> int:
        return self.K + self.semi_supervised

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """Of the layers, from the input to the output."""
        return self.d_z + self.onehot, *self.hidden, 1

    @property
    def layers(self) -> str:
        return " + ".join(rf"{m} \cdot {n} + {n}" for m, n in pairwise(self.sizes))

    def effort(self) -> float:
        products = sum(multiplying(m, n) for m, n in pairwise(self.sizes))
        return 2 * STEP + products + adding(*(m * n for m, n in pairwise(self.sizes)), *self.sizes[1:])

    def solve(self) -> dict[str, int]:
        return self._with(self.onehot)

    def _with(self, onehot: int, inputs: int | None = None, outputs: int = 1) -> dict[str, int]:
        """All three numbers, for a one-hot vector and an input that may be wrong."""
        inputs = self.d_z + onehot if inputs is None else inputs
        return {"onehot": onehot, "inputs": inputs, "parameters": _parameters((inputs, *self.hidden, outputs))}

    def distractors(self) -> Iterator[Wrong]:
        key = self.solve()
        if self.semi_supervised:
            yield Wrong(self._with(self.K), "Images without a label need a class of their own in the one-hot vector.")
            yield Wrong(self._with(self.K + 2), "There is one class for images without a label, and none for samples.")
        else:
            yield Wrong(self._with(self.K + 1), "All images have a label: there is no class for those without.")
        yield Wrong(self._with(self.onehot - 1), "Each class has an entry, the last one too.")
        yield Wrong(self._with(self.d_z), "The one-hot vector has an entry for each class, not for each dimension.")
        yield Wrong(self._with(1), "The label is given as a one-hot vector, not as one number.")
        yield Wrong(self._with(self.onehot, self.onehot), "The code is an input of the discriminator too.")
        yield Wrong(self._with(self.onehot, self.d_z), "The one-hot vector is an input of the discriminator too.")
        both = self.d_z + self.onehot + self.K
        yield Wrong(self._with(self.onehot, both), "The label is told once. The Gaussians of the prior are no inputs.")
        classes = "The output says whether a code is from the prior: one number, not one for each class."
        yield Wrong(self._with(self.onehot, outputs=self.onehot), classes)
        for parameters, why in self._miscounted():
            yield Wrong({**key, "parameters": parameters}, why)

    def _miscounted(self) -> Iterator[tuple[int, str]]:
        sizes, key = self.sizes, _parameters(self.sizes)
        yield key - sum(sizes[1:]), "Every layer has biases as well."
        yield key - 1, "The output has a bias too."
        yield key - sum(sizes[1:]) + sum(sizes[:-1]), "A layer has a bias for each of its outputs, not of its inputs."
        yield key - sizes[-2] - 1, "The layer from the last hidden units to the output is missing."
        yield key + sizes[0], "The inputs are no layer, and have no biases."
        yield 2 * key, "Codes and samples of the prior go through one and the same discriminator."

    def measured(self, lab: Lab) -> Measurement:
        found = lab.discriminators.sizes(self.K, self.d_z, self.hidden, self.semi_supervised)
        return Measurement(found, tolerance=0.0)


def _parameters(sizes: tuple[int, ...]) -> int:
    return sum(m * n + n for m, n in pairwise(sizes))

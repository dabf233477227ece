"""Whether a stack of quadratic layers is more than one of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from random import Random
from typing import Any

from bank.authoring import STEP, Exercise, Lab, Lists, Measurement, OneOf, Rationals, Wrong, param
from bank.families.quadratic_layer import COUNTS, QUADRATIC_LAYER, STACKED

YES, NO = "Yes", "No"
ACTIVATIONS = "It depends on whether there are activation functions"


class QuadraticStackCollapse(Exercise):
    """Yes, no, or: it depends on the activation functions.

    Two quadratic layers are more expressive than one, with or without activation functions between them.

    >>> QuadraticStackCollapse(lambdas=(Fraction(1), Fraction(1)), claim="more_expressive").solve()
    'Yes'
    >>> QuadraticStackCollapse(lambdas=(Fraction(1), Fraction(0)), claim="more_expressive").solve()
    'It depends on whether there are activation functions'
    """

    title = "Quadratic layers: what a stack can do"
    source = ("2f",)
    points = 2
    kinds = ("single_choice",)
    tiers = ("exact",)
    experiment = "third differences of random stacks along lines, without and with ReLU between the layers"
    options = 2  # those that are right somewhere for the claim: a third would never be
    order = (YES, NO, ACTIVATIONS)
    band = (4.0, 6.0)

    lambdas: tuple[Fraction, ...] = param(
        Lists(Rationals(STACKED, -100, 100), 2, 4), "the hyperparameter lambda of each layer"
    )
    claim: str = param(
        OneOf(("one_quadratic_layer", "needs_activations", "more_expressive")), "what is claimed of the stack"
    )

    prelude = QUADRATIC_LAYER
    stem = r"""
        <<count>> quadratic layers follow one another; their hyperparameters are <% for lam in lambdas -%>
        \(\lambda_<<loop.index>> = <<lam>>\)<<"" if loop.last else ", ">>
        <%- endfor %>. All parameters may take any
        values.

        <% if claim == "one_quadratic_layer" %>
        The output of each layer is the input of the next, with nothing between them. Can **every** such stack be
        written as one single quadratic layer?
        <% elif claim == "needs_activations" %>
        Does such a stack **need** non-linear activation functions between its layers to represent functions that no
        single quadratic layer represents?
        <% else %>
        Is such a stack **more expressive** than one single quadratic layer, that is, can it represent functions that no
        single quadratic layer represents? Non-linear activation functions between the layers are neither demanded nor
        forbidden.
        <% endif %>

        (The single layer may have a \(\lambda\) of its own.)
    """
    solution = r"""
        Here <<why>>.
        <% if claim == "one_quadratic_layer" %>
        <% if collapses %>
        So the stack can always be written as one layer.
        <% else %>
        So it cannot be written as one layer, unless its parameters are special.
        <% endif %>
        <% elif claim == "needs_activations" %>
        <% if collapses %>
        Without activation functions nothing is gained, and only they can make the stack more than one layer.
        <% else %>
        No activation function is needed for that: the layers are non-linear themselves. Only linear layers need them.
        <% endif %>
        <% elif collapses %>
        So without activation functions the stack is no more than one layer. With ReLU, for example, between the layers
        it is in general no polynomial any more, as every single layer is.
        <% else %>
        That holds without activation functions, and with them the stack does not become a single quadratic layer
        either.
        <% endif %>
    """

    @classmethod
    def draw_params(cls, rng: Random, fixed: Mapping[str, Any], kind: str) -> dict[str, Any]:
        """Stacks that collapse and stacks that do not, equally often; seldom nothing but linear layers."""
        length = rng.randint(2, 4)
        bent = rng.choice((0, 1, 1, 1)) if rng.random() < 0.5 else rng.randint(2, length)
        places = rng.sample(range(length), bent)
        lambdas = tuple(Fraction(rng.choice(STACKED[1:]) if place in places else 0) for place in range(length))
        return {"lambdas": lambdas, "claim": cls.domains()["claim"].draw(rng)}

    @property
    def bent(self) -> int:
        """How many of the layers are not linear."""
        return sum(map(bool, self.lambdas))

    @property
    def count(self) -> str:
        return COUNTS[len(self.lambdas)]

    @property
    def collapses(self) -> bool:
        return self.bent <= 1

    @property
    def why(self) -> str:
        """The half sentence that decides."""
        if self.bent == 0:
            return r"every \(\lambda_l\) is 0, and a stack of linear layers is a quadratic layer with \(\lambda = 0\)"
        if self.bent == 1:
            return (
                r"only one of the layers has \(\lambda_l \ne 0\), the others are linear, and a quadratic layer that "
                "follows linear ones or is followed by them is still of degree 2"
            )
        return (
            rf"{COUNTS[self.bent].lower()} layers have \(\lambda_l \ne 0\), each doubles the degree, and "
            f"a stack of degree {2**self.bent} is no single quadratic layer"
        )

    def solve(self) -> str:
        if self.claim == "more_expressive":
            return ACTIVATIONS if self.collapses else YES
        return YES if self.collapses else NO

    def effort(self) -> float:
        """Each lambda is looked at, the degree is found, and compared with 2."""
        return STEP * (len(self.lambdas) + 2)

    def distractors(self) -> Iterator[Wrong]:
        against = {
            "one_quadratic_layer": {
                YES: f"This holds for linear layers. Here {self.why}.",
                NO: f"Here {self.why}.",
            },
            "needs_activations": {
                YES: f"Linear layers need them. Here {self.why}.",
                NO: f"Here {self.why}.",
            },
            "more_expressive": {
                YES: f"Not without activation functions: {self.why}.",
                ACTIVATIONS: f"So it is for linear layers. Here {self.why}, even without them.",
            },
        }
        yield from (Wrong(option, why) for option, why in against[self.claim].items() if option != self.key)

    def measured(self, lab: Lab) -> Measurement:
        """Whether maps of random stacks bend more than a polynomial of degree 2, without and with ReLU."""
        return Measurement(self._observed(lab), tolerance=0.0)

    def _observed(self, lab: Lab) -> str:
        plain = lab.degree.bends(self.lambdas, activation=False)
        if self.claim == "one_quadratic_layer":
            return NO if plain else YES
        activated = lab.degree.bends(self.lambdas, activation=True)
        if self.claim == "needs_activations":
            return NO if plain else YES if activated else "neither way"
        if plain != activated:
            return ACTIVATIONS
        return YES if plain else NO

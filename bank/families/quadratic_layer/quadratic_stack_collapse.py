"""Whether a stack of quadratic layers is more than one of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from random import Random
from typing import Any, Self

from bank.authoring import Exercise, Lab, Lists, Measurement, OneOf, Rationals, Wrong, param, tex
from bank.families.quadratic_layer import QUADRATIC_LAYER

LAMBDAS = (0, 1, -1, Fraction(1, 2), 2)
WORDS = ("No", "One", "Two", "Three", "Four")
YES, NO = "Yes", "No"
ACTIVATIONS = "It depends on whether there are activation functions"
WIDTHS = "It depends on the number of neurons in the layers between"


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
    options = 3
    order = (YES, NO, ACTIVATIONS, WIDTHS)

    lambdas: tuple[Fraction, ...] = param(
        Lists(Rationals(LAMBDAS, -100, 100), 2, 4), "the hyperparameter lambda of each layer"
    )
    claim: str = param(
        OneOf(("one_quadratic_layer", "needs_activations", "more_expressive")), "what is claimed of the stack"
    )

    prelude = QUADRATIC_LAYER
    stem = r"""
        <<count>> quadratic layers follow one another; their hyperparameters are <<listed>>. All parameters may take any
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
        places = set(rng.sample(range(length), bent))
        drawn = tuple(Fraction(rng.choice(LAMBDAS[1:]) if place in places else 0) for place in range(length))
        return {"lambdas": drawn, "claim": cls.domains()["claim"].draw(rng), **fixed}

    @property
    def _bent(self) -> int:
        return sum(map(bool, self.lambdas))

    @property
    def _collapses(self) -> bool:
        return self._bent <= 1

    def solve(self) -> str:
        if self.claim == "more_expressive":
            return ACTIVATIONS if self._collapses else YES
        return YES if self._collapses else NO

    def distractors(self) -> Iterator[Wrong]:
        why = {
            "one_quadratic_layer": self._against_one_layer,
            "needs_activations": self._against_need,
            "more_expressive": self._against_more,
        }[self.claim]()
        yield from (Wrong(option, reason) for option, reason in why.items() if option != self.solve())

    def _against_one_layer(self) -> dict[str, str]:
        return {
            YES: f"This holds for linear layers. Here {self._why}.",
            NO: f"Here {self._why}.",
            ACTIVATIONS: "There are none here; and it is linear layers that are nothing more without them.",
        }

    def _against_need(self) -> dict[str, str]:
        return {
            YES: f"Linear layers need them. Here {self._why}.",
            NO: f"Here {self._why}.",
            WIDTHS: "The degree of the stack does not depend on how many neurons its layers have.",
        }

    def _against_more(self) -> dict[str, str]:
        bounded = (
            "With ReLU, for example, between the layers the stack is no polynomial any more, as a single layer is."
        )
        return {
            YES: f"Not without activation functions: {self._why}.",
            NO: bounded if self._collapses else f"Here {self._why}.",
            ACTIVATIONS: f"So it is for linear layers. Here {self._why}, even without them.",
        }

    @property
    def _why(self) -> str:
        """The half sentence that decides."""
        if self._bent == 0:
            return r"every \(\lambda_l\) is 0, and a stack of linear layers is a quadratic layer with \(\lambda = 0\)"
        if self._bent == 1:
            return (
                r"only one of the layers has \(\lambda_l \ne 0\), the others are linear, and a quadratic layer that "
                "follows linear ones or is followed by them is still of degree 2"
            )
        return (
            rf"{WORDS[self._bent].lower()} layers have \(\lambda_l \ne 0\), each doubles the degree, and a stack "
            f"of degree {2**self._bent} is no single quadratic layer"
        )

    def words(self, kind: str) -> Mapping[str, object]:
        return {
            "count": WORDS[len(self.lambdas)],
            "listed": ", ".join(rf"\(\lambda_{place} = {tex(lam)}\)" for place, lam in enumerate(self.lambdas, 1)),
            "why": self._why,
            "collapses": self._collapses,
        }

    @classmethod
    def measure(cls, lab: Lab, questions: Sequence[Self]) -> list[Measurement]:
        """Whether maps of random stacks bend more than a polynomial of degree 2, without and with ReLU."""
        return [Measurement(question._observed(lab), tolerance=0.0) for question in questions]

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

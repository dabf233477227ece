"""What the scalar c does: at x = 0, when it is raised, and in one step of training."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from random import Random
from typing import Any

from bank.authoring import (
    DECIMAL_OR_FRACTION,
    STEP,
    Exercise,
    Lab,
    Measurement,
    OneOf,
    Optional,
    Problem,
    Rationals,
    Wrong,
    adding,
    multiplying,
    param,
)
from bank.families.quadratic_layer import QUADRATIC_LAYER

NEEDS = {"output_at_zero": (), "output_change": ("delta",), "sgd_step": ("grad", "eta")}
OPTIONAL = ("delta", "grad", "eta")
TENTHS = tuple(Fraction(tenth, 10) for tenth in range(1, 31))
HALVES = tuple(Fraction(half, 2) for half in range(-12, 13) if half)
RATES = tuple(Fraction(1, k) for k in (2, 4, 5, 8, 10, 20, 50, 100))


class QuadraticLayerBias(Exercise):
    """The value of an output at 0, its change with c, or c after one step.

    >>> QuadraticLayerBias(ask="sgd_step", c=Fraction(3), delta=None, grad=Fraction(-4), eta=Fraction(1, 10)).solve()
    Fraction(17, 5)
    """

    title = "Quadratic layer: the scalar c at work"
    source = ("2b+",)
    points = 1
    kinds = ("numeric",)
    tiers = ("numeric",)
    experiment = "a layer with random A and b: evaluated, or trained for one step of SGD"
    form = DECIMAL_OR_FRACTION
    band = {"output_at_zero": (1, 1), "output_change": (1, 1), "sgd_step": (6, 18)}

    ask: str = param(OneOf(tuple(NEEDS)), "what is asked for")
    c: Fraction = param(Rationals(HALVES, -100, 100), "the scalar of the output")
    delta: Fraction | None = param(
        Optional(Rationals(TENTHS, 0, 100, above=True)), "by how much c is raised, for output_change only"
    )
    grad: Fraction | None = param(
        Optional(Rationals(HALVES, -100, 100)), "derivative of the loss by the output, for sgd_step only"
    )
    eta: Fraction | None = param(Optional(Rationals(RATES, 0, 10, above=True)), "learning rate, for sgd_step only")

    prelude = QUADRATIC_LAYER
    stem = r"""
        <% if ask == "output_at_zero" %>
        The first output has \(c^{(1)} = <<c>>\); nothing is known about the other parameters. What is \(y_1\) for the
        input \(\mathbf{x} = \mathbf{0}\)?
        <% elif ask == "output_change" %>
        The first output has \(c^{(1)} = <<c>>\). This scalar is raised by \(<<delta>>\), while the input
        \(\mathbf{x} \ne \mathbf{0}\) and all other parameters stay the same. By how much does \(y_1\) change?
        <% else %>
        The first output has \(c^{(1)} = <<c>>\). For one training example, \(\partial L / \partial y_1 = <<grad>>\).
        What is \(c^{(1)}\) after one step of stochastic gradient descent on this example with learning rate
        \(\eta = <<eta>>\), without momentum or weight decay?
        <% endif %>
    """
    solution = r"""
        <% if ask == "output_at_zero" %>
        At \(\mathbf{x} = \mathbf{0}\) the terms with \(\mathbf{A}^{(1)}\) and \(\mathbf{b}^{(1)}\) vanish, so
        \(y_1 = c^{(1)} = <<answer>>\): the scalar is a bias.
        <% elif ask == "output_change" %>
        The scalar is added to the rest, so \(\partial y_1 / \partial c^{(1)} = 1\) for every input, and \(y_1\) changes
        by just as much: \(<<answer>>\).
        <% else %>
        Since \(\partial y_1 / \partial c^{(1)} = 1\), also
        \(\partial L / \partial c^{(1)} = \partial L / \partial y_1 = <<grad>>\), whatever the input is. Hence
        \(c^{(1)} \leftarrow <<c>> - <<eta|paren>> \cdot <<grad|paren>> = <<answer>>\).
        <% endif %>
    """

    @classmethod
    def draw_params(cls, rng: Random, fixed: Mapping[str, Any], kind: str) -> dict[str, Any]:
        """A question that can use what is fixed, with the numbers that it needs."""
        drawn = super().draw_params(rng, fixed, kind)
        if "ask" not in fixed:
            told = {name for name in OPTIONAL if fixed.get(name) is not None}
            drawn["ask"] = rng.choice([ask for ask, needs in NEEDS.items() if told <= {*needs}] or list(NEEDS))
        for name in NEEDS[drawn["ask"]]:
            if name not in fixed:
                drawn[name] = cls.domains()[name].of.draw(rng)  # type: ignore[attr-defined]  # these are Optional
        return drawn

    @classmethod
    def space(cls, kind: str) -> int:
        """Scalars at 0, changes, steps."""
        return len(HALVES) + len(TENTHS) + len(HALVES) ** 2 * len(RATES)

    @property
    def irrelevant(self) -> tuple[str, ...]:
        return ("c",) if self.ask == "output_change" else ()

    def effort(self) -> float:
        step = multiplying(self.eta or Fraction(1), self.grad or Fraction(1))
        return STEP if self.ask != "sgd_step" else step + adding(self.c, self._step())

    def constraints(self) -> Iterator[Problem]:
        for name in OPTIONAL:
            given, needed = getattr(self, name) is not None, name in NEEDS[self.ask]
            if given != needed:
                yield Problem(f"/params/{name}", f"{self.ask} {'needs' if needed else 'does not use'} {name}")
        if self.grad == 0:
            yield Problem("/params/grad", "nothing is learnt where the gradient is 0")

    def solve(self) -> Fraction:
        if self.ask == "output_at_zero":
            return self.c
        if self.delta is not None:
            return self.delta
        return self.c - self._step()

    def _step(self) -> Fraction:
        return (self.eta or Fraction(0)) * (self.grad or Fraction(0))

    def distractors(self) -> Iterator[Wrong]:
        c, zero = self.c, Fraction(0)
        if self.ask == "output_at_zero":
            yield Wrong(zero, r"Only the terms that contain \(\mathbf{x}\) vanish; \(c^{(1)}\) is added to them.")
            yield Wrong(Fraction(1), r"This is \(\partial y_1 / \partial c^{(1)}\), not the output.")
            yield Wrong(-c, "The scalar is added, not subtracted.")
        elif self.delta is not None:
            yield Wrong(zero, r"The derivative by \(c^{(1)}\) is 1, not 0.")
            yield Wrong(c + self.delta, r"This is the new value of \(c^{(1)}\), not the change of the output.")
            yield Wrong(c * self.delta, r"The scalar is added to the output and multiplies nothing.")
        else:
            yield from self._wrong_steps()

    def _wrong_steps(self) -> Iterator[Wrong]:
        c, grad, step = self.c, self.grad or Fraction(0), self._step()
        yield Wrong(c + step, "This step climbs: gradient descent subtracts the gradient.")
        yield Wrong(c - grad, "The learning rate was forgotten.")
        yield Wrong(-step, r"This is the step alone; it is added to the old \(c^{(1)}\).")
        yield Wrong(c * (1 - step), r"\(\partial y_1 / \partial c^{(1)}\) is 1, not \(c^{(1)}\).")
        yield Wrong(
            c, r"The gradient of \(c^{(1)}\) is that of \(y_1\), and not 0, even at \(\mathbf{x} = \mathbf{0}\)."
        )

    def measured(self, lab: Lab) -> Measurement:
        """Do to a random layer what the question says."""
        return Measurement(self._observed(lab), tolerance=1e-9)

    def _observed(self, lab: Lab) -> float:
        if self.ask == "output_at_zero":
            return lab.bias.output_at_zero(float(self.c))
        if self.delta is not None:
            return lab.bias.output_change(float(self.c), float(self.delta))
        return lab.bias.after_one_step(float(self.c), float(self.grad or 0), float(self.eta or 0))

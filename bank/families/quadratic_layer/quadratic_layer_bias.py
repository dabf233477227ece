"""What the scalar c does: at x = 0, when it is raised, and in one step of training on a batch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cached_property
from itertools import combinations, product
from random import Random
from typing import Any

from bank.authoring import (
    DECIMAL_OR_FRACTION,
    STEP,
    Exercise,
    Integers,
    Lab,
    Lists,
    Measurement,
    OneOf,
    Optional,
    Problem,
    Rationals,
    Wrong,
    adding,
    multiplying,
    param,
    rational,
    table_beside,
    transposed,
)
from bank.families.quadratic_layer import QUADRATIC_LAYER

TEXTS = table_beside(__file__)
LETTERS = ("c", "lam", "alpha", "beta", "gamma", "y", "delta", "x", "eta", "g", "p", "q", "s", "u", "v", "w")
NEEDS = {
    "output_at_zero": ("second", "A", "b"),
    "output_change": ("second", "delta", "inputs", "outputs"),
    "sgd_step": ("grad", "eta", "inputs", "outputs", "errors"),
}
IRRELEVANT = {"output_at_zero": ("A", "b"), "output_change": ("c", "inputs"), "sgd_step": ("lam", "inputs", "outputs")}
OPTIONAL = tuple(dict.fromkeys(name for names in NEEDS.values() for name in names))
SCALARS = tuple(value for value in range(-9, 10) if abs(value) > 1)
LAMBDAS = (2, 3, 4, -2, -3)
RISES = Rationals((2, 3, 4, 5), 0, 100, above=True)
RATES = Rationals(tuple(Fraction(1, k) for k in (4, 5, 8, 10, 20, 50)), 0, 10, above=True)
INPUTS = [(2, 3), (-3, -2), (2, 4), (-4, -2), (3, 4), (4, 3), (-2, 3), (3, -2), (2, -4), (-4, 2), (-3, 4), (4, -3)]
ENTRIES = (-5, -4, -3, -2, 2, 3, 4, 5)
ERRORS = [value for value in range(-6, 7) if value]
SIZE = 3  # of a batch
BATCHES = [  # errors whose mean is whole, that of no single example, and of both signs
    each
    for each in product(ERRORS, repeat=SIZE)
    if sum(each) and sum(each) % SIZE == 0 and sum(each) // SIZE not in each and min(each) < 0 < max(each)
]
WHOLE = Integers(-9, 9, -99, 99)
PAIR = Lists(WHOLE, 2, 2)


class QuadraticLayerBias(Exercise):
    """What two layers give at 0, how that changes with c, or c after one step.

    >>> told = dict.fromkeys(OPTIONAL) | {"lam": Fraction(2), "inputs": ((1, 2), (3, 4), (2, -1))}
    >>> batch = {"grad": Fraction(-4), "outputs": (5, 6, 7), "errors": (1, -3)}
    >>> step = {"ask": "sgd_step", "c": Fraction(3), "eta": Fraction(1, 10)}
    >>> QuadraticLayerBias(**told | batch | step).solve()
    Fraction(17, 5)
    """

    title = "Quadratic layer: the scalar c at work"
    source = ("2b+",)
    points = 1
    kinds = ("numeric",)
    tiers = ("numeric",)
    experiment = "layers that are built: evaluated at 0, before and after c is raised, or trained for one step of SGD"
    form = DECIMAL_OR_FRACTION
    band = {"output_at_zero": (9.0, 16.0), "output_change": (9.0, 21.0), "sgd_step": (14.0, 24.0)}

    ask: str = param(OneOf(tuple(NEEDS)), "what is asked for")
    c: Fraction = param(Rationals(SCALARS, -100, 100), "the scalar of the (first) layer, or of its first output")
    lam: Fraction = param(Rationals(LAMBDAS, -100, 100), "the value of lambda")
    delta: Fraction | None = param(Optional(RISES, "ask", "output_change"), "by how much c is raised")
    grad: Fraction | None = param(
        Optional(Rationals((), -100, 100), "ask", "sgd_step"), "derivative of the loss by c: the mean over the batch"
    )
    eta: Fraction | None = param(Optional(RATES, "ask", "sgd_step"), "learning rate")
    second: tuple[int, ...] | None = param(Optional(Lists(WHOLE, 3, 3)), "alpha, beta, gamma; not for sgd_step")
    A: tuple[tuple[int, ...], ...] | None = param(Optional(Lists(PAIR, 2, 2), "ask", "output_at_zero"), "symmetric")
    b: tuple[int, ...] | None = param(Optional(PAIR, "ask", "output_at_zero"), "the vector of the first layer")
    inputs: tuple[tuple[int, ...], ...] | None = param(
        Optional(Lists(PAIR, 1, SIZE)), "one for output_change, a batch for sgd_step; no zeros"
    )
    outputs: tuple[int, ...] | None = param(Optional(Lists(WHOLE, 1, SIZE)), "the first output for each of the inputs")
    errors: tuple[int, ...] | None = param(
        Optional(Lists(WHOLE, SIZE - 1, SIZE - 1), "ask", "sgd_step"),
        "output minus target for all examples but the last, which follows from grad",
    )

    prelude = "<<definition>>"
    stem = TEXTS["stem"]
    solution = TEXTS["solution"]

    @classmethod
    def draw_params(cls, rng: Random, fixed: Mapping[str, Any], kind: str) -> dict[str, Any]:
        """A question that can use what is fixed, with the numbers that it needs."""
        told = {name for name in OPTIONAL if fixed.get(name) is not None}
        ask = fixed.get("ask") or rng.choice([ask for ask, needs in NEEDS.items() if told <= {*needs}] or list(NEEDS))
        count = SIZE if ask == "sgd_step" else 1
        errors = rng.choice(BATCHES)
        p, q, r = (rng.choice(ENTRIES) for _ in range(3))
        found = {
            "delta": RISES.draw(rng),
            "grad": Fraction(2 * sum(errors), SIZE),
            "eta": RATES.draw(rng),
            "second": tuple(rng.choice(ENTRIES) for _ in range(3)),
            "A": ((p, q), (q, r)),
            "b": tuple(rng.choice(ENTRIES) for _ in range(2)),
            "inputs": tuple(rng.sample(INPUTS, count)),
            "outputs": tuple(rng.sample(SCALARS, count)),
            "errors": errors[:-1],
        }
        drawn = {"ask": ask, "c": Fraction(rng.choice(SCALARS)), "lam": Fraction(rng.choice(LAMBDAS))}
        return drawn | {name: found[name] if name in NEEDS[ask] else None for name in OPTIONAL}

    @classmethod
    def space(cls, kind: str) -> int:
        """By what is asked, with all that the answer depends on."""
        stacks = len(LAMBDAS) * len(ENTRIES) ** 3
        return len(SCALARS) * (stacks + stacks * len(RISES.values) + len(BATCHES) * len(RATES.values))

    @property
    def irrelevant(self) -> tuple[str, ...]:
        return IRRELEVANT[self.ask]

    def constraints(self) -> Iterator[Problem]:
        for name in ("second", "inputs", "outputs"):
            needed = name in NEEDS[self.ask]
            if (getattr(self, name) is not None) != needed:
                yield Problem(f"/params/{name}", f"{self.ask} {'needs' if needed else 'does not use'} {name}")
        if self.grad == 0:
            yield Problem("/params/grad", "nothing is learnt where the gradient is 0")
        if self.lam == 0:
            yield Problem("/params/lam", "with lambda = 0 the layers are linear")
        if self.A and transposed(self.A) != self.A:
            yield Problem("/params/A", "A must be symmetric")
        for name in ("inputs", "outputs"):
            if len(getattr(self, name) or range(self.count)) != self.count:
                yield Problem(f"/params/{name}", f"{self.ask} has {self.count} of them")
        if any(0 in x for x in self.inputs or ()):
            yield Problem("/params/inputs", "an input has a zero, so that a part of the layer does not matter")
        elif any(p * s == q * r for (p, q), (r, s) in combinations(self.inputs or (), 2)):
            yield Problem("/params/inputs", "two inputs are multiples of one another: such outputs may be impossible")

    @property
    def count(self) -> int:
        """Of the examples."""
        return SIZE if self.ask == "sgd_step" else 1

    @property
    def definition(self) -> str:
        return QUADRATIC_LAYER if self.ask == "sgd_step" else str(TEXTS["stack"])

    @property
    def parts(self) -> tuple[int, ...]:
        """alpha, beta, gamma; zeros where there is no second layer."""
        return self.second or (0, 0, 0)

    @cached_property
    def rise(self) -> Fraction:
        return self.delta or Fraction(0)

    @cached_property
    def hidden(self) -> Fraction:
        """The first output for the first input."""
        return Fraction(self.outputs[0] if self.outputs else 0)

    @cached_property
    def gaps(self) -> tuple[Fraction, ...]:
        """Output minus target of every example; the loss is the mean of their squares."""
        if self.errors is None or self.grad is None:
            return ()
        return (*map(Fraction, self.errors), self.grad * SIZE / 2 - sum(self.errors))

    @cached_property
    def targets(self) -> list[Fraction]:
        return [y - gap for y, gap in zip(self.outputs or (), self.gaps, strict=False)]

    @cached_property
    def squares(self) -> Fraction:
        """New minus old square of what the second layer gets."""
        return self.rise * (2 * self.hidden + self.rise)

    def solve(self) -> Fraction:
        if self.ask == "output_at_zero":
            return self._then(self.c)
        if self.ask == "output_change":
            return self._then(self.hidden + self.rise) - self._then(self.hidden)
        return self.c - (self.eta or 0) * (self.grad or 0)

    def _then(self, y: Fraction) -> Fraction:
        """What the second layer makes of y."""
        alpha, beta, gamma = self.parts
        return self.lam * alpha * y * y + beta * y + gamma

    def effort(self) -> float:
        c, lam, (alpha, beta, gamma) = self.c, self.lam, self.parts
        if self.ask == "output_at_zero":
            terms = adding(lam * alpha * c * c, beta * c, gamma) + multiplying(c, c)
            return STEP + terms + multiplying(lam, alpha, c * c) + multiplying(beta, c)
        if self.ask == "output_change":
            y, new = self.hidden, self.hidden + self.rise
            terms = adding(lam * alpha * self.squares, beta * self.rise) + adding(y, self.rise) + multiplying(new, new)
            return terms + multiplying(y, y) + multiplying(lam, alpha, self.squares) + multiplying(beta, self.rise)
        differences = sum(adding(y, t) for y, t in zip(self.outputs or (), self.targets, strict=False))
        mean = adding(*self.gaps) + STEP + multiplying(2, self.grad or 1)
        return differences + mean + multiplying(self.eta or 1, self.grad or 1) + adding(c, c - self.solve())

    def distractors(self) -> Iterator[Wrong]:
        for formula, why in TEXTS["wrong"][self.ask]:
            yield Wrong(rational(formula, LETTERS, self._letters), why)

    @cached_property
    def _letters(self) -> tuple[Fraction, ...]:
        """The values of LETTERS; 0 where a question has no such number."""
        gaps, inputs = self.gaps or (Fraction(0),), self.inputs or ((0, 0),)
        told = (self.c, self.lam, *self.parts, self.hidden, self.rise, inputs[0][0], self.eta or 0, self.grad or 0)
        rows = [(abs(gap), gap * x[0], gap * x[1], gap * gap) for gap, x in zip(gaps, inputs, strict=False)]
        means = (sum(column) / len(gaps) for column in zip(*rows, strict=True))
        return (*map(Fraction, told), gaps[0], gaps[-1], *means)

    def measured(self, lab: Lab) -> Measurement:
        """Do to a layer, or to two, what the question says."""
        bench, c, lam = lab.bias_at_work, float(self.c), float(self.lam)
        inputs, outputs, targets = self.inputs or (), self.outputs or (), list(map(float, self.targets))
        if self.A and self.b:
            found = bench.stack_at_zero(c, lam, self.A, self.b, self.parts)
        elif self.second:
            found = bench.change_of_a_stack(c, lam, inputs, outputs, self.parts, float(self.rise))
        else:
            found = bench.after_a_batch(c, lam, inputs, outputs, targets, float(self.eta or 0))
        return Measurement(found, tolerance=1e-9)

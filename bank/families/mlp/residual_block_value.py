"""What a small residual block gives with plus, with minus, and with minus after some parameters changed sign."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import product
from math import prod
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
    Number,
    OneOf,
    Problem,
    Wrong,
    adding,
    multiplying,
    param,
    table_beside,
)

TEXTS = table_beside(__file__)
NEGATED: dict[str, dict[str, str]] = TEXTS["negated"]
SIZES, NUMBERS = (2, 3, 4, 5), Integers(-9, 9)
INPUTS, LEAST, MOST = (2, 3, 4, 5, 6), 2, 12  # x; the absolute value of F(x)
LARGEST = 40  # of the bias, in absolute value
PRODUCTS = [each for each in product(INPUTS, SIZES, SIZES) if prod(each) <= LARGEST - MOST]  # x, u, |v| of the unit
SIGNS = (-1, -1, -1, 1, 1)  # of F(x): a positive one is refused less often
CUT = 0  # what the ReLU after the addition makes of a negative number


class ResidualBlockValue(Exercise):
    """F(3) = 2 ReLU(6) - 3 ReLU(-12) - 8 = 4, and 3 - 4 < 0; with -v and -d the branch gives -4.

    >>> block = ResidualBlockValue(u=(2, -4), v=(2, -3), d=-8, x=3, negated="output")
    >>> block.solve()
    {'F': 4, 'plus': 7, 'minus': 0, 'changed': 7}
    """

    title = "Residual block: values with plus and minus"
    source = ("7b+",)
    points = 4
    kinds = ("fields",)
    tiers = ("numeric",)
    experiment = "the block built of linear layers and ReLUs, and evaluated in float64"
    form = WHOLE
    band = (18, 36)

    u: tuple[int, ...] = param(Lists(NUMBERS, 2, 2), "weights of the hidden layer, one positive and one negative")
    v: tuple[int, ...] = param(Lists(NUMBERS, 2, 2), "weights of the last layer of F")
    d: int = param(Integers(-LARGEST, LARGEST), "bias of the last layer of F")
    x: int = param(Integers(1, 9), "input of the block")
    negated: str = param(
        OneOf(tuple(NEGATED)), "what changes sign: the output layer, its weights alone, the first layer"
    )

    stem = TEXTS["stem"]
    solution = TEXTS["solution"]

    @classmethod
    def draw_params(cls, rng: Random, fixed: Mapping[str, Any], kind: str) -> dict[str, Any]:
        """F(x) first, and the bias that gives it."""
        x, on, after = rng.choice(PRODUCTS)
        order = rng.choice((1, -1))
        u = fixed.get("u") or (on, -rng.choice(SIZES))[::order]
        v = fixed.get("v") or (rng.choice((1, -1)) * after, rng.choice((1, -1)) * rng.choice(SIZES))[::order]
        x = fixed.get("x") or x
        branch = rng.choice(SIGNS) * rng.randint(LEAST, MOST)
        return {"u": u, "v": v, "x": x, "d": branch - _branch(u, v, 0, x), "negated": rng.choice(tuple(NEGATED))}

    @classmethod
    def space(cls, kind: str) -> int:
        """Of the combinations that are drawn, fair or not: u, v, x, F(x), and what changes sign."""
        weights = 2 * 2 * len(PRODUCTS) * 2 * len(SIZES) ** 2
        return weights * len({*SIGNS}) * (MOST - LEAST + 1) * len(NEGATED)

    def constraints(self) -> Iterator[Problem]:
        if self.u[0] * self.u[1] >= 0:
            yield Problem("/params/u", "one weight must be positive and the other negative")
        if 0 in self.v:
            yield Problem("/params/v", "a weight of 0 takes a hidden unit away")
        if self.d == 0 or abs(self.d) > LARGEST:
            yield Problem("/params/d", f"d must not be 0, and at most {LARGEST} in absolute value")
        if self.branch == 0:
            yield Problem("/params", "F(x) = 0 makes plus and minus the same")
        if min(self.sums.values()) >= 0:
            yield Problem("/params", "the ReLU after the addition would change nothing")

    @cached_property
    def branch(self) -> int:
        return _branch(self.u, self.v, self.d, self.x)

    @property
    def changed(self) -> tuple[tuple[int, ...], tuple[int, ...], int]:
        """u, v, d after the change of sign."""
        return _changed(self.u, self.v, self.d, self.negated)

    @cached_property
    def changed_branch(self) -> int:
        return _branch(*self.changed, self.x)

    @property
    def on(self) -> int:
        """The place of the hidden unit that is not 0."""
        return int(self.u[1] > 0)

    @property
    def hidden(self) -> int:
        return self.u[self.on] * self.x

    @property
    def told(self) -> Mapping[str, str]:
        return NEGATED[self.negated]

    @cached_property
    def sums(self) -> dict[str, int]:
        """What the last ReLU gets."""
        return {"plus": self.x + self.branch, "minus": self.x - self.branch, "changed": self.x - self.changed_branch}

    def effort(self) -> float:
        """Two branches and three sums."""
        u, v, d = self.changed
        first = multiplying(self.hidden, self.v[self.on]) + adding(self.hidden * self.v[self.on], self.d)
        second = multiplying(max(u) * self.x, v[int(u[1] > 0)]) + adding(self.changed_branch, d)
        return 6 * STEP + first + second + adding(self.x, self.branch) * 2 + adding(self.x, self.changed_branch)

    def solve(self) -> dict[str, Number]:
        return {"F": self.branch, **{name: max(value, CUT) for name, value in self.sums.items()}}

    def distractors(self) -> Iterator[Wrong]:
        x, u, v, d = self.x, self.u, self.v, self.d
        key, sums, whys = self.solve(), self.sums, TEXTS["wrong"]
        F, other = self.branch, self.changed_branch

        def outputs(branch: int, after: int) -> dict[str, Number]:
            return {"F": branch, "plus": max(x + branch, 0), "minus": max(x - branch, 0), "changed": max(x - after, 0)}

        linear = [
            sum(a * b for a, b in zip(*pair[:2], strict=True)) * x + pair[2] for pair in ((u, v, d), self.changed)
        ]
        yield Wrong({"F": F, **sums}, whys["no_last_relu"])
        yield Wrong(outputs(*linear), whys["no_hidden_relu"])
        yield Wrong(outputs(max(F, 0), max(other, 0)), whys["relu_on_branch"])
        yield Wrong(outputs(F - d, other - self.changed[2]), whys["no_bias"])
        yield Wrong(key | {"plus": max(F, 0), "minus": max(-F, 0), "changed": max(-other, 0)}, whys["no_skip"])
        yield Wrong(key | {"minus": max(F - x, 0), "changed": max(other - x, 0)}, whys["other_order"])
        yield Wrong(key | {"changed": key["minus"]}, self.told["unchanged"])
        yield Wrong(key | {"changed": max(x + other, 0)}, whys["added"])
        for name, rule in (("output", "as_output"), ("weights", "as_weights"), ("first", "as_first")):
            if name != self.negated:
                taken = max(x - _branch(*_changed(u, v, d, name), x), 0)
                yield Wrong(key | {"changed": taken}, whys[rule])

    def measured(self, lab: Lab) -> Measurement:
        found = lab.residual_blocks.scalar(self.u, self.v, self.d, self.x, self.negated)
        return Measurement(found, tolerance=0.0)


def _branch(u: Sequence[int], v: Sequence[int], d: int, x: int) -> int:
    return sum(after * max(before * x, 0) for before, after in zip(u, v, strict=True)) + d


def _changed(u: Sequence[int], v: Sequence[int], d: int, negated: str) -> tuple[tuple[int, ...], tuple[int, ...], int]:
    if negated == "first":
        return tuple(-weight for weight in u), tuple(v), d
    return tuple(u), tuple(-weight for weight in v), -d if negated == "output" else d

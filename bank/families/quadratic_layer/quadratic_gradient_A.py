"""The derivative of the loss by one entry of a matrix of a quadratic layer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache
from math import perm
from random import Random
from typing import Any

from bank.authoring import (
    DECIMAL_OR_FRACTION,
    STEP,
    Exact,
    Exercise,
    Formula,
    Integers,
    Lab,
    Line,
    Lists,
    Measurement,
    Number,
    OneOf,
    Problem,
    Rationals,
    Real,
    Wrong,
    along,
    along_member,
    multiplying,
    param,
    table_beside,
)
from bank.families.quadratic_layer import QUADRATIC_LAYER, by_autograd, signed

LAMBDAS = (
    *map(Fraction, ("2", "3", "5", "-2", "-3", "1/2", "3/2", "5/2", "-1/2", "-3/2", "1/5", "3/10")),
)  # none is 1
STEEPEST = 9  # the largest derivative by an output that is drawn
SLOPES = [
    slope for slope in range(-STEEPEST, STEEPEST + 1) if abs(slope) > 1
]  # a factor of 1 would hide the chain rule
INPUTS = [value for value in range(-4, 5) if value]
TEXTS = table_beside(__file__)


class QuadraticGradientA(Exercise):
    """lambda g_k x_i x_j, and twice that where A_ij and A_ji are one parameter.

    With lambda = 1 and all entries independent this is option (a) of the exam.

    >>> case = {"x": (2, -3), "g": (4,), "lam": Fraction(1, 2), "k": 1, "i": 1, "j": 2}
    >>> QuadraticGradientA(**case, tied=False).solve(), QuadraticGradientA(**case, tied=True).solve()
    (Fraction(-12, 1), Fraction(-24, 1))
    """

    title = "Quadratic layer: gradient of a matrix entry"
    source = ("2g",)
    points = 2
    kinds = ("numeric", "expression", "single_choice")
    tiers = ("exact",)
    experiment = "central difference of the loss of a layer with random parameters, in fractions"
    form = DECIMAL_OR_FRACTION
    structure = ("k", "i", "j", "tied")
    band = (5.0, 15.0)

    x: tuple[int, ...] = param(Lists(Integers(-4, 4), 2, 4), "the input; no zeros, no absolute value twice")
    g: tuple[int, ...] = param(
        Lists(Integers(-STEEPEST, STEEPEST, -99, 99), 1, 3, distinct=True),
        "derivative of the loss by each output; no zeros",
    )
    lam: Fraction = param(Rationals(LAMBDAS, -100, 100), "the hyperparameter lambda, not 0")
    k: int = param(Integers(1, 3), "which output's matrix, from 1")
    i: int = param(Integers(1, 4), "row of the entry, from 1")
    j: int = param(Integers(1, 4), "column of the entry, from 1")
    tied: bool = param(OneOf((True, False)), "whether A_ij and A_ji are one parameter")

    prelude = QUADRATIC_LAYER
    stem = TEXTS["stem"]
    solution = TEXTS["solution"]

    @classmethod
    def draw_params(cls, rng: Random, fixed: Mapping[str, Any], kind: str) -> dict[str, Any]:
        """Of a tied pair the upper entry, on the diagonal one time in four."""
        x = fixed.get("x", signed(rng, rng.randint(2, 4)))
        g = fixed.get("g", tuple(rng.sample(SLOPES, rng.randint(1, 3))))
        tied = fixed.get("tied", rng.random() < 0.5)
        i, j = _entry(rng, len(x), tied)
        return {"x": x, "g": g, "lam": rng.choice(LAMBDAS), "k": rng.randint(1, len(g)), "i": i, "j": j, "tied": tied}

    @classmethod
    def space(cls, kind: str) -> int:
        """Inputs with an entry (of a pair, the upper one), slopes with an output, lambdas."""
        sizes, layers = (2, 3, 4), (1, 2, 3)
        if kind == "expression":  # an entry on the diagonal has the same formula in both conventions
            return sum(M * M + M * (M - 1) // 2 for M in sizes) * sum(layers)
        inputs = sum(perm(4, M) * 2**M * (M * M + M * (M + 1) // 2) for M in sizes)
        return inputs * sum(perm(len(SLOPES), N) * N for N in layers) * len(LAMBDAS)

    def constraints(self) -> Iterator[Problem]:
        if 0 in self.x:
            yield Problem("/params/x", "x has a zero, so that derivatives vanish")
        elif len({abs(value) for value in self.x}) < len(self.x):
            yield Problem("/params/x", "two inputs have the same absolute value, so that indices cannot be told apart")
        if 0 in self.g:
            yield Problem("/params/g", "g has a zero, so that derivatives vanish")
        elif 0 < self.k <= len(self.g) and self.g[1:] and sum(self.g) == self.g[self.k - 1]:
            yield Problem("/params/g", "the derivatives by the other outputs sum to 0, so that a sum over all is right")
        if self.lam == 0:
            yield Problem("/params/lam", "lam is 0, so that the loss does not depend on the matrices")
        for name, most in (("k", len(self.g)), ("i", len(self.x)), ("j", len(self.x))):
            if getattr(self, name) > most:
                yield Problem(f"/params/{name}", f"{name} is more than {most}")

    @property
    def convention(self) -> str:
        return str(TEXTS["convention"]["tied" if self.tied else "free"])

    @property
    def in_letters(self) -> str:
        entry = f"x_{self.i}^2" if self.i == self.j else f"x_{self.i} x_{self.j}"
        return rf"{'2 ' if self.factor == 2 else ''}\lambda\, g_{self.k}\, {entry}"

    @property
    def factor(self) -> int:
        return 2 if self.tied and self.i != self.j else 1

    def solve(self) -> Fraction:
        return self.factor * self.lam * self.g[self.k - 1] * self.x[self.i - 1] * self.x[self.j - 1]

    def effort(self) -> float:
        return multiplying(self.factor, self.lam, self.g[self.k - 1], self.x[self.i - 1], self.x[self.j - 1]) + 2 * STEP

    def misreadings(self) -> Iterator[Line]:
        """Of the same sign: an answer and its negative would be told from the others."""
        places = {self.i - 1, self.j - 1}
        yield along(self, "lam", r"\lambda", sorted(lam for lam in LAMBDAS if lam * self.lam > 0))
        yield self._line("g", self.k - 1, SLOPES)
        yield from (self._line("x", place, INPUTS) for place in places)

    def _line(self, name: str, place: int, values: Sequence[int]) -> Line:
        """The values of a member that leave all of its list different, those of x in their size too."""
        members = getattr(self, name)
        others = members[:place] + members[place + 1 :]
        if name == "x":
            others += tuple(-member for member in others)
        fit = [value for value in values if value not in others and value * members[place] > 0]
        return along_member(self, name, place, f"{name}_{place + 1}", fit)

    def distractors(self) -> Iterator[Wrong]:
        """Beside a fraction stand fractions of its denominator. The key negated or doubled is explained, but no option.

        Most other mistakes have no double among them, so that the key would be told by its own.
        """
        key = self.solve()
        kept_back = -key, 2 * key
        for _, value, why in self._tempting():
            offered = value.denominator == key.denominator and value not in kept_back
            yield Wrong(value, why, offered)

    def _tempting(self) -> Iterator[tuple[str, Exact, str]]:
        """Each in letters and in numbers."""
        k, i, j = self.k, self.i, self.j
        lam: Exact = self.lam if self.lam.denominator > 1 else self.lam.numerator  # whole ones are multiplied fast
        own = self.g[k - 1]
        g, entry = f"g_{k}", f"x_{i}*x_{j}"
        x_i, x_j = self.x[i - 1], self.x[j - 1]
        both, f = x_i * x_j, self.factor
        two, other_two = ("2*", "") if f == 2 else ("", "2*")
        inputs = "+".join(f"x_{n}" for n in range(1, len(self.x) + 1))
        why = _reasons(k, i, j)
        convention = why["diagonal"] if i == j else why["not_doubled"] if self.tied else why["doubled"]
        yield f"{two}{g}*{entry}", f * own * both, why["no_lambda"]
        yield f"{other_two}lam*{g}*{entry}", (3 - f) * lam * own * both, convention
        yield f"{other_two}{g}*{entry}", (3 - f) * own * both, f"{why['no_lambda']} And: {convention}"
        if i != j:
            yield f"lam*{g}*x_{i}^2", lam * own * x_i * x_i, why["square"]
            yield f"lam*{g}*x_{j}^2", lam * own * x_j * x_j, why["other_row"]
            yield f"lam*{g}*(x_{i}^2+x_{j}^2)", lam * own * (x_i * x_i + x_j * x_j), why["both_squares"]
        for n, other in enumerate(self.g, 1):
            if n != k:
                yield f"{two}lam*g_{n}*{entry}", f * lam * other * both, why["other_output"]
                yield (
                    f"{other_two}lam*g_{n}*{entry}",
                    (3 - f) * lam * other * both,
                    f"{why['other_output']} And: {convention}",
                )
        if self.g[1:]:
            total = "+".join(f"g_{n}" for n in range(1, len(self.g) + 1))
            yield f"{two}lam*({total})*{entry}", f * lam * sum(self.g) * both, why["all_outputs"]
        yield f"{two}lam*{g}*x_{i}*({inputs})", f * lam * own * x_i * sum(self.x), why["whole_row"]
        yield f"lam*{g}*({inputs})^2", lam * own * sum(self.x) ** 2, why["whole_sum"]
        yield f"{two}lam^2*{g}*{entry}", f * lam * lam * own * both, why["lambda_twice"]
        yield g, own, why["only_g"]
        yield f"{g}*x_{j}", own * x_j, why["by_b"]
        yield f"{two}lam*{g}*x_{i}", f * lam * own * x_i, why["one_input"]
        yield f"{two}lam*{entry}", f * lam * both, why["no_g"]

    @property
    def _letters(self) -> dict[str, Number]:
        slopes = {f"g_{n}": value for n, value in enumerate(self.g, 1)}
        return {"lam": self.lam, **slopes, **{f"x_{n}": value for n, value in enumerate(self.x, 1)}}

    def formula(self) -> Formula:
        two = "2*" if self.factor == 2 else ""
        wrong = [(text, why) for text, _, why in self._tempting()]
        domain = dict.fromkeys(self._letters, Real(-10, 10))
        return Formula(f"{two}lam*g_{self.k}*x_{self.i}*x_{self.j}", self._letters, domain, wrong)

    def measured(self, lab: Lab) -> Measurement:
        """Move the entry, or the pair that is one parameter, by 1 up and down."""
        entry = (self.k - 1, self.i - 1, self.j - 1)
        exact, found = lab.layer_gradients.by_entry(self.lam, self.x, self.g, entry, self.tied)
        return Measurement(exact, tolerance=0.0, also=[by_autograd(found)])


def _entry(rng: Random, size: int, tied: bool) -> tuple[int, int]:
    """Row and column, from 1."""
    if rng.random() < 0.25:
        return (place := rng.randint(1, size)), place
    i, j = rng.sample(range(1, size + 1), 2)
    return (min(i, j), max(i, j)) if tied else (i, j)


@cache
def _reasons(k: int, i: int, j: int) -> dict[str, str]:
    """Against each mistake, about this entry."""
    numbers = {"k": str(k), "i": str(i), "j": str(j)}
    return {name: re.sub("@([kij])", lambda at: numbers[at[1]], why) for name, why in TEXTS["reasons"].items()}

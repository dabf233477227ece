"""How the variance of a residual stream grows, whatever the signs with which the branches are added."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cache, lru_cache
from itertools import product
from typing import Any, Self

from bank.authoring import (
    LOGARITHM,
    STEP,
    Exercise,
    Integers,
    Lab,
    Line,
    Measurement,
    OneOf,
    Problem,
    Rationals,
    Within,
    Wrong,
    adding,
    along,
    digits,
    multiplying,
    param,
    rounded,
    table_beside,
    worth,
)

TEXTS = table_beside(__file__)
SIGNS: dict[str, dict[str, Any]] = TEXTS["signs"]
VARIANCES = tuple(Fraction(v) for v in ("1/2", "3/5", "4/5", "5/4", "3/2", "2", "5/2", "3", "4", "5"))
RATIOS = tuple(Fraction(r) for r in ("1/10", "1/5", "1/4", "3/10", "2/5", "1/2", "3/5", "3/4", "4/5"))
BLOCKS = range(3, 11)
MOST_GROWTH = 40  # times the variance of the input
ROUNDING = 1e-9


class ResidualVariance(Exercise):
    """2 (1 + 1/2)^3 = 27/4, with minus as with plus.

    >>> ResidualVariance(variance=Fraction(2), rho=Fraction(1, 2), blocks=3, sign="minus").solve()
    Fraction(27, 4)
    """

    title = "Residual network: variance with plus and minus"
    source = ("7b+",)
    points = 2
    kinds = ("numeric", "single_choice")
    tiers = ("numeric",)
    experiment = (
        "the second moment of the stream, all outcomes of a branch of plus or minus one at each block enumerated"
    )
    separation = 0.05
    form = rounded(0.01)
    band = (14, 30)
    calculator = True

    variance: Fraction = param(Rationals(VARIANCES, Fraction(1, 100), 100), "variance of the elements of the input")
    rho: Fraction = param(
        Rationals(RATIOS, 0, 4, above=True), "variance of a branch's output over that of its own input"
    )
    blocks: int = param(Integers(BLOCKS[0], BLOCKS[-1], 2, 12), "number of blocks")
    sign: str = param(OneOf(tuple(SIGNS)), "with which the branches enter: plus, minus, or both in turn")

    stem = TEXTS["stem"]
    solution = TEXTS["solution"]

    @property
    def irrelevant(self) -> tuple[str, ...]:
        """The sign: that is what is asked."""
        return ("sign",)

    @classmethod
    @cache
    def space(cls, kind: str) -> int:
        """Fair questions, tried one by one."""
        numbers = product(VARIANCES, RATIOS, BLOCKS)
        return sum(cls(variance=v, rho=r, blocks=L, sign="plus").is_drawn(kind) for v, r, L in numbers)

    def constraints(self) -> Iterator[Problem]:
        if self.growth > MOST_GROWTH:
            yield Problem("/params", f"the variance grows by more than a factor {MOST_GROWTH}")
        if self.variance == 1:
            yield Problem("/params/variance", "a variance of 1 does not show in the answer")
        if self.rho == 1:
            yield Problem("/params/rho", "with rho = 1 a branch and its input look the same")

    @property
    def factor(self) -> Fraction:
        return 1 + self.rho

    @property
    def growth(self) -> Fraction:
        return self.factor**self.blocks

    @property
    def equation(self) -> str:
        return str(SIGNS[self.sign]["equation"])

    def effort(self) -> float:
        """A sum, a power and a product, with a calculator."""
        return 2 * STEP + adding(1, self.rho) + LOGARITHM + multiplying(digits(self.growth.numerator), self.variance)

    def solve(self) -> Fraction:
        return self.variance * self.growth

    def misreadings(self) -> Iterator[Line]:
        yield along(self, "variance", r"v", VARIANCES)
        yield along(self, "rho", r"\rho", RATIOS)
        yield along(self, "blocks", "L", BLOCKS)

    def distractors(self) -> Iterator[Wrong]:
        yield from _mistakes(self.variance, self.rho, self.blocks)

    @classmethod
    def measure(cls, lab: Lab, questions: Sequence[Self]) -> list[Measurement]:
        found = []
        for question in questions:
            asked = (float(question.variance), float(question.rho), SIGNS[question.sign]["signs"], question.blocks)
            scaled = lab.residual_streams.scaled(*asked)
            also = Within(
                "branches that multiply their own input by plus or minus a number", scaled, ROUNDING, ROUNDING
            )
            found.append(Measurement(lab.residual_streams.independent(*asked), tolerance=ROUNDING, also=(also,)))
        return found


@lru_cache(maxsize=1024)  # all that are drawn
def _mistakes(variance: Fraction, rho: Fraction, blocks: int) -> tuple[Wrong, ...]:
    """Those of a negative value are not offered: no variance is negative."""
    letters = {"v": variance, "r": rho, "L": Fraction(blocks)}
    values = [(worth(formula, **letters), why) for formula, why in TEXTS["wrong"]]
    return tuple(Wrong(value, why, offered=float(value) > 0) for value, why in values)

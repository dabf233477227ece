"""The code that a beta-VAE prefers where its decoder is linear and fixed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Self

from bank.authoring import (
    FRACTION,
    Exercise,
    Lab,
    Measurement,
    Number,
    Problem,
    Rationals,
    Wrong,
    adding,
    multiplying,
    param,
    root_of,
    table_beside,
)
from bank.families.vae import LINEAR_CODE

TEXTS = table_beside(__file__)
WEIGHTS = tuple(map(Fraction, ("-2", "1/2", "3/2", "2", "5/2", "3")))
VARIANCES = tuple(map(Fraction, ("1/4", "1/2", "3/2", "2", "3")))
OBSERVED = tuple(map(Fraction, ("-4", "-3", "-2", "-3/2", "3/2", "2", "5/2", "3", "4", "5")))
BETAS = tuple(map(Fraction, ("1/2", "3/2", "2", "3", "4", "5", "6", "8")))


class BetaPosterior(Exercise):
    """N(w x / (w^2 + beta S), beta S / (w^2 + beta S))

    By hand: w^2 = 4 and beta S = 2, of together 6.

    >>> case = {"w": Fraction(2), "S": Fraction(1, 2), "x": Fraction(3), "beta": Fraction(4)}
    >>> [str(value) for value in BetaPosterior(**case).solve().values()]
    ['1', '1/3']
    """

    title = "Best code of a beta-VAE with a linear decoder"
    source = ("8c+",)
    points = 3
    kinds = ("fields",)
    tiers = ("numeric",)
    experiment = "Newton's method with autograd on the objective, its expectation by Gauss-Hermite quadrature"
    form = FRACTION
    band = (13, 37)

    w: Fraction = param(Rationals(WEIGHTS, -100, 100), "weight of the decoder")
    S: Fraction = param(Rationals(VARIANCES, Fraction(1, 100), 100), "variance of the decoder")
    x: Fraction = param(Rationals(OBSERVED, -100, 100), "what is observed")
    beta: Fraction = param(Rationals(BETAS, Fraction(1, 100), 1000), "weight of the KL term")

    prelude = LINEAR_CODE
    stem = TEXTS["stem"]
    solution = TEXTS["solution"]

    def constraints(self) -> Iterator[Problem]:
        for name in ("w", "x"):
            if not getattr(self, name):
                yield Problem(f"/params/{name}", f"{name} must not be 0")

    @cached_property
    def level(self) -> Fraction:
        """beta S"""
        return self.beta * self.S

    @cached_property
    def total(self) -> Fraction:
        return self.w**2 + self.level

    def solve(self) -> dict[str, Number]:
        return dict(self._fields)

    @cached_property
    def _fields(self) -> dict[str, Number]:
        return {"mean": self.w * self.x / self.total, "variance": self.level / self.total}

    def effort(self) -> float:
        """w^2, beta S, their sum, w x, and two quotients."""
        w2, top = self.w**2, self.w * self.x
        products = multiplying(self.w, self.w) + multiplying(self.beta, self.S) + multiplying(self.w, self.x)
        return products + adding(w2, self.level) + multiplying(top, self.total) + multiplying(self.level, self.total)

    def distractors(self) -> Iterator[Wrong]:
        w, S, x, beta, level, why = self.w, self.S, self.x, self.beta, self.level, TEXTS["why"]
        yield self._of(w * x, S, w**2 + S, why["plain"])
        yield self._of(beta * w * x, S, beta * w**2 + S, why["reconstruction"])
        if w + level:
            yield self._of(w * x, level, w + level, why["w"])
        yield self._of(w * x, beta * S**2, w**2 + beta * S**2, why["deviation"])
        key, variance = self._fields, level / self.total
        yield Wrong({"mean": 0, "variance": 1}, why["collapse"])
        yield Wrong(key | {"mean": x / w}, why["inverse"])
        yield Wrong(key | {"mean": x / self.total}, why["top"])
        yield Wrong(key | {"mean": w * x / (1 + level)}, why["unweighted"])
        yield Wrong(key | {"variance": beta}, why["beta"])
        yield Wrong(key | {"variance": S / self.total}, why["beneath"])
        yield Wrong(key | {"variance": level / (w**2 + S)}, why["above"])
        yield Wrong(key | {"variance": root_of(variance)}, why["root"])
        yield Wrong(key | {"variance": self.total / level}, why["precision"])
        yield Wrong(key | {"variance": w**2 / self.total}, why["rest"])

    @staticmethod
    def _of(mean: Fraction, variance: Fraction, total: Fraction, why: str) -> Wrong:
        return Wrong({"mean": mean / total, "variance": variance / total}, why)

    @classmethod
    def measure(cls, lab: Lab, questions: Sequence[Self]) -> list[Measurement]:
        codes = lab.linear_code.best([(q.w, q.S, q.x, q.beta) for q in questions])
        return [Measurement({"mean": mean, "variance": variance}, tolerance=1e-8) for mean, variance in codes]

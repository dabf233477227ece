"""Which of some discrete models is nearest in which direction of the divergence?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache, cached_property
from math import inf, isfinite
from random import Random
from typing import Any, NamedTuple, Self

from bank.authoring import WHOLE, Exercise, Lab, Lists, Measurement, Problem, Rationals, Wrong, param, table_beside
from bank.families.vae import DISCRETE_KL, decimal
from bank.families.vae.candidates import (
    CANDIDATES,
    GAP,
    TENTHS,
    Scores,
    as_floats,
    drawn,
    questions,
    scored,
    some,
    sums_to_one,
)

PROBABILITY = Rationals(TENTHS, 0, 1)
BINS = (4, 5)
TEXTS = table_beside(__file__)
WHY = {name: " ".join(why.split()) for name, why in TEXTS["why"].items()}


class KlCandidates(Exercise):
    """The first term decides which candidates stay finite, the rest is a sum of a few terms.

    >>> half, third = Fraction(1, 2), Fraction(1, 3)
    >>> KlCandidates(p=(half, 0, half), candidates=((third, third, third), (1, 0, 0), (0, 1, 0))).solve()
    {'forward': 1, 'reverse': 2}
    """

    title = "Discrete models: the nearest in each direction of the divergence"
    source = ("8d+",)
    points = 4
    kinds = ("fields",)
    tiers = ("numeric",)
    experiment = "both divergences of every candidate by torch.distributions, the smallest of each"
    form = WHOLE
    band = (20, 60)
    calculator = True

    p: tuple[Fraction, ...] = param(Lists(PROBABILITY, 3, 6), "probabilities of the bins, which sum to 1")
    candidates: tuple[tuple[Fraction, ...], ...] = param(
        Lists(Lists(PROBABILITY, 3, 6), 3, 8, distinct=True), "the models, each with as many bins as p"
    )

    prelude = DISCRETE_KL
    stem = TEXTS["stem"]
    solution = TEXTS["solution"]

    @classmethod
    def draw_params(cls, rng: Random, fixed: Mapping[str, Any], kind: str) -> dict[str, Any]:
        """p has two groups of bins with an empty one between them; three candidates are finite in each direction."""
        bins = len(fixed["candidates"][0]) if "candidates" in fixed else rng.choice(BINS)
        if not fixed:
            p, candidates = drawn(rng, bins)
            return {"p": p, "candidates": candidates}
        p = fixed.get("p") or some(rng, bins, 1)[0]
        return {"p": p, "candidates": some(rng, len(p), CANDIDATES)}

    @classmethod
    @cache
    def space(cls, kind: str) -> int:
        """Each p with some candidates of each sort in any order, fair or not."""
        return sum(map(questions, BINS))

    def constraints(self) -> Iterator[Problem]:
        if any(len(q) != len(self.p) for q in self.candidates):
            yield Problem("/params/candidates", "the candidates must have as many bins as p")
            return
        for name, each in (("p", self.p), *((f"candidates/{place}", q) for place, q in enumerate(self.candidates))):
            if not sums_to_one(each):
                yield Problem(f"/params/{name}", "the probabilities must sum to 1")
        for values in (self._forward, self._reverse):
            first, second, *_ = sorted(values)
            if not second - first >= GAP:
                yield Problem("/params/candidates", f"no candidate must come within {GAP} nats of the nearest")

    def effort(self) -> float:
        """A look at every entry, and a term for each bin of the divergences that are finite."""
        looks = len(self.candidates) * len(self.p)
        terms = sum(
            sum(part > 0 for part in (self.p if values is self._forward else q))
            for values in (self._forward, self._reverse)
            for q, value in zip(self.candidates, values, strict=True)
            if isfinite(value)
        )
        return looks / 4 + terms

    def solve(self) -> dict[str, int]:
        return dict(self._key)

    def distractors(self) -> Iterator[Wrong]:
        key, scores = self._key, self._scores
        distance = _first([each.distance for each in scores])
        other = {"forward": "reverse", "reverse": "forward"}
        finite = {
            "forward": _first([each.ahead for each in scores]),
            "reverse": _first([each.back for each in scores]),
        }
        largest = {"forward": _last_finite(self._forward), "reverse": _last_finite(self._reverse)}
        for field in key:
            yield Wrong(key | {field: key[other[field]]}, WHY[f"swapped_{field}"])
            yield Wrong(key | {field: finite[field]}, WHY[f"left_out_{field}"])
            yield Wrong(key | {field: largest[field]}, WHY[f"largest_{field}"])
            yield Wrong(key | {field: distance}, WHY["distance"])

    @cached_property
    def _key(self) -> dict[str, int]:
        return {"forward": _first(self._forward), "reverse": _first(self._reverse)}

    @cached_property
    def _scores(self) -> list[Scores]:
        p = as_floats(self.p)
        return [scored(p, as_floats(q)) for q in self.candidates]

    @cached_property
    def _forward(self) -> list[float]:
        return [each.ahead if each.covers else inf for each in self._scores]

    @cached_property
    def _reverse(self) -> list[float]:
        return [each.back if each.avoids else inf for each in self._scores]

    @property
    def bins(self) -> int:
        return len(self.p)

    @property
    def written(self) -> str:
        return _cells(self.p)

    @cached_property
    def rows(self) -> list[Row]:
        """What the tables say of each candidate."""
        divergences = zip(self._forward, self._reverse, strict=True)
        return [
            Row(number, _cells(q), _nats(forward), _nats(reverse), forward < inf or reverse < inf)
            for number, (q, (forward, reverse)) in enumerate(zip(self.candidates, divergences, strict=True), 1)
        ]

    @property
    def smallest(self) -> dict[str, str]:
        """The divergences of the answer."""
        return {"forward": f"{min(self._forward):.4f}", "reverse": f"{min(self._reverse):.4f}"}

    @property
    def sums(self) -> dict[str, str]:
        """The two smallest divergences with the numbers put in."""
        key = self._key
        return {
            "forward": _terms(self.p, self.candidates[key["forward"] - 1]),
            "reverse": _terms(self.candidates[key["reverse"] - 1], self.p),
        }

    @classmethod
    def measure(cls, lab: Lab, questions: Sequence[Self]) -> list[Measurement]:
        found = lab.discrete_kl.divergences([(question.p, question.candidates) for question in questions])
        return [
            Measurement({"forward": _first(each.forward), "reverse": _first(each.reverse)}, tolerance=0.0)
            for each in found
        ]


class Row(NamedTuple):
    """One candidate as the tables write it."""

    number: int
    written: str
    forward: str
    reverse: str
    finite: bool  # in one direction at least


def _first(values: Sequence[float]) -> int:
    """The number of the smallest."""
    return min(range(len(values)), key=values.__getitem__) + 1


def _last_finite(values: Sequence[float]) -> int:
    """The number of the largest that is finite; of the first where none is."""
    finite = [(value, place) for place, value in enumerate(values, 1) if isfinite(value)]
    return max(finite, default=(inf, 1))[1]


def _cells(parts: Sequence[Fraction]) -> str:
    return " | ".join([rf"\({decimal(part)}\)" for part in parts])


def _nats(value: float) -> str:
    return rf"\({value:.4f}\)" if isfinite(value) else "infinite"


def _terms(a: Sequence[Fraction], b: Sequence[Fraction]) -> str:
    pairs = [(decimal(x), decimal(y)) for x, y in zip(a, b, strict=True) if x]
    return " + ".join(rf"{x} \ln\frac{{{x}}}{{{y}}}" for x, y in pairs)

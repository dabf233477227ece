"""The Gaussian that is nearest to a mixture of two, in each direction of the divergence."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from itertools import combinations, product
from random import Random
from typing import Any, Self

from bank.authoring import (
    STEP,
    Curve,
    Evidence,
    Exercise,
    Lab,
    Lists,
    Measurement,
    Number,
    OneOf,
    Optional,
    Plot,
    Problem,
    Rationals,
    Run,
    Shown,
    Wrong,
    adding,
    multiplying,
    param,
    root_of,
    rounded,
    table_beside,
)
from bank.families.vae import CONTINUOUS_KL, decimal
from bank.families.vae.curves import SHAPES, SPECIMEN, as_found, fits, shapes

WEIGHTS = tuple(Fraction(w) for w in ("1/5", "1/4", "3/10", "2/5", "3/5", "7/10", "3/4", "4/5"))
DEVIATIONS = tuple(Fraction(s) for s in ("1/2", "3/2", "2", "5/2", "3", "4", "5"))
DISTANCES = tuple(Fraction(d) for d in ("4", "9/2", "5", "11/2", "6"))  # m in standard deviations
NEAREST, FURTHEST = Fraction(7, 2), 6  # of them, that a client may set
LETTERS = ("A", "B", "C", "D")
TOLERANCE = {"forward": 1e-6, "reverse": 0.01}  # of mean and variance: that of the neglected overlap, else of rounding
TEXTS = table_beside(__file__)


class KlFit(Exercise):
    """One direction matches mean and variance, the other sits on the heavier component.

    >>> given = {"m": Fraction(8), "s": Fraction(2), "w": Fraction(3, 4), "curves": None}
    >>> {name: str(value) for name, value in KlFit(direction="forward", **given).solve().items()}
    {'mean': '-4', 'variance': '52'}
    >>> {name: str(value) for name, value in KlFit(direction="reverse", **given).solve().items()}
    {'mean': '-8', 'variance': '4'}
    """

    title = "A Gaussian near a mixture of two: both directions of the divergence"
    source = ("8d",)
    points = 4
    kinds = ("fields", "single_choice")
    tiers = ("numeric",)
    experiment = "the smallest divergence by quadrature, on a grid of means and deviations and then by Newton's method"
    form = rounded()
    order = LETTERS
    band = {"forward": (14, 42), "reverse": (3, 9)}

    m: Fraction = param(Rationals((), 1, 100), "the components have the means -m and m; from 3.5 to 6 times s")
    s: Fraction = param(Rationals(DEVIATIONS, Fraction(1, 10), 20), "standard deviation of both components, not 1")
    w: Fraction = param(Rationals(WEIGHTS, Fraction(1, 5), Fraction(4, 5)), "weight of the component at -m, not 1/2")
    direction: str = param(OneOf(("forward", "reverse")), "forward: KL(p || q) is to be smallest; reverse: KL(q || p)")
    curves: tuple[str, ...] | None = param(
        Optional(Lists(OneOf(SHAPES), 4, 4, distinct=True)),
        "the Gaussians A, B, C, D of the figure, where one is to be chosen; null: numbers are asked for",
    )

    prelude = CONTINUOUS_KL
    stem = TEXTS["stem"]
    solution = TEXTS["solution"]

    @classmethod
    def draw_params(cls, rng: Random, fixed: Mapping[str, Any], kind: str) -> dict[str, Any]:
        s = fixed.get("s") or rng.choice(DEVIATIONS)
        drawn = {"s": s, "m": s * rng.choice(DISTANCES), "w": rng.choice(WEIGHTS)}
        drawn["direction"] = rng.choice(("forward", "reverse"))
        curves = ["match", "heavy", *rng.sample(SHAPES[2:], 2)]
        rng.shuffle(curves)
        return drawn | {"curves": tuple(curves) if kind == "single_choice" else None}

    @classmethod
    def every(cls, kind: str) -> list[Mapping[str, Any]]:
        drawn = product(DEVIATIONS, DISTANCES, WEIGHTS, ("forward", "reverse"))
        sets = (
            [("match", "heavy", *more) for more in combinations(SHAPES[2:], 2)] if kind == "single_choice" else [None]
        )
        return [
            {"s": s, "m": s * distance, "w": w, "direction": direction, "curves": curves}
            for s, distance, w, direction in drawn
            for curves in sets
        ]

    def identity(self, kind: str) -> Hashable:
        """The order of the curves makes no other question."""
        return self.m, self.s, self.w, self.direction, frozenset(self.curves or ())

    @property
    def asking(self) -> str:
        return self.direction

    def effort(self) -> float:
        """Mean and variance of p, or a look at the weights."""
        if self.direction == "reverse":
            return 4 * STEP + multiplying(self.s, self.s)
        mean = self.nearest["mean"]
        squares = multiplying(self.m, self.m) + multiplying(self.s, self.s) + multiplying(mean, mean)
        return multiplying(1 - 2 * self.w, self.m) + squares + adding(self.s**2, self.m**2, mean**2)

    def refusals(self, kind: str) -> Iterator[Problem]:
        if (self.curves is not None) != (kind == "single_choice"):
            yield Problem("/params/curves", "curves are set where one is to be chosen, and only there")
            return
        yield from super().refusals(kind)

    def constraints(self) -> Iterator[Problem]:
        if not NEAREST * self.s <= self.m <= FURTHEST * self.s:
            yield Problem("/params/m", "m must be from 3.5 to 6 times s: nearer modes may be fitted together")
        if self.s == 1:
            yield Problem("/params/s", "s must not be 1, where variance and deviation are equal")
        if self.w == Fraction(1, 2):
            yield Problem("/params/w", "w must not be 1/2, where no component is the heavier one")
        if self.curves is not None and not {"match", "heavy"} <= set(self.curves):
            yield Problem("/params/curves", "match and heavy must be among the curves")

    def solve(self) -> dict[str, Number]:
        return dict(self.nearest)

    def distractors(self) -> Iterator[Wrong]:
        key, shapes, why = self.nearest, self.shapes, TEXTS["why"][self.direction]
        yield Wrong(key | {"mean": -key["mean"]}, why["mirrored"])
        yield Wrong(key | {"mean": Fraction(0)}, why["middle"])
        yield Wrong(key | {"variance": root_of(key["variance"])}, why["deviation"])
        yield Wrong(shapes["heavy" if self.direction == "forward" else "match"], why["other"])
        yield from self._of_moments(why) if self.direction == "forward" else self._of_a_component(why)

    def _of_moments(self, why: Mapping[str, str]) -> Iterator[Wrong]:
        m, s, w, key = self.m, self.s, self.w, self.nearest
        within, between = s * s, key["variance"] - s * s
        yield Wrong(key | {"mean": -w * m}, why["left"])
        yield Wrong(key | {"mean": (1 - w) * m}, why["right"])
        yield Wrong(key | {"variance": within + m * m}, why["square"])
        yield Wrong(key | {"variance": between}, why["within"])
        yield Wrong(key | {"variance": within + between / 4}, why["distance"])
        yield Wrong(self.shapes["light"], why["light"])

    def _of_a_component(self, why: Mapping[str, str]) -> Iterator[Wrong]:
        m, s, key, share = self.m, self.s, self.nearest, max(self.w, 1 - self.w)
        yield Wrong(key | {"mean": share * key["mean"]}, why["share_of_mean"])
        yield Wrong(key | {"variance": share * s * s}, why["share_of_variance"])
        yield Wrong(key | {"variance": s * s + m * m}, why["square"])
        yield Wrong(key | {"variance": 2 * s * s}, why["sum"])

    def wrong(self, kind: str) -> Iterator[Wrong]:
        """Where a curve is chosen, the others that are shown."""
        if self.curves is None:
            yield from super().wrong(kind)
            return
        for letter, shape in zip(LETTERS, self.curves, strict=True):
            if shape != self._right:
                yield Wrong(letter, TEXTS["curves"][shape])

    def part(self, value: Any, kind: str) -> Any:
        """As a choice, the curve with this mean and variance; none where no curve has them."""
        if self.curves is None or isinstance(value, str):
            return value
        fitting = (fits(value, self.shapes[shape]) for shape in self.curves)
        return next((letter for letter, fit in zip(LETTERS, fitting, strict=True) if fit), "")

    @property
    def _right(self) -> str:
        return {"forward": "match", "reverse": "heavy"}[self.direction]

    @cached_property
    def shapes(self) -> dict[str, dict[str, Fraction]]:
        return shapes(self.m, self.s, self.w)

    @property
    def nearest(self) -> dict[str, Fraction]:
        """Mean and variance, neglecting where the components overlap."""
        return self.shapes[self._right]

    def words(self, kind: str) -> Mapping[str, object]:
        """Weights of the components, left and right, and what staying on one of them costs."""
        weights, mean = (self.w, 1 - self.w), decimal(self.nearest["mean"])
        return {
            "weights": [decimal(weight) for weight in weights],
            "costs": [f"{-math.log(weight):.3f}" for weight in weights],
            "divergence": {"forward": r"p \,\|\, q", "reverse": r"q \,\|\, p"}[self.direction],
            "decimal": decimal,
            "mean_in_parentheses": mean if mean[0] != "-" else f"({mean})",
            "letter": LETTERS[self.curves.index(self._right)] if self.curves else "",
        }

    @property
    def mixture(self) -> tuple[float, float, float, float]:
        return float(self.w), float(self.m), float(self.s), float(self.s)

    def run(self) -> Run:
        return Run("kl_fits", dict(zip("wmst", self.mixture, strict=True)), SPECIMEN)

    def shown(self, result: Any) -> Shown:
        """p alone, or with the curves; those that were searched for as they were found."""
        drawn = dict(zip(LETTERS, as_found(result, self.shapes, self.curves or ()), strict=False))
        curves = [Curve("p", "p"), *(Curve(letter, letter) for letter in drawn)]
        plot = Plot(title="", x="x", y="density", alt=TEXTS["alt"]["curves" if drawn else "p"], curves=tuple(curves))
        return Shown(plot, {"x": result["x"], "p": result["p"], **drawn})

    @classmethod
    def measure(cls, lab: Lab, questions: Sequence[Self]) -> list[Measurement]:
        found = [lab.mixture_fits.nearest(question.mixture, question.direction) for question in questions]
        return [
            Measurement(
                {"mean": each.mean, "variance": each.variance}, TOLERANCE[question.direction], results=each.kept
            )
            for question, each in zip(questions, found, strict=True)
        ]

    @classmethod
    def prove(cls, lab: Lab, asked: Sequence[tuple[str, Self]]) -> list[Evidence]:
        """Besides, each wrong answer must be further off, and of the curves that are drawn the right one be nearest."""
        found = super().prove(lab, asked)
        return [question.compared(lab, kind, each) for (kind, question), each in zip(asked, found, strict=True)]

    def compared(self, lab: Lab, kind: str, evidence: Evidence) -> Evidence:
        if self.curves is None:
            named: list[Any] = [self.asked(kind).key, *(wrong.value for wrong in self.asked(kind).mistakes)]
            pairs = [(float(each["mean"]), float(each["variance"])) for each in named]
            own, *others = lab.mixture_fits.divergences(self.mixture, self.direction, pairs)
            said, measured = "nats by which the nearest mistake is further off, by quadrature", min(others) - own
            holds = measured > 0
        else:
            points = self.shown(self.outcome).series
            curves = {letter: points[letter] for letter in LETTERS}
            said = "the nearest of the curves, from the points of the figure alone"
            measured = lab.mixture_fits.nearest_as_drawn(points["x"], points["p"], curves, self.direction)
            holds = measured == evidence.claimed
        verdict = evidence.verdict if holds else "refuted"
        checks = [{"experiment": said, "measured": measured, "holds": holds}]
        return replace(evidence, verdict=verdict, more={**evidence.more, "checks": checks})

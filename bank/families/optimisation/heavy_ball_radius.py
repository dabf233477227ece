"""The rate of heavy ball at given steps and momentum."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from random import Random
from typing import Any, Self

from bank.authoring import (
    ROOT,
    STEP,
    Constant,
    Exercise,
    Lab,
    Line,
    Measurement,
    Number,
    Optional,
    Problem,
    Rationals,
    Within,
    Wrong,
    adding,
    along,
    exact,
    multiplying,
    param,
    rate,
    root_of,
    rounded,
    table_beside,
)
from bank.families.optimisation import (
    HEAVY_BALL,
    Ends,
    Mode,
    first_for,
    heavy_ball_roots,
    mode_of,
    mode_of_trace,
    pairs_by_product,
    spectrum,
)

TEXTS = table_beside(__file__)
BETAS = tuple(Fraction(k, 20) for k in range(2, 19))
ENDS = "The larger of the two moduli is that of one end of the spectrum."


def _over(one: Number, two: Number) -> Number:
    if isinstance(one, Fraction) and isinstance(two, Fraction):
        return one / two
    return Constant(f"({exact(one)})/({exact(two)})", float(one) / float(two))


class HeavyBallRadius(Ends, Exercise):
    """The largest modulus of a root of z^2 - (1 + beta - alpha l) z + beta, over all eigenvalues l.

    Dice ask how many times as large it is at another step size, such that both ends of the spectrum are needed.

    >>> case = {"eigenvalues": (Fraction(1), Fraction(4)), "alpha": Fraction(4, 9), "beta": Fraction(1, 9)}
    >>> HeavyBallRadius(**case, other=None).solve()
    Fraction(1, 3)

    Roots 1/2 and 1/3 for l = 1 at alpha = 1/3, and -2/3 and -1/4 for l = 4 at 25/48:

    >>> case = {"eigenvalues": (Fraction(1), Fraction(4)), "alpha": Fraction(1, 3), "beta": Fraction(1, 6)}
    >>> HeavyBallRadius(**case, other=Fraction(25, 48)).solve()
    Fraction(4, 3)
    """

    title = "Heavy ball: rate at given step and momentum"
    source = ("9e+",)
    points = 4
    kinds = ("numeric", "single_choice")
    tiers = ("numeric",)
    experiment = "largest modulus among the eigenvalues of the 2n x 2n iteration; its growth by repeated squaring"
    form = {"radius": rate(0.01), "ratio": rounded(0.005)}
    band = {"ratio": (60.0, 180.0)}
    calculator = True
    separation = 0.02

    eigenvalues: tuple[Fraction, ...] = param(spectrum(range(1, 13), 2, 4), "eigenvalues of A, all different")
    beta: Fraction = param(Rationals(BETAS, 0, 1, above=True, below=True), "momentum")
    alpha: Fraction = param(Rationals((), 0, 100, above=True), "step size")
    other: Fraction | None = param(
        Optional(Rationals((), 0, 100, above=True)), "second step size; null: the rate at alpha itself is asked"
    )

    prelude = HEAVY_BALL
    stem = TEXTS["stem"]
    solution = TEXTS["solution"]

    @property
    def asking(self) -> str:
        return "radius" if self.other is None else "ratio"

    @classmethod
    def draw_params(cls, rng: Random, fixed: Mapping[str, Any], kind: str) -> dict[str, Any]:
        eigenvalues = fixed.get("eigenvalues") or cls.domains()["eigenvalues"].draw(rng)
        low, high = min(eigenvalues), max(eigenvalues)
        every, first = heavy_ball_roots()[0], first_for(low, high)
        if first < len(every) and not {"beta", "alpha", "other"} & set(fixed):
            roots = every[rng.randrange(first, len(every))]
            alpha, other = roots.steps(low, high)
            return {"eigenvalues": eigenvalues, "beta": roots.beta, "alpha": alpha, "other": other}
        beta = fixed.get("beta") or rng.choice(BETAS)
        alpha = Fraction(rng.randint(1, 19), 20) * 2 * (1 + beta) / high
        return {"eigenvalues": eigenvalues, "beta": beta, "alpha": alpha, "other": None}

    @classmethod
    def space(cls, kind: str) -> int:
        ends = ((low, high) for high in range(2, 13) for low in range(1, high))
        return sum(
            (len(heavy_ball_roots()[0]) - first_for(Fraction(low), Fraction(high)))
            * sum(math.comb(high - low - 1, between) for between in range(3))
            for low, high in ends
        )

    def constraints(self) -> Iterator[Problem]:
        for name, (step, _, largest) in zip(("alpha", "other"), self.runs, strict=False):
            if step * self.high >= 2 * (1 + self.beta):
                yield Problem(f"/params/{name}", f"{name} must be below 2 (1 + beta) / lambda_max, else it diverges")
            elif float(largest) > 0.995:
                yield Problem(f"/params/{name}", "the rate at this step size is above 0.995")

    def _modes(self, step: Fraction) -> tuple[Mode, Mode]:
        """Of the smallest and of the largest eigenvalue."""
        return mode_of(self.low, step, self.beta), mode_of(self.high, step, self.beta)

    @cached_property
    def runs(self) -> list[tuple[Fraction, tuple[Mode, Mode], Number]]:
        """For each step size the modes at both ends and the rate: the larger of the moduli."""
        steps = [self.alpha] if self.other is None else [self.alpha, self.other]
        found = ((step, self._modes(step)) for step in steps)
        return [(step, modes, max((mode.modulus for mode in modes), key=float)) for step, modes in found]

    def solve(self) -> Number:
        return self._asked_of(*(rate for _, _, rate in self.runs))

    def _asked_of(self, *rates: Number) -> Number:
        return rates[0] if len(rates) == 1 else _over(rates[1], rates[0])

    def misreadings(self) -> Iterator[Line]:
        """The step sizes: other roots with the same product."""
        if self.other is None:
            return
        pairs = pairs_by_product().get(self.beta, ())
        at_low = [(1 - large) * (1 - small) / self.low for large, small in pairs]
        at_high = [(1 + large) * (1 + small) / self.high for large, small in pairs]
        steps = list(zip(at_low, at_high, strict=True))  # the same pair at both gives 1, which dice never ask for
        balanced = 2 * (1 + self.beta) / (self.low + self.high)  # the step size at which both ends are as fast
        small = sorted(low for low, high in steps if high != self.other and low < balanced)
        large = sorted(high for low, high in steps if low != self.alpha and high > balanced)
        yield along(self, "alpha", r"\alpha_1", small)
        yield along(self, "other", r"\alpha_2", large)

    def distractors(self) -> Iterator[Wrong]:
        unavoidable = ENDS if self.other is None else ""
        for name, rates in self._wrong_rates().items():
            value = self._asked_of(*rates)
            yield Wrong(
                value,
                TEXTS["why"][name],
                offered=self.other is None or value != 1,
                unavoidable=unavoidable if name in ("complex", "low", "high") else "",
            )
        if self.other is None:
            yield Wrong(self.beta, r"\(\beta\) is the product of the two roots, not the modulus of one.")
            return
        (_, _, first), (_, _, second) = self.runs
        root = root_of(self.beta)
        yield Wrong(_over(first, second), TEXTS["why"]["inverse"])
        yield Wrong(_over(root, first), TEXTS["why"]["complex_at_other"])
        yield Wrong(_over(second, root), TEXTS["why"]["complex_at_alpha"])
        yield Wrong(_over(second, self.beta), TEXTS["why"]["momentum_alone"], offered=False)
        yield Wrong(self.runs[1][0] / self.runs[0][0], TEXTS["why"]["steps"], offered=False)
        logarithms = math.log(float(first)) / math.log(float(second))
        compared = Constant(f"ln({exact(first)})/ln({exact(second)})", logarithms)
        yield Wrong(compared, TEXTS["why"]["logarithms"])

    def _wrong_rates(self) -> dict[str, list[Number]]:
        """By the mistake: what it takes for the rate at each step size."""
        beta, root = self.beta, root_of(self.beta)
        found: dict[str, list[Number]] = {name: [] for name in TEXTS["why"] if name in TEXTS["rates"]}
        for step, modes, _ in self.runs:
            low, high = modes
            found["complex"].append(root)
            found["low"].append(low.modulus)
            found["high"].append(high.modulus)
            found["fastest"].append(min(low.modulus, high.modulus, key=float))
            found["plain"].append(max(abs(1 - step * self.low), abs(1 - step * self.high)))
            found["halves"].append(max(abs(low.trace), abs(high.trace)) / 2)
            found["averaged"].append(self._largest(lambda end, a=step: 1 + beta - a * (1 - beta) * end))
            found["lost"].append(self._largest(lambda end, a=step: 1 - a * end))
        return found

    def _largest(self, trace: Any) -> Number:
        """The rate where the coefficient of z is another one."""
        return max((mode_of_trace(end, trace(end), self.beta).modulus for end in (self.low, self.high)), key=float)

    def effort(self) -> float:
        """For both ends and each step size T and the discriminant; one root each; then the quotient."""
        cost = 0.0
        for step, modes, _ in self.runs:
            for mode in modes:
                product = step * mode.eigenvalue
                cost += multiplying(step, mode.eigenvalue) + adding(1 + self.beta, product) + 2 * STEP
            cost += ROOT
        return cost

    @classmethod
    def measure(cls, lab: Lab, questions: Sequence[Self]) -> list[Measurement]:
        """At both step sizes by the same two routes."""
        named = "growth of the iteration by 20 squarings"
        asked = [(q, step) for q in questions for step, _, _ in q.runs]
        found = iter(
            lab.rates.radii([q.eigenvalues for q, _ in asked], [step for _, step in asked], [q.beta for q, _ in asked])
        )
        measured = []
        for question in questions:
            radius, growth = next(found)
            if question.other is not None:
                second, grown = next(found)
                radius, growth = second / radius, grown / growth
            measured.append(Measurement(radius, tolerance=1e-6, also=(Within(named, growth, below=5e-4, above=5e-4),)))
        return measured

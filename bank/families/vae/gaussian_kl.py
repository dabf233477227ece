"""KL divergences of Gaussians with diagonal covariance: to the prior of a VAE, and of two in both directions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import permutations
from random import Random
from typing import Any, ClassVar, Self

from bank.authoring import (
    LOGARITHM,
    Constant,
    Exercise,
    Lab,
    Line,
    Lists,
    Measurement,
    Number,
    OneOf,
    Optional,
    Problem,
    Rationals,
    Within,
    Wrong,
    along,
    along_member,
    exact,
    param,
    table_beside,
)
from bank.families.vae import decimal
from bank.families.vae.divergences import ACROSS, MISTAKES, Divergence, cost, difference, quotient, scaled

TEXTS = table_beside(__file__)
WHY = {ask: TEXTS["why"] | TEXTS[own] for ask, own in ((True, "why_prior"), (False, "why_pair"))}  # to the prior or not
DIMENSIONS = {"prior": (1, 2, 3, 4), "weighted": (1, 2, 3), "direction": (1, 2), "ratio": (1, 2)}
TENTHS = tuple(Fraction(k, 10) for k in range(-20, 21) if abs(k) not in (0, 10))  # where the square is another one
HALVES = tuple(Fraction(k, 2) for k in range(-4, 5))
VARIANCES = tuple(map(Fraction, ("1/20", "1/10", "1/4", "1/2", "9/10", "2", "4")))
MEANS_APART = tuple((a, b) for a, b in permutations(HALVES, 2) if abs(a - b) != 1)
VARIANCES_APART = tuple(permutations(VARIANCES, 2))
BETAS = tuple(map(Fraction, ("1/10", "1/4", "1/2", "2", "3", "4", "5", "6", "8", "10")))
TO_PRIOR = ((14.0, 42.0), (30.0, 84.0), (50.0, 116.0), (60.0, 156.0))  # effort, by the number of dimensions
BETWEEN = {
    "direction": ((13.0, 38.0), (28.0, 70.0), (40.0, 110.0), (50.0, 150.0)),
    "ratio": ((20.0, 60.0), (38.0, 112.0), (60.0, 170.0), (80.0, 240.0)),
}
BANDS = {
    **{f"{ask} {D}": band for ask in ("prior", "weighted") for D, band in enumerate(TO_PRIOR, 1)},
    **{f"{ask} {D}": band for ask, bands in BETWEEN.items() for D, band in enumerate(bands, 1)},
}
LEAST = 0.1  # a divergence: a smaller one is lost where logarithms are rounded
CANCELLED = 12  # at most so many times as large are its terms
FAR = 12  # an option is at most so many times the key, and at least such a part of it
MEANS = Lists(Rationals((), -100, 100), 1, 4)
SPREADS = Lists(Rationals((), Fraction(1, 1000), 1000), 1, 4)


class GaussianKl(Divergence, Exercise):
    """1/2 sum(v1/v2 + (m1 - m2)^2/v2 - 1 + ln(v2/v1)), times beta where there is one.

    By hand: 1/2 (1/2 + 4 - 1 + ln 2), and with 4 for beta four times as much.

    >>> case = {"mean1": (Fraction(2),), "var1": (Fraction(1, 2),), "mean2": None, "var2": None}
    >>> GaussianKl(**case, beta=None, ask="prior").solve()
    Constant(text='(7/2 + ln(2))/2')
    >>> round(float(GaussianKl(**case, beta=Fraction(4), ask="weighted").solve()), 6)
    8.386294
    """

    title = "KL divergence of Gaussians"
    source = ("8+", "sheet")
    points = 3
    kinds = ("numeric", "single_choice")
    tiers = ("numeric",)
    experiment = "quadrature of the densities; torch.distributions; the mean over 100,000 samples"
    calculator = True
    band: ClassVar = BANDS

    mean1: tuple[Fraction, ...] = param(MEANS, "means of the first Gaussian")
    var1: tuple[Fraction, ...] = param(SPREADS, "its variances")
    mean2: tuple[Fraction, ...] | None = param(Optional(MEANS), "means of the second; null where that is N(0, I)")
    var2: tuple[Fraction, ...] | None = param(Optional(SPREADS), "its variances")
    beta: Fraction | None = param(
        Optional(Rationals(BETAS, Fraction(1, 100), 100), where="ask", equals="weighted"), "weight of the KL term"
    )
    ask: str = param(
        OneOf(tuple(DIMENSIONS)),
        "prior: KL to N(0, I); weighted: beta times that; direction: KL(p||q); ratio: KL(p||q)/KL(q||p)",
    )

    stem = TEXTS["stem"]
    solution = TEXTS["solution"]

    @classmethod
    def draw_params(cls, rng: Random, fixed: Mapping[str, Any], kind: str) -> dict[str, Any]:
        second = fixed.get("mean2") or fixed.get("var2")
        asks = ("weighted",) if fixed.get("beta") else ("direction", "ratio") if second else tuple(DIMENSIONS)
        ask = fixed.get("ask") or rng.choice(asks)
        given = next((len(fixed[name]) for name in ("mean1", "var1", "mean2", "var2") if fixed.get(name)), 0)
        D, to_prior = given or rng.choice(DIMENSIONS[ask]), ask in ("prior", "weighted")
        weight = rng.choice(BETAS) if ask == "weighted" else None
        if to_prior:
            alone = {"mean1": tuple(rng.choices(TENTHS, k=D)), "var1": tuple(rng.choices(VARIANCES, k=D))}
            return {**alone, "mean2": None, "var2": None, "beta": weight, "ask": ask}
        mean1, mean2 = zip(*rng.choices(MEANS_APART, k=D), strict=True)
        var1, var2 = zip(*rng.choices(VARIANCES_APART, k=D), strict=True)
        return {"mean1": mean1, "var1": var1, "mean2": mean2, "var2": var2, "beta": weight, "ask": ask}

    @classmethod
    def space(cls, kind: str) -> int:
        """Fair or not: they are too many to try each."""
        at, between = len(TENTHS) * len(VARIANCES), len(MEANS_APART) * len(VARIANCES_APART)
        asked = {"prior": at, "weighted": at, "direction": between, "ratio": between}
        count = {ask: sum(asked[ask] ** D for D in sizes) for ask, sizes in DIMENSIONS.items()}
        return sum(count.values()) + (len(BETAS) - 1) * count["weighted"]

    def constraints(self) -> Iterator[Problem]:
        for name in ("mean2", "var2"):
            if (getattr(self, name) is None) != self.to_prior:
                yield Problem(f"/params/{name}", f"{name} is set where ask is direction or ratio, and only there")
                return
        for name in ("var1", "mean2", "var2"):
            if getattr(self, name) is not None and len(getattr(self, name)) != self.D:
                yield Problem(f"/params/{name}", f"{name} must have as many entries as mean1")
                return
        for pair in self.pairs:
            if pair.divergence == 0 or float(pair.divergence) < LEAST:
                yield Problem("/params", f"a divergence is below {LEAST}")
            elif pair.cancelled > CANCELLED:
                yield Problem("/params", "the terms cancel but for a small part, which is lost where they are rounded")

    def effort(self) -> float:
        """The terms of each dimension, and a logarithm each; the other direction has the same one."""
        return LOGARITHM * self.D + sum(sum(map(cost, pair.m1, pair.v1, pair.m2, pair.v2)) for pair in self.pairs)

    def solve(self) -> Number:
        return self.value

    def misreadings(self) -> Iterator[Line]:
        letters = ("m", "v") if self.to_prior else ("a", "u", "b", "v")
        for name, letter in zip(("mean1", "var1", "mean2", "var2"), letters, strict=False):
            for place, own in enumerate(getattr(self, name)):
                values = VARIANCES if name.startswith("var") else self._means_beside(name, place, own)
                said = f"{letter} = " if self.D == 1 else f"{letter}_{place + 1} = "
                yield along_member(self, name, place, "", values)._replace(said=_equal_to(said))
        if self.beta:
            yield along(self, "beta", "", BETAS)._replace(said=_equal_to(r"\beta = "))

    def _means_beside(self, name: str, place: int, own: Fraction) -> list[Fraction]:
        """Those on the same side of the other mean: its mirror image would give the same."""
        other = (self.pair.m2 if name == "mean1" else self.pair.m1)[place]
        means = TENTHS if self.to_prior else HALVES
        return [mean for mean in means if mean != other and (mean < other) == (own < other)]

    @property
    def mistakes(self) -> list[str]:
        """Those that can be made in each divergence."""
        return [name for name in MISTAKES if name in WHY[self.to_prior] and (self.D > 1 or name not in ACROSS)]

    def distractors(self) -> Iterator[Wrong]:
        why, key = WHY[self.to_prior], float(self.value)
        for name in self.mistakes:
            taken = [MISTAKES[name](pair) for pair in self.pairs]
            if self.ask != "ratio" or float(taken[1]):
                value = self.asked_of(*taken)
                yield Wrong(value, why[name], offered=key / FAR < float(value) < FAR * key)
        one, other = self.pair.divergence, self.pair.reversed.divergence
        if self.ask == "ratio":
            yield Wrong(quotient(other, one), why["inverse"], offered=False)
            yield Wrong(one, why["first_alone"])
            yield Wrong(other, why["second_alone"])
            apart = difference(one, other)
            yield Wrong(apart, why["difference"], offered=float(apart) > 0)
            return
        yield Wrong(self.asked_of(other), why["reversed"])
        yield Wrong(scaled(self.value, Fraction(2)), why["half"], offered=False)
        if self.D > 1:
            yield Wrong(scaled(self.value, Fraction(1, self.D)), why["mean"], offered=self.D > 2)
        if self.beta:
            yield Wrong(one, why["plain"])
            yield Wrong(scaled(one, 1 / self.beta), why["divided"])
        if self.ask == "direction":
            both = Constant(f"({exact(one)} + {exact(other)})/2", (float(one) + float(other)) / 2)
            yield Wrong(both, why["symmetric"])

    @classmethod
    def measure(cls, lab: Lab, questions: Sequence[Self]) -> list[Measurement]:
        pairs = [((pair.m1, pair.v1), (pair.m2, pair.v2)) for question in questions for pair in question.pairs]
        found = iter(lab.gaussian_divergence.measured(pairs))
        measured = []
        for question in questions:
            one = next(found)
            if question.ask == "ratio":
                one = one.over(next(found))
            one = one.times(float(question.beta or 1))
            measured.append(
                Measurement(
                    one.integrated,
                    tolerance=1e-8,
                    also=(
                        Within("torch.distributions", one.by_torch, below=one.rounding, above=one.rounding),
                        Within("mean over samples", one.sampled, below=one.error, above=one.error),
                    ),
                )
            )
        return measured


def _equal_to(said: str) -> Callable[[Fraction], str]:
    return lambda value: rf"\({said}{decimal(value)}\)"

"""A linear beta-VAE at its optimum: which dimensions it uses, what they carry, and what is lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache, cached_property
from math import exp, log
from random import Random
from typing import Any, ClassVar, Self

from bank.authoring import (
    LOGARITHM,
    STEP,
    Exercise,
    Integers,
    Lab,
    Lists,
    Measurement,
    Number,
    Optional,
    Problem,
    Rationals,
    Wrong,
    digits,
    multiplying,
    param,
    rounded,
    table_beside,
)
from bank.families.vae import LINEAR_BETA_VAE
from bank.families.vae import water_filling as rules
from bank.families.vae.levels import APART, BETAS, BETWEEN, EIGENVALUES, VARIANCES, WIDEST, is_apart, settings
from bank.families.vae.water_filling import Models, Rule, compared, difference, kl_of, optimum, times

TEXTS = table_beside(__file__)
ACCEPTED = 0.003  # relative, what a training may be off by: less than a learner
LIMIT = (
    r"Without `before` either the number of latent variables is the limit or the level, and the other rule is right."
)
ERRORS: dict[str, Rule] = {"mean_code": rules.of_mean_code, "active_alone": rules.of_active_alone}


class LinearBetaVae(Models, Exercise):
    """Reverse water-filling at the level D = beta S: of the first k dimensions those with l_j > D are active.

    By hand: D = 2, and of 8, 4 and 1 two are above. KL = 1/2 (ln 4 + ln 2), error = 2 + 2 + 1, all is off from 8/(1/2).

    >>> case = {"eigenvalues": (Fraction(8), Fraction(4), Fraction(1)), "latents": 3, "S": Fraction(1, 2)}
    >>> from bank.authoring import exact
    >>> [exact(value) for value in LinearBetaVae(**case, beta=Fraction(4), before=None).solve().values()]
    ['2', 'ln(8)/2', '5', '16']

    Before, at D = 1/2, all three were active, with KL = 1/2 (ln 16 + ln 8 + ln 2) and an error of 3/2:

    >>> from bank.authoring import exact
    >>> [exact(value) for value in LinearBetaVae(**case, beta=Fraction(4), before=Fraction(1)).solve().values()]
    ['1', 'ln(32)/2', '7/2', '16']
    """

    title = "Linear beta-VAE: what is coded and what is lost"
    source = ("8c+",)
    points = 4
    kinds = ("fields",)
    tiers = ("training",)
    experiment = "training on the expectation of the objective, 1500 steps of Adam; curvature at the collapsed model"
    form = rounded(0.005)
    calculator = True
    band: ClassVar = {"change": (40.0, 100.0), "model": (20.0, 56.0)}

    eigenvalues: tuple[Fraction, ...] = param(
        Lists(Rationals(EIGENVALUES, Fraction(1, 100), 1000), 2, 8), "eigenvalues of the covariance, in falling order"
    )
    latents: int = param(Integers(1, 6, min=1, max=8), "number k of latent variables")
    S: Fraction = param(Rationals(VARIANCES, Fraction(1, 100), 100), "variance of the decoder")
    beta: Fraction = param(Rationals(BETAS, Fraction(1, 100), 1000), "weight of the KL term")
    before: Fraction | None = param(
        Optional(Rationals(BETAS, Fraction(1, 100), 1000)), "smaller beta, from which it is raised; null: beta alone"
    )

    prelude = LINEAR_BETA_VAE
    stem = TEXTS["stem"]
    solution = TEXTS["solution"]

    @classmethod
    def draw_params(cls, rng: Random, fixed: Mapping[str, Any], kind: str) -> dict[str, Any]:
        """Equally often one, two and three latent variables are switched off; what a client fixed is one model."""
        off = rng.choice(tuple(BETWEEN))
        setting = rng.choice(settings(off))
        if not fixed:
            return setting.draw(rng, off)
        eigenvalues = tuple(sorted(rng.sample(EIGENVALUES, rng.randint(3, 5)), reverse=True))
        most = len(fixed.get("eigenvalues", eigenvalues))
        alone = {"eigenvalues": eigenvalues, "latents": rng.randint(1, most), "S": setting.S, "beta": setting.beta}
        return {**alone, "before": None}

    @classmethod
    @cache
    def space(cls, kind: str) -> int:
        """Fair or not."""
        return sum(setting.space(off) for off in BETWEEN for setting in settings(off))

    @property
    def asking(self) -> str:
        return "change" if self.before else "model"

    def constraints(self) -> Iterator[Problem]:
        if list(self.eigenvalues) != sorted(self.eigenvalues, reverse=True):
            yield Problem("/params/eigenvalues", "eigenvalues must be in falling order")
        if self.latents > len(self.eigenvalues):
            yield Problem("/params/latents", "there must not be more latent variables than eigenvalues")
        if self.before and self.before >= self.beta:
            yield Problem("/params/before", "before must be below beta")
        if self.beta * self.S >= self.eigenvalues[0]:
            yield Problem("/params/beta", "beta S must be below the largest eigenvalue: else nothing is active")
        for level in self.levels:
            if not all(is_apart(value, level) for value in self.eigenvalues):
                yield Problem("/params/beta", f"an eigenvalue is within a factor of {exp(APART):.2f} of beta S")
            if self.eigenvalues[0] > WIDEST * level:
                yield Problem("/params/beta", f"beta S must be at least 1/{WIDEST} of the largest eigenvalue")

    def solve(self) -> dict[str, Number]:
        return dict(self._fields)

    @cached_property
    def _fields(self) -> dict[str, Number]:
        return compared(self.optima) | {"collapse_beta": self.eigenvalues[0] / self.S}

    def _by(self, rule: Rule, levels: Sequence[Fraction]) -> dict[str, Number]:
        return compared([rule(self.spectrum, level) for level in levels])

    def distractors(self) -> Iterator[Wrong]:
        why, key, S, largest = TEXTS["why"], self._fields, self.S, self.eigenvalues[0]
        unavoidable = "" if self.before else LIMIT
        yield Wrong(key | self._by(rules.without_threshold, self.levels), why["threshold"], unavoidable=unavoidable)
        yield Wrong(key | self._by(rules.without_limit, self.levels), why["limit"], unavoidable=unavoidable)
        by_beta = self._by(optimum, self.betas)
        yield Wrong({**by_beta, "collapse_beta": largest}, why["beta_alone"])
        by_quotient = self._by(optimum, [beta / S for beta in self.betas])
        yield Wrong(key | {"kl": by_quotient["kl"], "collapse_beta": largest * S}, why["quotient"])
        yield Wrong(key | self._by(optimum, [beta**2 * S for beta in self.betas]), why["beta_squared"])
        kl = kl_of(self.optima)
        about = float(kl)
        yield Wrong(key | {"kl": times(kl, "2", 2 * about)}, why["half"])
        yield Wrong(key | {"kl": times(kl, "1/ln(2)", about / log(2))}, why["bits"])
        yield Wrong(key | {"kl": self._by(rules.capacity, self.levels)["kl"]}, why["capacity"])
        for name, rule in ERRORS.items():
            yield Wrong(key | {"error": self._by(rule, self.levels)["error"]}, why[name])
        if self.before:
            yield Wrong(key | compared(self.optima[-1:]), why["new"])
        elif self.latents < self.d:
            yield Wrong(key | {"error": self._by(rules.with_code_alone, self.levels)["error"]}, why["code_alone"])
        yield Wrong(key | {"collapse_beta": 1}, why["bound"])
        if self.latents > 1:
            yield Wrong(key | {"collapse_beta": self.eigenvalues[self.latents - 1] / S}, why["first_off"])
        yield Wrong(key | {"collapse_beta": S / largest}, why["inverse"])

    def effort(self) -> float:
        """For each beta the level, comparisons, a product of eigenvalues over powers of it, a logarithm, and a sum."""
        cost = multiplying(self.eigenvalues[0], self.S)
        for beta, level, found in zip(self.betas, self.levels, self.optima, strict=True):
            cost += multiplying(beta, self.S) + STEP * len(self.eigenvalues) + LOGARITHM
            cost += digits(*self.eigenvalues[: found.active]) + found.active * digits(level) + digits(*self.eigenvalues)
        return cost

    @classmethod
    def measure(cls, lab: Lab, questions: Sequence[Self]) -> list[Measurement]:
        cases = [(each.eigenvalues, each.latents, each.S, each.betas) for each in questions]
        trained = lab.linear_autoencoders.trained(cases, lambda place, models: questions[place].confirmed_by(models))
        return [
            Measurement(
                {**difference(models), "collapse_beta": lab.linear_autoencoders.collapse(each.eigenvalues, each.S)},
                tolerance=ACCEPTED,
                results=used,
            )
            for each, (models, used) in zip(questions, trained, strict=True)
        ]

    def confirmed_by(self, models: Sequence[Mapping[str, Any]]) -> bool:
        """Whether trainings give what is claimed; where not, they are repeated once."""
        found, key = difference(models), self.solve()
        return found["active"] == key["active"] and all(
            abs(found[name] - float(key[name])) <= ACCEPTED * abs(float(key[name])) for name in ("kl", "error")
        )

    def seconds(self, kind: str) -> float:
        return 2.5

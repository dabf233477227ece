"""The best rate of gradient descent by the condition number, and the other way round."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from random import Random
from typing import Any, Self

from bank.authoring import (
    Exercise,
    Formula,
    Lab,
    Measurement,
    OneOf,
    Optional,
    Rationals,
    Wrong,
    constant,
    param,
    rate,
    rounded,
)
from bank.families.optimisation import QUADRATIC_FORM

KAPPAS = (*range(2, 101), *(Fraction(p, q) for q in (2, 3, 4) for p in range(2 * q + 1, 12 * q) if p % q))

WRONG_RATES = (  # with the condition number in the place of {0}
    ("1 - 1/{0}", r"This is the rate at \(\eta = 1/\lambda_{\max}\), which is safe, but not optimal."),
    ("(sqrt({0}) - 1)/(sqrt({0}) + 1)", "This is the rate with momentum."),
    ("(({0} - 1)/({0} + 1))^2", r"This is the rate of \(f\), not that of \(\mathbf{x}\)."),
    ("{0}/({0} + 1)", r"The numerator is \(\lambda_{\max} - \lambda_{\min}\), not \(\lambda_{\max}\)."),
    ("2/({0} + 1)", r"This is \(1 - \rho^*\)."),
    ("1/{0}", r"The rate does not fall with \(\kappa\): it approaches 1."),
    ("1 - 1/sqrt({0})", "This is the rate of Nesterov's method."),
)
WRONG_FORMULAS = [(text.format("kappa"), why) for text, why in WRONG_RATES]
WRONG_CONDITIONS = (  # with the rate in the place of {0}
    ("1/(1 - {0})", r"This solves \(\rho = 1 - 1/\kappa\), the rate at \(\eta = 1/\lambda_{\max}\)."),
    ("((1 + {0})/(1 - {0}))^2", "This would be right with momentum."),
    ("(1 - {0})/(1 + {0})", r"Turned over: \(\kappa\) is at least 1."),
    ("(1 + sqrt({0}))/(1 - sqrt({0}))", r"This takes \(\rho\) for the rate of \(f\)."),
    ("2/(1 - {0})", r"This is \(\kappa + 1\)."),
    ("1/(1 - {0})^2", "This would be right with Nesterov's method."),
)


class OptimalRate(Exercise):
    """(kappa - 1)/(kappa + 1).

    >>> OptimalRate(ask="rate", kappa=Fraction(4), rate=None).solve()
    Fraction(3, 5)
    """

    title = "Gradient descent: rate by condition number"
    source = ("9d",)
    points = 2
    kinds = ("numeric", "single_choice", "expression")
    tiers = ("numeric",)
    experiment = "the smallest operator norm over all learning rates; a condition number by bisection on that"
    form = {"rate": rate(0.01), "kappa": rounded(0.01)}
    separation = 0.05

    ask: str = param(OneOf(("rate", "kappa")), "rate: by the condition number; kappa: the inverse")
    kappa: Fraction | None = param(
        Optional(Rationals(KAPPAS, 1, 10_000, above=True), "ask", "rate"), "condition number, unless asked"
    )
    rate: Fraction | None = param(
        Optional(Rationals((), 0, Fraction(99, 100), above=True), "ask", "kappa"), "rate, unless asked"
    )

    prelude = QUADRATIC_FORM
    stem = r"""
        Let \(\kappa = \lambda_{\max} / \lambda_{\min}\) be the condition number of \(\mathbf{A}\), and let \(\eta\) be
        the learning rate that gives the smallest convergence rate \(\rho^*\).

        <% if kind == "expression" %>
        What is \(\rho^*\), in terms of \(\kappa\)?
        <% elif ask == "rate" %>
        What is \(\rho^*\) for \(\kappa = <<kappa>>\)?
        <% else %>
        What is \(\kappa\) if \(\rho^* = <<rate>>\)?
        <% endif %>
    """
    solution = r"""
        At \(\eta^* = 2/(\lambda_{\min} + \lambda_{\max})\) the rate is
        \(\rho^* = 1 - \eta^*\lambda_{\min} = (\lambda_{\max} - \lambda_{\min})/(\lambda_{\max} + \lambda_{\min})
        = (\kappa - 1)/(\kappa + 1)\).
        <% if ask == "kappa" %>
        Solved for \(\kappa\): \(\kappa = (1 + \rho^*)/(1 - \rho^*) = <<answer>>\).
        <% elif kind != "expression" %>
        For \(\kappa = <<kappa>>\) this is \(<<answer>>\).
        <% endif %>
    """

    @classmethod
    def draw_params(cls, rng: Random, fixed: Mapping[str, Any], kind: str) -> dict[str, Any]:
        kappa = Fraction(rng.choice(KAPPAS))
        inverse = "rate" in fixed if {"kappa", "rate"} & set(fixed) else kind != "expression" and rng.random() < 0.3
        if fixed.get("ask", "kappa" if inverse else "rate") == "rate":
            return {"ask": "rate", "kappa": kappa, "rate": None}
        return {"ask": "kappa", "kappa": None, "rate": (kappa - 1) / (kappa + 1)}

    @classmethod
    def space(cls, kind: str) -> int:
        return 1 if kind == "expression" else 2 * len(set(KAPPAS))

    def solve(self) -> Fraction:
        if self.kappa is not None:
            return (self.kappa - 1) / (self.kappa + 1)
        assert self.rate is not None  # noqa: S101 - one of the two is set, or the question was refused
        return (1 + self.rate) / (1 - self.rate)

    def distractors(self) -> Iterator[Wrong]:
        k, table = self.kappa, WRONG_CONDITIONS if self.kappa is None else WRONG_RATES
        given = self.rate if k is None else k if k.denominator == 1 else f"({k})"
        return (Wrong(constant(text.format(given)), why) for text, why in table)

    def formula(self) -> Formula | None:
        """Of the rate; the condition number is asked in numbers only."""
        if self.kappa is None:
            return None
        return Formula("(kappa - 1)/(kappa + 1)", {"kappa": self.kappa}, WRONG_FORMULAS)

    @classmethod
    def measure(cls, lab: Lab, questions: Sequence[Self]) -> list[Measurement]:
        """Rates by the best learning rate of a form with a third eigenvalue between; conditions by bisection."""
        kappas = [question.kappa for question in questions if question.kappa is not None]
        rates = iter(lab.rates.best_rates([(1, (1 + kappa) / 2, kappa) for kappa in kappas]))
        given = [question.rate for question in questions if question.rate is not None]
        conditions = iter(lab.rates.conditions_for(given) if given else ())
        return [Measurement(next(rates if q.ask == "rate" else conditions), tolerance=1e-6) for q in questions]

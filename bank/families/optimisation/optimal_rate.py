"""The best rate of gradient descent by the condition number, and the other way round."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from random import Random
from typing import Any, Self

from bank.authoring import (
    STEP,
    Criterion,
    Essay,
    Exercise,
    Formula,
    Lab,
    Line,
    Measurement,
    OneOf,
    Optional,
    Rationals,
    Real,
    Wrong,
    along,
    digits,
    param,
    parse,
    rate,
    rounded,
    worth,
)
from bank.families.optimisation import QUADRATIC_FORM

PARTS = [Fraction(p, q) for q in (2, 3, 4, 5) for p in range(2 * q + 1, 12 * q)]
KAPPAS = tuple(sorted({*map(Fraction, range(3, 31)), *PARTS}))
RATES = tuple((kappa - 1) / (kappa + 1) for kappa in KAPPAS)
SYMBOLS = ("kappa", *"CKLQRSUVXYZabcdhkpqruvwyz")  # of the condition number
WRONG_RATES = (  # with the condition number in the place of {0}
    ("1 - 1/{0}", r"This is the rate at \(\eta = 1/\lambda_{\max}\), which is safe, but not optimal."),
    ("(sqrt({0}) - 1)/(sqrt({0}) + 1)", "This is the rate with momentum."),
    ("(({0} - 1)/({0} + 1))^2", r"This is the rate of \(f\), not that of \(\mathbf{x}\)."),
    ("{0}/({0} + 1)", r"The numerator is \(\lambda_{\max} - \lambda_{\min}\), not \(\lambda_{\max}\)."),
    ("2/({0} + 1)", r"This is \(1 - \rho^*\)."),
    ("1/{0}", r"The rate does not fall with \(\kappa\): it approaches 1."),
    ("1 - 1/sqrt({0})", "This is the rate of Nesterov's method."),
    ("({0} - 1/2)/({0} + 1)", r"The numerator is \(\kappa - 1\)."),
    ("1 - 1/(2*{0})", r"This takes \(\eta = 1/(2\lambda_{\max})\), which is smaller than the best learning rate."),
    ("1 - 1/({0} + 1)", r"This takes \(\eta = 1/(\lambda_{\min} + \lambda_{\max})\); the numerator is 2."),
    ("1/({0} + 1)", r"This takes \(\eta\lambda_{\min}\) at half of the best learning rate for the rate."),
    ("sqrt(({0} - 1)/({0} + 1))", r"\(\rho^*\) was taken for the rate of \(f\), and its root given."),
)
WRONG_CONDITIONS = (  # with the rate in the place of {0}
    ("1/(1 - {0})", r"This solves \(\rho = 1 - 1/\kappa\), the rate at \(\eta = 1/\lambda_{\max}\)."),
    ("((1 + {0})/(1 - {0}))^2", "This would be right with momentum."),
    ("(1 - {0})/(1 + {0})", r"This is \(1/\kappa\); \(\kappa\) is at least 1."),
    ("(1 + sqrt({0}))/(1 - sqrt({0}))", r"This takes \(\rho\) for the rate of \(f\)."),
    ("(1 + ({0})^2)/(1 - ({0})^2)", r"This takes \(\rho\) for the root of the rate."),
    ("2/(1 - {0})", r"This is \(\kappa + 1\)."),
    ("2*{0}/(1 - {0})", r"This is \(\kappa - 1\)."),
    ("{0}/(1 - {0})", r"This solves \(\rho = \kappa/(\kappa + 1)\); the numerator is \(\kappa - 1\)."),
    ("1/(1 - {0})^2", "This would be right with Nesterov's method."),
    ("1 + {0}", r"This is the numerator of \((1 + \rho^*)/(1 - \rho^*)\) only."),
)
MODEL = r"""
At \(\eta^* = 2/(\lambda_{\min} + \lambda_{\max})\) the rate is \(\rho^* = 1 - \eta^*\lambda_{\min}\). Put in:
\(\rho^* = 1 - 2\lambda_{\min}/(\lambda_{\min} + \lambda_{\max})
= (\lambda_{\max} - \lambda_{\min})/(\lambda_{\max} + \lambda_{\min})\). Divided by \(\lambda_{\min}\) above and below,
this is \((\kappa - 1)/(\kappa + 1)\).
"""
RUBRIC = (
    Criterion(
        "substitute", 1, r"\(\eta^*\) is put into \(1 - \eta\lambda_{\min}\) or into \(\eta\lambda_{\max} - 1\)."
    ),
    Criterion("result", 1, r"The result is \(\rho^* = (\kappa - 1)/(\kappa + 1)\)."),
)


class OptimalRate(Exercise):
    """(kappa - 1)/(kappa + 1).

    >>> OptimalRate(ask="rate", kappa=Fraction(4), rate=None, symbol="kappa").solve()
    Fraction(3, 5)
    """

    title = "Gradient descent: rate by condition number"
    source = ("9d",)
    points = 2
    kinds = ("numeric", "single_choice", "expression", "text")
    tiers = ("numeric",)
    experiment = "the smallest operator norm over all learning rates; a condition number by bisection on that"
    form = {"rate": rate(0.01), "kappa": rounded(0.01)}
    band = {"rate": (5.0, 15.0), "kappa": (10.0, 30.0)}
    separation = 0.03
    structure = ("symbol",)

    ask: str = param(OneOf(("rate", "kappa")), "rate: by the condition number; kappa: the inverse")
    kappa: Fraction | None = param(
        Optional(Rationals(KAPPAS, 1, 10_000, above=True), "ask", "rate"), "condition number, unless asked"
    )
    rate: Fraction | None = param(
        Optional(Rationals((), 0, Fraction(99, 100), above=True), "ask", "kappa"), "rate, unless asked"
    )

    symbol: str = param(OneOf(SYMBOLS), "letter of the condition number where a formula is asked")

    prelude = QUADRATIC_FORM
    stem = r"""
        Let \(<<letter>> = \lambda_{\max} / \lambda_{\min}\) be the condition number of \(\mathbf{A}\), and let
        \(\eta\) be the learning rate that gives the smallest convergence rate \(\rho^*\).

        <% if kind == "text" %>
        Let \(\eta^* = 2/(\lambda_{\min} + \lambda_{\max})\) be this learning rate. Derive \(\rho^*\) in terms of
        \(<<letter>>\).
        <% elif kind == "expression" %>
        What is \(\rho^*\), in terms of \(<<letter>>\)?
        <% elif ask == "rate" %>
        What is \(\rho^*\) for \(<<letter>> = <<kappa>>\)?
        <% else %>
        What is \(<<letter>>\) if \(\rho^* = <<rate>>\)?
        <% endif %>
    """
    solution = r"""
        At \(\eta^* = 2/(\lambda_{\min} + \lambda_{\max})\) the rate is \(\rho^* = 1 - \eta^*\lambda_{\min}
        = (\lambda_{\max} - \lambda_{\min})/(\lambda_{\max} + \lambda_{\min})\).

        Divided by \(\lambda_{\min}\) above and below: \(\rho^* = (<<letter>> - 1)/(<<letter>> + 1)\).

        <% if kind == "numeric" or kind == "single_choice" %>
        <% if ask == "kappa" %>
        Solved for \(\kappa\): \(\kappa = (1 + \rho^*)/(1 - \rho^*)\).

        Here \(1 + \rho^* = <<1 + rate>>\) and \(1 - \rho^* = <<1 - rate>>\), so \(\kappa = <<answer>>\).
        <% else %>
        Here \(\kappa - 1 = <<kappa - 1>>\) and \(\kappa + 1 = <<kappa + 1>>\), so \(\rho^* = <<answer>>\).
        <% endif %>
        <% endif %>
    """

    @property
    def letter(self) -> str:
        return parse(self.symbol, [self.symbol]).tex

    @classmethod
    def draw_params(cls, rng: Random, fixed: Mapping[str, Any], kind: str) -> dict[str, Any]:
        kappa = Fraction(4) if kind == "text" else rng.choice(KAPPAS)  # in words there is one question
        numbers = kind in ("numeric", "single_choice")
        inverse = "rate" in fixed if {"kappa", "rate"} & set(fixed) else numbers and rng.random() < 0.3
        symbol = rng.choice(SYMBOLS) if kind == "expression" else "kappa"
        if fixed.get("ask", "kappa" if inverse else "rate") == "rate":
            return {"ask": "rate", "kappa": kappa, "rate": None, "symbol": symbol}
        return {"ask": "kappa", "kappa": None, "rate": (kappa - 1) / (kappa + 1), "symbol": symbol}

    @classmethod
    def every(cls, kind: str) -> Iterable[Mapping[str, Any]]:
        if kind in ("expression", "text"):
            letters = SYMBOLS if kind == "expression" else ("kappa",)
            return [{"ask": "rate", "kappa": Fraction(4), "rate": None, "symbol": letter} for letter in letters]
        shared = {"symbol": "kappa"}
        rates = [{"ask": "rate", "kappa": kappa, "rate": None, **shared} for kappa in KAPPAS]
        conditions = ({"ask": "kappa", "kappa": None, "rate": (k - 1) / (k + 1), **shared} for k in KAPPAS)
        return [*rates, *conditions]

    @classmethod
    def space(cls, kind: str) -> int | None:
        return cls._fair_questions(kind)

    def solve(self) -> Fraction:
        if self.kappa is not None:
            return (self.kappa - 1) / (self.kappa + 1)
        assert self.rate is not None  # noqa: S101 - one of the two is set, or the question was refused
        return (1 + self.rate) / (1 - self.rate)

    def misreadings(self) -> Iterator[Line]:
        if self.ask == "rate":
            yield along(self, "kappa", r"\kappa", KAPPAS)
        else:
            yield along(self, "rate", r"\rho^*", RATES)

    def distractors(self) -> Iterator[Wrong]:
        k, table = self.kappa, WRONG_CONDITIONS if self.kappa is None else WRONG_RATES
        given = {"rate": self.rate} if k is None else {"kappa": k}
        (letter,) = given
        return (Wrong(worth(text.format(letter), **given), why) for text, why in table)

    def effort(self) -> float:
        if self.kappa is not None:
            return 3 * STEP + digits(self.kappa, (self.kappa - 1) / (self.kappa + 1))
        return 3 * STEP + 2.0 * digits(self.rate or 0) + digits(self.solve())

    def essay(self) -> Essay | None:
        return Essay(MODEL.strip(), RUBRIC)

    def formula(self) -> Formula | None:
        """Of the rate and of what follows from it; the condition number is asked in numbers only."""
        if self.kappa is None:
            return None
        wrong = [(text.format(self.symbol), why.replace(r"\kappa", self.letter)) for text, why in WRONG_RATES]
        text, domain = f"({self.symbol} - 1)/({self.symbol} + 1)", {self.symbol: Real(1, 100)}
        return Formula(text, {self.symbol: self.kappa}, domain, wrong)

    @classmethod
    def measure(cls, lab: Lab, questions: Sequence[Self]) -> list[Measurement]:
        """Rates by the best learning rate of a form with a third eigenvalue between; conditions by bisection."""
        kappas = [question.kappa for question in questions if question.kappa is not None]
        rates = iter(lab.rates.best_rates([(1, (1 + kappa) / 2, kappa) for kappa in kappas]))
        given = [question.rate for question in questions if question.rate is not None]
        conditions = iter(lab.rates.conditions_for(given) if given else ())
        return [Measurement(next(rates if q.ask == "rate" else conditions), tolerance=1e-6) for q in questions]

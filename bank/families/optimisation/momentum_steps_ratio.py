"""How many steps momentum needs for one of gradient descent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from math import log
from typing import Self

from bank.authoring import (
    LOGARITHM,
    ROOT,
    STEP,
    Constant,
    Criterion,
    Curve,
    Essay,
    Exercise,
    Lab,
    Line,
    Measurement,
    Plot,
    Rationals,
    Within,
    Wrong,
    along,
    digits,
    param,
    rounded,
    table_beside,
    worth,
)

TEXTS = table_beside(__file__)
ROOTS = tuple(sorted({Fraction(p, q) for q in range(1, 13) for p in range(q + 1, 20) if 1.5 <= (p / q) ** 2 <= 40}))
KAPPAS = tuple(root**2 for root in ROOTS)
SHOWN = 60  # steps in the figure
DESCENT, MOMENTUM = "(k - 1)/(k + 1)", "(sqrt(k) - 1)/(sqrt(k) + 1)"  # the rates for the condition number k
WRONG = (
    ("1/sqrt(k)", r"This is the leading order for large \(\kappa\) only."),
    (f"({MOMENTUM})/({DESCENT})", "Rates are not numbers of steps: take logarithms."),
    (f"(1 - {DESCENT})/(1 - {MOMENTUM})", "This is the first order of the logarithm only."),
    (f"ln(1 - 1/k)/ln({MOMENTUM})", r"\(1 - 1/\kappa\) is the rate for \(\eta = 1/\lambda_{\max}\), for another one."),
    (
        f"ln({DESCENT})/ln(1 - 1/sqrt(k))",
        r"\(1 - 1/\sqrt{\kappa}\) belongs to another method, that of Nesterov.",
    ),
    ("1/k", r"The gain is about \(\sqrt{\kappa}\), not \(\kappa\)."),
    ("1", "Momentum needs fewer steps than gradient descent."),
)
MIXED = r"\(\ln\) and \(\log_{10}\) were mixed:"
MULTIPLES = (
    (1 / log(10), "({0})/ln(10)", rf"{MIXED} \(\log_{{10}}\) above, \(\ln\) below."),
    (log(10), "({0})*ln(10)", rf"{MIXED} \(\ln\) above, \(\log_{{10}}\) below."),
    (1 / 2, "({0})/2", r"The rate of \(f\) was taken for momentum only."),
)
INVERSE = r"This is \(n/m\); momentum needs fewer steps, so \(m/n\) is below 1."


class MomentumStepsRatio(Exercise):
    """ln((kappa + 1)/(kappa - 1)) / ln((sqrt(kappa) + 1)/(sqrt(kappa) - 1)).

    >>> MomentumStepsRatio(kappa=Fraction(4)).solve()
    Constant(text='ln(5/3)/ln(3)')
    """

    title = "Momentum against gradient descent: steps"
    source = ("9e",)
    points = 2
    kinds = ("numeric", "single_choice", "text")
    tiers = ("numeric",)
    experiment = "logarithms of two measured rates: descent at its best, heavy ball at its best; a run of heavy ball"
    form = rounded(0.01)
    separation = 0.05
    band = (40, 60)
    calculator = True
    tried = {"kappa": Fraction(100)}
    plot = Plot(
        title="Contraction of the error on the same quadratic form",
        x="step t",
        y="error ‖xₜ − x*‖ / ‖x₀ − x*‖",
        curves=(Curve("gradient_descent", "gradient descent"), Curve("heavy_ball", "heavy ball")),
        logarithmic=True,
        alt="How many steps each method needs at condition number <<kappa>>: the error is 1/1000 after "
        "<<gradient_descent|reached(0.001)>> steps of gradient descent and <<heavy_ball|reached(0.001)>> of heavy ball",
    )

    kappa: Fraction = param(
        Rationals(KAPPAS, Fraction(3, 2), 100),
        "condition number of A; a square where it is drawn",
    )

    stem = r"""
        \(f(\mathbf{x}) = \tfrac12 \mathbf{x}^\top \mathbf{A} \mathbf{x}\), with \(\mathbf{A}\) symmetric and positive
        definite, is minimised. Let \(\kappa\) be the condition number of \(\mathbf{A}\). Gradient descent at its best
        learning rate has the rate \((\kappa - 1)/(\kappa + 1)\), and with momentum, at its best setting, the rate
        becomes \((\sqrt{\kappa} - 1)/(\sqrt{\kappa} + 1)\). Assume that the error after \(t\) steps is \(C\rho^t\),
        with the same \(C\) for both methods.

        <% if kind == "text" %>
        Let \(\rho_{GD}\) be the rate of gradient descent, and \(\rho_M\) the rate with momentum. To reach an error of
        \(\delta\), gradient descent needs \(n\) steps, and momentum needs \(m\). Derive \(m/n\) in terms of the two
        rates. Then show why momentum needs about \(\sqrt{\kappa}\) times fewer steps where \(\kappa\) is large.
        <% else %>
        For \(\kappa = <<kappa>>\), gradient descent needs \(n\) steps to reach an error of \(\delta\), and momentum
        needs \(m\). What is \(m/n\)?
        <%- endif %>
    """
    solution = r"""
        <% if kind == "text" %>
        Both reach the same error: \(\rho_{GD}^n = \rho_M^m\), so \(m/n = \ln\rho_{GD} / \ln\rho_M\). For large
        \(\kappa\) this is about \((-2/\kappa) / (-2/\sqrt{\kappa}) = 1/\sqrt{\kappa}\).
        <% else %>
        <% set rounded = "%.4f"|format(answer|float) %>
        The rates are \(\rho_{GD} = <<descent>>\) and \(\rho_M = <<momentum>>\). Both reach the same error:
        \(\rho_{GD}^n = \rho_M^m\), so \(m/n = \ln\rho_{GD} / \ln\rho_M = <<answer>> \approx <<rounded>>\).
        <%- endif %>
    """

    @cached_property
    def descent(self) -> Fraction:
        return (self.kappa - 1) / (self.kappa + 1)

    @cached_property
    def momentum(self) -> Fraction | Constant:
        return worth("(sqrt(k) - 1)/(sqrt(k) + 1)", k=self.kappa)

    def essay(self) -> Essay:
        return Essay(TEXTS["model"].strip(), [Criterion(**row) for row in TEXTS["rubric"]])

    def effort(self) -> float:
        """Two rates, a root, two logarithms, a quotient."""
        return ROOT + 2 * LOGARITHM + 6 * STEP + 2 * digits(self.descent, self.kappa)

    def solve(self) -> Constant:
        if isinstance(self.momentum, Fraction):
            return Constant(f"ln({1 / self.descent})/ln({1 / self.momentum})")
        return Constant(f"ln({1 / self.descent})/ln((sqrt({self.kappa}) + 1)/(sqrt({self.kappa}) - 1))")

    def misreadings(self) -> Iterator[Line]:
        yield along(self, "kappa", r"\kappa", KAPPAS)

    def distractors(self) -> Iterator[Wrong]:
        for formula, why in WRONG:
            yield Wrong(worth(formula, k=self.kappa), why)
        key = self.solve()
        for times, formula, why in MULTIPLES:
            yield Wrong(Constant(formula.format(key.text), times * float(key)), why, offered=times != 1 / 2)
        yield Wrong(Constant(f"1/({key.text})", 1 / float(key)), INVERSE)

    @classmethod
    def measure(cls, lab: Lab, questions: Sequence[Self]) -> list[Measurement]:
        spectra = [(1, (1 + question.kappa) / 2, question.kappa) for question in questions]
        named = "the same with the rate of a real run of heavy ball"
        return [
            Measurement(
                found.by_rates,
                tolerance=1e-3,
                also=(Within(named, found.by_run, below=0.01 * found.by_run, above=0.01 * found.by_run),),
                series={"x": list(range(SHOWN + 1)), **found.curves},
            )
            for found in lab.rates.methods_compared(spectra, SHOWN)
        ]

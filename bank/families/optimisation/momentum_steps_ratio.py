"""How many steps momentum needs for one of gradient descent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Self

from bank.authoring import (
    LOGARITHM,
    ROOT,
    STEP,
    Constant,
    Curve,
    Exercise,
    Lab,
    Line,
    Measurement,
    Plot,
    Rationals,
    Within,
    Wrong,
    along,
    constant,
    digits,
    param,
    rounded,
)
from bank.notation.rational import Fraction

ROOTS = tuple(sorted({Fraction(p, q) for q in range(1, 13) for p in range(q + 1, 20) if 1.5 <= (p / q) ** 2 <= 40}))
SHOWN = 60  # steps in the figure


class MomentumStepsRatio(Exercise):
    """ln((kappa + 1)/(kappa - 1)) / ln((sqrt(kappa) + 1)/(sqrt(kappa) - 1)).

    >>> MomentumStepsRatio(kappa=Fraction(4)).solve()
    Constant(text='ln(5/3)/ln(3)')
    """

    title = "Momentum against gradient descent: steps"
    source = ("9e",)
    points = 2
    kinds = ("numeric", "single_choice")
    tiers = ("numeric",)
    experiment = "logarithms of two measured rates: descent at its best, heavy ball at its best; a run of heavy ball"
    form = rounded(0.01)
    separation = 0.05
    band = (40, 60)
    calculator = True
    plot = Plot(
        title="Contraction of the error on the same quadratic form",
        x="step t",
        y="error ‖xₜ − x*‖ / ‖x₀ − x*‖",
        curves=(Curve("gradient_descent", "gradient descent"), Curve("heavy_ball", "heavy ball")),
        logarithmic=True,
        alt="On a logarithmic scale both errors end on straight lines; heavy ball may rise first, then is steeper",
    )

    kappa: Fraction = param(
        Rationals(tuple(root**2 for root in ROOTS), Fraction(3, 2), 100),
        "condition number of A; a square where it is drawn",
    )

    stem = r"""
        \(f(\mathbf{x}) = \tfrac12 \mathbf{x}^\top \mathbf{A} \mathbf{x}\), with \(\mathbf{A}\) symmetric and positive
        definite, is minimised. Let \(\kappa\) be the condition number of \(\mathbf{A}\). Gradient descent at its best
        learning rate has the rate \((\kappa - 1)/(\kappa + 1)\), and with momentum, at its best setting, the rate
        becomes \((\sqrt{\kappa} - 1)/(\sqrt{\kappa} + 1)\). Assume that the error after \(t\) steps is \(C\rho^t\),
        with the same \(C\) for both methods.

        For \(\kappa = <<kappa>>\), gradient descent needs \(n\) steps to reach an error of \(\delta\), and momentum
        needs \(m\). What is \(m/n\)?
    """
    solution = r"""
        <% set rounded = "%.4f"|format(answer|float) %>
        The rates are \(\rho_{GD} = <<descent>>\) and \(\rho_M = <<momentum>>\). Both reach the same error:
        \(\rho_{GD}^n = \rho_M^m\), so \(m/n = \ln\rho_{GD} / \ln\rho_M = <<answer>> \approx <<rounded>>\).
    """

    @property
    def descent(self) -> Fraction:
        return (self.kappa - 1) / (self.kappa + 1)

    @property
    def momentum(self) -> Fraction | Constant:
        return constant(f"(sqrt({self.kappa}) - 1)/(sqrt({self.kappa}) + 1)")

    def effort(self) -> float:
        """Two rates, a root, two logarithms, a quotient."""
        return ROOT + 2 * LOGARITHM + 6 * STEP + 2 * digits(self.descent, self.kappa)

    def solve(self) -> Constant:
        if isinstance(self.momentum, Fraction):
            return Constant(f"ln({1 / self.descent})/ln({1 / self.momentum})")
        return Constant(f"ln({1 / self.descent})/ln((sqrt({self.kappa}) + 1)/(sqrt({self.kappa}) - 1))")

    def misreadings(self) -> Iterator[Line]:
        yield along(self, "kappa", r"\kappa", [root**2 for root in ROOTS])

    def distractors(self) -> Iterator[Wrong]:
        k, descent, key = self.kappa, self.descent, self.solve().text
        momentum = f"(sqrt({k}) - 1)/(sqrt({k}) + 1)"
        yield Wrong(constant(f"1/sqrt({k})"), r"This is the leading order for large \(\kappa\) only.")
        yield Wrong(constant(f"({momentum})/({descent})"), "Rates are not numbers of steps: take logarithms.")
        yield Wrong(constant(f"(1 - {descent})/(1 - {momentum})"), "This is the first order of the logarithm only.")
        yield Wrong(Constant(f"1/({key})"), r"This is \(n/m\); momentum needs fewer steps, so \(m/n\) is below 1.")
        mixed = r"\(\ln\) and \(\log_{10}\) were mixed:"
        yield Wrong(Constant(f"({key})/ln(10)"), rf"{mixed} \(\log_{{10}}\) above, \(\ln\) below.")
        yield Wrong(Constant(f"({key})*ln(10)"), rf"{mixed} \(\ln\) above, \(\log_{{10}}\) below.")
        plain = f"ln(1 - 1/({k}))/ln({momentum})"
        yield Wrong(constant(plain), r"\(1 - 1/\kappa\) is the rate for \(\eta = 1/\lambda_{\max}\), for another one.")
        nesterov = f"ln({descent})/ln(1 - 1/sqrt({k}))"
        yield Wrong(constant(nesterov), r"\(1 - 1/\sqrt{\kappa}\) belongs to another method, that of Nesterov.")
        yield Wrong(1 / k, r"The gain is about \(\sqrt{\kappa}\), not \(\kappa\).")
        yield Wrong(Constant(f"({key})/2"), r"The rate of \(f\) was taken for momentum only.", offered=False)
        yield Wrong(1, "Momentum needs fewer steps than gradient descent.")

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

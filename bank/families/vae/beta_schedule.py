"""Which of the curves belongs to which beta? The figure shows trainings of a beta-VAE that differ in it alone."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from random import Random
from typing import Any

from bank.authoring import (
    Curve,
    Exercise,
    Integers,
    Lab,
    Lists,
    Measurement,
    OneOf,
    Plot,
    Problem,
    Rationals,
    Run,
    Shown,
    Wrong,
    param,
)
from bank.families.vae import BETA_VAE, decimal

BETAS = (Fraction(1, 4), Fraction(1), Fraction(4), Fraction(16), Fraction(256))
CURVES = ("A", "B", "C", "D")
QUANTITIES = {"kl": "mean KL divergence (nats)", "mse": "mean squared error"}
SEEDS = 8
STEPS = tuple(range(0, 301, 10))
FINAL = {"kl": (5.6, 3.9, 2.2, 1.0, 0.002), "mse": (0.027, 0.04, 0.09, 0.25, 1.0)}  # of the made-up run
START = {"kl": 0.9, "mse": 1.4}


class BetaSchedule(Exercise):
    """The larger beta, the smaller the divergence and the larger the error.

    >>> models = (Fraction(4), Fraction(1, 4), Fraction(256), Fraction(1))
    >>> BetaSchedule(models=models, beta=Fraction(256), quantity="kl", seed=0).solve()
    'C'
    """

    title = "β-VAE: trainings with several β"
    source = ("8c+",)
    points = 1
    kinds = ("single_choice",)
    tiers = ("training",)
    experiment = "the curves as drawn, beside trainings with four other seeds and each value of beta"
    order = CURVES
    band = (4, 4)

    models: tuple[Fraction, ...] = param(
        Lists(Rationals(BETAS, 0, 1000), 4, 4, distinct=True), "beta of the curves A, B, C and D"
    )
    beta: Fraction = param(Rationals(BETAS, 0, 1000), "whose curve is asked for")
    quantity: str = param(OneOf(tuple(QUANTITIES)), "what the figure shows: kl or mse")
    seed: int = param(Integers(0, SEEDS - 1, 0, 10_000), "of the run that the figure shows")

    prelude = BETA_VAE
    stem = r"""
        Four such models were trained on the same data. They differ in nothing but \(\beta\), which was
        <<listed_betas>>. The figure shows <<shown_quantity>> during the training.

        Which of the curves belongs to \(\beta = <<asked_beta>>\)?
    """
    solution = r"""
        <% if quantity == "kl" %>
        The larger \(\beta\), the more the divergence from the prior weighs, and the smaller it is at the end.
        <% else %>
        The larger \(\beta\), the less the reconstruction weighs, and the larger its error is at the end.
        <% endif %>
        From top to bottom the curves end in the order <<downwards|join(", ")>>, so they belong to
        \(\beta = <<betas_downwards>>\). Curve <<answer>> has \(\beta = <<asked_beta>>\).
    """

    @classmethod
    def draw_params(cls, rng: Random, fixed: Mapping[str, Any], kind: str) -> dict[str, Any]:
        models = fixed.get("models") or tuple(rng.sample(BETAS, len(CURVES)))
        return {**super().draw_params(rng, {"models": models}, kind), "beta": rng.choice(models)}

    @classmethod
    def space(cls, kind: str) -> int:
        return math.perm(len(BETAS), len(CURVES)) * len(CURVES) * len(QUANTITIES) * SEEDS

    def constraints(self) -> Iterator[Problem]:
        if not {*self.models} <= {*BETAS}:
            yield Problem("/params/models", f"beta must be one of {', '.join(map(decimal, BETAS))}")
        elif self.beta not in self.models:
            yield Problem("/params/beta", "no curve belongs to this beta")

    def effort(self) -> float:
        """A look at each curve."""
        return float(len(CURVES))

    @property
    def asked_beta(self) -> str:
        return decimal(self.beta)

    @property
    def listed_betas(self) -> str:
        *others, last = map(decimal, sorted(self.models))
        return f"{', '.join(others)} or {last}"

    @property
    def shown_quantity(self) -> str:
        return {
            "kl": "the mean over all images of the divergence of the encoder from the prior",
            "mse": "the mean squared error of the reconstructions",
        }[self.quantity]

    @property
    def downwards(self) -> list[str]:
        """The curves by their ends, the uppermost first."""
        rising = sorted(zip(self.models, CURVES, strict=True), reverse=self.quantity == "mse")
        return [curve for _, curve in rising]

    @property
    def betas_downwards(self) -> str:
        return r",\; ".join(map(decimal, sorted(self.models, reverse=self.quantity == "mse")))

    def solve(self) -> str:
        return CURVES[self.models.index(self.beta)]

    def distractors(self) -> Iterator[Wrong]:
        what = {"kl": "the smaller the divergence", "mse": "the larger the error"}[self.quantity]
        for curve, beta in zip(CURVES, self.models, strict=True):
            if beta != self.beta:
                ends = "above" if (beta < self.beta) == (self.quantity == "kl") else "below"
                why = f"This curve ends {ends} the one that is asked for: the larger β, {what} at the end."
                yield Wrong(curve, why)

    def show(self, options: Sequence[Any]) -> list[str]:
        return [f"Curve {option}" for option in options]

    def run(self) -> Run:
        settings = {"seed": self.seed, "betas": [float(beta) for beta in BETAS], "curves": True}
        specimen = {f"{name}_curves": [_made_up(name, place) for place in range(len(BETAS))] for name in QUANTITIES}
        return Run("beta_vae", settings, {"x": list(STEPS), **specimen})

    def shown(self, result: Any) -> Shown:
        curves = result[f"{self.quantity}_curves"]
        series = {curve: curves[BETAS.index(beta)] for curve, beta in zip(CURVES, self.models, strict=True)}
        plot = Plot(
            title="",
            x="training step",
            y=QUANTITIES[self.quantity],
            alt="Four trainings of a β-VAE with different β, called A, B, C and D: <<shown_quantity>>",
            curves=tuple(Curve(curve, f"curve {curve}") for curve in CURVES),
            logarithmic=self.quantity == "mse",
        )
        return Shown(plot, {"x": result["x"], **series})

    @classmethod
    def measure(cls, lab: Lab, questions: Sequence[BetaSchedule]) -> list[Measurement]:
        return [question._found(lab) for question in questions]

    def _found(self, lab: Lab) -> Measurement:
        series = self.shown(self.outcome).series
        with lab.noted() as used:
            curves = {curve: series[curve] for curve in CURVES}
            betas = [float(beta) for beta in self.models]
            owner = lab.beta_vaes.owner(curves, self.quantity, betas, float(self.beta))
        return Measurement(owner, tolerance=0.0, results=list(used))


def _made_up(name: str, place: int) -> list[float]:
    """A curve of the made-up run: from its start to its end."""
    end = FINAL[name][place]
    return [float(f"{end + (START[name] - end) * math.exp(-step / 40):.4g}") for step in STEPS]

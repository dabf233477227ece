"""What the quantities around the ELBO are called."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod
from typing import Any

from bank.authoring import Criterion, Essay, Exercise, Lab, Measurement, OneOf, Wrong, param, table_beside

TEXTS = table_beside(__file__)
ROLES: dict[str, dict[str, str]] = TEXTS["roles"]
RUBRIC = (
    Criterion("R1", 1.5, "Calls the first term the reconstruction term, or the expected log-likelihood."),
    Criterion("R2", 1.5, "Calls the divergence the regularisation term, or the term that matches the prior."),
)
CODES, DATA, LOGARITHMS = ("z", "h", "u"), ("x", "y"), (r"\log", r"\ln")


class ElboTerms(Exercise):
    """Four quantities, each with its name: the two terms, what they bound, and what is missing to it.

    >>> asked = {"ask": "name", "code": "z", "data": "x", "logarithm": r"\\ln", "indexed": True}
    >>> ElboTerms(quantity="divergence_from_prior", **asked).solve()
    'the regularisation term'
    """

    title = "VAE: names of the terms of the ELBO"
    source = ("8a",)
    points = 3
    kinds = ("text", "single_choice")
    tiers = ("numeric",)
    experiment = "what each quantity does on a grid of codes when encoder, decoder and prior are changed"
    tried = {
        "ask": "name",
        "quantity": "expected_log_likelihood",
        "code": "z",
        "data": "x",
        "logarithm": r"\log",
        "indexed": True,
    }
    band = {"name": (4, 4), "formula": (4, 4)}

    ask: str = param(OneOf(("name", "formula")), "whether the name of a quantity is asked for, or its formula")
    quantity: str = param(OneOf(tuple(ROLES)), "which of the four quantities")
    code: str = param(OneOf(CODES), "the letter of the code")
    data: str = param(OneOf(DATA), "the letter of an image")
    logarithm: str = param(OneOf(LOGARITHMS), "how the natural logarithm is written")
    indexed: bool = param(OneOf((False, True)), "whether encoder and decoder show their parameters")

    stem = TEXTS["stem"]
    solution = TEXTS["solution"]

    @classmethod
    def space(cls, kind: str) -> int:
        choices = (("name", "formula"), ROLES, CODES, DATA, LOGARITHMS, (False, True))
        return 1 if kind == "text" else prod(map(len, choices))

    def effort(self) -> float:
        """A look at each of four."""
        return float(len(ROLES))

    def solve(self) -> str:
        return self._said(self.quantity)

    def distractors(self) -> Iterator[Wrong]:
        for other, role in ROLES.items():
            if other != self.quantity:
                what = self.formulas[other] if self.ask == "name" else role["name"]
                is_that = (
                    f"That is {what}: {role['why']}"
                    if self.ask == "formula"
                    else f"That is \\({what}\\): {role['why']}"
                )
                yield Wrong(self._said(other), is_that)

    def show(self, options: Sequence[Any]) -> list[str]:
        return [str(option) for option in options]

    def _said(self, quantity: str) -> str:
        """As an option: a name, or a formula."""
        return ROLES[quantity]["name"] if self.ask == "name" else rf"\({self.formulas[quantity]}\)"

    @property
    def formulas(self) -> dict[str, str]:
        z, x = rf"\mathbf{{{self.code}}}", rf"\mathbf{{{self.data}}}"
        q, p = (r"q_{\phi}", r"p_{\theta}") if self.indexed else ("q", "p")
        encoder, decoder, prior = f"{q}({z}|{x})", f"{p}({x}|{z})", f"p({z})"
        return {
            "expected_log_likelihood": rf"\mathrm{{E}}_{{{encoder}}}[{self.logarithm} {decoder}]",
            "divergence_from_prior": rf"\mathrm{{KL}}({encoder} \,\|\, {prior})",
            "evidence": rf"{self.logarithm} {p}({x})",
            "divergence_from_posterior": rf"\mathrm{{KL}}({encoder} \,\|\, {p}({z}|{x}))",
        }

    @property
    def asked_formula(self) -> str:
        return self.formulas[self.quantity]

    @property
    def first(self) -> str:
        return self.formulas["expected_log_likelihood"]

    @property
    def second(self) -> str:
        return self.formulas["divergence_from_prior"]

    @property
    def role(self) -> dict[str, str]:
        return ROLES[self.quantity]

    def essay(self) -> Essay | None:
        return Essay(TEXTS["model"].strip(), RUBRIC)

    def measured(self, lab: Lab) -> Measurement:
        """The name of the quantity that does what this one does."""
        found = lab.elbo_roles.quantity_that(**lab.elbo_roles.does(self.quantity))
        return Measurement(self._said(found), tolerance=0.0)

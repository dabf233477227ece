"""One step of gradient descent on a quadratic form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from itertools import combinations
from random import Random
from typing import Any, Self

from bank.authoring import (
    Evidence,
    Exercise,
    Formula,
    Integers,
    Lab,
    Lists,
    Matrix,
    Measurement,
    Number,
    OneOf,
    Problem,
    Rationals,
    Wrong,
    is_below,
    is_positive_definite,
    param,
    parse,
    symmetric_part,
    times,
    transposed,
)

ETAS = tuple(Fraction(1, k) for k in (4, 5, 6, 8, 10))  # falling: where one contracts, so do the next
ROUNDING = 1e-9  # by which float64 may part a formula from a run
RUNS = (1, 2, 3, 5)  # steps at which the formula in letters is compared
Vector = tuple[Fraction, ...]


class GdStep(Exercise):
    """x - eta (S x - b), where S is the symmetric part of A.

    >>> question = GdStep(A=((2, 0), (0, 4)), b=(0, 0), x=(1, -1), eta=Fraction(1, 8), symmetric=True)
    >>> [str(value) for value in question.solve().values()]
    ['3/4', '-1/2']
    """

    title = "Gradient descent: one step"
    source = ("9a",)
    points = 3
    kinds = ("fields", "expression")
    tiers = ("numeric",)
    experiment = "one step of a real optimiser along the gradient that autograd finds"
    relative = 0.0

    A: tuple[tuple[int, ...], ...] = param(Lists(Lists(Integers(-4, 9, -50, 50), 2, 3), 2, 3), "matrix, row by row")
    b: tuple[int, ...] = param(Lists(Integers(-4, 4, -50, 50), 2, 3), "linear term")
    x: tuple[int, ...] = param(Lists(Integers(-3, 3, -50, 50), 2, 3), "where the step begins")
    eta: Fraction = param(Rationals(ETAS, 0, 10, above=True), "learning rate")
    symmetric: bool = param(OneOf((True, False)), "whether A is symmetric")

    stem = r"""
        <% if kind == "expression" %>
        Let \(f(\mathbf{x}) = \tfrac12 \mathbf{x}^\top \mathbf{A} \mathbf{x}\) with \(\mathbf{A}\) symmetric and
        positive definite, let \(\mathbf{u}\) be one of its orthonormal eigenvectors, and \(\lambda\) the eigenvalue
        of \(\mathbf{u}\). The component of \(\mathbf{x}_0\) along \(\mathbf{u}\) is \(c\). Gradient descent takes
        \(k\) steps of learning rate \(\eta\). What is the component of \(\mathbf{x}_k\) along \(\mathbf{u}\)?
        <% else %>
        Let \(f(\mathbf{x}) = \tfrac12 \mathbf{x}^\top \mathbf{A} \mathbf{x}<% if linear %> - \mathbf{b}^\top
        \mathbf{x}<% endif %>\) with
        \[\mathbf{A} = <<A|matrix>><% if linear %>, \quad \mathbf{b} = <<b|vector>><% endif %>.\]

        <% if not symmetric %>
        Note that \(\mathbf{A}\) is **not** symmetric.
        <% endif %>
        Gradient descent with learning rate \(\eta = <<eta>>\) takes one step from \(\mathbf{x}_t = <<x|vector>>\).
        What is \(\mathbf{x}_{t+1}\)?
        <% endif %>
    """
    solution = r"""
        <% if kind == "expression" %>
        A step is \(\mathbf{x}_{t+1} = (\mathbf{I} - \eta\mathbf{A})\mathbf{x}_t\), which multiplies the component along
        \(\mathbf{u}\) by \(1 - \eta\lambda\). After \(k\) steps it is \((1 - \eta\lambda)^k\, c\).
        <% else %>
        \(\nabla f(\mathbf{x})
        = <% if symmetric %>\mathbf{A}<% else %>\tfrac12 (\mathbf{A} + \mathbf{A}^\top)<% endif %> \mathbf{x}
        <% if linear %>- \mathbf{b}<% endif %> = <<gradient|vector>>\)
        at \(\mathbf{x}_t\), so \(\mathbf{x}_{t+1} = \mathbf{x}_t - \eta \nabla f(\mathbf{x}_t) = <<answer|vector>>\).
        <% endif %>
    """

    @classmethod
    def draw_params(cls, rng: Random, fixed: Mapping[str, Any], kind: str) -> dict[str, Any]:
        n = next((len(fixed[name]) for name in ("A", "b", "x") if name in fixed), rng.choice((2, 3)))
        symmetric = fixed.get("symmetric", rng.random() < 0.7)
        A = fixed.get("A") or _positive_definite(rng, n, symmetric)
        form = symmetric_part(A)
        first = next((place for place, eta in enumerate(ETAS) if is_below(form, 2 / eta)), len(ETAS) - 1)
        b = tuple(rng.randint(-4, 4) for _ in range(n)) if rng.random() < 0.5 else (0,) * n
        x = tuple(rng.randint(-3, 3) for _ in range(n))
        drawn = {"A": A, "b": b, "x": x, "eta": rng.choice(ETAS[first:]), "symmetric": symmetric}
        return drawn | dict(fixed) | ({"symmetric": transposed(A) == A} if "symmetric" not in fixed else {})

    @classmethod
    def space(cls, kind: str) -> None:
        """Not counted: how many learning rates there are depends on the matrix."""

    def constraints(self) -> Iterator[Problem]:
        n = len(self.A)
        sizes = (("A", [len(row) for row in self.A]), ("b", [len(self.b)]), ("x", [len(self.x)]))
        wrong = [name for name, lengths in sizes if set(lengths) != {n}]
        yield from (Problem(f"/params/{name}", f"{name} must have the size of A, which is square") for name in wrong)
        if wrong:
            return
        if self.symmetric != (transposed(self.A) == self.A):
            yield Problem("/params/symmetric", "symmetric must say whether A is")
        if not is_positive_definite(self._form):
            yield Problem("/params/A", "the symmetric part of A must be positive definite")
        elif not is_below(self._form, 2 / self.eta):
            yield Problem("/params/eta", "eta must be below 2 / lambda_max, else gradient descent diverges")
        elif not any(self._slope):
            yield Problem("/params/x", "x is the minimiser: there is no step to take")

    @cached_property
    def _form(self) -> tuple[Vector, ...]:
        return symmetric_part(self.A)

    @cached_property
    def _slope(self) -> Vector:
        """The gradient at x."""
        return self._gradient(self._form)

    def _gradient(self, matrix: Matrix, sign: int = -1) -> Vector:
        products = times(matrix, self.x)
        return tuple(total + sign * b for total, b in zip(products, self.b, strict=True))

    def _moved(self, gradient: Vector, factor: Fraction) -> dict[str, Number]:
        return {f"x{i}": x + factor * g for i, (x, g) in enumerate(zip(self.x, gradient, strict=True), 1)}

    def solve(self) -> dict[str, Number]:
        return self._moved(self._slope, -self.eta)

    def distractors(self) -> Iterator[Wrong]:
        gradient, eta = self._slope, self.eta
        yield Wrong(self._moved(gradient, eta), "The gradient points uphill: subtract it.")
        yield Wrong(self._moved(gradient, -2 * eta), r"The \(\tfrac12\) cancels the 2 of the derivative.")
        yield Wrong(self._moved(gradient, -eta / 2), r"The gradient is \(\mathbf{A}\mathbf{x}\), without a half.")
        step: dict[str, Number] = {f"x{i}": -eta * g for i, g in enumerate(gradient, 1)}
        yield Wrong(step, r"This is the step alone: \(\mathbf{x}_t\) was forgotten.")
        if not self.symmetric:
            one_sided = r"The gradient of \(\mathbf{x}^\top\mathbf{A}\mathbf{x}\) needs \(\mathbf{A}^\top\) too."
            yield Wrong(self._moved(self._gradient(self.A), -eta), one_sided)
        if any(self.b):
            yield Wrong(self._moved(self._gradient(self._form, sign=1), -eta), r"\(\mathbf{b}\) has the wrong sign.")

    def formula(self) -> Formula:
        wrong = [
            ("(1 + eta*lam)^k*c", "The gradient points uphill: subtract it."),
            ("(1 - 2*eta*lam)^k*c", r"The \(\tfrac12\) cancels the 2 of the derivative."),
            ("(1 - k*eta*lam)*c", "Each step starts where the last one ended: factors multiply."),
            ("(1 - eta*lam)^k", r"The component at the start, \(c\), is missing."),
        ]
        at: dict[str, Number] = {"eta": self.eta, "lam": sum(self.A[0]), "k": RUNS[-1], "c": self.x[0]}
        return Formula("(1 - eta*lam)^k*c", at, wrong)

    def words(self, kind: str) -> Mapping[str, object]:
        answer = tuple(self.solve().values())
        return {"linear": any(self.b), "gradient": self._slope, "answer": answer}

    @classmethod
    def measure(cls, lab: Lab, questions: Sequence[Self]) -> list[Measurement]:
        runs = ((q.A, q.b, q.x, q.eta) for q in questions)
        found = (lab.gradients.optimiser_run(*run, steps=1) for run in runs)
        return [Measurement({f"x{i}": x for i, x in enumerate(end, 1)}, tolerance=1e-12) for end in found]

    @classmethod
    def prove_formula(cls, lab: Lab, question: Self, found: Measurement) -> Evidence:
        """Along every eigenvector of a real form, the component after real steps is the one that the formula gives."""
        own, formula = question.judged(found, "expression"), question.formula()
        run = lab.gradients.components_after
        runs = {steps: run(question.A, question.x, question.eta, steps) for steps in RUNS}
        gap = _largest_gap(formula.text, runs, question.eta)
        wrong = [_refutation(text, _largest_gap(text, runs, question.eta)) for text, _ in formula.wrong]
        fine = gap <= ROUNDING and all(mistake["verdict"] == "refuted" for mistake in wrong)
        return replace(
            own,
            verdict="confirmed" if fine and own.verdict == "confirmed" else "refuted",
            experiment=f"components along every eigenvector after up to {RUNS[-1]} real steps, beside the formula",
            claimed=formula.text,
            measured=f"largest deviation {gap:.1e}",
            tolerance=ROUNDING,
            distractors=wrong,
        )


def _refutation(text: str, gap: float) -> dict[str, Any]:
    return {"value": text, "verdict": "refuted" if gap > ROUNDING else "not refuted", "margin": gap}


def _largest_gap(text: str, runs: Mapping[int, Sequence[tuple[float, float, float]]], eta: Fraction) -> float:
    formula = parse(text, ("eta", "lam", "k", "c"))
    return max(
        abs(float(formula.evaluate({"eta": eta, "lam": lam, "k": steps, "c": c})) - end)
        for steps, seen in runs.items()
        for lam, c, end in seen
    )


def _positive_definite(rng: Random, n: int, symmetric: bool) -> tuple[tuple[int, ...], ...]:
    """B^T B + I with entries of B in -1, 0, 1; for a matrix that is not symmetric, plus an antisymmetric part."""
    B = [[rng.randint(-1, 1) for _ in range(n)] for _ in range(n)]
    A = [[sum(B[k][i] * B[k][j] for k in range(n)) + (i == j) for j in range(n)] for i in range(n)]
    if not symmetric:
        for i, j in combinations(range(n), 2):
            twist = rng.choice((-2, -1, 1, 2))
            A[i][j] += twist
            A[j][i] -= twist
    return tuple(map(tuple, A))

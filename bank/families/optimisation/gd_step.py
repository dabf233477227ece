"""One step of gradient descent on a quadratic form."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache, cached_property
from itertools import combinations, combinations_with_replacement, product
from math import comb
from random import Random
from typing import Any, ClassVar

from bank.authoring import (
    FRACTION,
    Criterion,
    Essay,
    Exercise,
    Formula,
    Integers,
    Lab,
    Lists,
    Matrix,
    Measurement,
    Number,
    OneOf,
    Point,
    Problem,
    Rationals,
    Squares,
    Wrong,
    adding,
    is_below,
    is_positive_definite,
    multiplying,
    param,
    symmetric_part,
    table_beside,
    times,
    transposed,
)

TEXTS = table_beside(__file__)
TRIED: Mapping[str, Any] = {  # where the lab tries what the open question asks for
    "A": ((3, 1), (1, 2)),
    "b": (0, 0),
    "x": (1, 2),
    "eta": Fraction(1, 4),
    "symmetric": True,
}
ETAS = tuple(Fraction(1, k) for k in (4, 5, 6, 8, 10))
TERMS = tuple(k for k in range(-4, 5) if k)  # of b
STARTS = tuple(k for k in range(-3, 4) if k)  # of x: where one is 0, whoever forgets x has that component right
ROUNDING = 1e-9  # absolute, by which float64 may part a formula from a run; tolerances are relative
RUNS = (1, 2, 3, 5)  # steps at which the formula in letters is compared
VECTORS = Lists(Integers(-50, 50), 2, 3)


def _gram(B: Sequence[Sequence[int]]) -> tuple[tuple[int, ...], ...]:
    """B^T B + I"""
    n = range(len(B))
    return tuple(tuple(sum(row[i] * row[j] for row in B) + (i == j) for j in n) for i in n)


def _matrix(rng: Random, n: int, symmetric: bool) -> tuple[tuple[int, ...], ...]:
    """Positive definite; where it is not symmetric, with an antisymmetric part."""
    A = [list(row) for row in _gram([[rng.randint(-1, 1) for _ in range(n)] for _ in range(n)])]
    for i, j in () if symmetric else combinations(range(n), 2):
        twist = rng.choice((-2, -1, 1, 2))
        A[i][j] += twist
        A[j][i] -= twist
    return tuple(map(tuple, A))


def _contracting(A: Matrix) -> Sequence[Fraction]:
    form = symmetric_part(A)
    return [eta for eta in ETAS if is_below(form, 2 / eta)] or ETAS[-1:]


class GdStep(Exercise):
    """x - eta (S x - b), where S is the symmetric part of A.

    >>> question = GdStep(A=((2, 0), (0, 4)), b=(0, 0), x=(1, -1), eta=Fraction(1, 8), symmetric=True)
    >>> [str(value) for value in question.solve().values()]
    ['3/4', '-1/2']
    """

    title = "Gradient descent: one step"
    source = ("9a",)
    points = 3
    kinds = ("fields", "expression", "text")
    tiers = ("numeric",)
    experiment = "steps of a real optimiser along the gradient that autograd finds"
    form = FRACTION
    band: ClassVar = {"two components": (17.0, 32.0), "three components": (32.0, 60.0)}

    A: tuple[tuple[int, ...], ...] = param(Squares(Integers(-50, 50), 2, 3), "matrix, row by row")
    b: tuple[int, ...] = param(VECTORS, "linear term")
    x: tuple[int, ...] = param(VECTORS, "where the step begins")
    eta: Fraction = param(Rationals(ETAS, 0, 10, above=True), "learning rate")
    symmetric: bool = param(OneOf((True, False)), "whether A is symmetric")

    stem = TEXTS["stem"]
    solution = TEXTS["solution"]

    @classmethod
    def draw_params(cls, rng: Random, fixed: Mapping[str, Any], kind: str) -> dict[str, Any]:
        if kind == "text":
            return {**TRIED, **fixed}
        n = next((len(fixed[name]) for name in ("A", "b", "x") if name in fixed), rng.choice((2, 3)))
        drawn = _matrix(rng, n, fixed.get("symmetric", rng.random() < 0.7))
        A = fixed.get("A", drawn)
        b = tuple(rng.choice(TERMS) for _ in range(n)) if rng.random() < 0.5 else (0,) * n
        x = tuple(rng.choice(STARTS) for _ in range(n))
        return {"A": A, "b": b, "x": x, "eta": rng.choice(_contracting(A)), "symmetric": transposed(A) == A}

    def identity(self, kind: str) -> Hashable:
        """Of the open question there is one."""
        return () if kind == "text" else super().identity(kind)

    @classmethod
    @cache
    def space(cls, kind: str) -> int:
        """By the symmetric part of A: learning rates, antisymmetric parts, linear terms, starts; fair or not."""
        if kind in ("expression", "text"):
            return 1
        forms = {n: {_gram(B) for B in combinations_with_replacement(product((-1, 0, 1), repeat=n), n)} for n in (2, 3)}
        return sum(
            len(_contracting(form)) * (1 + 4 ** comb(n, 2)) * (8**n + 1) * 6**n for n in forms for form in forms[n]
        )

    def constraints(self) -> Iterator[Problem]:
        for name, values in (("b", self.b), ("x", self.x)):
            if len(values) != len(self.A):
                yield Problem(f"/params/{name}", f"{name} must have as many entries as A has rows")
                return
        if self.symmetric != (transposed(self.A) == self.A):
            yield Problem("/params/symmetric", "symmetric must say whether A is")
        if not is_positive_definite(self._form):
            yield Problem("/params/A", "the symmetric part of A must be positive definite")
        elif not is_below(self._form, 2 / self.eta):
            yield Problem("/params/eta", "eta must be below 2 / lambda_max, else gradient descent diverges")
        elif not all(self.gradient):
            yield Problem("/params/x", "a component of x does not change in this step")
        elif any(part == self.key[name] for wrong in self._wrong for name, part in wrong.value.items()):  # type: ignore[index,union-attr]  # fields
            yield Problem("/params/x", "a mistake leaves a component right")

    @property
    def asking(self) -> str:
        return "three components" if len(self.A) == 3 else "two components"

    def effort(self) -> float:
        """Row times column, less b, times the learning rate, taken from x; A is mirrored first where it must be."""
        cost = 0.0 if self.symmetric else float(len(self.A) * (len(self.A) - 1))
        for row, x, b, slope, end in zip(self._form, self.x, self.b, self.gradient, self.key.values(), strict=True):  # type: ignore[union-attr]  # fields
            products = [a * part for a, part in zip(row, self.x, strict=True)]
            cost += sum(multiplying(a, part) for a, part in zip(row, self.x, strict=True)) + adding(*products, b)
            cost += multiplying(self.eta, slope) + adding(x, end)
        return cost

    @property
    def linear(self) -> bool:
        return any(self.b)

    @cached_property
    def _form(self) -> Matrix:
        return symmetric_part(self.A)

    @property
    def form_rows(self) -> Matrix:
        """S, as the solution prints it."""
        return self._form

    @property
    def slope(self) -> str:
        """The gradient of this very f, in TeX."""
        return (
            (r"\mathbf{A}" if self.symmetric else r"\mathbf{S}")
            + r"\mathbf{x}_t"
            + (r" - \mathbf{b}" if self.linear else "")
        )

    @cached_property
    def gradient(self) -> Sequence[Fraction]:
        return self._slope(self._form)

    def _slope(self, matrix: Matrix, sign: int = -1) -> Sequence[Fraction]:
        return [total + sign * b for total, b in zip(times(matrix, self.x), self.b, strict=True)]

    def _moved(self, gradient: Sequence[Fraction], factor: Fraction) -> dict[str, Number]:
        return {f"x{i}": x + factor * g for i, (x, g) in enumerate(zip(self.x, gradient, strict=True), 1)}

    def solve(self) -> dict[str, Number]:
        return self._moved(self.gradient, -self.eta)

    def distractors(self) -> Iterator[Wrong]:
        gradient, eta = self.gradient, self.eta
        yield Wrong(self._moved(gradient, eta), "The gradient points uphill: subtract it.")
        yield Wrong(self._moved(gradient, -2 * eta), r"The \(\tfrac12\) cancels the 2 of the derivative.")
        yield Wrong(
            self._moved(gradient, -eta / 2), rf"The gradient is \({self.slope}\): no further half of it is taken."
        )
        step: dict[str, Number] = {f"x{i}": -eta * g for i, g in enumerate(gradient, 1)}
        yield Wrong(step, r"This is the step alone: \(\mathbf{x}_t\) was forgotten.")
        if not self.symmetric:
            one_sided = r"\(\mathbf{A}\) is not symmetric: the gradient needs \(\mathbf{A}^\top\) too."
            yield Wrong(self._moved(self._slope(self.A), -eta), one_sided)
        if self.linear:
            yield Wrong(self._moved(self._slope(self._form, sign=1), -eta), r"\(\mathbf{b}\) has the wrong sign.")

    def essay(self) -> Essay:
        return Essay(TEXTS["model"].strip(), [Criterion(**row) for row in TEXTS["rubric"]])

    def formula(self) -> Formula:
        wrong = [
            ("(1 + eta*lam)^k*c", "The gradient points uphill: subtract it."),
            ("(1 - 2*eta*lam)^k*c", r"The \(\tfrac12\) cancels the 2 of the derivative."),
            ("(1 - k*eta*lam)*c", "Each step starts where the last one ended: factors multiply."),
            ("(1 - eta*lam)^k", r"The component at the start, \(c\), is missing."),
        ]
        at: dict[str, Number] = {"eta": self.eta, "lam": sum(self.A[0]), "k": RUNS[-1], "c": self.x[0]}
        return Formula("(1 - eta*lam)^k*c", at, wrong)

    def measured(self, lab: Lab) -> Measurement:
        end = lab.gradients.optimiser_run(self.A, self.b, self.x, self.eta, steps=1)
        return Measurement({f"x{i}": x for i, x in enumerate(end, 1)}, tolerance=1e-12)

    def probed(self, lab: Lab, found: Measurement) -> list[Point]:
        """Along every eigenvector of a real form, the component after real steps."""
        points = []
        for k in RUNS:
            for lam, start, end in lab.gradients.components_after(self.A, self.x, self.eta, k):
                at = {"eta": self.eta, "lam": lam, "k": k, "c": start}
                points.append(Point(at, Measurement(end, tolerance=ROUNDING / max(abs(end), 1e-6))))
        return points

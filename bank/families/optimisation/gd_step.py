"""One step of gradient descent on a quadratic form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache, cached_property
from math import comb
from operator import mul
from random import Random
from typing import Any, ClassVar

from bank.authoring import (
    FRACTION,
    STEP,
    Criterion,
    Essay,
    Exact,
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
    transposed,
)
from bank.families.optimisation import ETAS, contracting, drawn_forms, form_of
from bank.families.optimisation.lettering import Lettering

TEXTS = table_beside(__file__)
# where the lab tries what the open question asks for
TRIED: Mapping[str, Any] = {"A": ((3, 1), (1, 2)), "b": (0, 0), "x": (1, 2), "eta": Fraction(1, 4), "symmetric": True}
NUMBERS: Mapping[str, Any] = {"ask": "point", "rate": "eta", "start": "uvw", "place": 1}  # what is not in letters
RATES = ("eta", "alpha", "gamma", "tau", "h", "s")  # letters of the learning rate
COMPONENTS = ("uvw", "xyz", "cdg", "mpr")  # letters of the components of the point
TERMS = tuple(k for k in range(-4, 5) if k)  # of b
STARTS = tuple(k for k in range(-3, 4) if k)  # of x: where one is 0, whoever forgets x has that component right
ROUNDING = 1e-9  # absolute, by which float64 may part a formula from a run; tolerances are relative
RUNS = (1, 2, 3, 5)  # steps after which a formula in letters is compared; one step is, from so many points
VECTORS = Lists(Integers(-50, 50), 2, 3)


class GdStep(Exercise):
    """x - eta (S x - b), where S is the symmetric part of A.

    >>> case = {"A": ((2, 1), (1, 4)), "b": (0, 3), "x": (1, -1), "eta": Fraction(1, 8), "symmetric": True}
    >>> question = GdStep(**case, ask="component", rate="h", start="uvw", place=2)
    >>> [str(value) for value in question.solve().values()], question.formula().text
    (['7/8', '-1/4'], 'v - h*(u + 4*v - 3)')
    """

    title = "Gradient descent: one step"
    source = ("9a",)
    points = 3
    kinds = ("fields", "expression", "text")
    tiers = ("numeric",)
    tried = {**TRIED, **NUMBERS}
    experiment = "steps of a real optimiser along the gradient that autograd finds"
    form = FRACTION
    band: ClassVar = {
        "two components": (17.0, 32.0),
        "three components": (32.0, 60.0),
        "component": (5.0, 13.0),
        "eigenvector": (3.0, 6.0),
    }

    A: tuple[tuple[int, ...], ...] = param(Squares(Integers(-50, 50), 2, 3), "matrix, row by row")
    b: tuple[int, ...] = param(VECTORS, "linear term")
    x: tuple[int, ...] = param(VECTORS, "where the step begins")
    eta: Fraction = param(Rationals(ETAS, 0, 10, above=True), "learning rate")
    symmetric: bool = param(OneOf((True, False)), "whether A is symmetric")
    ask: str = param(OneOf(("point", "component", "eigenvector")), "point: in numbers; a component: in letters")
    rate: str = param(OneOf(RATES), "letter of the learning rate, where letters are asked for")
    start: str = param(OneOf(COMPONENTS), "letters of the components before the step; the first along an eigenvector")
    place: int = param(Integers(1, 3), "which component is asked for in letters")

    stem = TEXTS["stem"]
    solution = TEXTS["solution"]

    @classmethod
    def draw_params(cls, rng: Random, fixed: Mapping[str, Any], kind: str) -> dict[str, Any]:
        if kind == "text":
            return dict(cls.tried)
        n = next((len(fixed[name]) for name in ("A", "b", "x") if name in fixed), rng.choice((2, 3)))
        drawn = form_of(rng, n, fixed.get("symmetric", rng.random() < 0.7))
        A = fixed.get("A", drawn)
        b = tuple(rng.choice(TERMS) for _ in range(n)) if rng.random() < 0.5 else (0,) * n
        x = tuple(rng.choice(STARTS) for _ in range(n))
        numbers = {"A": A, "b": b, "x": x, "eta": rng.choice(contracting(A)), "symmetric": transposed(A) == A}
        if kind != "expression":
            return {**numbers, **NUMBERS}
        ask = "component" if rng.random() < 0.8 else "eigenvector"
        letters = {"rate": rng.choice(RATES), "start": rng.choice(COMPONENTS)}
        return {**numbers, "ask": ask, **letters, "place": rng.randint(1, n) if ask == "component" else 1}

    def refusals(self, kind: str) -> Iterator[Problem]:
        if (kind == "expression") == (self.ask == "point"):
            yield Problem("/params/ask", "ask must be point, except in letters")
        else:
            yield from super().refusals(kind)

    @classmethod
    @cache
    def space(cls, kind: str) -> int:
        """By the symmetric part of A: learning rates, antisymmetric parts, linear terms, starts. In letters rows."""
        if kind == "text":
            return 1
        forms = drawn_forms()
        if kind == "expression":
            rows = {(place, row) for n in forms for form in forms[n] for place, row in enumerate(form)}
            return (len(rows) * (len(TERMS) + 1) + 1) * len(RATES) * len(COMPONENTS)
        return sum(
            len(contracting(form)) * (1 + 4 ** comb(n, 2)) * (8**n + 1) * 6**n for n in forms for form in forms[n]
        )

    def constraints(self) -> Iterator[Problem]:
        for name in ("b", "x"):
            if len(getattr(self, name)) != len(self.A):
                yield Problem(f"/params/{name}", f"{name} must have as many entries as A has rows")
                return
        if self.symmetric != (transposed(self.A) == self.A):
            yield Problem("/params/symmetric", "symmetric must say whether A is")
        if not is_positive_definite(self.form_rows):
            yield Problem("/params/A", "the symmetric part of A must be positive definite")
        elif not is_below(self.form_rows, 2 / self.eta):
            yield Problem("/params/eta", "eta must be below 2 / lambda_max, else gradient descent diverges")
        elif self.place > len(self.A):
            yield Problem("/params/place", "x has no component at this place")
        elif self.ask != "point":
            return
        elif not all(self.gradient):
            yield Problem("/params/x", "a component of x does not change in this step")
        elif any(part == self.key[name] for wrong in self._wrong for name, part in wrong.value.items()):  # type: ignore[index,union-attr]  # fields
            yield Problem("/params/x", "a mistake leaves a component right")

    @property
    def asking(self) -> str:
        return self.ask if self.ask != "point" else "three components" if len(self.A) == 3 else "two components"

    def effort(self) -> float:
        """Row times column, less b, times the learning rate, taken from x; A is mirrored first where it must be."""
        if self.ask != "point":
            terms = len(self.A) * (1 if self.symmetric else 2) + self.linear
            return STEP * (3 + terms if self.ask == "component" else 4)
        cost = 0.0 if self.symmetric else float(len(self.A) * (len(self.A) - 1))
        for row, x, b, slope, end in zip(self.form_rows, self.x, self.b, self.gradient, self.key.values(), strict=True):  # type: ignore[union-attr]  # fields
            products = [a * part for a, part in zip(row, self.x, strict=True)]
            cost += sum(multiplying(a, part) for a, part in zip(row, self.x, strict=True)) + adding(*products, b)
            cost += multiplying(self.eta, slope) + adding(x, end)
        return cost

    @property
    def linear(self) -> bool:
        return any(self.b)

    @property
    def letters(self) -> Lettering:
        return Lettering(self.rate, self.start[: len(self.A)], self.place)

    @cached_property
    def form_rows(self) -> Matrix:
        return symmetric_part(self.A)

    @property
    def slope(self) -> str:
        """The gradient of this very f, in TeX."""
        less = r" - \mathbf{b}" if self.linear else ""
        return (r"\mathbf{A}" if self.symmetric else r"\mathbf{S}") + r"\mathbf{x}_t" + less

    @cached_property
    def gradient(self) -> Sequence[Exact]:
        return self._slope(self.form_rows)

    def _slope(self, matrix: Matrix, sign: int = -1) -> Sequence[Exact]:
        return [sum(map(mul, row, self.x)) + sign * b for row, b in zip(matrix, self.b, strict=True)]

    def _moved(self, gradient: Sequence[Exact], factor: Fraction) -> dict[str, Number]:
        p, q = factor.numerator, factor.denominator
        return {f"x{i}": Fraction(q * x + p * g, q) for i, (x, g) in enumerate(zip(self.x, gradient, strict=True), 1)}

    def solve(self) -> dict[str, Number]:
        return self._moved(self.gradient, -self.eta)

    def distractors(self) -> Iterator[Wrong]:
        gradient, eta = self.gradient, self.eta
        yield Wrong(self._moved(gradient, eta), self._why("uphill"))
        yield Wrong(self._moved(gradient, -2 * eta), self._why("doubled"))
        yield Wrong(self._moved(gradient, -eta / 2), self._why("halved"))
        yield Wrong({f"x{i}": -eta * g for i, g in enumerate(gradient, 1)}, self._why("step"))
        if not self.symmetric:
            yield Wrong(self._moved(self._slope(self.A), -eta), self._why("rows"))
        if self.linear:
            yield Wrong(self._moved(self._slope(self.form_rows, sign=1), -eta), self._why("added"))

    def essay(self) -> Essay:
        return Essay(TEXTS["model"].strip(), [Criterion(**row) for row in TEXTS["rubric"]])

    def formula(self) -> Formula | None:
        if self.ask == "point":
            return None
        texts = self._in_letters(TEXTS[self.ask])
        wrong = [(text, self._why(name)) for name, text in texts.items() if text != texts["key"]]
        at: dict[str, Any] = {self.rate: self.eta, **dict(zip(self.letters.start, self.x, strict=True))}
        if self.ask == "eigenvector":
            at = {self.rate: self.eta, "lam": sum(self.A[0]), "k": RUNS[-1], self.start[0]: self.x[0]}
        below_one = [(self.rate, "lam")] if "lam" in at else []
        return Formula(texts["key"], at, self.letters.domain(at), wrong, below_one)

    def _in_letters(self, texts: Mapping[str, str]) -> dict[str, str]:
        return self.letters.filled(texts, self.form_rows, self.A, self.b)

    def words(self, kind: str) -> Mapping[str, object]:
        """In TeX: the derivative by the component that is asked for, and this component after the step."""
        texts = {} if self.ask == "point" else {"derivative": "{slope}", "end_component": TEXTS[self.ask]["key"]}
        return {name: self.letters.tex(text) for name, text in self._in_letters(texts).items()}

    def _why(self, mistake: str) -> str:
        return str(TEXTS["why"][mistake]).replace("SLOPE", self.slope)

    def measured(self, lab: Lab) -> Measurement:
        end = lab.gradients.optimiser_run(self.A, self.b, self.x, self.eta, steps=1)
        return Measurement({f"x{i}": x for i, x in enumerate(end, 1)}, tolerance=1e-12)

    def probed(self, lab: Lab, found: Measurement) -> list[Point]:
        """One component after real steps from other points; or, after several, that along every eigenvector."""
        rng, seen = Random("points of a step"), list[tuple[dict[str, Any], float]]()
        for k in RUNS:
            if self.ask == "component":
                x, eta = [rng.uniform(-3, 3) for _ in self.A], rng.uniform(0.05, 0.5)
                end = lab.gradients.optimiser_run(self.A, self.b, x, eta, steps=1)[self.place - 1]
                seen.append(({self.rate: eta, **dict(zip(self.start, x, strict=False))}, end))
            else:
                ends = lab.gradients.components_after(self.A, self.x, self.eta, k)
                seen += [({self.rate: self.eta, "lam": lam, "k": k, self.start[0]: c}, end) for lam, c, end in ends]
        return [Point(at, Measurement(end, tolerance=ROUNDING / max(abs(end), 1e-6))) for at, end in seen]

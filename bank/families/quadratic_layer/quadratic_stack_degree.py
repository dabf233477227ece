"""A stack of quadratic layers: the coefficients of a polynomial of its degree, and its parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from math import comb
from random import Random
from typing import Any

from bank.authoring import (
    STEP,
    WHOLE,
    Exercise,
    Integers,
    Lab,
    Line,
    Lists,
    Measurement,
    OneOf,
    Optional,
    Problem,
    Rationals,
    Wrong,
    adding,
    along,
    along_member,
    digits,
    param,
    table_beside,
)
from bank.families.quadratic_layer import COUNTS, QUADRATIC_LAYER, STACKED, counting, parameters
from bank.families.quadratic_layer.models import PLAIN

TEXTS = table_beside(__file__)
ASKED = ("coefficients", "parameters")  # by dice: degrees are few, and one another's double
WIDTHS = range(2, 10)
BENT = tuple(lam for lam in STACKED if lam)
LENGTHS = {1: (3, 4, 5, 6), 2: (4, 5, 6), 3: (6,), 4: (5, 6)}  # by the layers that bend: in others adding pays as well
COUNTED = (2, 3)  # layers whose parameters are asked for
FAR = 8  # times the key, or less than that part of it: an option that stands out


class QuadraticStackDegree(Exercise):
    """C(M + d, d) coefficients, where d is 2 to the number of layers with lambda != 0; or the parameters of a stack.

    >>> stack = (Fraction(1), Fraction(0), Fraction(2))
    >>> QuadraticStackDegree(lambdas=stack, ask="coefficients", M=3, widths=None).solve()
    35
    >>> QuadraticStackDegree(lambdas=stack, ask="parameters", M=3, widths=(2, 4, 1)).solve()
    47
    """

    title = "Quadratic layers: degree and parameters of a stack"
    source = ("2f+",)
    points = 2
    kinds = ("numeric", "single_choice")
    tiers = ("exact",)
    experiment = "highest differences of whole-numbered stacks along a line, monomials listed; or the layers built"
    form = WHOLE
    band = {"degree": (2, 6), "coefficients": (5, 15), "parameters": (8, 20)}

    lambdas: tuple[Fraction, ...] = param(
        Lists(Rationals(STACKED, -100, 100), 1, 6), "the hyperparameter lambda of each layer"
    )
    ask: str = param(OneOf((*ASKED, "degree")), "what is asked for; dice do not draw degree")
    M: int = param(Integers(min(WIDTHS), max(WIDTHS)), "inputs of the first layer")
    widths: tuple[int, ...] | None = param(
        Optional(Lists(Integers(min(WIDTHS), max(WIDTHS), 1, 64), 1, 6), "ask", "parameters"),
        "outputs of each layer, for parameters only",
    )

    prelude = QUADRATIC_LAYER
    stem = TEXTS["stem"]
    solution = TEXTS["solution"]

    @classmethod
    def draw_params(cls, rng: Random, fixed: Mapping[str, Any], kind: str) -> dict[str, Any]:
        """Some layers of a stack are linear, so that whoever does not look at lambda errs."""
        ask = fixed.get("ask") or ("parameters" if fixed.get("widths") else rng.choice(ASKED))
        if ask == "parameters":
            length = len(fixed.get("widths") or ()) or rng.choice(COUNTED)
            bent = rng.randint(1, max(1, length - 1))
        else:
            bent = rng.choice(list(LENGTHS))
            length = rng.choice(LENGTHS[bent])
        lambdas = [Fraction(rng.choice(BENT)) for _ in range(bent)] + [Fraction(0)] * (length - bent)
        rng.shuffle(lambdas)
        widths = [rng.choice(WIDTHS) for _ in fixed.get("lambdas", lambdas)]
        return {
            "ask": ask,
            "lambdas": tuple(lambdas),
            "M": rng.choice(WIDTHS),
            "widths": tuple(widths) if ask == "parameters" else None,
        }

    @classmethod
    def space(cls, kind: str) -> int:
        """Coefficients by stack and M, parameters by stack and widths; fair or not, since they are many."""
        ways = [(length, bent, 1) for bent, lengths in LENGTHS.items() for length in lengths]
        ways += [(length, bent, len(WIDTHS) ** length) for length in COUNTED for bent in range(1, length)]
        return len(WIDTHS) * sum(comb(length, bent) * len(BENT) ** bent * widths for length, bent, widths in ways)

    @property
    def irrelevant(self) -> tuple[str, ...]:
        return ("M",) if self.ask == "degree" else ()

    def constraints(self) -> Iterator[Problem]:
        if self.widths is not None and len(self.widths) != len(self.lambdas):
            yield Problem("/params/widths", f"widths must be one number for each of the {len(self.lambdas)} layers")

    def effort(self) -> float:
        """A look at each layer; as many products as there are factors in the binomial, or the layers counted."""
        if self.ask == "parameters":
            return adding(*self.counts) + sum(counting(*layer) for layer in self.layers)
        factors = self.factors if self.ask == "coefficients" else ()
        return STEP * len(self.lambdas) + digits(*factors)

    @property
    def count(self) -> str:
        return COUNTS[len(self.lambdas)]

    @property
    def bent(self) -> int:
        """How many of the layers are not linear."""
        return sum(map(bool, self.lambdas))

    @property
    def degree(self) -> int:
        return 1 << self.bent

    @property
    def factors(self) -> Sequence[int]:
        """Those of the numerator of the binomial, when it is reduced."""
        return range(max(self.M, self.degree) + 1, self.M + self.degree + 1)

    @property
    def stored(self) -> int:
        """Parameters of the stack with M neurons in every layer."""
        return sum(parameters(lam, self.M, self.M) for lam in self.lambdas)

    @cached_property
    def layers(self) -> list[tuple[Fraction, int, int]]:
        """Of every layer lambda, inputs and outputs: M where no widths are told."""
        widths = self.widths or (self.M,) * len(self.lambdas)
        return list(zip(self.lambdas, (self.M, *widths), widths, strict=False))

    @property
    def counts(self) -> list[int]:
        """Parameters of each layer."""
        return [parameters(*layer) for layer in self.layers]

    def solve(self) -> int:
        if self.ask == "parameters":
            return sum(self.counts)
        return self.degree if self.ask == "degree" else comb(self.M + self.degree, self.degree)

    def misreadings(self) -> Iterator[Line]:
        if self.ask == "degree":
            return
        yield self._fitting(along(self, "M", "M", WIDTHS))
        if self.ask == "coefficients":
            counts = range(1, len(self.lambdas) + 1)
            yield self._fitting(Line(counts, self.bent, self._bent_to, lambda bent: TEXTS["bent"][str(bent)]))
        for place, _ in enumerate(self.widths or ()):
            yield self._fitting(along_member(self, "widths", place, f"n_{place + 1}", WIDTHS))

    def _fitting(self, line: Line) -> Line:
        """The values of a line that make as much work as dice allow."""
        fitting = [value for value in line.values if not replace(self, **line.params(value)).strays]
        return Line(fitting, line.own, line.params, line.said)

    def _bent_to(self, bent: int) -> dict[str, Any]:
        """The stack with so many layers that are not linear: linear ones are bent, or bent ones made linear."""
        order = sorted(range(len(self.lambdas)), key=lambda place: not self.lambdas[place])
        chosen = set(order[:bent])
        lambdas = [(lam or Fraction(1)) if place in chosen else Fraction(0) for place, lam in enumerate(self.lambdas)]
        return {"lambdas": tuple(lambdas)}

    def distractors(self) -> Iterator[Wrong]:
        if self.ask == "degree":
            yield from (Wrong(degree, why) for degree, why in self._wrong_degrees())
            return
        wrong = self._miscounted() if self.ask == "parameters" else self._wrong_coefficients()
        for name, value in wrong.items():
            yield Wrong(value, TEXTS[self.ask][name], offered=self._near(value))
        if self.ask == "coefficients":
            for degree, why in self._wrong_degrees():
                value = comb(self.M + degree, self.M)
                yield Wrong(value, f"The degree is not {degree}. {why}", offered=self._near(value))

    def _near(self, value: int) -> bool:
        """Whether it is of the size of the key, so that it does not stand out."""
        return self.solve() < FAR * value < FAR * FAR * self.solve()

    def _wrong_coefficients(self) -> dict[str, int]:
        M, d = self.M, self.degree
        return {
            "ordered": M**d,
            "once": sum(comb(M, size) for size in range(d + 1)),
            "exactly": comb(M + d - 1, d),
            "below": comb(M + d - 1, M),
            "each": (d + 1) ** M,
            "powers": 1 + M * d,
            "no_constant": comb(M + d, d) - 1,
        }

    def _wrong_degrees(self) -> Iterator[tuple[int, str]]:
        L, why = len(self.lambdas), TEXTS["degree"]
        if self.bent < L:
            yield 1 << L, why["unnoticed"]
        yield 2 * L, why["added"]
        yield L + self.bent, why["added"]
        yield L + 1, why["one_more"]
        if self.bent > 1:
            yield 2, why["like_one"]
        yield (1, why["like_linear"]) if self.bent else (2, why["all_linear"])

    def _miscounted(self) -> dict[str, int]:
        layers, key = self.layers, self.solve()
        bent = [(m, n) for lam, m, n in layers if lam]
        found = {
            "full": key + sum(n * m * (m - 1) // 2 for m, n in bent),
            "strict": key - sum(n * m for m, n in bent),
            "one_matrix": key - sum((n - 1) * m * (m + 1) // 2 for m, n in bent),
            "no_b": key - sum(n * m for _, m, n in layers),
            "no_c": key - sum(n for *_, n in layers),
            "one_c": key - sum(n - 1 for *_, n in layers),
            "lambdas": key + len(layers),
            "exchanged": sum(parameters(lam, n, m) for lam, m, n in layers),
            "first_inputs": sum(parameters(lam, self.M, n) for lam, _, n in layers),
            "last": sum(self.counts[:-1]),
            "first": sum(self.counts[1:]),
        }
        alone = {"first_inputs"} if len(layers) == 1 else set()  # no mistakes there
        kept = {name: value for name, value in found.items() if value and name not in alone}
        if len(bent) < len(layers):
            kept["matrices"] = sum(parameters(Fraction(1), m, n) for _, m, n in layers)
        return kept

    def measured(self, lab: Lab) -> Measurement:
        """The layers built and counted; or the degree of random stacks, and the monomials up to it listed."""
        if self.ask == "parameters":
            kinds = ("linear", "quadratic")
            layers = [PLAIN | {"type": kinds[bool(lam)], "in": m, "out": n} for lam, m, n in self.layers]
            return Measurement(lab.layers.trainable(lab.layers.model(layers)), tolerance=0.0)
        degree = lab.degree.of_stack(self.lambdas)
        return Measurement(degree if self.ask == "degree" else lab.degree.monomials(self.M, degree), tolerance=0.0)

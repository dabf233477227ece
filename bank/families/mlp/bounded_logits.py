"""How sure a classifier can be whose logits have gone through an activation with a bounded range."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import product
from math import exp, log
from random import Random
from typing import Any, Self

from bank.authoring import (
    LOGARITHM,
    STEP,
    Constant,
    Drawn,
    Exercise,
    Integers,
    Lab,
    Measurement,
    OneOf,
    Optional,
    Rationals,
    Within,
    Wrong,
    digits,
    param,
    rounded,
    table_beside,
)

TEXTS = table_beside(__file__)
RANGES = TEXTS["ranges"]
MOST = 40  # classes: were there more, one of them would hardly show
CLASSES = range(3, MOST + 1)
SCALES = tuple(Fraction(s) for s in ("1/2", "3/4", "5/4", "3/2", "7/4", "2"))
SHIFTS = tuple(Fraction(k, 2) for k in range(-6, 7) if k)
PLAIN = 0.03  # of the questions have no shift, as in the exam: a wrong interval is the right one there
WIDE = 4  # length of an interval: in a wider one rounding hides in p_max that one class more was counted
RARE = 0.05  # of the questions are about ReLU6, whose interval is that wide
MANY = "Among many classes one more hardly counts."


def _activation(rng: Random, drawn: Mapping[str, Any]) -> str:
    return "relu6" if rng.random() < RARE else rng.choice([name for name in RANGES if name != "relu6"])


class BoundedLogits(Exercise):
    """1/(1 + (C - 1) exp(-w)) with the length w of the interval of the logits, and minus its logarithm.

    >>> exam = BoundedLogits(activation="tanh", classes=10, scale=None, shift=Fraction(0))
    >>> {name: round(float(value), 5) for name, value in exam.solve().items()}
    {'p_max': 0.45085, 'loss_floor': 0.79661}
    """

    title = "Bounded logits: the largest probability"
    source = ("7a+",)
    points = 2
    kinds = ("fields",)
    tiers = ("numeric",)
    experiment = "the largest probability over all pre-activations by numerical search, in float64"
    form = rounded()
    band = (22.0, 40.0)
    calculator = True

    activation: str = param(Drawn(OneOf(tuple(RANGES)), _activation), "what gives the logits")
    classes: int = param(Integers(CLASSES[0], CLASSES[-1], min=2, max=1000), "number of classes")
    scale: Fraction | None = param(
        Optional(Rationals(SCALES, 0, 20, above=True), "activation", "scaled_tanh"), "factor in front of the tanh"
    )
    shift: Fraction = param(Rationals(SHIFTS, -20, 20), "what is added after the activation")

    stem = TEXTS["stem"]
    solution = TEXTS["solution"]

    @classmethod
    def draw_params(cls, rng: Random, fixed: Mapping[str, Any], kind: str) -> dict[str, Any]:
        """The interval neither begins at 0 nor is symmetric around it, but for the few that have no shift."""
        drawn = super().draw_params(rng, fixed, kind)
        if "shift" not in fixed:
            telling = _telling(drawn["activation"], drawn["scale"])
            drawn["shift"] = Fraction(0) if rng.random() < PLAIN else rng.choice(telling)
        return drawn

    @classmethod
    def space(cls, kind: str) -> int | None:
        return cls._fair_questions(kind)

    @classmethod
    def every(cls, kind: str) -> list[Mapping[str, Any]]:
        """With one shift each, on which the answer does not depend."""
        plain = [(name, None) for name in RANGES if name != "scaled_tanh"]
        activations = [*plain, *(("scaled_tanh", scale) for scale in SCALES)]
        told = ("activation", "scale", "classes", "shift")
        each = ((name, scale, count, Fraction(3)) for (name, scale), count in product(activations, CLASSES))
        return [dict(zip(told, values, strict=True)) for values in each]

    @property
    def irrelevant(self) -> tuple[str, ...]:
        return ("shift",)

    @property
    def code(self) -> str:
        """
        >>> BoundedLogits(activation="scaled_tanh", classes=10, scale=Fraction(5, 2), shift=Fraction(-1)).code
        '2.5 * torch.tanh(h) - 1'
        """
        called: str = RANGES[self.activation][0]
        factor = "" if self.scale is None else f"{float(self.scale):g} * "
        sign = "-" if self.shift < 0 else "+"
        return f"{factor}{called}{f' {sign} {abs(float(self.shift)):g}' if self.shift else ''}"

    @cached_property
    def low(self) -> Fraction:
        return _interval(self.activation, self.scale)[0] + self.shift

    @cached_property
    def high(self) -> Fraction:
        return _interval(self.activation, self.scale)[1] + self.shift

    @property
    def width(self) -> Fraction:
        return self.high - self.low

    @property
    def bottom(self) -> str:
        return f"{float(self.low):g}"

    @property
    def top(self) -> str:
        return f"{float(self.high):g}"

    @property
    def reach(self) -> str:
        return f"{float(self.width):g}"

    def effort(self) -> float:
        """Two ends, an exponential, a quotient and a logarithm."""
        return 2 * LOGARITHM + 3 * STEP + digits(self.classes - 1, self.low, self.high)

    def solve(self) -> dict[str, Constant]:
        return dict(_bounds(self.width, self.classes - 1))

    @property
    def decimals(self) -> dict[str, str]:
        """The answer with four digits."""
        return {name: f"{float(value):#.4g}" for name, value in self.solve().items()}

    def distractors(self) -> Iterator[Wrong]:
        key, others, w, reasons = self.solve(), self.classes - 1, self.width, TEXTS["reasons"]
        if self.low:  # else the others do lie at 0: dice give that to few questions
            yield Wrong(_bounds(self.high, others), reasons["zero_low"])
        if self.low + self.high:
            yield Wrong(_bounds(2 * self.high, others), reasons["symmetric"])
        yield Wrong(_bounds(w / 2, others), reasons["middle"])
        if self.scale not in (None, 1):
            yield Wrong(_bounds(Fraction(2), others), reasons["scale"])
        hidden = MANY if self.classes > MOST else ""
        counted = dict(_bounds(w, others + 1))
        yield Wrong(counted if w <= WIDE else counted | {"p_max": key["p_max"]}, reasons["count"], unavoidable=hidden)
        if others > 1:
            yield Wrong(_bounds(w, 1), reasons["single"])
        yield Wrong(_bounds(w, others, own=""), reasons["own"], unavoidable=hidden)
        yield Wrong({"p_max": 1, "loss_floor": 0}, reasons["one"])
        yield Wrong(_bounds(Fraction(0), others), reasons["chance"])
        yield Wrong(_bounds(-w, others), reasons["smallest"])
        p, loss = key["p_max"], key["loss_floor"]
        yield Wrong(key | {"loss_floor": p}, reasons["probability"])
        yield Wrong(key | {"loss_floor": Constant(f"1 - {p.text}", 1 - float(p))}, reasons["complement"])
        yield Wrong(key | {"loss_floor": Constant(f"{loss.text}/ln(2)", float(loss) / log(2))}, reasons["bits"])

    @classmethod
    def measure(cls, lab: Lab, questions: Sequence[Self]) -> list[Measurement]:
        asked = [(q.activation, float(q.scale or 1), float(q.shift), q.classes) for q in questions]
        return [
            Measurement(
                {"p_max": found.largest, "loss_floor": found.least_loss},
                tolerance=1e-6,
                also=(Within("the largest of random pre-activations", found.seen, below=1, above=1e-9, field="p_max"),),
            )
            for found in lab.confined_logits.searched(asked)
        ]


@lru_cache
def _telling(activation: str, scale: Fraction | None) -> tuple[Fraction, ...]:
    """The shifts after which an interval neither begins at 0 nor is symmetric around it."""
    low, high = _interval(activation, scale)
    return tuple(shift for shift in SHIFTS if low + shift and low + high + 2 * shift)


@lru_cache(maxsize=4096)
def _bounds(width: Fraction, others: int, own: str = "1 + ") -> Mapping[str, Constant]:
    """Both bounds, were this the largest difference of two logits, and so many the other classes.

    `own` is what the right class adds to the denominator.
    """
    denominator = (1 if own else 0) + others * exp(-width)
    text = f"{own}{others}*exp({-width})"
    return {
        "p_max": Constant(f"1/({text})", 1 / denominator),
        "loss_floor": Constant(f"ln({text})", log(denominator)),
    }


def _interval(activation: str, scale: Fraction | None) -> tuple[Fraction, Fraction]:
    """Before the shift."""
    _, low, high = RANGES[activation]
    return low * (scale or Fraction(1)), high * (scale or Fraction(1))

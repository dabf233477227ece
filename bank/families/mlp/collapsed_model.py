"""What a model earns whose output is the same for every image: chance, and the loss that belongs to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from math import log
from random import Random
from typing import Any, Self

from bank.authoring import (
    LOGARITHM,
    STEP,
    Constant,
    Exercise,
    Integers,
    Lab,
    Measurement,
    Number,
    Optional,
    Wrong,
    adding,
    digits,
    multiplying,
    param,
    rounded,
    table_beside,
)

TEXTS = table_beside(__file__)
CLASSES = range(3, 301)  # where all are equally frequent; of two every second rule gives one half
FEW, TIMES = range(3, 21), range(2, 13)  # classes where one is more frequent, and how much


class CollapsedModel(Exercise):
    """1/C and ln C where all classes are equally frequent, else the largest share and the entropy of the shares.

    >>> CollapsedModel(classes=10, times=None).solve()
    {'accuracy': Fraction(1, 10), 'loss': Constant(text='ln(10)')}
    >>> CollapsedModel(classes=3, times=4).solve()  # shares 4/6, 1/6, 1/6
    {'accuracy': Fraction(2, 3), 'loss': Constant(text='ln(6) - 4*ln(4)/6')}
    """

    title = "A collapsed classifier: accuracy and loss"
    source = ("7a+",)
    points = 2
    kinds = ("fields",)
    tiers = ("numeric",)
    experiment = "the least loss of constant logits by numerical search over labels with those shares, and its accuracy"
    form = rounded()
    band = {"equal": (10.0, 30.0), "unequal": (22.0, 66.0)}
    calculator = True

    classes: int = param(Integers(CLASSES[0], CLASSES[-1], max=1000), "number of classes")
    times: int | None = param(
        Optional(Integers(TIMES[0], TIMES[-1], min=2, max=100)),
        "how many times as many images one class has as each of the others; null: all have equally many",
    )

    stem = TEXTS["stem"]
    solution = TEXTS["solution"]

    @classmethod
    def draw_params(cls, rng: Random, fixed: Mapping[str, Any], kind: str) -> dict[str, Any]:
        """A client that sets the classes alone asks for equally frequent ones."""
        if "times" not in fixed and ("classes" in fixed or rng.random() < len(CLASSES) / len(cls.every(kind))):
            return {"classes": rng.choice(CLASSES), "times": None}
        return {"classes": rng.choice(CLASSES if fixed.get("times", 0) is None else FEW), "times": rng.choice(TIMES)}

    @classmethod
    def every(cls, kind: str) -> list[Mapping[str, Any]]:
        equal = [(count, None) for count in CLASSES]
        unequal = [(count, times) for count in FEW for times in TIMES]
        return [{"classes": count, "times": times} for count, times in (*equal, *unequal)]

    @classmethod
    def space(cls, kind: str) -> int | None:
        return cls._fair_questions(kind)

    @property
    def asking(self) -> str:
        return "unequal" if self.times else "equal"

    @cached_property
    def shares(self) -> int:
        """All images, in units of one of the rarer classes."""
        return (self.times or 1) + self.classes - 1

    def effort(self) -> float:
        m, n = self.times, self.shares
        if m is None:
            return LOGARITHM + 2 * STEP + digits(n)
        return 2 * LOGARITHM + 2 * STEP + adding(m, self.classes - 1) + multiplying(m, n) + digits(m, n)

    def solve(self) -> dict[str, Number]:
        return {"accuracy": Fraction(self.times or 1, self.shares), "loss": self._entropy}

    @cached_property
    def _entropy(self) -> Constant:
        m, n = self.times or 1, self.shares
        if m == 1:
            return Constant(f"ln({n})", log(n))
        return Constant(f"ln({n}) - {m}*ln({m})/{n}", log(n) - m * log(m) / n)

    @property
    def decimals(self) -> dict[str, str]:
        """The answer with four digits, after the sign that belongs before it (TeX).

        >>> CollapsedModel(classes=8, times=3).decimals
        {'accuracy': '= 0.3', 'loss': '\\\\approx 1.973'}
        """
        return {name: _decimal(value) for name, value in self.solve().items()}

    def distractors(self) -> Iterator[Wrong]:
        key, reasons = self.solve(), TEXTS[self.asking]
        mistakes = self._unequal(self.times) if self.times else self._equal()
        for name, field, value in mistakes:
            yield Wrong(key | {field: value}, reasons[name])

    def _equal(self) -> Iterable[tuple[str, str, Number]]:
        C = self.classes
        p, loss = Fraction(1, C), log(C)
        yield "half", "accuracy", Fraction(1, 2)
        yield "error", "accuracy", 1 - p
        yield "never", "accuracy", 0
        yield "both", "accuracy", p**2
        yield "bits", "loss", Constant(f"ln({C})/ln(2)", loss / log(2))
        yield "decimal", "loss", Constant(f"ln({C})/ln(10)", loss / log(10))
        yield "probability", "loss", p
        yield "one_term", "loss", Constant(f"ln({C})/{C}", loss / C)
        yield "all_terms", "loss", Constant(f"{C}*ln({C})", loss * C)
        yield "others", "loss", Constant(f"ln({C}/{C - 1})", log(C / (C - 1)))
        yield "none", "loss", 0

    def _unequal(self, m: int) -> Iterable[tuple[str, str, Number]]:
        C, n, loss = self.classes, self.shares, self._entropy
        yield "as_equal", "accuracy", Fraction(1, C)
        yield "rare", "accuracy", Fraction(1, n)
        yield "pair", "accuracy", Fraction(m, m + 1)
        yield "error", "accuracy", Fraction(C - 1, n)
        yield "matching", "accuracy", Fraction(m * m + C - 1, n * n)
        yield "uniform", "loss", Constant(f"ln({C})", log(C))
        yield "frequent", "loss", Constant(f"ln({n}/{m})", log(n / m))
        yield "rare_loss", "loss", Constant(f"ln({n})", log(n))
        yield "bits", "loss", Constant(f"({loss.text})/ln(2)", float(loss) / log(2))
        yield "gained", "loss", Constant(f"ln({C}) - ({loss.text})", log(C) - float(loss))
        yield "first_term", "loss", Constant(f"{m}*ln({n}/{m})/{n}", m * log(n / m) / n)
        yield "sum", "loss", Constant(f"(ln({n}/{m}) + ln({n}))/2", (log(n / m) + log(n)) / 2)

    @classmethod
    def measure(cls, lab: Lab, questions: Sequence[Self]) -> list[Measurement]:
        found = lab.constant_outputs.best([(question.classes, question.times or 1) for question in questions])
        return [Measurement(each, tolerance=1e-6) for each in found]


def _decimal(value: Number) -> str:
    exact = isinstance(value, Fraction) and Fraction(f"{float(value):.4g}") == value
    return f"= {float(value):.4g}" if exact else rf"\approx {float(value):#.4g}"

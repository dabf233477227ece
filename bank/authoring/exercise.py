"""An exercise has one answer that can be computed: a family writes `solve`, `distractors` and `measure`."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import combinations
from random import Random
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Self

from bank.authoring.family import Family
from bank.authoring.formulas import Point, proven
from bank.authoring.posing import POSINGS
from bank.errors import Problem
from bank.evidence import Evidence, Measurement, judge
from bank.notation.values import Constant, Number, Value, apart, comparable, differ, exact
from bank.variant import Posed

if TYPE_CHECKING:
    from bank.authoring.laboratory import Lab

PROBES = 8  # points at which a formula is compared with the lab


class Wrong(NamedTuple):
    """A tempting answer, and the mistake that leads to it (Markdown)."""

    value: Value
    why: str


class Formula(NamedTuple):
    """An answer in letters, the values of its letters in this question, and tempting formulas."""

    text: str
    at: Mapping[str, Number]
    wrong: Sequence[tuple[str, str]] = ()


class Exercise(Family):
    """A question with one computable answer.

    `relative` is the learner's tolerance (whole numbers are exact), `separation` the least relative distance of two
    options; where `drops` is true a distractor closer than that is left out, else the draw is refused.
    """

    experiment: ClassVar[str]
    relative: ClassVar[float] = 0.005
    separation: ClassVar[float] = 0.03
    drops: ClassVar[bool] = False
    options: ClassVar[int] = 4
    order: ClassVar[tuple[str, ...]] = ()  # options that are always shown in this order: Yes, No, …
    structure: ClassVar[tuple[str, ...]] = ()  # parameters that change the formula, not only its letters

    @abstractmethod
    def solve(self) -> Value:
        """The exact answer."""

    @abstractmethod
    def distractors(self) -> Iterable[Wrong]:
        """Named mistakes, the most tempting first."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        own = (cls.measured, getattr(cls.measure, "__func__", None))
        if own == (Exercise.measured, getattr(Exercise.measure, "__func__", None)):
            raise TypeError(f"{cls.__name__} must say how its answer is `measured`, or how those of a batch are")

    @classmethod
    def measure(cls, lab: Lab, questions: Sequence[Self]) -> Sequence[Measurement]:
        """Measure the answers of a batch without using `solve` or its formula; one by one where that costs no more."""
        return [question.measured(lab) for question in questions]

    def measured(self, lab: Lab) -> Measurement:
        """The measured answer of this question alone."""
        (found,) = self.measure(lab, [self])
        return found

    def constraints(self) -> Iterator[Problem]:
        """Why these parameters make no well-posed question."""
        yield from ()

    def formula(self) -> Formula | None:
        """The answer in letters, where the question can be asked so."""
        return None

    def identity(self, kind: str) -> Hashable:
        """As an expression: the formula, and the letters it is asked in."""
        formula = self.formula() if kind == "expression" else None
        return (formula.text, *formula.at) if formula else super().identity(kind)

    @cached_property
    def key(self) -> Value:
        """The answer, solved once."""
        return self.solve()

    @property
    def answer(self) -> Value:
        """The key, as the texts call it."""
        return self.key

    @cached_property
    def mistakes(self) -> tuple[Wrong, ...]:
        """The distractors that stay: all, or where the family `drops`, those far enough from the key and each other."""
        kept: list[Wrong] = []
        taken = [comparable(self.key)]
        for wrong in self.distractors():
            value = comparable(wrong.value)
            if not self.drops or apart(value, taken, self.separation):
                kept.append(wrong)
                taken.append(value)
        return tuple(kept)

    def refusals(self, kind: str) -> Iterator[Problem]:
        if kind == "expression" and self.formula() is None:
            yield Problem("/params", "this question has no answer in letters")
            return
        ill_posed = list(self.constraints())
        yield from ill_posed
        if ill_posed:
            return
        yield from self._coincidences()
        if kind == "single_choice" and len(self.mistakes) < self.options - 1:
            yield Problem("/params", "too few distractors differ from the key")
        if kind == "numeric" and 0 < self.tolerance()["relative"] < self.relative / 5:
            yield Problem("/params", "a named mistake is too close to the key")

    def _coincidences(self) -> Iterator[Problem]:
        values = [self.key, *(wrong.value for wrong in self.mistakes)]
        marks = {tuple(value.items()) if isinstance(value, dict) else value for value in values}
        if len(marks) == len(values) and not any(isinstance(value, Constant) for value in values):
            return  # exact, and all different
        names = ["the key", *map(exact_or_words, values[1:])]
        for one, other in combinations(range(len(values)), 2):
            if not differ(values[one], values[other], self.separation):
                yield Problem("/params", f"the options {names[one]} and {names[other]} coincide")

    def tolerance(self) -> dict[str, float]:
        """What a learner's number may be off by: nothing for whole numbers, and never so much that a mistake passes."""
        answer = self.key
        if not self.relative or (isinstance(answer, int | Fraction) and Fraction(answer).denominator == 1):
            return {"absolute": 0, "relative": 0 if self.relative == 0 or answer else self.relative}
        value = float(answer)  # type: ignore[arg-type]  # only questions with a number have a tolerance
        mistakes = [wrong.value for wrong in self.mistakes if not isinstance(wrong.value, str | Mapping | tuple)]
        gaps = [abs(float(mistake) - value) / abs(value) for mistake in mistakes]
        return {"absolute": 0, "relative": float(f"{min([self.relative, *(gap / 3 for gap in gaps)]):.3g}")}

    def pose(self, kind: str, rng: Random) -> Posed:
        return POSINGS[kind](self, rng)

    @classmethod
    def prove(cls, lab: Lab, asked: Sequence[tuple[str, Self]]) -> list[Evidence]:
        measured = cls.measure(lab, [question for _, question in asked])
        return [
            cls.prove_formula(lab, question, found) if kind == "expression" else question.judged(found)
            for (kind, question), found in zip(asked, measured, strict=True)
        ]

    def judged(self, found: Measurement) -> Evidence:
        """The verdict of the lab on this question's key and on each of its distractors."""
        return judge(self.key, [wrong.value for wrong in self.mistakes], found, self.tiers[0], self.experiment)

    @classmethod
    def prove_formula(cls, lab: Lab, question: Self, found: Measurement) -> Evidence:
        """A formula is right where it gives what the lab measures, at this question and at others of its structure."""
        formula = question.formula()
        assert formula is not None  # noqa: S101 - it was asked for, so it was posed
        return proven(
            formula.text, [text for text, _ in formula.wrong], question.probed(lab, found), question.judged(found)
        )

    def probed(self, lab: Lab, found: Measurement) -> Sequence[Point]:
        """Where the formula is proven: at this question, whose answer was `found`, and at others of its structure."""
        rng = Random(f"probes of {self.name()}")
        given = {name: getattr(self, name) for name in self.structure}
        others = [self.draw(rng, "expression", given) for _ in range(PROBES - 1)]
        formulas = [probe.formula() for probe in (self, *others)]
        measured = [found, *self.measure(lab, others)]
        return [Point(f.at, value) for f, value in zip(formulas, measured, strict=True) if f]


def exact_or_words(value: Value) -> Any:
    """A value as it can be named in a sentence."""
    return exact(value) if _is_number(value) else value  # type: ignore[arg-type]  # narrowed by _is_number


def _is_number(value: Value) -> bool:
    return not isinstance(value, str | Mapping | tuple)

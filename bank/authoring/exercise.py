"""An exercise has one answer that can be computed: a family writes `solve`, `distractors` and `measure`."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from random import Random
from typing import TYPE_CHECKING, Any, ClassVar, Self

from bank import kinds
from bank.authoring.family import Family
from bank.authoring.formulas import Point, proven
from bank.authoring.misreading import Line, confused
from bank.authoring.mistakes import merged, near, offerable
from bank.errors import Problem
from bank.evidence import Evidence, Measurement, judge
from bank.kinds import fair_choice
from bank.kinds.forms import Form, rounded
from bank.kinds.posing import Asked, Essay, Formula, Posed, Wrong
from bank.notation.values import Value, is_number, show, show_rounded

if TYPE_CHECKING:
    from bank.authoring.laboratory import Lab

PROBES = 8  # points at which a formula is compared with the lab


class Exercise(Family):
    """A question with one computable answer.

    Where options are ticked, the answer says of each by its name whether it applies, and each distractor is the answer
    with one of them turned round.
    """

    experiment: ClassVar[str]
    form: ClassVar[Form | Mapping[str, Form]] = rounded()  # of the numbers; by what is asked where that differs
    separation: ClassVar[float] = 0.03  # the least relative distance of two rounded options
    clear: ClassVar[float] = 0.0  # how near a mistake may come to the key, beyond what the grader forgives
    options: ClassVar[int] = 4
    order: ClassVar[tuple[str, ...]] = ()  # options that are always shown in this order: Yes, No, …
    by_pairs: ClassVar[bool] = False  # a symmetric matrix is asked for, which earns by its pairs off the diagonal
    tried: ClassVar[Mapping[str, Any]] = {}  # where the lab tries what the open question asks to show: there is one
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

    def essay(self) -> Essay | None:
        """The answer in words, where the question can be asked so."""
        return None

    @classmethod
    def draw_params(cls, rng: Random, fixed: Mapping[str, Any], kind: str) -> dict[str, Any]:
        return super().draw_params(rng, {**cls.tried, **fixed} if kind == "text" else fixed, kind)

    @classmethod
    def space(cls, kind: str) -> int | None:
        return 1 if kind == "text" and cls.tried else super().space(kind)

    def identity(self, kind: str) -> Hashable:
        """As an expression: the formula, and the letters it is asked in. Of an open question there is one."""
        if kind == "text" and self.tried:
            return ()
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

    def part(self, value: Value, kind: str) -> Value:
        """What a kind asks for of the whole answer: of mean and variance the variance, where one number is asked.

        Of the key, of each mistake and of what was measured alike.
        """
        return value

    @property
    def asked_form(self) -> Form:
        """How the numbers of this question are asked for."""
        return self.form if isinstance(self.form, Form) else self.form[self.asking]

    def show(self, options: Sequence[Value]) -> Sequence[str]:
        """Options beside one another, in one form (Markdown): rounded numbers with four digits each."""
        decimals = not self.asked_form.exact and all(map(is_number, options))
        return [show_rounded(value) if decimals else show(value) for value in options]  # type: ignore[arg-type]  # numbers

    def asked(self, kind: str) -> Asked:
        """This question put in one kind, worked out once."""
        found = self._asked.get(kind)
        if found is None:
            found = self._asked[kind] = self._put(kind)
        return found

    @cached_property
    def _asked(self) -> dict[str, Asked]:
        return {}

    @cached_property
    def _wrong(self) -> tuple[Wrong, ...]:
        return tuple(self.distractors())

    def _put(self, kind: str) -> Asked:
        key, form = self.part(self.key, kind), self.asked_form
        mistakes: Iterable[Wrong] = merged(self.wrong(kind))
        if kind == "single_choice":
            mistakes = offerable(key, mistakes, form, self.separation)
        return Asked(
            key=key,
            mistakes=tuple(mistakes),
            form=form,
            options=self.options,
            order=self.order,
            show=self.show,
            formula=self.formula() if kind == "expression" else None,
            essay=self.essay() if kind == "text" else None,
            symmetric=self.by_pairs,
            confused=self.beside if kind == "single_choice" else None,
        )

    def misreadings(self) -> Iterable[Line]:
        """The numbers of this question that options may take another value of: each with the values that dice give."""
        return ()

    def beside(self, rng: Random) -> Sequence[Wrong] | None:
        """The wrong options, where they are drawn whatever they look like; else None, and they are chosen by that."""
        return confused(self, self.misreadings(), rng)

    def wrong(self, kind: str) -> Iterator[Wrong]:
        """The named mistakes, but for those that lie in what the kind does not ask for."""
        if type(self).part is Exercise.part:  # every kind asks for the whole answer
            yield from self._wrong
            return
        key = self.part(self.key, kind)
        for wrong in self._wrong:
            part = self.part(wrong.value, kind)
            if part is wrong.value:
                yield wrong
            elif part != key or wrong.value == self.key:
                yield wrong._replace(value=part)

    def refusals(self, kind: str) -> Iterator[Problem]:
        ill_posed = list(self.constraints())
        yield from ill_posed
        if ill_posed:
            return
        asked = self.asked(kind)
        for wrong in self.rewarded(kind):
            if not wrong.unavoidable:
                yield Problem("/params", f"a mistake gives the key: {wrong.why}")
        for detail in kinds.get(kind).faults(asked):
            yield Problem("/params", detail)

    def rewarded(self, kind: str) -> Iterator[Wrong]:
        """The mistakes that would be graded right in this very question."""
        asked, lets_pass = self.asked(kind), kinds.get(kind).lets_pass
        for wrong in asked.mistakes:
            if lets_pass(asked, wrong.value) or (self.clear and near(wrong.value, asked.key, self.clear)):
                yield wrong

    def pose(self, kind: str, rng: Random) -> Posed:
        return kinds.get(kind).pose(self.asked(kind), rng)

    def shown_beside(self, seed: int | None, kind: str) -> Sequence[Value]:
        if kind != "single_choice":
            return ()
        return [wrong.value for wrong in fair_choice.beside(self.asked(kind), self.posing(seed, kind))]

    @classmethod
    def prove(cls, lab: Lab, asked: Sequence[tuple[str, Self]]) -> list[Evidence]:
        measured = cls.measure(lab, [question for _, question in asked])
        return [
            cls.prove_formula(lab, question, found) if kind == "expression" else question.judged(found, kind)
            for (kind, question), found in zip(asked, measured, strict=True)
        ]

    def judged(self, found: Measurement, kind: str) -> Evidence:
        """The verdict of the lab on this question's key and on each of its distractors, as the kind asks for them.

        Of a formula on the key alone: a wrong one may give the same at one point. A mistake that is declared to give
        the key here cannot be refuted.
        """
        asked, lets_pass = self.asked(kind), kinds.get(kind).lets_pass
        part = replace(found, value=self.part(found.value, kind))  # type: ignore[arg-type]  # measured, in the key's form
        mistakes = [
            wrong.value
            for wrong in (() if kind == "expression" else asked.mistakes)
            if not (wrong.unavoidable and lets_pass(asked, wrong.value))
        ]
        return judge(asked.key, mistakes, part, self.tiers[0], self.experiment, whole=self.key)

    @classmethod
    def prove_formula(cls, lab: Lab, question: Self, found: Measurement) -> Evidence:
        """A formula is right where it gives what the lab measures, at this question and at others of its structure."""
        formula = question.formula()
        assert formula is not None  # noqa: S101 - it was asked for, so it was posed
        wrong, own = [text for text, _ in formula.wrong], question.judged(found, "expression")
        return proven(formula.text, wrong, question.probed(lab, found), own)

    def probed(self, lab: Lab, found: Measurement) -> Sequence[Point]:
        """Where the formula is proven: at this question, whose answer was `found`, and at others of its structure."""
        rng = Random(f"probes of {self.name()}")
        given = {name: getattr(self, name) for name in self.structure}
        others = [self.draw(rng, "expression", given) for _ in range(PROBES - 1)]
        formulas = [probe.formula() for probe in (self, *others)]
        measured = [found, *self.measure(lab, others)]
        return [Point(f.at, value) for f, value in zip(formulas, measured, strict=True) if f]

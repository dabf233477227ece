"""A pool of statements, each true or false for a reason: a question is a handful of them."""

from __future__ import annotations

import inspect
from collections.abc import Hashable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, ClassVar, Self

from bank.authoring.essay import OpenQuestion, read_essay
from bank.authoring.fair_sets import count_fair_sets, deal, forms_in, rivals_in
from bank.authoring.family import Band, Family
from bank.authoring.lists import Lists
from bank.authoring.params import OneOf, param
from bank.authoring.picking import checked, posed
from bank.authoring.statements import Check, Statement, Trained, read_sheet
from bank.authoring.testimony import LEAST_EVIDENT, evident, testimony, tiers_of
from bank.errors import Problem
from bank.evidence import Evidence
from bank.kinds.posing import Posed

if TYPE_CHECKING:
    from bank.authoring.laboratory import Lab

WIDEST = 3  # times the words of the shortest question
POLARITIES = {"multiple_choice": ("all",), "single_choice": ("not", "which"), "text": ("explain",)}


class StatementPool(Family):
    """Statements about one matter, drawn a few at a time.

    `<name>.toml` beside the class says what they are; the class says what the lab finds, by the ids of those that can
    be measured. A pool is also asked as an open question where `kinds` has `text`.
    """

    checks: ClassVar[Mapping[str, Check]]
    options: ClassVar[tuple[int, ...]] = (4,)  # how many statements a question may show
    true_ones: ClassVar[tuple[int, ...]] = (1, 2, 3)  # how many of them may be true where all true ones are sought

    pool: ClassVar[tuple[Statement, ...]]
    conflicts: ClassVar[tuple[frozenset[str], ...]]
    twins: ClassVar[bool]  # whether each statement has one that says the contrary
    setting: ClassVar[str]
    about: ClassVar[str]
    essay: ClassVar[OpenQuestion | None]

    kinds: ClassVar[tuple[str, ...]] = ("multiple_choice", "single_choice")
    stem = """
        <% if setting %>
        <<setting>>

        <% endif %>
        <% if polarity == "all" %>
        Which of these statements <<about>> are true?
        <% elif polarity == "not" %>
        Which of these statements <<about>> is **not** true?
        <% elif polarity == "which" %>
        Which of these statements <<about>> is true?
        <% else %>
        <<essay.question>>
        <% endif %>
    """
    solution = """
        <% if polarity == "explain" %>
        <<essay.model>>

        <% for part in essay.rubric %>

        - *<<part.id>>, <<part.points>>*: <<part.criterion>>

        <% endfor %>
        <% else %>
        <% for statement in drawn %>

        - *<< "True" if statement.true else "False" >>*: <<statement.text>>. <<statement.why>>.

        <% endfor %>
        <% endif %>
    """

    statements: tuple[str, ...] = param(Lists(OneOf(()), 1, 1), "ids of the statements")
    polarity: str = param(
        OneOf(()), "all: select every true one; not, which: one is false, true; explain: answer in words"
    )

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        path = Path(inspect.getfile(cls)).with_suffix(".toml")
        sheet = read_sheet(cls.name(), path, cls.checks)
        cls.setting, cls.about, cls.pool, cls.conflicts = sheet.setting, sheet.about, sheet.statements, sheet.conflicts
        cls.twins, cls.tiers = sheet.twins, tiers_of(cls.pool)
        if bool(sheet.essay) != ("text" in cls.kinds):
            raise TypeError(f"{cls.name()}: an open question needs both `text` in kinds and a table `essay`")
        true = {statement.id for statement in cls.pool if statement.true}
        cls.essay = read_essay(cls.name(), sheet.essay, cls.points, true) if sheet.essay else None

    @classmethod
    @cache
    def domains(cls) -> dict[str, Any]:
        ids = OneOf(tuple(statement.id for statement in cls.pool))
        sizes = [*cls.options, *([len(cls.essay.claims)] if cls.essay else [])]
        polarities = OneOf(tuple(polarity for kind in POLARITIES for polarity in POLARITIES[kind] if kind in cls.kinds))
        return {"statements": Lists(ids, min(sizes), max(sizes), distinct=True), "polarity": polarities}

    @classmethod
    def draw_params(cls, rng: Random, fixed: Mapping[str, Any], kind: str) -> dict[str, Any]:
        if kind == "text" and cls.essay:
            return {"polarity": "explain", "statements": cls.essay.claims}
        polarity = fixed["polarity"] if "polarity" in fixed else rng.choice(POLARITIES[kind])
        options = rng.choice(cls.options) if len(cls.options) > 1 else cls.options[0]
        wanted = rng.choice(cls.fitting(polarity, options))
        drawn = deal(rng, cls.forms(), cls.rivals(), {True: wanted, False: options - wanted})
        return {"polarity": polarity, "statements": drawn}

    @classmethod
    def fitting(cls, polarity: str, options: int) -> tuple[int, ...]:
        """How many of the options may be true."""
        return {"all": cls.true_ones, "not": (options - 1,), "which": (1,)}.get(polarity, (options,))

    @classmethod
    @cache
    def space(cls, kind: str) -> int:
        """Fair draws: sets of statements, once for each polarity that they can be asked in."""
        if kind == "text":
            return 1
        fair = count_fair_sets(cls.pool, cls.conflicts, max(cls.options))
        return sum(
            fair[options, true, LEAST_EVIDENT]
            for polarity in POLARITIES[kind]
            for options in cls.options
            for true in cls.fitting(polarity, options)
        )

    def identity(self, kind: str) -> Hashable:
        """The order of the statements makes no other question."""
        return frozenset(self.statements), self.polarity

    @classmethod
    def texts(cls) -> Sequence[str]:
        return [f"{found.id} {found.true} {found.level} {found.text} {found.why}" for found in cls.pool]

    @classmethod
    @cache
    def by_id(cls) -> dict[str, Statement]:
        return {statement.id: statement for statement in cls.pool}

    @property
    def asking(self) -> str:
        return "explain" if self.polarity == "explain" else ""

    def effort(self) -> float:
        """The words that are read and weighed."""
        return float(sum(map(_words, self.drawn)))

    @classmethod
    @cache
    def bands(cls) -> dict[str, Band]:
        """From the shortest statements on; of an open question, what it rests on."""
        least = float(sum(sorted(map(_words, cls.pool))[: min(cls.options)]))
        claimed = float(sum(_words(cls.by_id()[name]) for name in cls.essay.claims)) if cls.essay else 0.0
        return {"": (least, WIDEST * least), **({"explain": (claimed, claimed)} if cls.essay else {})}

    @classmethod
    @cache
    def rivals(cls) -> dict[str, frozenset[str]]:
        return rivals_in(cls.pool, cls.conflicts)

    @classmethod
    @cache
    def forms(cls) -> dict[str, list[Statement]]:
        return forms_in(cls.pool)

    @classmethod
    def pairs(cls) -> list[tuple[str, str]]:
        """The ids of each true form and of its twin, in the same row."""
        ids = cls.by_id()
        return [(name, twin) for name in ids if name[0] == "T" and (twin := f"F{name[1:]}") in ids]

    @property
    def drawn(self) -> list[Statement]:
        return [self.by_id()[name] for name in self.statements]

    def solve(self) -> dict[str, bool]:
        """Which of the drawn statements are true."""
        return {statement.id: statement.true for statement in self.drawn}

    def seconds(self, kind: str) -> float:
        """Beside the base: the trainings that its statements rest on, each once."""
        runs = {check.run: check.seconds for _, *_, check in self.drawn if isinstance(check, Trained)}
        return super().seconds(kind) + sum(runs.values())

    def refusals(self, kind: str) -> Iterator[Problem]:
        if self.polarity not in POLARITIES[kind]:
            yield Problem("/params/polarity", f"a {kind} question is asked as {' or '.join(POLARITIES[kind])}")
        if kind == "text":
            if self.essay and set(self.statements) != set(self.essay.claims):
                yield Problem("/params/statements", "an open question rests on all statements of its model answer")
            return
        if len(self.statements) not in self.options:
            yield Problem("/params/statements", f"a question shows {' or '.join(map(str, self.options))} statements")
        if sum(self.solve().values()) not in self.fitting(self.polarity, len(self.statements)):
            yield Problem("/params/statements", "the number of true statements does not fit what is asked")
        yield from self._unfair()

    def _unfair(self) -> Iterator[Problem]:
        for group in self.conflicts:
            if len(group & set(self.statements)) > 1:
                names = " and ".join(sorted(group & set(self.statements)))
                yield Problem("/params/statements", f"{names} decide one another")
        if sum(map(evident, self.drawn)) < LEAST_EVIDENT:
            yield Problem("/params/statements", "fewer than two of the statements can be measured or proven")

    def pose(self, kind: str, rng: Random) -> Posed:
        if kind == "text" and self.essay:
            return self.essay.posed()
        return posed(kind, self.drawn, self.solve(), sought=self.polarity != "not")

    @classmethod
    def prove(cls, lab: Lab, asked: Sequence[tuple[str, Self]]) -> list[Evidence]:
        """Each statement is checked once for the whole batch."""
        drawn = {statement.id: statement for _, question in asked for statement in question.drawn}
        holds, rests_on = checked(lab, (drawn[name] for name in sorted(drawn)))
        return [testimony(question.drawn, question.solve(), holds, rests_on) for _, question in asked]


def _words(statement: Statement) -> int:
    return len(statement.text.split())

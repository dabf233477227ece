"""A pool of statements, each true or false for a reason: a question is a handful of them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from functools import cache
from itertools import combinations
from random import Random
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Self

from bank.authoring.family import Family
from bank.authoring.lists import Lists
from bank.authoring.params import OneOf, param
from bank.errors import Problem
from bank.evidence import Evidence
from bank.kinds.posing import RIGHT, WRONG, Posed

if TYPE_CHECKING:
    from bank.authoring.laboratory import Lab

OPTIONS = 4
TRUE_ONES = {"all": (1, 2, 3), "not": (3,), "which": (1,)}  # by polarity: how many of the options may be true
POLARITIES = {"multiple_choice": ("all",), "single_choice": ("not", "which")}
MEASURED = ("E0", "E1", "E2", "E3")
TIERS = {"E0": "exact", "E1": "numeric", "E2": "monte-carlo", "E3": "training", "D": "reference", "L": "reference"}


class Statement(NamedTuple):
    """A proposition, whether it is true, the reason, its level of evidence, and the measurement that says so.

    `level`: E0 exact, E1 float64, E2 Monte Carlo, E3 training, D a proof line (`why`), L literature (`why` cites it).
    `check` returns whether the proposition holds in the lab; it knows nothing of `true`.
    """

    id: str
    text: str
    true: bool
    why: str
    level: str
    check: Callable[[Lab], bool] | None = None


class StatementPool(Family):
    """Statements about one matter, drawn four at a time."""

    pool: ClassVar[tuple[Statement, ...]]
    conflicts: ClassVar[tuple[frozenset[str], ...]]
    about: ClassVar[str]

    kinds: ClassVar[tuple[str, ...]] = ("multiple_choice", "single_choice")
    tiers: ClassVar[tuple[str, ...]] = ("exact", "numeric", "reference")
    stem = """
        <% if polarity == "all" %>
        Which of these statements <<about>> are true?
        <% elif polarity == "not" %>
        Which of these statements <<about>> is **not** true?
        <% else %>
        Which of these statements <<about>> is true?
        <% endif %>
    """
    solution = """
        <% for statement in drawn %>

        - *<< "True" if statement.true else "False" >>*: <<statement.text>>. <<statement.why>>.

        <% endfor %>
    """

    statements: tuple[str, ...] = param(Lists(OneOf(()), OPTIONS, OPTIONS), "ids of the statements")
    polarity: str = param(OneOf(("all", "not", "which")), "all: select every true one; not, which: one is false, true")

    @classmethod
    @cache
    def domains(cls) -> dict[str, Any]:
        ids = OneOf(tuple(statement.id for statement in cls.pool))
        return {**super().domains(), "statements": Lists(ids, OPTIONS, OPTIONS, distinct=True)}

    @classmethod
    def draw_params(cls, rng: Random, fixed: Mapping[str, Any], kind: str) -> dict[str, Any]:
        polarity = fixed.get("polarity") or rng.choice(POLARITIES[kind])
        wanted = rng.choice(TRUE_ONES[polarity])
        true = [statement.id for statement in cls.pool if statement.true]
        false = [statement.id for statement in cls.pool if not statement.true]
        drawn = rng.sample(true, wanted) + rng.sample(false, OPTIONS - wanted)
        rng.shuffle(drawn)
        return {"polarity": polarity, "statements": fixed.get("statements") or tuple(drawn)}

    @classmethod
    @cache
    def space(cls, kind: str) -> int:
        """Fair draws: sets of statements, once for each polarity they can be asked in."""
        count = 0
        for ids in combinations([statement.id for statement in cls.pool], OPTIONS):
            true = sum(cls.by_id()[name].true for name in ids)
            if not list(cls._unfair(ids)):
                count += sum(true in allowed for allowed in TRUE_ONES.values())
        return count

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
    def drawn(self) -> list[Statement]:
        return [self.by_id()[name] for name in self.statements]

    def solve(self) -> dict[str, bool]:
        """Which of the drawn statements are true."""
        return {statement.id: statement.true for statement in self.drawn}

    def refusals(self, kind: str) -> Iterator[Problem]:
        if self.polarity not in POLARITIES[kind]:
            yield Problem("/params/polarity", f"a {kind} question is asked as {' or '.join(POLARITIES[kind])}")
        if sum(self.solve().values()) not in TRUE_ONES[self.polarity]:
            yield Problem("/params/statements", "the number of true statements does not fit what is asked")
        yield from self._unfair(self.statements)

    @classmethod
    def _unfair(cls, ids: Sequence[str]) -> Iterator[Problem]:
        for group in cls.conflicts:
            if len(group & set(ids)) > 1:
                yield Problem("/params/statements", f"{' and '.join(sorted(group & set(ids)))} decide one another")
        if sum(cls.by_id()[name].level in MEASURED for name in ids) < 2:
            yield Problem("/params/statements", "fewer than two of the statements can be measured")

    def pose(self, kind: str, rng: Random) -> Posed:
        letters = [chr(ord("a") + place) for place in range(len(self.statements))]
        sought = self.polarity != "not"
        picked = [letter for letter, truth in zip(letters, self.solve().values(), strict=True) if truth == sought]
        sought_ids = [name for name, truth in self.solve().items() if truth == sought]
        answer = {"choices": picked} if kind == "multiple_choice" else {"choice": picked[0]}
        reasons = [
            ({"choice": letter}, f"{RIGHT if letter in picked else WRONG} {statement.why}.")
            for letter, statement in zip(letters, self.drawn, strict=True)
        ]
        return Posed(
            shape={"choices": letters},
            answer=answer | ({"statements": sought_ids} if kind == "multiple_choice" else {}),
            choices=[statement.text for statement in self.drawn],
            feedback=reasons,
        )

    @classmethod
    def prove(cls, lab: Lab, asked: Sequence[tuple[str, Self]]) -> list[Evidence]:
        """Each statement is checked once for the whole batch."""
        drawn = {statement.id: statement for _, question in asked for statement in question.drawn}
        holds = {name: found.check(lab) for name, found in sorted(drawn.items()) if found.check is not None}
        return [question.judged(holds) for _, question in asked]

    def judged(self, holds: Mapping[str, bool]) -> Evidence:
        claimed = self.solve()
        records = [self._record(statement, claimed[statement.id], holds) for statement in self.drawn]
        levels = [statement.level for statement in self.drawn if statement.id in holds]
        return Evidence(
            verdict="refuted" if any(record["verdict"] == "refuted" for record in records) else "confirmed",
            tier=TIERS[max(levels)],
            experiment="each statement that can be measured, checked by itself",
            claimed=claimed,
            measured={name: holds[name] for name in claimed if name in holds},
            tolerance=0.0,
            more={"statements": records},
        )

    @staticmethod
    def _record(statement: Statement, claimed: bool, holds: Mapping[str, bool]) -> dict[str, Any]:
        record: dict[str, Any] = {"id": statement.id, "level": statement.level, "claimed": claimed}
        if statement.id not in holds:
            return record | {"verdict": "reference", "reference": statement.why}
        same = holds[statement.id] == claimed
        return record | {"measured": holds[statement.id], "verdict": "confirmed" if same else "refuted"}

"""What a report of a bank counts: its variants, who was given them, and what they earned, summed in the database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import CTE, Select, and_, case, func, select

from bank.exams.draws import EXAM
from bank.store.database import Database
from bank.store.exam_tables import DRAWN, DRAWS, MEMBERS
from bank.store.revisions import of_revision
from bank.store.tables import ATTEMPTS, RESPONSES, VARIANTS

THIRDS = 3
ROWS_AT_ONCE = 2000
GRADED = ATTEMPTS.c.best.is_not(None)
SUMMING_SECONDS = 20.0  # for one statement over all responses of a bank


class Counted(NamedTuple):
    """So many variants of one part of an item that are alike in all this."""

    item: int
    part: int
    state: str
    family: str
    version: str
    checked: str | None
    variants: int


class Distinct(NamedTuple):
    """Of one part of an item: variants that ask or look differently, and those of them that exams draw from."""

    item: int
    part: int
    questions: int
    looks: int
    in_exams: int


class Shared(NamedTuple):
    """Of one part of an item: how often it was drawn, how many of its questions, and the most drawn one how often."""

    item: int
    part: int
    draws: int
    questions: int
    most: int


class Earned(NamedTuple):
    """What learners earned with a variant: x is the points they got, r those of the rest of their draw.

    Of those in the upper and the lower third by r: how many, and the sum of x.
    """

    item: int
    part: int
    variant: str
    n: int
    x: float
    xx: float
    r: float
    rr: float
    xr: float
    upper: int
    x_upper: float
    lower: int
    x_lower: float


class Reports:
    def __init__(self, database: Database) -> None:
        self._database = database

    def counted(self, bank: str, revision: int) -> list[Counted]:
        about = (VARIANTS.c.state, VARIANTS.c.family, VARIANTS.c.version, MEMBERS.c.checked)
        columns = (MEMBERS.c.item, MEMBERS.c.part, *about)
        rows = select(*columns, func.count()).join(VARIANTS, VARIANTS.c.id == MEMBERS.c.variant)
        rows = rows.where(*of_revision(MEMBERS, bank, revision)).group_by(*columns)
        return [Counted(*row) for row in self._all(rows)]

    def distinct(self, bank: str, revision: int) -> list[Distinct]:
        where = (MEMBERS.c.item, MEMBERS.c.part)
        in_exams = case((MEMBERS.c.pool == EXAM, MEMBERS.c.question))
        kinds = (func.count(each.distinct()) for each in (MEMBERS.c.question, MEMBERS.c.looks, in_exams))
        rows = select(*where, *kinds).where(*of_revision(MEMBERS, bank, revision)).group_by(*where)
        return [Distinct(*row) for row in self._all(rows)]

    def traits(self, bank: str, revision: int) -> Iterator[tuple[int, int, str]]:
        """Item, part and the traits as JSON, of every variant."""
        rows = select(MEMBERS.c.item, MEMBERS.c.part, MEMBERS.c.traits).where(*of_revision(MEMBERS, bank, revision))
        with self._database.reading(in_pieces=True) as connection:
            for chunk in connection.execution_options(yield_per=ROWS_AT_ONCE).execute(rows).partitions():
                yield from ((item, part, traits) for item, part, traits in chunk)

    def learners(self, bank: str, revision: int) -> int:
        """How many have drawn from the exam's pool."""
        rows = select(func.count(DRAWS.c.learner.distinct())).where(*_exam(bank, revision))
        return int(self._all(rows)[0][0])

    def shared(self, bank: str, revision: int) -> list[Shared]:
        """How many draws of the exam's pool have the same question."""
        drawn = select(DRAWN.c.variant, func.count().label("n")).where(DRAWN.c.draw.in_(_draws(bank, revision)))
        times = drawn.group_by(DRAWN.c.variant).subquery()
        where = (MEMBERS.c.item, MEMBERS.c.part, MEMBERS.c.question)
        asked = select(*where, func.sum(times.c.n).label("n")).join(times, times.c.variant == MEMBERS.c.variant)
        each = asked.where(*of_revision(MEMBERS, bank, revision)).group_by(*where).subquery()
        sums = (func.sum(each.c.n), func.count(), func.max(each.c.n))
        rows = select(each.c.item, each.c.part, *sums).group_by(each.c.item, each.c.part)
        return [Shared(*map(int, row)) for row in self._all(rows)]

    def a_result(self, bank: str, revision: int, item: int, part: int) -> str | None:
        """The first result of a part of an item, as it was told: JSON that names the full marks. None without one."""
        same = and_(RESPONSES.c.draw == DRAWN.c.draw, RESPONSES.c.variant == DRAWN.c.variant)
        rows = select(RESPONSES.c.result).join(DRAWN, same).join(DRAWS, DRAWS.c.id == DRAWN.c.draw)
        here = (DRAWN.c.item == item, DRAWN.c.part == part)
        found = self._all(rows.where(*_exam(bank, revision), *here).order_by(DRAWS.c.place).limit(1))
        return found[0][0] if found else None

    def earned(self, bank: str, revision: int) -> list[Earned]:
        """What the variants of the exam's pool earned."""
        return [Earned(*row) for row in self._all(_earned(bank, revision))]

    def _all(self, rows: Select[Any]) -> list[Any]:
        with self._database.reading(statement_seconds=SUMMING_SECONDS) as connection:
            return list(connection.execute(rows).all())


def _exam(bank: str, revision: int) -> tuple[Any, ...]:
    return (*of_revision(DRAWS, bank, revision), DRAWS.c.pool == EXAM)


def _draws(bank: str, revision: int) -> Select[Any]:
    """Asked as a list: SQLite reads the rows of all draws in their order, which a join would look up one by one."""
    return select(DRAWS.c.id).where(*_exam(bank, revision))


def _totals(bank: str, revision: int) -> CTE:
    """What each draw has earned, and whether that is among the upper or the lower third."""
    sums = select(ATTEMPTS.c.draw, func.sum(ATTEMPTS.c.best).label("best"))
    drawn = sums.where(ATTEMPTS.c.draw.in_(_draws(bank, revision)), GRADED).group_by(ATTEMPTS.c.draw).subquery()
    third = func.ntile(THIRDS).over(order_by=(drawn.c.best, drawn.c.draw)).label("third")
    ranked = select(drawn.c.draw, drawn.c.best, third).subquery()
    ends = {name: case((ranked.c.third == which, 1), else_=0) for name, which in (("upper", THIRDS), ("lower", 1))}
    return select(ranked.c.draw, ranked.c.best, *(end.label(name) for name, end in ends.items())).cte("totals")


def _earned(bank: str, revision: int) -> Select[Any]:
    """Each answer beside the sum of its draw, then the sums over all answers of a variant, then where it belongs."""
    totals = _totals(bank, revision)
    x, r = ATTEMPTS.c.best, totals.c.best - ATTEMPTS.c.best
    upper, lower = totals.c.upper, totals.c.lower
    products = (x, x * x, r, r * r, x * r, upper, x * upper, lower, x * lower)
    sums = (func.count(), *map(func.sum, products))
    named = [column.label(name) for column, name in zip(sums, Earned._fields[3:], strict=True)]
    grouped = select(ATTEMPTS.c.variant, *named).select_from(totals).join(ATTEMPTS, ATTEMPTS.c.draw == totals.c.draw)
    found = grouped.where(GRADED).group_by(ATTEMPTS.c.variant).subquery()
    member = and_(*of_revision(MEMBERS, bank, revision), MEMBERS.c.variant == found.c.variant)
    return select(MEMBERS.c.item, MEMBERS.c.part, *found.columns).join(MEMBERS, member)

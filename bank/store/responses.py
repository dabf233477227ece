"""Responses as they are kept, with what corrections and persons have made of their results since."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, and_, exists, not_, select, update

from bank.attempts import Result
from bank.errors import BadParams, NotForPersons, Problem, UnknownResponse
from bank.grades import Change, Grade, best, effective, marked, regraded
from bank.store.database import Database
from bank.store.exam_tables import MARKS, REGRADES
from bank.store.paging import Place, newest
from bank.store.tables import ATTEMPTS, PLACE, RESPONSES, VARIANTS, now

WHOSE = ("draw", "variant", "learner")  # what attempts are counted by
ROWS_AT_ONCE = 1000  # of all of them
SAME = and_(*(REGRADES.c[name] == RESPONSES.c[name] for name in PLACE))
UNGRADED = and_(
    RESPONSES.c.by_person,
    not_(exists().where(MARKS.c.response == RESPONSES.c.id)),
    not_(exists().where(SAME)),
)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which responses are wanted: all, unless told. `graded` ones are not waiting for a person."""

    bank: str | None = None
    variant: str | None = None
    learner: str | None = None
    graded: bool | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """One response; `told` is what was told of it, `changes` what became of that, in order of time."""

    id: str
    draw: str
    bank: str | None
    variant: str
    family: str
    kind: str
    learner: str
    attempt: int
    response: Any
    told: Result
    given: float  # seconds since the epoch
    counted: bool
    by_person: bool
    changes: Sequence[Change]

    @property
    def place(self) -> Place:
        return Place(self.given, self.id)

    @property
    def effective(self) -> Grade:
        return effective(self.told, self.changes)

    @property
    def needs_grading(self) -> bool:
        return self.by_person and not self.changes


class Responses:
    def __init__(self, database: Database) -> None:
        self._database = database

    def newest(self, wanted: Filter, after: Place | None, most: int) -> list[Response]:
        rows = newest(_every().where(*_conditions(wanted)), RESPONSES, after, most, "given")
        with self._database.reading() as connection:
            return _read(connection, rows)

    def all(self, wanted: Filter, after: Place | None = None) -> Iterator[Response]:
        """The newest first, and never more than a chunk of them in memory; what comes meanwhile is not among them."""
        while found := self.newest(wanted, after, ROWS_AT_ONCE):
            yield from found
            if len(found) < ROWS_AT_ONCE:
                return
            after = found[-1].place

    def mark(self, name: str, points: float, remark: str, who: str) -> Response:
        """A person grades a response, once more perhaps: the last mark holds, and the learner's standing follows.

        Raises UnknownResponse, NotForPersons, and BadParams where it is worth less than that.
        """
        with self._database.writing() as connection:
            found = _one(connection, name)
            if not found.by_person:
                raise NotForPersons("the answer key grades this response; a correction of its bank puts it right")
            most = found.told["max_score"]
            if points > most:
                detail = f"points must be 0 to {most:g}"
                raise BadParams(detail, Problem("/points", detail))
            whose = {member: getattr(found, member) for member in WHOSE}
            connection.execute(select(ATTEMPTS.c.used).where(*_of(ATTEMPTS, whose)).with_for_update())
            row = {"response": name, "points": points, "remark": remark, "who": who, "moment": now()}
            connection.execute(MARKS.insert().values(**row))
            _stand_anew(connection, whose)
            return _one(connection, name)


def _every() -> Select[Any]:
    columns = [column for column in RESPONSES.columns if column.name != "result"]
    told = RESPONSES.c.result.label("told")
    joined = RESPONSES.join(VARIANTS, VARIANTS.c.id == RESPONSES.c.variant)
    return select(*columns, told, VARIANTS.c.family, VARIANTS.c.kind).select_from(joined)


def _conditions(wanted: Filter) -> list[ColumnElement[bool]]:
    named = ((RESPONSES.c[name], getattr(wanted, name)) for name in ("bank", "variant", "learner"))
    conditions = [column == value for column, value in named if value is not None]
    if wanted.graded is not None:
        conditions.append(not_(UNGRADED) if wanted.graded else UNGRADED)
    return conditions


def _of(table: Any, whose: dict[str, str]) -> list[ColumnElement[bool]]:
    return [table.c[name] == value for name, value in whose.items()]


def _one(connection: Connection, name: str) -> Response:
    found = _read(connection, _every().where(RESPONSES.c.id == name))
    if not found:
        raise UnknownResponse("no response has this id")
    return found[0]


def _read(connection: Connection, rows: Select[Any]) -> list[Response]:
    found = connection.execute(rows).mappings().all()
    changes = _changes(connection, found)
    return [
        Response(
            **{**row, "response": json.loads(row["response"]), "told": json.loads(row["told"])},
            changes=sorted(changes[_place(row)], key=lambda change: change.moment),
        )
        for row in found
    ]


def _place(row: RowMapping) -> tuple[Any, ...]:
    return tuple(row[name] for name in PLACE)


def _changes(connection: Connection, found: Sequence[RowMapping]) -> Mapping[tuple[Any, ...], list[Change]]:
    """By place, of these responses and perhaps of others of the same learners."""
    changes: dict[tuple[Any, ...], list[Change]] = defaultdict(list)
    by_name = {row["id"]: row for row in found}
    for row in connection.execute(select(MARKS).where(MARKS.c.response.in_(by_name)).order_by(MARKS.c.number)):
        response = by_name[row.response]
        most = json.loads(response["told"])["max_score"]
        changes[_place(response)].append(marked(row.points, most, row.who, row.remark, row.moment))
    about = (REGRADES.c.draw.in_({row["draw"] for row in found}), REGRADES.c.variant.in_({r["variant"] for r in found}))
    for line in connection.execute(select(REGRADES).where(*about)).mappings():
        changes[_place(line)].append(regraded(line))
    return changes


def _stand_anew(connection: Connection, whose: dict[str, str]) -> None:
    """The best of all that holds by now, points among it that were given without a response."""
    grades = [found.effective for found in _read(connection, _every().where(*_of(RESPONSES, whose)))]
    given = select(REGRADES).where(*_of(REGRADES, whose), REGRADES.c.attempt == 0).order_by(REGRADES.c.moment)
    if without := [regraded(line) for line in connection.execute(given).mappings()]:
        grades.append(Grade(without[-1].score, without[-1].max_score, without[-1].correct))
    here = update(ATTEMPTS).where(*_of(ATTEMPTS, whose))
    connection.execute(here.values(best=best(grades)))
    closes = any(grade.correct for grade in grades)
    if closes:
        connection.execute(here.where(ATTEMPTS.c.closed.is_(None)).values(closed=now()))
    else:
        connection.execute(here.values(closed=None))

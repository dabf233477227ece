"""How often a learner has answered a variant, what was answered, and what was told."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from secrets import token_hex
from typing import Any

from sqlalchemy import Connection, select, update

from bank.attempts import Result, Standing
from bank.errors import BankError, IdempotencyKeyReused, Problem
from bank.store.database import Database
from bank.store.exam_tables import DRAWS
from bank.store.grouped import Grouped
from bank.store.tables import ATTEMPTS, CALLS, PLACE, RESPONSES, now
from bank.variant import encoded

Judge = Callable[[Standing], tuple[Result, Standing]]

STANDING = (ATTEMPTS.c.used, ATTEMPTS.c.given, ATTEMPTS.c.best, ATTEMPTS.c.closed)
RESPONSE = tuple(RESPONSES.c[name] for name in PLACE)


@dataclass(frozen=True, slots=True)
class Call:
    """An `Idempotency-Key`, and the API key that it came with: two clients may choose the same one."""

    api_key: str
    idempotency_key: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A learner's response to a variant, as it was sent; `draw` is the one that gave it to the learner, if one did."""

    variant: str
    learner: str
    response: Any
    call: Call | None = None
    draw: str = ""

    @property
    def whose(self) -> dict[str, str]:
        """What attempts are counted by."""
        return {"draw": self.draw, "variant": self.variant, "learner": self.learner}


class Attempts:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._grouped = Grouped[tuple[Answer, Judge], Result](self._spend_all)

    def spend(self, answer: Answer, judge: Judge) -> Result:
        """Count one attempt, keep the response and what is told of it; returns what is told.

        A call that is repeated, or a response given twice in a row, is told what it was told before, and changes
        nothing. Raises IdempotencyKeyReused, and whatever `judge` raises: then nothing is changed either.

        All is one transaction. Its first statement takes the row of the learner's standing, so calls at the same moment
        wait for one another, whichever process they are in, and `judge` sees what the ones before have left. SQLite has
        one writer at a time: there the calls that a process has at one moment share a transaction.
        """
        if self._database.is_sqlite:
            return self._grouped.do((answer, judge))
        with self._database.writing() as connection:
            return self._spend(connection, answer, judge)

    def standing(self, variant: str, learner: str, draw: str = "") -> Standing:
        mine = _mine({"draw": draw, "variant": variant, "learner": learner})
        with self._database.reading() as connection:
            row = connection.execute(select(*STANDING).where(*mine)).one_or_none()
        return Standing() if row is None else _standing(row)

    def _spend_all(self, calls: Sequence[tuple[Answer, Judge]]) -> list[Result | Exception]:
        """Many in one transaction. One that is refused leaves nothing behind, and the others stay."""
        found: list[Result | Exception] = []
        with self._database.writing() as connection:
            for answer, judge in calls:
                try:
                    with connection.begin_nested():
                        found.append(self._spend(connection, answer, judge))
                except BankError as error:
                    found.append(error)
        return found

    def _spend(self, connection: Connection, answer: Answer, judge: Judge) -> Result:
        standing = self._take(connection, answer)
        told = _told_before(connection, answer)
        if told is None and (last := _last(connection, answer, standing)) is not None:
            told = json.loads(last.result)
            self._note(connection, answer, standing.given)
        if told is None:
            told, after = judge(standing)
            _keep(connection, answer, standing, after, told)
            self._note(connection, answer, after.given)
        return told

    def _take(self, connection: Connection, answer: Answer) -> Standing:
        """The learner's standing, to whom nobody else adds until the end of the transaction."""
        row = self._database.insert(ATTEMPTS).values(**answer.whose, used=0, given=0)
        names = [ATTEMPTS.c[name] for name in answer.whose]
        taken = row.on_conflict_do_update(index_elements=names, set_={"used": ATTEMPTS.c.used})
        return _standing(connection.execute(taken.returning(*STANDING)).one())

    def _note(self, connection: Connection, answer: Answer, attempt: int) -> None:
        """Remember which response a call was about. Raises IdempotencyKeyReused where another was faster."""
        if answer.call is None:
            return
        about = {**answer.whose, "attempt": attempt}
        name = {"api_key": answer.call.api_key, "idempotency_key": answer.call.idempotency_key}
        noted = self._database.insert(CALLS).values(**name, **about).on_conflict_do_nothing()
        if connection.execute(noted.returning(CALLS.c.attempt)).one_or_none() is None:
            raise _reused()


def _mine(whose: Mapping[str, str]) -> tuple[Any, ...]:
    return tuple(ATTEMPTS.c[name] == value for name, value in whose.items())


def _standing(row: Any) -> Standing:
    return Standing(row.used, row.given, row.best, row.closed is not None)


def _told_before(connection: Connection, answer: Answer) -> Result | None:
    """What this very call was told. Raises IdempotencyKeyReused where it was about something else."""
    if answer.call is None:
        return None
    this = CALLS.c.api_key == answer.call.api_key, CALLS.c.idempotency_key == answer.call.idempotency_key
    about = zip((CALLS.c[name] for name in PLACE), RESPONSE, strict=True)
    found = select(*RESPONSE, RESPONSES.c.response, RESPONSES.c.result)
    found = found.where(*this, *(mine == other for mine, other in about))
    row = connection.execute(found).one_or_none()
    if row is None:
        return None
    if (row.draw, row.variant, row.learner) != tuple(answer.whose.values()) or not _same(row, answer):
        raise _reused()
    told: Result = json.loads(row.result)
    return told


def _last(connection: Connection, answer: Answer, standing: Standing) -> Any:
    """The learner's response before this one, if it is the same."""
    if not standing.given:
        return None
    place = zip(RESPONSE, (*answer.whose.values(), standing.given), strict=True)
    found = select(RESPONSES.c.response, RESPONSES.c.result).where(*(column == value for column, value in place))
    row = connection.execute(found).one_or_none()
    return row if row is not None and _same(row, answer) else None


def _same(row: Any, answer: Answer) -> bool:
    """As JSON values: the order of members does not matter, and `4.5` is not `9/2`."""
    return bool(json.loads(row.response) == answer.response)


def _keep(connection: Connection, answer: Answer, before: Standing, after: Standing, told: Result) -> None:
    moment = now()
    row = {"id": f"response-{token_hex(8)}", **answer.whose, "attempt": after.given}
    counted = after.used > before.used
    written = {"response": encoded(answer.response), "result": encoded(told), "given": moment}
    bank = select(DRAWS.c.bank).where(DRAWS.c.id == answer.draw).scalar_subquery()
    about = {"bank": bank if answer.draw else None, "by_person": told["score"] is None}
    connection.execute(RESPONSES.insert().values(**row, **written, **about, counted=counted))
    left = {"used": after.used, "given": after.given, "best": after.best, "closed": moment if after.closed else None}
    connection.execute(update(ATTEMPTS).where(*_mine(answer.whose)).values(**left))


def _reused() -> IdempotencyKeyReused:
    detail = "Idempotency-Key was used before, with another variant, learner or response"
    return IdempotencyKeyReused(detail, Problem("/Idempotency-Key", detail))

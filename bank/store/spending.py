"""Responses that are judged and kept in one transaction, each by what the ones before have left."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, select, update

from bank.attempts import Result, Standing
from bank.errors import BankError, IdempotencyKeyReused, Problem, UnknownDraw
from bank.store.answers import Answer, Call, Judge, Whose
from bank.store.database import Database
from bank.store.exam_tables import DRAWS
from bank.store.tables import ATTEMPTS, CALLS, PLACE, RESPONSES, now
from bank.variant import encoded

STANDING = (ATTEMPTS.c.used, ATTEMPTS.c.given, ATTEMPTS.c.best, ATTEMPTS.c.closed)
OWNER = tuple(ATTEMPTS.c[name] for name in Whose._fields)

# Built once: to build a statement costs as much as to execute it.
MINE = tuple(ATTEMPTS.c[name] == bindparam(f"its_{name}") for name in Whose._fields)
LEFT = update(ATTEMPTS).where(*MINE).values({name: bindparam(f"new_{name}") for name in ("used", "given", "best")})
LEFT = LEFT.values(closed=bindparam("new_closed"))
UNTOUCHED = delete(ATTEMPTS).where(
    *MINE, ATTEMPTS.c.used == 0, ATTEMPTS.c.given == 0, ATTEMPTS.c.best.is_(None), ATTEMPTS.c.closed.is_(None)
)
TOLD = select(RESPONSES.c.response, RESPONSES.c.result, *(RESPONSES.c[name] for name in Whose._fields))
LAST = TOLD.where(*(RESPONSES.c[name] == bindparam(name) for name in PLACE))
BEFORE = TOLD.where(
    *(CALLS.c[name] == bindparam(name) for name in ("api_key", "idempotency_key")),
    *(CALLS.c[name] == RESPONSES.c[name] for name in PLACE),
)
BANK = select(DRAWS.c.bank).where(DRAWS.c.id == bindparam("its_draw")).scalar_subquery()
THERE = select(DRAWS.c.id).where(DRAWS.c.id.in_(bindparam("names", expanding=True))).order_by(DRAWS.c.id)
THERE = THERE.with_for_update(read=True, key_share=True)
KEPT = ("id", *PLACE, "response", "result", "given", "counted", "by_person")
NEW_RESPONSE = RESPONSES.insert().values({**{name: bindparam(name) for name in KEPT}, "bank": BANK})


@dataclass(slots=True)
class Found:
    """What came of some answers, and what is to be written of them."""

    outcomes: list[Result | BankError] = field(default_factory=list)
    responses: list[dict[str, Any]] = field(default_factory=list)
    standings: list[dict[str, Any]] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)
    notes: list[tuple[Answer, Call, int]] = field(default_factory=list)


class Statements:
    """Those that each database has its own words for."""

    def __init__(self, database: Database) -> None:
        taken = database.insert(ATTEMPTS)
        taken = taken.on_conflict_do_update(index_elements=OWNER, set_={"used": ATTEMPTS.c.used})
        self.take = taken.returning(*OWNER, *STANDING)
        self.note = database.insert(CALLS).on_conflict_do_nothing().returning(CALLS.c.attempt)


class Spending:
    """Its first statement takes the rows of the draws, so that none is given to another learner before the end; the
    second those of the learners' standings, so that nobody else adds to them.
    """

    def __init__(self, connection: Connection, statements: Statements) -> None:
        self._connection, self._statements = connection, statements

    def all(self, calls: Sequence[tuple[Answer, Judge]]) -> list[Result | BankError]:
        """What each is told, in their order. One that is refused leaves nothing behind.

        Raises IdempotencyKeyReused where another process was faster to use one: then the transaction is void.
        """
        there = self._draws({answer.draw for answer, _ in calls if answer.draw})
        gone: list[Result | BankError] = [UnknownDraw("the draw is not this learner's any more")] * len(calls)
        outcomes = dict(enumerate(gone))
        left = [place for place, (answer, _) in enumerate(calls) if not answer.draw or answer.draw in there]
        for some in rounds([calls[place][0] for place in left]):
            places = [left[each] for each in some]
            outcomes |= zip(places, self._round([calls[place] for place in places]), strict=True)
        return [outcomes[place] for place in range(len(calls))]

    def _draws(self, names: Collection[str]) -> set[str]:
        """Those that there are; whoever erases a learner waits until the end."""
        if not names:
            return set()
        return set(self._connection.execute(THERE, {"names": sorted(names)}).scalars())

    def _round(self, calls: Sequence[tuple[Answer, Judge]]) -> list[Result | BankError]:
        found, standings = Found(), self._take(sorted(answer.whose for answer, _ in calls))
        for answer, judge in calls:
            standing = standings[answer.whose]
            try:
                found.outcomes.append(self._judged(found, answer, judge, standing))
            except BankError as error:
                found.outcomes.append(error)
                found.refused.append(_its(answer))
        self._write(found)
        return found.outcomes

    def _take(self, owners: Sequence[Whose]) -> dict[Whose, Standing]:
        """In their order, so that two processes never wait for one another."""
        rows = self._connection.execute(
            self._statements.take, [{**each._asdict(), "used": 0, "given": 0} for each in owners]
        )
        return {Whose(*row[:3]): standing_of(row) for row in rows}

    def _judged(self, found: Found, answer: Answer, judge: Judge, standing: Standing) -> Result:
        told = self._told_before(answer)
        if told is not None:
            return told
        attempt = standing.given
        told = self._told_last(answer, attempt)
        if told is None:
            told, after = judge(standing)
            attempt = after.given
            found.responses.append(_response(answer, standing, after, told))
            found.standings.append(_left(answer, after))
        if answer.call is not None:
            found.notes.append((answer, answer.call, attempt))
        return told

    def _told_before(self, answer: Answer) -> Result | None:
        """What this very call was told. Raises IdempotencyKeyReused where it was about something else."""
        if answer.call is None:
            return None
        named = {"api_key": answer.call.api_key, "idempotency_key": answer.call.idempotency_key}
        row = self._connection.execute(BEFORE, named).one_or_none()
        if row is None:
            return None
        if (row.draw, row.variant, row.learner) != answer.whose or not _same(row, answer):
            raise _reused()
        told: Result = json.loads(row.result)
        return told

    def _told_last(self, answer: Answer, attempt: int) -> Result | None:
        """What the learner's response before this one was told, if it is the same."""
        if not attempt:
            return None
        row = self._connection.execute(LAST, {**answer.whose._asdict(), "attempt": attempt}).one_or_none()
        return json.loads(row.result) if row is not None and _same(row, answer) else None

    def _write(self, found: Found) -> None:
        for statement, rows in ((NEW_RESPONSE, found.responses), (LEFT, found.standings), (UNTOUCHED, found.refused)):
            if rows:
                self._connection.execute(statement, rows)
        for answer, call, attempt in found.notes:
            name = {"api_key": call.api_key, "idempotency_key": call.idempotency_key}
            noted = {**name, **answer.whose._asdict(), "attempt": attempt}
            if self._connection.execute(self._statements.note, noted).one_or_none() is None:
                raise _reused()


def rounds(answers: Sequence[Answer]) -> Iterator[list[int]]:
    """The places of all, in groups of which none has two answers that must see one another: one learner's to one
    variant, or two under one `Idempotency-Key`."""
    waiting = list(range(len(answers)))
    while waiting:
        names: set[Whose | Call] = set()
        these: list[int] = []
        later: list[int] = []
        for place in waiting:
            its = {answers[place].whose, answers[place].call or answers[place].whose}
            (later if names & its else these).append(place)
            names |= its
        yield these
        waiting = later


def _its(answer: Answer) -> dict[str, Any]:
    return {f"its_{name}": value for name, value in answer.whose._asdict().items()}


def standing_of(row: Any) -> Standing:
    return Standing(row.used, row.given, row.best, row.closed is not None)


def _same(row: Row[Any], answer: Answer) -> bool:
    """As JSON values: the order of members does not matter, and `4.5` is not `9/2`."""
    return bool(json.loads(row.response) == answer.response)


def _response(answer: Answer, before: Standing, after: Standing, told: Result) -> dict[str, Any]:
    place = {**answer.whose._asdict(), "attempt": after.given, "its_draw": answer.draw}
    written = {"response": encoded(answer.response), "result": encoded(told), "given": now()}
    about = {"counted": after.used > before.used, "by_person": told["score"] is None}
    return {"id": f"response-{token_hex(8)}", **place, **written, **about}


def _left(answer: Answer, after: Standing) -> dict[str, Any]:
    counts = {"new_used": after.used, "new_given": after.given, "new_best": after.best}
    return {**_its(answer), **counts, "new_closed": now() if after.closed else None}


def _reused() -> IdempotencyKeyReused:
    detail = "Idempotency-Key was used before, with another variant, learner or response"
    return IdempotencyKeyReused(detail, Problem("/Idempotency-Key", detail))

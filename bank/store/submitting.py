"""New work: a job, and the pieces that it consists of."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from secrets import token_hex
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, delete, update

from bank.store.database import Database
from bank.store.tables import JOBS, WORK, now

ROWS_A_STATEMENT = 500

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for: `task` is done to each subject, and `kind` and `request` (JSON) tell the client of the job."""

    task: str
    queue: str
    kind: str
    request: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A piece of it. Pieces of one `batch` may be done together; `seconds` of CPU is what it is expected to take.

    Its job counts it as so many `units`; it waits in the order's queue unless it names its own.
    """

    subject: str
    batch: str
    seconds: float
    units: int = 1
    queue: str = ""


def submit(connection: Connection, database: Database, order: Order, pieces: Sequence[Wanted]) -> str | None:
    """Within the transaction of whoever needs it: queue the pieces under one new job; returns the job's id.

    Work that is done or under way stays as it is, what failed or was cancelled is opened again. None where that leaves
    nothing to do.
    """
    job = f"job-{token_hex(8)}"
    described = {"kind": order.kind, "request": json.dumps(order.request)}
    connection.execute(JOBS.insert().values(id=job, total=0, done=0, failed=0, created=now(), **described))
    total = 0
    for queue in dict.fromkeys(piece.queue or order.queue for piece in pieces):
        here = replace(order, queue=queue)
        for some in chunks([piece for piece in pieces if (piece.queue or order.queue) == queue]):
            total += _reopen(connection, here, job, some) + _insert(connection, database, here, job, some)
            if queue == "interactive":
                _hurry(connection, here, some)
    mine = JOBS.c.id == job
    connection.execute(update(JOBS).where(mine).values(total=total) if total else delete(JOBS).where(mine))
    return job if total else None


def extend(connection: Connection, database: Database, job: str, order: Order, pieces: Sequence[Wanted]) -> None:
    """Within a transaction: new pieces of a job that goes on, which has so many more to do."""
    total = sum(_insert(connection, database, order, job, some) for some in chunks(pieces))
    connection.execute(update(JOBS).where(JOBS.c.id == job).values(total=JOBS.c.total + total))


def chunks(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    return (rows[start : start + ROWS_A_STATEMENT] for start in range(0, len(rows), ROWS_A_STATEMENT))


def _insert(connection: Connection, database: Database, order: Order, job: str, pieces: Sequence[Wanted]) -> int:
    """How many units are new."""
    every = {"task": order.task, "job": job, "queue": order.queue, "state": "open", "attempts": 0, "queued": now()}
    rows = [asdict(piece) | every for piece in pieces]
    new = database.insert(WORK).values(rows).on_conflict_do_nothing().returning(WORK.c.units)
    return sum(connection.execute(new).scalars())


def _reopen(connection: Connection, order: Order, job: str, pieces: Sequence[Wanted]) -> int:
    """How many units are left of pieces that had ended before they were done."""
    ended = (*_these(order, pieces), WORK.c.state.in_(("failed", "cancelled")))
    again = {"job": job, "queue": order.queue, "state": "open", "attempts": 0, "lease": None, "lease_until": None}
    opened = update(WORK).where(*ended).values(**again, reason=None, queued=now())
    return sum(connection.execute(opened.returning(WORK.c.units - WORK.c.counted)).scalars())


def _hurry(connection: Connection, order: Order, pieces: Sequence[Wanted]) -> None:
    """A batch does not delay somebody who waits: work that is asked for singly changes its queue."""
    waiting = (*_these(order, pieces), WORK.c.state == "open", WORK.c.queue == "bulk")
    connection.execute(update(WORK).where(*waiting).values(queue="interactive"))


def _these(order: Order, pieces: Sequence[Wanted]) -> tuple[ColumnElement[bool], ...]:
    return WORK.c.task == order.task, WORK.c.subject.in_([piece.subject for piece in pieces])

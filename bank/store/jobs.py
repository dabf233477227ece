"""Jobs as a client watches them: so many pieces of work, so many done."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, case, func, select, update

from bank.store.database import Database
from bank.store.tables import JOBS, WORK, now


@dataclass(frozen=True, slots=True)
class Job:
    """`kind`, `request` and `result` (JSON) tell what was asked for and what came of it.

    `state` is queued, running, succeeded, failed or cancelled; `failed` pairs a reason with a count.
    """

    id: str
    kind: str
    request: Any
    result: Any
    state: str
    done: int
    total: int
    failed: tuple[tuple[str, int], ...]
    eta_seconds: float | None
    created: datetime


class Jobs:
    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, name: str) -> Job | None:
        reasons = (
            select(WORK.c.reason, func.count())
            .where(WORK.c.job == name, WORK.c.state == "failed")
            .group_by(WORK.c.reason)
            .order_by(WORK.c.reason)
        )
        with self._database.reading() as connection:
            row = connection.execute(select(JOBS).where(JOBS.c.id == name)).mappings().one_or_none()
            if row is None:
                return None
            failed = tuple((reason, count) for reason, count in connection.execute(reasons))
            left = _seconds_left(connection, row) if _state(row) == "running" else None
        return _job(row, failed, left)

    def cancel(self, name: str) -> Job | None:
        """What is not done yet will not be; what was done stays. A job that has ended stays as it is."""
        with self._database.writing() as connection:
            open_ones = update(WORK).where(WORK.c.job == name, WORK.c.state == "open")
            if connection.execute(open_ones.values(state="cancelled", lease=None, lease_until=None)).rowcount:
                connection.execute(update(JOBS).where(JOBS.c.id == name).values(cancelled=now()))
        return self.find(name)


def set_result(connection: Connection, name: str, result: Any) -> None:
    """Within the transaction that makes it: what came of a job (JSON)."""
    connection.execute(update(JOBS).where(JOBS.c.id == name).values(result=json.dumps(result)))


def _job(row: RowMapping, failed: tuple[tuple[str, int], ...], seconds_left: float | None) -> Job:
    return Job(
        id=row["id"],
        kind=row["kind"],
        request=json.loads(row["request"]),
        result=None if row["result"] is None else json.loads(row["result"]),
        state=_state(row),
        done=row["done"],
        total=row["total"],
        failed=failed,
        eta_seconds=seconds_left,
        created=datetime.fromtimestamp(row["created"], UTC),
    )


def _state(row: RowMapping) -> str:
    if row["cancelled"] is not None:
        return "cancelled"
    if row["done"] + row["failed"] >= row["total"]:
        return "failed" if row["failed"] else "succeeded"
    return "running" if row["started"] is not None else "queued"


def _seconds_left(connection: Connection, row: RowMapping) -> float | None:
    """As the work so far went, so will the rest: by what each piece is expected to take and how far it is."""
    spent = case((WORK.c.state == "open", WORK.c.progress), else_=1.0) * WORK.c.seconds
    totals = select(func.sum(spent), func.sum(WORK.c.seconds)).where(WORK.c.job == row["id"])
    done, all_of_it = connection.execute(totals).one()
    return round((now() - row["started"]) / done * (all_of_it - done), 1) if done else None

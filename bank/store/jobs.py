"""Jobs as a client watches them: so many pieces of work, so many done."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Double, RowMapping, and_, case, cast, func, select, update

from bank.store.database import Database
from bank.store.paging import Place, newest
from bank.store.tables import JOBS, WATCHERS, WORK, now

Failures = tuple[tuple[str, int], ...]

ENDED = JOBS.c.done + JOBS.c.failed >= JOBS.c.total
GOES_ON = and_(JOBS.c.cancelled.is_(None), ~ENDED)
STATES: dict[str, ColumnElement[bool]] = {  # as `_state` tells them of a row
    "queued": and_(GOES_ON, JOBS.c.started.is_(None)),
    "running": and_(GOES_ON, JOBS.c.started.is_not(None)),
    "succeeded": and_(JOBS.c.cancelled.is_(None), ENDED, JOBS.c.failed == 0),
    "failed": and_(JOBS.c.cancelled.is_(None), ENDED, JOBS.c.failed > 0),
    "cancelled": JOBS.c.cancelled.is_not(None),
}


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
    failed: Failures
    eta_seconds: float | None
    created: datetime
    place: Place


class Jobs:
    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, name: str) -> Job | None:
        with self._database.reading() as connection:
            found = _jobs(connection, connection.execute(select(JOBS).where(JOBS.c.id == name)).mappings().all())
        return found[0] if found else None

    def newest(self, state: str | None, after: Place | None, most: int) -> list[Job]:
        """So many jobs, or those in one state, the newest first, from the beginning or after a place."""
        conditions = [] if state is None else [STATES[state]]
        rows = newest(select(JOBS).where(*conditions), JOBS, after, most)
        with self._database.reading() as connection:
            return _jobs(connection, connection.execute(rows).mappings().all())

    def let_watch(self, name: str, key: str) -> None:
        """The caller whose key has this prefix was named the job."""
        named = self._database.insert(WATCHERS).values(job=name, key=key)
        with self._database.writing() as connection:
            connection.execute(named.on_conflict_do_nothing())

    def may_watch(self, name: str, key: str) -> bool:
        named = (WATCHERS.c.job == name, WATCHERS.c.key == key)
        with self._database.reading() as connection:
            return connection.execute(select(WATCHERS.c.job).where(*named)).one_or_none() is not None

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


def _jobs(connection: Connection, rows: Sequence[RowMapping]) -> list[Job]:
    failed = _failures(connection, [row["id"] for row in rows if row["failed"]])
    left = _seconds_left(connection, [row for row in rows if _state(row) == "running"])
    return [_job(row, failed.get(row["id"], ()), left.get(row["id"])) for row in rows]


def _job(row: RowMapping, failed: Failures, seconds_left: float | None) -> Job:
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
        place=Place(row["created"], row["id"]),
    )


def _state(row: RowMapping) -> str:
    if row["cancelled"] is not None:
        return "cancelled"
    if row["done"] + row["failed"] >= row["total"]:
        return "failed" if row["failed"] else "succeeded"
    return "running" if row["started"] is not None else "queued"


def _failures(connection: Connection, names: Sequence[str]) -> dict[str, Failures]:
    """The reasons of each job, and how often each was met."""
    if not names:
        return {}
    counted = (
        select(WORK.c.job, WORK.c.reason, func.sum(WORK.c.units - WORK.c.counted))
        .where(WORK.c.job.in_(names), WORK.c.state == "failed")
        .group_by(WORK.c.job, WORK.c.reason)
        .order_by(WORK.c.job, WORK.c.reason)
    )
    found: dict[str, Failures] = defaultdict(tuple)
    for job, reason, count in connection.execute(counted):
        found[job] += ((reason, int(count)),)
    return found


def _seconds_left(connection: Connection, rows: Sequence[RowMapping]) -> dict[str, float]:
    """As the work so far went, so will the rest: by what each piece is expected to take and how far it is."""
    if not rows:
        return {}
    started = {row["id"]: row["started"] for row in rows}
    counted = cast(WORK.c.counted, Double) / WORK.c.units
    share = case((WORK.c.state != "open", 1.0), (WORK.c.units > 1, counted), else_=WORK.c.progress)
    spent = share * WORK.c.seconds
    sums = select(WORK.c.job, func.sum(spent), func.sum(WORK.c.seconds)).where(WORK.c.job.in_(started))
    totals = connection.execute(sums.group_by(WORK.c.job)).all()
    return {job: round((now() - started[job]) / done * (whole - done), 1) for job, done, whole in totals if done}

"""Jobs as a client watches them: so many pieces of work, so many done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import RowMapping, func, select, update

from bank.store.database import Database
from bank.store.tables import JOBS, WORK, now


@dataclass(frozen=True, slots=True)
class Job:
    """`state` is queued, running, succeeded, failed or cancelled; `failed` pairs a reason with a count."""

    id: str
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
            failed = tuple((reason, count) for reason, count in connection.execute(reasons)) if row else ()
        return _job(row, failed) if row else None

    def cancel(self, name: str) -> Job | None:
        """What is not done yet will not be; what was done stays. A job that has ended stays as it is."""
        with self._database.writing() as connection:
            open_ones = update(WORK).where(WORK.c.job == name, WORK.c.state == "open")
            if connection.execute(open_ones.values(state="cancelled", lease=None, lease_until=None)).rowcount:
                connection.execute(update(JOBS).where(JOBS.c.id == name).values(cancelled=now()))
        return self.find(name)


def _job(row: RowMapping, failed: tuple[tuple[str, int], ...]) -> Job:
    state = _state(row)
    return Job(
        id=row["id"],
        state=state,
        done=row["done"],
        total=row["total"],
        failed=failed,
        eta_seconds=_eta(row) if state == "running" else None,
        created=datetime.fromtimestamp(row["created"], UTC),
    )


def _state(row: RowMapping) -> str:
    if row["cancelled"] is not None:
        return "cancelled"
    if row["done"] + row["failed"] >= row["total"]:
        return "failed" if row["failed"] else "succeeded"
    return "running" if row["started"] is not None else "queued"


def _eta(row: RowMapping) -> float | None:
    """As the pieces so far went, so will the rest."""
    ended = row["done"] + row["failed"]
    return round((now() - row["started"]) / ended * (row["total"] - ended), 1) if ended else None

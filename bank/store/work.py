"""What is to be verified. A worker takes a batch under a lease; whoever dies with one leaves it to the next.

A lease is one conditional UPDATE, and its end one transaction that holds the verdict: so a piece of work is neither
lost nor done twice, whatever becomes of messages and processes.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from secrets import token_hex
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, case, func, or_, select, update

from bank.store.assets import Asset, keep_assets
from bank.store.database import Database
from bank.store.superseding import supersede
from bank.store.tables import JOBS, VARIANTS, WORK, now

MOST_ATTEMPTS = 4  # of which each but the last may have met a worker that died for another reason
SMALLER = 16  # times smaller a batch is after each failure, until the one that kills workers stands alone
DIED = "no worker survived it"


@dataclass(frozen=True, slots=True)
class Piece:
    """One variant to verify."""

    variant: str
    job: str
    kind: str
    params: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Lease:
    """Pieces of one family that one worker has to itself for a while."""

    token: str
    family: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a variant: its new state, verified or disputed, the evidence and the figures drawn from it."""

    state: str
    evidence: bytes
    assets: Mapping[str, Asset]


def _verdict(name: str, outcome: Outcome) -> dict[str, Any]:
    return {"name": name, "new_state": outcome.state, "new_evidence": outcome.evidence}


VERDICT = (
    update(VARIANTS)
    .where(VARIANTS.c.id == bindparam("name"))
    .values(state=bindparam("new_state"), evidence=bindparam("new_evidence"))
)


class Work:
    def __init__(self, database: Database) -> None:
        self._database = database

    def lease(self, queue: str, size: int, seconds: float) -> Lease | None:
        """Take up to `size` pieces of one family, the oldest first; what failed before is taken in smaller batches."""
        token, moment = token_hex(8), now()
        with self._database.writing() as connection:
            _give_up(connection, moment)
            names = self._choose(connection, queue, size, moment)
            if not names:
                return None
            taken = {"lease": token, "lease_until": moment + seconds, "attempts": WORK.c.attempts + 1}
            connection.execute(update(WORK).where(WORK.c.variant.in_(names), _free(moment)).values(**taken))
            return _leased(connection, token, moment)

    def finish(self, lease: Lease, outcomes: Mapping[str, Outcome]) -> list[str]:
        """Keep the verdicts of the pieces that are still this lease's; returns their names."""
        mine = (WORK.c.lease == lease.token, WORK.c.state == "open", WORK.c.variant.in_(list(outcomes)))
        done = {"state": "done", "lease": None, "lease_until": None, "reason": None}
        with self._database.writing() as connection:
            ended = update(WORK).where(*mine).values(**done).returning(WORK.c.variant, WORK.c.job)
            rows = connection.execute(ended).all()
            for name, _ in rows:
                keep_assets(connection, self._database, outcomes[name].assets)
            if rows:
                connection.execute(VERDICT, [_verdict(name, outcomes[name]) for name, _ in rows])
                supersede(connection, [name for name, _ in rows if outcomes[name].state == "verified"])
            _count(connection, "done", [job for _, job in rows])
        return [name for name, _ in rows]

    def fail(self, lease: Lease, reason: str) -> None:
        """Give the pieces back with the reason; those that were tried often enough are given up."""
        mine = (WORK.c.lease == lease.token, WORK.c.state == "open")
        over = WORK.c.attempts >= MOST_ATTEMPTS
        returned = {"state": case((over, "failed"), else_="open"), "lease": None, "lease_until": None}
        given_back = update(WORK).where(*mine).values(**returned, reason=reason[:500], queued=now())
        with self._database.writing() as connection:
            rows = connection.execute(given_back.returning(WORK.c.job, WORK.c.state)).all()
            _count(connection, "failed", [job for job, state in rows if state == "failed"])

    def release_all(self) -> None:
        """End every lease: for a record whose workers are all known to be gone."""
        held = (WORK.c.state == "open", WORK.c.lease.is_not(None))
        with self._database.writing() as connection:
            connection.execute(update(WORK).where(*held).values(lease=None, lease_until=None))

    def waiting(self) -> dict[str, int]:
        """Open pieces by queue that no living worker has taken."""
        counted = select(WORK.c.queue, func.count().label("pieces")).where(_free(now())).group_by(WORK.c.queue)
        with self._database.reading() as connection:
            return {row.queue: row.pieces for row in connection.execute(counted)}

    def _choose(self, connection: Connection, queue: str, size: int, moment: float) -> Sequence[str]:
        free = (WORK.c.queue == queue, _free(moment))
        oldest = select(WORK.c.family, WORK.c.attempts).where(*free).order_by(WORK.c.queued, WORK.c.variant).limit(1)
        head = connection.execute(self._database.locked(oldest)).one_or_none()
        if head is None:
            return []
        alike = (*free, WORK.c.family == head.family, WORK.c.attempts == head.attempts)
        wanted = select(WORK.c.variant).where(*alike).order_by(WORK.c.queued, WORK.c.variant)
        rows = self._database.locked(wanted.limit(max(1, size // SMALLER**head.attempts)))
        return connection.execute(rows).scalars().all()


def _free(moment: float) -> ColumnElement[bool]:
    return and_(WORK.c.state == "open", or_(WORK.c.lease_until.is_(None), WORK.c.lease_until < moment))


def _leased(connection: Connection, token: str, moment: float) -> Lease:
    columns = (WORK.c.variant, WORK.c.job, WORK.c.family, VARIANTS.c.kind, VARIANTS.c.params)
    mine = select(*columns).join(VARIANTS).where(WORK.c.lease == token).order_by(WORK.c.queued, WORK.c.variant)
    rows = connection.execute(mine).all()
    jobs = {row.job for row in rows}
    connection.execute(update(JOBS).where(JOBS.c.id.in_(jobs), JOBS.c.started.is_(None)).values(started=moment))
    pieces = tuple(Piece(row.variant, row.job, row.kind, json.loads(row.params)) for row in rows)
    return Lease(token, rows[0].family, pieces)


def _give_up(connection: Connection, moment: float) -> None:
    """Pieces whose last lease ran out: their workers died over them."""
    hopeless = (_free(moment), WORK.c.attempts >= MOST_ATTEMPTS)
    ended = {"state": "failed", "lease": None, "lease_until": None, "reason": func.coalesce(WORK.c.reason, DIED)}
    rows = connection.execute(update(WORK).where(*hopeless).values(**ended).returning(WORK.c.job))
    _count(connection, "failed", rows.scalars().all())


def _count(connection: Connection, column: str, jobs: Sequence[str]) -> None:
    for job, count in sorted(Counter(jobs).items()):
        connection.execute(update(JOBS).where(JOBS.c.id == job).values({column: JOBS.c[column] + count}))

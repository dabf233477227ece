"""What is to be done. A worker takes a batch under a lease; whoever dies with one leaves it to the next.

A piece is a task done to a subject: "verify" to a variant's id. A lease is one conditional UPDATE, and its end one
transaction that holds what the work was for: so a piece is neither lost nor done twice, whatever becomes of messages
and processes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from secrets import token_hex
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select, update

from bank.store.database import Database
from bank.store.submitting import Order, Wanted, submit
from bank.store.tables import JOBS, WORK, now

MOST_ATTEMPTS = 4  # of which each but the last may have met a worker that died for another reason
SMALLER_AFTER_FAILURE = 16  # times, until the piece that kills workers stands alone
DIED = "no worker survived it"
UNCOUNTED = (WORK.c.job, (WORK.c.units - WORK.c.counted).label("uncounted"))
REASON = case((WORK.c.lease.is_(None), WORK.c.reason))  # of the last failure: nobody tells why a worker died
RELEASED: dict[str, Any] = {"lease": None, "lease_until": None, "holder": None, "progress": 0.0}
ABANDONED = RELEASED | {"reason": None}  # by a worker that is gone

Effect = Callable[[Connection, Sequence[str]], None]


@dataclass(frozen=True, slots=True)
class Piece:
    """What is to be done to one subject; `seconds` of CPU is what it is expected to take.

    `attempts` is how often it was taken since it last made progress, and `reason` why it was given back, if it was.
    """

    subject: str
    job: str
    seconds: float
    attempts: int = 1
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Lease:
    """Pieces of one task and one batch that one worker has to itself for a while."""

    token: str
    queue: str
    task: str
    batch: str
    pieces: tuple[Piece, ...]

    @property
    def seconds(self) -> float:
        """Of CPU, as expected of all its pieces."""
        return sum(piece.seconds for piece in self.pieces)


class Work:
    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, order: Order, pieces: Sequence[Wanted]) -> str | None:
        """Queue work under a new job, as `submit` does, in a transaction of its own."""
        with self._database.writing() as connection:
            return submit(connection, self._database, order, pieces)

    def lease(self, queue: str, size: int, seconds: float, budget: float, holder: str = "") -> Lease | None:
        """Take pieces of one batch, the oldest first: up to `size` that together fit the budget of CPU seconds.

        One is taken whatever it costs. What failed before is taken in smaller batches. `holder` names the process.
        """
        token, moment = token_hex(8), now()
        with self._database.writing() as connection:
            _give_up(connection, moment)
            chosen = self._choose(connection, queue, size, budget, moment)
            if not chosen:
                return None
            held = {"lease": token, "lease_until": moment + seconds, "holder": holder, "progress": 0.0}
            more = {"attempts": WORK.c.attempts + 1, "reason": REASON}
            taken = update(WORK).where(*chosen, _free(moment)).values(**held, **more)
            connection.execute(taken)
            return _leased(connection, token, moment)

    def extend(self, lease: Lease, seconds: float, progress: float = 0.0) -> bool:
        """Keep what is left of a lease for so many seconds from now, and tell how much of it is done, 0 to 1.

        False where nothing is left: it ran out and others took it, or it was cancelled.
        """
        kept = {"lease_until": now() + seconds, "progress": min(max(progress, 0.0), 1.0)}
        with self._database.writing() as connection:
            return connection.execute(update(WORK).where(*still_held(lease)).values(**kept)).rowcount > 0

    def finish(self, lease: Lease, subjects: Sequence[str], effect: Effect) -> list[str]:
        """End the pieces that are still this lease's, and let the effect take place in the same transaction.

        The effect is called with their subjects, unless there are none; returns them.
        """
        mine = (*still_held(lease), WORK.c.task == lease.task, WORK.c.subject.in_(subjects))
        done = {"state": "done", "reason": None, **RELEASED}
        with self._database.writing() as connection:
            ended = update(WORK).where(*mine).values(**done).returning(WORK.c.subject, *UNCOUNTED)
            rows = connection.execute(ended).all()
            if rows:
                effect(connection, [row.subject for row in rows])
            _count(connection, "done", rows)
        return [row.subject for row in rows]

    def fail(self, lease: Lease, reason: str, queue: str | None = None) -> None:
        """Give the pieces back with the reason, to another queue if one is named; what was tried often is given up."""
        over = WORK.c.attempts >= MOST_ATTEMPTS
        returned = {"state": case((over, "failed"), else_="open"), "reason": reason[:500], "queued": now(), **RELEASED}
        given_back = update(WORK).where(*still_held(lease)).values(**returned, queue=queue or lease.queue)
        with self._database.writing() as connection:
            rows = connection.execute(given_back.returning(WORK.c.state, *UNCOUNTED)).all()
            _count(connection, "failed", [row for row in rows if row.state == "failed"])

    def put_back(self, lease: Lease) -> None:
        """Give the pieces back as if they had not been taken: something else comes first."""
        with self._database.writing() as connection:
            untaken = update(WORK).where(*still_held(lease)).values(**RELEASED, attempts=WORK.c.attempts - 1)
            connection.execute(untaken)

    def release(self, holder: str) -> int:
        """End the leases of a process that is gone; how many pieces are free by that."""
        held = (WORK.c.holder == holder, WORK.c.state == "open")
        with self._database.writing() as connection:
            return connection.execute(update(WORK).where(*held).values(**ABANDONED)).rowcount

    def release_all(self) -> None:
        """End every lease: for a record whose workers are all known to be gone."""
        held = (WORK.c.state == "open", WORK.c.lease.is_not(None))
        with self._database.writing() as connection:
            connection.execute(update(WORK).where(*held).values(**ABANDONED))

    def waiting(self) -> dict[str, int]:
        """Open pieces by queue that no living worker has taken."""
        counted = select(WORK.c.queue, func.count().label("pieces")).where(_free(now())).group_by(WORK.c.queue)
        with self._database.reading() as connection:
            return {row.queue: row.pieces for row in connection.execute(counted)}

    def overdue(self, queue: str, seconds: float) -> bool:
        """Whether a piece has waited for so long, or has lost its worker: nobody who serves the queue is free."""
        moment = now()
        waits = or_(WORK.c.queued < moment - seconds, WORK.c.attempts > 0)
        one = select(WORK.c.subject).where(WORK.c.queue == queue, _free(moment), waits).limit(1)
        with self._database.reading() as connection:
            return connection.execute(one).first() is not None

    def _choose(
        self, connection: Connection, queue: str, size: int, budget: float, moment: float
    ) -> tuple[ColumnElement[bool], ...]:
        """The rows to take; nothing where none is free."""
        free = (WORK.c.queue == queue, _free(moment))
        order = (WORK.c.queued, WORK.c.task, WORK.c.subject)
        oldest = select(WORK.c.task, WORK.c.batch, WORK.c.attempts).where(*free).order_by(*order).limit(1)
        head = connection.execute(self._database.locked(oldest)).one_or_none()
        if head is None:
            return ()
        alike = (WORK.c.task == head.task, WORK.c.batch == head.batch, WORK.c.attempts == head.attempts)
        most = max(1, size // SMALLER_AFTER_FAILURE**head.attempts)
        wanted = select(WORK.c.subject, WORK.c.seconds).where(*free, *alike).order_by(*order).limit(most)
        rows = connection.execute(self._database.locked(wanted)).all()
        within = affordable([row.seconds for row in rows], budget)
        return (WORK.c.task == head.task, WORK.c.subject.in_([row.subject for row in rows[:within]]))


def affordable(costs: Sequence[float], budget: float) -> int:
    """How many of the costs, from the first, fit the budget; at least one where there is one.

    >>> affordable([1.0, 1.0, 1.0], 2.0), affordable([60.0, 1.0], 2.0), affordable([], 2.0)
    (2, 1, 0)
    """
    within = sum(1 for total in accumulate(costs) if total <= budget)
    return max(within, min(1, len(costs)))


def _free(moment: float) -> ColumnElement[bool]:
    return and_(WORK.c.state == "open", or_(WORK.c.lease_until.is_(None), WORK.c.lease_until < moment))


def still_held(lease: Lease) -> tuple[ColumnElement[bool], ...]:
    """What is left of a lease."""
    return WORK.c.lease == lease.token, WORK.c.state == "open"


def goes_on() -> dict[str, Any]:
    """What is written of a piece that gets on, and of which there is more: behind what waits, as if it were new."""
    return {"attempts": 1, "reason": None, "queued": now()}


def _leased(connection: Connection, token: str, moment: float) -> Lease:
    mine = select(WORK).where(WORK.c.lease == token).order_by(WORK.c.queued, WORK.c.subject)
    rows = connection.execute(mine).all()
    jobs = {row.job for row in rows}
    connection.execute(update(JOBS).where(JOBS.c.id.in_(jobs), JOBS.c.started.is_(None)).values(started=moment))
    pieces = tuple(Piece(row.subject, row.job, row.seconds, row.attempts, row.reason) for row in rows)
    return Lease(token, rows[0].queue, rows[0].task, rows[0].batch, pieces)


def _give_up(connection: Connection, moment: float) -> None:
    """Pieces whose last lease ran out: their workers died over them."""
    hopeless = (_free(moment), WORK.c.attempts >= MOST_ATTEMPTS)
    ended = {"state": "failed", "reason": func.coalesce(REASON, DIED), **RELEASED}
    _count(
        connection, "failed", connection.execute(update(WORK).where(*hopeless).values(**ended).returning(*UNCOUNTED))
    )


def _count(connection: Connection, column: str, ended: Iterable[Any]) -> None:
    """Of each piece what was not counted before."""
    units: Counter[str] = Counter()
    for row in ended:
        units[row.job] += row.uncounted
    for job, count in sorted(units.items()):
        connection.execute(update(JOBS).where(JOBS.c.id == job).values({column: JOBS.c[column] + count}))

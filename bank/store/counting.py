"""The points that a correction would change: counted once all is known that it replaces, variant by variant."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import Connection, select, update

from bank.exams.correcting import DIGITS
from bank.store.database import Database
from bank.store.ending import corrections_of, end, read_subject, subject_of
from bank.store.exam_tables import CORRECTED, CORRECTIONS
from bank.store.findings import REGRADED, UNPROVEN
from bank.store.submitting import Order, Wanted, extend
from bank.store.tables import WORK
from bank.store.work import Lease, Work, goes_on, still_held

COUNT = "count"  # the task
SECONDS_TO_COUNT = 0.05  # of CPU, for one variant


@dataclass(frozen=True, slots=True)
class Count:
    """Of one variant, what regrading adds, and takes away where it lowers.

    `draws` and `responses` are in it so far; `after` is the last one of the draws as long as there are more.
    `carried` are the keys after mistakes that it was counted by. `why` says that its key cannot be applied at all.
    """

    gain: float = 0.0
    loss: float = 0.0
    draws: int = 0
    responses: int = 0
    after: str | None = None
    carried: dict[str, Any] = field(default_factory=dict)
    why: str | None = None


class Counting:
    def __init__(self, database: Database, work: Work) -> None:
        self._database, self._work = database, work

    def begin(self, connection: Connection, name: str) -> None:
        """Within the transaction that keeps the last finding: what is regraded is counted by the same job."""
        here = CORRECTED.c.correction == name
        found = select(CORRECTED.c.variant).where(here, CORRECTED.c.finding.in_(REGRADED))
        variants = connection.execute(found.order_by(CORRECTED.c.variant)).scalars().all()
        if not variants:
            end(connection, name, "proposed")
            return
        job = connection.execute(select(CORRECTIONS.c.job).where(CORRECTIONS.c.id == name)).scalar_one()
        pieces = [Wanted(subject_of(name, variant), name, SECONDS_TO_COUNT) for variant in variants]
        extend(connection, self._database, job, Order(COUNT, "bulk", COUNT), pieces)

    def found(self, correction: str, variant: str) -> str | None:
        """The finding of a variant; None where it was not looked at."""
        with self._database.reading() as connection:
            return connection.execute(select(CORRECTED.c.finding).where(*_here(correction, variant))).scalar()

    def so_far(self, correction: str, variant: str) -> Count:
        """What is counted of a variant."""
        with self._database.reading() as connection:
            return Count(**_detail(connection, correction, variant).get("count", {}))

    def keep(self, lease: Lease, subject: str, count: Count) -> bool:
        """What is counted so far of a piece that goes on. False where the lease is not held any more."""
        with self._database.writing() as connection:
            mine = (*still_held(lease), WORK.c.subject == subject)
            if not connection.execute(update(WORK).where(*mine).values(**goes_on())).rowcount:
                return False
            _keep(connection, subject, count)
        return True

    def finish(self, lease: Lease, counts: Mapping[str, Count]) -> None:
        """What is counted of pieces that are done, by subject; the last one makes the proposal."""

        def write(connection: Connection, subjects: Sequence[str]) -> None:
            for subject in sorted(subjects):
                _keep(connection, subject, counts[subject])
            for name in corrections_of(subjects):
                end(connection, name, "proposed")

        self._work.finish(lease, list(counts), write)


def regraded_to(connection: Connection, correction: str, variant: str) -> str:
    """The last draw that was regraded; empty before the first."""
    return str(_detail(connection, correction, variant).get("regraded_to", ""))


def note_regraded(
    connection: Connection, correction: str, variant: str, changes: Sequence[float], last_draw: str
) -> None:
    """Within the transaction that regrades some draws: by how many points the best scores of learners change."""
    connection.execute(select(CORRECTED.c.finding).where(*_here(correction, variant)).with_for_update())
    detail = _detail(connection, correction, variant)
    before = detail.get("applied", {"gain": 0.0, "loss": 0.0})
    new = {"gain": sum(each for each in changes if each > 0), "loss": -sum(each for each in changes if each < 0)}
    applied = {name: round(before[name] + new[name], DIGITS) for name in new}
    kept = json.dumps(detail | {"applied": applied, "regraded_to": last_draw})
    connection.execute(update(CORRECTED).where(*_here(correction, variant)).values(detail=kept))


def _keep(connection: Connection, subject: str, count: Count) -> None:
    correction, variant = read_subject(subject)
    detail = _detail(connection, correction, variant) | {"count": asdict(count)}
    unproven = {} if count.why is None else {"finding": UNPROVEN}
    kept = {"detail": json.dumps(detail | ({"why": count.why} if count.why else {})), **unproven}
    connection.execute(update(CORRECTED).where(*_here(correction, variant)).values(**kept))


def _detail(connection: Connection, correction: str, variant: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        connection.execute(select(CORRECTED.c.detail).where(*_here(correction, variant))).scalar_one()
    )
    return found


def _here(correction: str, variant: str) -> tuple[Any, ...]:
    return CORRECTED.c.correction == correction, CORRECTED.c.variant == variant

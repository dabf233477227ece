"""A proposal that another correction has overtaken: its points were counted of results that count no more."""

from __future__ import annotations

from sqlalchemy import Connection, and_, or_, select

from bank.store.exam_tables import CORRECTED, CORRECTIONS, MEMBERS
from bank.store.findings import REGRADED, Correction
from bank.store.jobs import GOES_ON
from bank.store.tables import JOBS

CONFIRMED = CORRECTIONS.c.confirmed.is_not(None)


def is_overtaken(connection: Connection, correction: Correction) -> bool:
    """Whether another correction has regraded, since this one was asked for, what this one is about to regrade.

    It is about parts that build on one another too: all of an item's group.
    """
    asked = select(CORRECTIONS.c.created).where(CORRECTIONS.c.id == correction.id).scalar_subquery()
    since = or_(CORRECTIONS.c.confirmed > asked, CORRECTIONS.c.applied > asked, and_(CONFIRMED, GOES_ON))
    others = select(CORRECTIONS.c.id).join(JOBS, JOBS.c.id == CORRECTIONS.c.job, isouter=True)
    others = others.where(CORRECTIONS.c.bank == correction.bank, CORRECTIONS.c.id != correction.id, since)
    mine, its = MEMBERS.alias("mine"), CORRECTED.alias("its")
    group = [MEMBERS.c[name] == mine.c[name] for name in ("bank", "revision", "item", "place")]
    both = select(CORRECTED.c.variant).join(mine, mine.c.variant == CORRECTED.c.variant).join(MEMBERS, and_(*group))
    both = both.join(its, its.c.variant == MEMBERS.c.variant)
    both = both.where(CORRECTED.c.correction == correction.id, CORRECTED.c.finding.in_(REGRADED))
    both = both.where(mine.c.bank == correction.bank, its.c.correction.in_(others), its.c.finding.in_(REGRADED))
    return connection.execute(both.limit(1)).first() is not None

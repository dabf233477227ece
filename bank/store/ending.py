"""The work of a correction: what its pieces are called, and what is noted once the last one is done."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, select, update

from bank.store.exam_tables import CORRECTIONS
from bank.store.tables import WORK, now

NOT_DONE = ("open", "failed", "cancelled")


def subject_of(correction: str, variant: str) -> str:
    """What a piece of the work of a correction is done to.

    >>> subject_of("correction-1", "gd_rate-2")
    'correction-1/gd_rate-2'
    """
    return f"{correction}/{variant}"


def read_subject(subject: str) -> tuple[str, str]:
    """The correction and the variant.

    >>> read_subject(subject_of("correction-1", "gd_rate-2"))
    ('correction-1', 'gd_rate-2')
    """
    correction, _, variant = subject.partition("/")
    return correction, variant


def corrections_of(subjects: Iterable[str]) -> list[str]:
    """Each once, in their order: two transactions take them one after the other."""
    return sorted({read_subject(subject)[0] for subject in subjects})


def is_done(connection: Connection, name: str) -> bool:
    """Whether the last piece of work is done now. Two that end at once wait for one another here."""
    locked = select(CORRECTIONS.c.job).where(CORRECTIONS.c.id == name).with_for_update()
    job = connection.execute(locked).scalar_one()
    left = select(WORK.c.subject).where(WORK.c.job == job, WORK.c.state.in_(NOT_DONE)).limit(1)
    return connection.execute(left).one_or_none() is None


def end(connection: Connection, name: str, moment: str) -> None:
    """Note the moment if the last piece of work is done now."""
    if is_done(connection, name):
        connection.execute(update(CORRECTIONS).where(CORRECTIONS.c.id == name).values({moment: now()}))

"""Sums of reports that took long to make, and what they were made of."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import func, select

from bank.store.database import Database
from bank.store.exam_tables import BANKS, CORRECTIONS, MARKS, SUMS
from bank.store.revisions import of_revision
from bank.store.tables import RESPONSES


class Ingredients(NamedTuple):
    """How much there is of all that changes what a bank's learners have earned; none of it ever becomes less."""

    draws: int
    responses: int
    marks: int  # of all banks
    confirmed: int  # corrections
    applied: int  # of those

    @property
    def are_settled(self) -> bool:
        """Whether no responses are being graded again."""
        return self.confirmed == self.applied


class Kept(NamedTuple):
    """Sums as they are kept; `told` is JSON."""

    made_of: str
    made: float  # seconds since the epoch: when that was begun
    told: str


class Sums:
    def __init__(self, database: Database) -> None:
        self._database = database

    def ingredients(self, bank: str) -> Ingredients:
        """Asked before the sums are made: what is added meanwhile makes them old."""
        counts = (
            select(BANKS.c.drawn).where(BANKS.c.id == bank),
            select(func.count()).select_from(RESPONSES).where(RESPONSES.c.bank == bank),
            select(func.count()).select_from(MARKS),
            select(func.count(CORRECTIONS.c.confirmed)).where(CORRECTIONS.c.bank == bank),
            select(func.count(CORRECTIONS.c.applied)).where(CORRECTIONS.c.bank == bank),
        )
        found = select(*(each.scalar_subquery() for each in counts))
        with self._database.reading() as connection:
            return Ingredients(*connection.execute(found).one())

    def find(self, bank: str, revision: int) -> Kept | None:
        found = select(SUMS.c.made_of, SUMS.c.made, SUMS.c.told).where(*of_revision(SUMS, bank, revision))
        with self._database.reading() as connection:
            row = connection.execute(found).one_or_none()
        return None if row is None else Kept(*row)

    def keep(self, bank: str, revision: int, made: Kept) -> None:
        """In the place of those that were kept before."""
        new = made._asdict()
        row = self._database.insert(SUMS).values(bank=bank, revision=revision, **new)
        with self._database.writing() as connection:
            connection.execute(row.on_conflict_do_update(index_elements=["bank", "revision"], set_=new))

"""Who was given which variants of a bank; what learners ask is `of_learners`'s, new draws `handing_out`'s."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, func, select

from bank.exams.draws import EXAM
from bank.store.database import Database
from bank.store.exam_tables import ALLOWANCES, BANKS, DRAWN, DRAWS, MEMBERS, REVISIONS
from bank.store.handing_out import TAKEN, HandingOut
from bank.store.revisions import of_revision
from bank.store.tables import RESPONSES, VARIANTS
from bank.store.taken import Allowance, Taken, allowance_of, draws_of, with_variants

# Statements that every call of a learner makes are built once: to build one costs as much as to execute it.
DRAW = with_variants().where(DRAWS.c.id == bindparam("draw"))

CONTENTS = (
    select(VARIANTS.c.id, VARIANTS.c.public, VARIANTS.c.private)
    .join(MEMBERS, MEMBERS.c.variant == VARIANTS.c.id)
    .where(*(MEMBERS.c[name] == bindparam(name) for name in ("bank", "revision", "pool")))
    .where(VARIANTS.c.state == "verified")
)


class Content(NamedTuple):
    """What is shown of a variant, and what grades it."""

    variant: str
    public: bytes
    private: bytes


class PoolMember(NamedTuple):
    """A variant of a published revision, in the order of the blueprint."""

    item: int
    place: int
    part: int
    variant: str
    pool: str
    family: str
    version: str


class Draws:
    def __init__(self, database: Database) -> None:
        self._database = database

    def answered(self, draw: str, item: int, slot: int, part: int) -> tuple[str, Any] | None:
        """A part of a draw with the last response to it that counted; None where there is none."""
        here = (DRAWN.c.draw == draw, DRAWN.c.item == item, DRAWN.c.slot == slot, DRAWN.c.part == part)
        its = and_(RESPONSES.c.draw == DRAWN.c.draw, RESPONSES.c.variant == DRAWN.c.variant)
        found = select(RESPONSES.c.variant, RESPONSES.c.response).join(DRAWN, its).where(*here, RESPONSES.c.counted)
        with self._database.reading() as connection:
            row = connection.execute(found.order_by(RESPONSES.c.attempt.desc()).limit(1)).one_or_none()
        return None if row is None else (row.variant, json.loads(row.response))

    def find(self, name: str) -> Taken | None:
        """One draw alone."""
        with self._database.reading() as connection:
            rows = connection.execute(DRAW, {"draw": name}).all()
        return Taken(list(draws_of(rows)), allowance_of(rows[0])) if rows else None

    def exams(self, variant: str) -> list[tuple[str, int, float]]:
        """Published revisions that give it out in exams: bank, revision, the most minutes that a learner has more."""
        most = select(func.max(ALLOWANCES.c.extra_minutes)).where(ALLOWANCES.c.bank == BANKS.c.id).scalar_subquery()
        found = select(BANKS.c.id, BANKS.c.published, func.coalesce(most, 0.0)).join(
            MEMBERS, MEMBERS.c.bank == BANKS.c.id
        )
        found = found.where(MEMBERS.c.revision == BANKS.c.published, BANKS.c.archived.is_(None))
        found = found.where(MEMBERS.c.variant == variant, MEMBERS.c.pool == EXAM)
        with self._database.reading() as connection:
            return [(row[0], row[1], row[2]) for row in connection.execute(found)]

    def allow(self, bank: str, learner: str, given: dict[str, Any]) -> Allowance:
        """Keep `extra_minutes` or `chances` or both; what is not given stays as it is."""
        row = self._database.insert(ALLOWANCES).values(bank=bank, learner=learner, **given)
        kept = row.on_conflict_do_update(index_elements=["bank", "learner"], set_=given or {"bank": bank})
        with self._database.writing() as connection:
            return allowance_of(connection.execute(kept.returning(*ALLOWANCES.columns)).one())

    def published(self, bank: str) -> int | None:
        """The revision that is drawn from, if there is one."""
        with self._database.reading() as connection:
            found: int | None = connection.execute(select(BANKS.c.published).where(BANKS.c.id == bank)).scalar()
            return found

    def blueprint(self, bank: str, revision: int) -> str:
        """The stored JSON."""
        found = select(REVISIONS.c.blueprint).where(*of_revision(REVISIONS, bank, revision))
        with self._database.reading() as connection:
            return str(connection.execute(found).scalar_one())

    def members(self, bank: str, revision: int) -> list[PoolMember]:
        order = (MEMBERS.c.item, MEMBERS.c.place, MEMBERS.c.part)
        found = select(*order, MEMBERS.c.variant, MEMBERS.c.pool, VARIANTS.c.family, VARIANTS.c.version)
        found = found.join(VARIANTS, VARIANTS.c.id == MEMBERS.c.variant).where(*of_revision(MEMBERS, bank, revision))
        with self._database.reading() as connection:
            return [PoolMember(*row) for row in connection.execute(found.order_by(*order))]

    def contents(self, bank: str, revision: int, pool: str, most: int) -> list[Content]:
        """Of verified variants of a pool, in no order, at most so many."""
        which = {"bank": bank, "revision": revision, "pool": pool}
        with self._database.reading() as connection:
            return [Content(*row) for row in connection.execute(CONTENTS.limit(most), which)]

    @contextmanager
    def handing_out(self, bank: str, learners: Callable[[], Collection[str]]) -> Iterator[HandingOut | None]:
        """A transaction in which nobody else draws from this bank; None where there is no such bank.

        To whom is asked once the others are done. SQLite has one writer at a time anyway.
        """
        with self._database.writing() as connection:
            if not self._database.is_sqlite:
                connection.execute(TAKEN, {"the_bank": bank})
            yield HandingOut.begin(connection, bank, learners())

"""Who was given which variants of a bank, and what a learner has beyond others; new draws are `handing_out`'s."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, and_, select

from bank.store.database import Database
from bank.store.exam_tables import ALLOWANCES, DRAWN, DRAWS, MEMBERS, REVISIONS
from bank.store.handing_out import HandingOut
from bank.store.revisions import of_revision
from bank.store.tables import VARIANTS
from bank.store.taken import Allowance, Draw, Given, allowance_of, draw_of


class PoolMember(NamedTuple):
    """A variant of a published revision, in the order of the blueprint."""

    item: int
    place: int
    part: int
    variant: str
    pool: str
    family: str
    version: str


@dataclass(frozen=True, slots=True)
class Held:
    """The draw that gave a variant to a learner, where in it the variant stands, and what the learner has beyond."""

    draw: str
    bank: str
    revision: int
    pool: str
    made: float
    item: int
    slot: int
    part: int
    carried: str | None
    extra_minutes: float


class Draws:
    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, name: str) -> Draw | None:
        """With its variants."""
        with self._database.reading() as connection:
            row = connection.execute(select(DRAWS).where(DRAWS.c.id == name)).one_or_none()
            return None if row is None else _whole(connection, row)

    def of_learner(self, bank: str, learner: str, pool: str) -> list[Draw]:
        """Without their variants, by occasion."""
        mine = (DRAWS.c.bank == bank, DRAWS.c.learner == learner, DRAWS.c.pool == pool)
        with self._database.reading() as connection:
            return [draw_of(row) for row in connection.execute(select(DRAWS).where(*mine).order_by(DRAWS.c.occasion))]

    def holding(self, variant: str, learner: str) -> Held | None:
        """The learner's newest draw with this variant."""
        theirs = and_(ALLOWANCES.c.bank == DRAWS.c.bank, ALLOWANCES.c.learner == DRAWS.c.learner)
        member = and_(*of_members(), MEMBERS.c.variant == DRAWN.c.variant)
        about = (DRAWS.c.id.label("draw"), DRAWS.c.bank, DRAWS.c.revision, DRAWS.c.pool, DRAWS.c.made)
        where = (DRAWN.c.item, DRAWN.c.slot, DRAWN.c.part, MEMBERS.c.carried, ALLOWANCES.c.extra_minutes)
        found = select(*about, *where).join(DRAWS, DRAWS.c.id == DRAWN.c.draw).join(MEMBERS, member)
        found = found.join(ALLOWANCES, theirs, isouter=True)
        found = found.where(DRAWN.c.learner == learner, DRAWN.c.variant == variant)
        newest = found.order_by(DRAWS.c.made.desc(), DRAWS.c.occasion.desc()).limit(1)
        with self._database.reading() as connection:
            row = connection.execute(newest).one_or_none()
        return None if row is None else Held(**{**row._mapping, "extra_minutes": row.extra_minutes or 0.0})

    def allowance(self, bank: str, learner: str) -> Allowance:
        mine = (ALLOWANCES.c.bank == bank, ALLOWANCES.c.learner == learner)
        with self._database.reading() as connection:
            return allowance_of(connection.execute(select(ALLOWANCES).where(*mine)).one_or_none())

    def allow(self, bank: str, learner: str, given: dict[str, Any]) -> Allowance:
        """Keep `extra_minutes` or `chances` or both; what is not given stays as it is."""
        row = self._database.insert(ALLOWANCES).values(bank=bank, learner=learner, **given)
        kept = row.on_conflict_do_update(index_elements=["bank", "learner"], set_=given or {"bank": bank})
        with self._database.writing() as connection:
            return allowance_of(connection.execute(kept.returning(*ALLOWANCES.columns)).one())

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

    @contextmanager
    def handing_out(self, bank: str, learners: Collection[str]) -> Iterator[HandingOut | None]:
        """A transaction in which nobody else draws from this bank; None where there is no such bank."""
        with self._database.writing() as connection:
            yield HandingOut.begin(connection, bank, learners)


def of_members() -> tuple[Any, ...]:
    """Members of the revision that a draw is of."""
    return MEMBERS.c.bank == DRAWS.c.bank, MEMBERS.c.revision == DRAWS.c.revision


def _whole(connection: Connection, row: Row[Any]) -> Draw:
    order = (DRAWN.c.item, DRAWN.c.slot, DRAWN.c.part)
    found = select(*order, DRAWN.c.variant).where(DRAWN.c.draw == row.id).order_by(*order)
    return draw_of(row, tuple(Given(*each) for each in connection.execute(found)))

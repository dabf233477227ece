"""Banks and their revisions: made, listed, published, archived."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from secrets import token_hex
from typing import Any

from sqlalchemy import CompoundSelect, Connection, RowMapping, and_, exists, func, select, tuple_, union_all, update

from bank.errors import NotPublishable, Unchangeable
from bank.exams.draws import EXAM, PRACTICE
from bank.store.answers import Call
from bank.store.database import Database
from bank.store.exam_tables import BANKS, DRAWN, DRAWS, ITEMS, MEMBERS, REVISIONS
from bank.store.jobs import GOES_ON, set_result
from bank.store.manifests import seal
from bank.store.orders import remember, told_before
from bank.store.paging import Place, newest
from bank.store.revisions import (
    Bank,
    BuiltItem,
    Member,
    Revision,
    bank_of,
    building,
    built_item,
    every_bank,
    of_revision,
    revision_of,
)
from bank.store.submitting import Order, Wanted, submit
from bank.store.tables import JOBS, VARIANTS, now
from bank.store.whole_groups import leave_out_halves

BUILD = "build"  # the task, and the kind of its jobs
SHOWN = 5  # items or variants that an error names


@dataclass(frozen=True, slots=True)
class Plan:
    """A revision to build: a piece of work for items that are built together, with what each is to make."""

    blueprint: Mapping[str, Any]
    seed: int
    wanted: Sequence[int]  # of each item
    pieces: Sequence[tuple[Sequence[int], Wanted]]  # the items, and the work, that is yet to be named


class Banks:
    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, name: str, plan: Plan, call: Call | None = None, asked: Any = None) -> dict[str, Any]:
        """A new bank with its first revision to be built; returns {bank, revision, job}.

        A call that is repeated is answered as it was before. Raises IdempotencyKeyReused.
        """
        with self._database.writing() as connection:
            if (told := told_before(connection, call, asked)) is not None:
                return told
            bank = f"bank-{token_hex(8)}"
            connection.execute(BANKS.insert().values(id=bank, name=name, created=now()))
            made = self._add_revision(connection, bank, plan)
            remember(connection, call, asked, made)
        return made

    def regenerate(self, bank: str, plan: Plan, call: Call | None = None, asked: Any = None) -> dict[str, Any]:
        """A new revision; the published one stays as it is. Raises Unchangeable."""
        with self._database.writing() as connection:
            if (told := told_before(connection, call, asked)) is not None:
                return told
            _demand_in_use(connection, bank)
            made = self._add_revision(connection, bank, plan)
            remember(connection, call, asked, made)
        return made

    def resume(self, bank: str, revision: int, plan: Plan) -> str | None:
        """Build what is left of a revision whose job was cancelled or failed; the id of the job that builds it.

        Where nothing is left, or others have resumed it, that is the job that it has. Raises Unchangeable for
        a revision that is published.
        """
        mine = of_revision(REVISIONS, bank, revision)
        with self._database.writing() as connection:
            _demand_in_use(connection, bank)
            before = _take(connection, bank, revision)
            if before["published"] is not None:
                raise Unchangeable("what is published never changes: build a new revision")
            leave_out_halves(connection, bank, revision)
            job = self._submit(connection, bank, revision, plan)
            if job is not None:
                connection.execute(update(REVISIONS).where(*mine).values(job=job))
            return job or before["job"]

    def find(self, name: str) -> Bank | None:
        with self._database.reading() as connection:
            row = connection.execute(every_bank().where(BANKS.c.id == name)).mappings().one_or_none()
        return bank_of(row) if row else None

    def newest(self, after: Place | None, most: int) -> list[Bank]:
        with self._database.reading() as connection:
            return [bank_of(row) for row in connection.execute(newest(every_bank(), BANKS, after, most)).mappings()]

    def revision(self, bank: str, number: int) -> Revision | None:
        found = select(REVISIONS, building().label("builds"))
        with self._database.reading() as connection:
            row = connection.execute(found.where(*of_revision(REVISIONS, bank, number))).mappings().one_or_none()
        return revision_of(row) if row else None

    def items(self, bank: str, revision: int) -> list[BuiltItem]:
        found = select(ITEMS).where(*of_revision(ITEMS, bank, revision)).order_by(ITEMS.c.item)
        with self._database.reading() as connection:
            return [built_item(row) for row in connection.execute(found).mappings()]

    def members(self, bank: str, revision: int, after: tuple[int, int, int] | None, most: int) -> list[Member]:
        """In the order of the blueprint; `after` is (item, place, part) of the last one seen."""
        order = (MEMBERS.c.item, MEMBERS.c.place, MEMBERS.c.part)
        about = (VARIANTS.c.family, VARIANTS.c.kind, VARIANTS.c.state, VARIANTS.c.version)
        found = select(*order, MEMBERS.c.pool, MEMBERS.c.variant, *about, MEMBERS.c.checked)
        found = found.join(VARIANTS, VARIANTS.c.id == MEMBERS.c.variant).where(*of_revision(MEMBERS, bank, revision))
        if after is not None:
            found = found.where(tuple_(*order) > tuple_(*after))
        with self._database.reading() as connection:
            rows = connection.execute(found.order_by(*order).limit(most)).mappings()
            return [Member(**row) for row in rows]

    def publish(self, bank: str, revision: int) -> None:
        """From now on it is drawn from, and never changes.

        Raises Unchangeable, and NotPublishable where it is not all verified.
        """
        mine = of_revision(REVISIONS, bank, revision)
        with self._database.writing() as connection:
            _demand_in_use(connection, bank)
            is_first = _take(connection, bank, revision)["published"] is None
            if is_first:
                leave_out_halves(connection, bank, revision)
            _demand_publishable(connection, bank, revision)
            if is_first:
                connection.execute(update(REVISIONS).where(*mine).values(published=now()))
                seal(connection, bank, revision)
            connection.execute(update(BANKS).where(BANKS.c.id == bank).values(published=revision))

    def archive(self, bank: str) -> None:
        """Nobody draws from it any more; what was drawn stays gradable."""
        living = and_(BANKS.c.id == bank, BANKS.c.archived.is_(None))
        with self._database.writing() as connection:
            connection.execute(update(BANKS).where(living).values(archived=now()))

    def _add_revision(self, connection: Connection, bank: str, plan: Plan) -> dict[str, Any]:
        newest_one = select(func.max(REVISIONS.c.revision)).where(REVISIONS.c.bank == bank)
        revision = (connection.execute(newest_one).scalar() or 0) + 1
        row = {"bank": bank, "revision": revision, "seed": plan.seed, "created": now()}
        connection.execute(REVISIONS.insert().values(**row, blueprint=json.dumps(plan.blueprint)))
        items = [
            {"bank": bank, "revision": revision, "item": item, "wanted": wanted}
            for item, wanted in enumerate(plan.wanted)
        ]
        connection.execute(ITEMS.insert(), items)
        job = self._submit(connection, bank, revision, plan)
        connection.execute(update(REVISIONS).where(*of_revision(REVISIONS, bank, revision)).values(job=job))
        return {"bank": bank, "revision": revision, "job": job}

    def _submit(self, connection: Connection, bank: str, revision: int, plan: Plan) -> str | None:
        named = [(subject_of(bank, revision, places), work) for places, work in plan.pieces]
        pieces = [replace(work, subject=name, batch=name) for name, work in named]
        about = {"bank": bank, "revision": revision}
        job = submit(connection, self._database, Order(BUILD, "bulk", BUILD, about), pieces)
        if job is not None:
            set_result(connection, job, about)
        return job


def subject_of(bank: str, revision: int, items: Sequence[int]) -> str:
    """What a piece of building work is done to: the items that are built together, named by the first.

    >>> subject_of("bank-1", 2, [0, 3])
    'bank-1/2/0'
    """
    return f"{bank}/{revision}/{items[0]}"


def _demand_in_use(connection: Connection, bank: str) -> None:
    """Raises Unchangeable where it is archived, now or by the end of the transaction."""
    archived = select(BANKS.c.archived).where(BANKS.c.id == bank).with_for_update(key_share=True)
    if connection.execute(archived).scalar_one() is not None:
        raise Unchangeable("this bank is archived")


def _take(connection: Connection, bank: str, revision: int) -> RowMapping:
    """A revision, which nobody else publishes, resumes or adds to before the end of the transaction."""
    found = select(REVISIONS).where(*of_revision(REVISIONS, bank, revision)).with_for_update()
    return connection.execute(found).mappings().one()


def _demand_publishable(connection: Connection, bank: str, revision: int) -> None:
    here = of_revision(REVISIONS, bank, revision)
    builds = select(JOBS.c.id).join(REVISIONS, REVISIONS.c.job == JOBS.c.id).where(*here, GOES_ON)
    if connection.execute(builds).first():
        raise NotPublishable("this revision is being built")
    asked = exists().where(
        *of_revision(MEMBERS, bank, revision), MEMBERS.c.item == ITEMS.c.item, MEMBERS.c.pool == EXAM
    )
    empty = select(ITEMS.c.item).where(*of_revision(ITEMS, bank, revision), ~asked)
    if missing := connection.execute(empty.order_by(ITEMS.c.item)).scalars().all():
        raise NotPublishable(f"nothing was built of the items {', '.join(map(str, missing[:SHOWN]))}")
    others = select(VARIANTS.c.id).join(MEMBERS, MEMBERS.c.variant == VARIANTS.c.id)
    others = others.where(*of_revision(MEMBERS, bank, revision), VARIANTS.c.state != "verified").limit(SHOWN)
    if found := connection.execute(others).scalars().all():
        raise NotPublishable(f"not all of it is verified: {', '.join(found)}")
    if found := connection.execute(_given_in_the_other_pool(bank, revision)).scalars().all():
        raise NotPublishable(
            f"this bank has given out in the other pool, for the exam or for practice: {', '.join(found)}; "
            "with another seed it has other variants"
        )


def _given_in_the_other_pool(bank: str, revision: int) -> CompoundSelect[Any]:
    """What would be practised though it is in an exam, or asked though it was practised: a seed was used again.

    Each is looked for from where there is less: from what was practised, and from what is for practice.
    """
    given = select(DRAWN.c.variant).join(DRAWS, DRAWS.c.id == DRAWN.c.draw).where(DRAWS.c.bank == bank)
    members = select(MEMBERS.c.variant).where(*of_revision(MEMBERS, bank, revision))
    was_asked = given.where(DRAWS.c.pool == EXAM, DRAWN.c.variant == MEMBERS.c.variant).exists()
    to_practise = members.where(MEMBERS.c.pool == PRACTICE, was_asked)
    to_ask = members.where(MEMBERS.c.pool == EXAM, MEMBERS.c.variant.in_(given.where(DRAWS.c.pool == PRACTICE)))
    return union_all(to_practise, to_ask).limit(SHOWN)

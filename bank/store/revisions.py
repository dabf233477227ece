"""Banks and revisions as they are told: rows of the record, read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Exists, RowMapping, Select, Table, and_, func, select

from bank.store.exam_tables import BANKS, ITEMS, REVISIONS
from bank.store.jobs import GOES_ON
from bank.store.paging import Place
from bank.store.tables import JOBS


@dataclass(frozen=True, slots=True)
class Bank:
    """`state` is building, ready, published or archived; `revision` is the newest, `published` the one drawn from."""

    id: str
    name: str
    state: str
    revision: int
    published: int | None
    created: datetime
    wanted: int
    built: int
    place: Place


@dataclass(frozen=True, slots=True)
class Revision:
    """`blueprint` is the JSON of a `Blueprint`; `state` is building, ready or published."""

    bank: str
    revision: int
    blueprint: dict[str, Any]
    seed: int
    job: str | None
    state: str
    created: datetime
    published: datetime | None
    digest: str | None


@dataclass(frozen=True, slots=True)
class BuiltItem:
    """How far an item is built; `refused` counts candidates that were not taken by the reason.

    `in_vain` is how many of those that were tried last, in a row, were nothing new.
    """

    item: int
    wanted: int
    built: int
    tried: int
    in_vain: int
    exhausted: bool
    refused: dict[str, int]


@dataclass(frozen=True, slots=True)
class Member:
    """One variant of a revision."""

    item: int
    place: int
    part: int
    pool: str
    variant: str
    family: str
    kind: str
    state: str
    version: str
    checked: str | None


def of_revision(table: Table, bank: str, revision: int) -> tuple[ColumnElement[bool], ...]:
    return table.c.bank == bank, table.c.revision == revision


def built_item(row: RowMapping) -> BuiltItem:
    names = ("item", "wanted", "built", "tried", "in_vain", "exhausted")
    return BuiltItem(**{name: row[name] for name in names}, refused=json.loads(row["refused"]))


def every_bank() -> Select[Any]:
    """Every bank with its newest revision and what is built of that."""
    last = select(REVISIONS.c.bank, func.max(REVISIONS.c.revision).label("revision")).group_by(REVISIONS.c.bank)
    last_ones = last.subquery()
    counts = select(
        ITEMS.c.bank,
        ITEMS.c.revision,
        func.sum(ITEMS.c.wanted).label("wanted"),
        func.sum(ITEMS.c.built).label("built"),
    )
    sums = counts.group_by(ITEMS.c.bank, ITEMS.c.revision).subquery()
    newest_one = and_(REVISIONS.c.bank == BANKS.c.id, REVISIONS.c.revision == last_ones.c.revision)
    rows = select(BANKS, last_ones.c.revision, sums.c.wanted, sums.c.built, building().label("builds"))
    rows = rows.join(last_ones, last_ones.c.bank == BANKS.c.id).join(REVISIONS, newest_one)
    same = and_(sums.c.bank == BANKS.c.id, sums.c.revision == last_ones.c.revision)
    return rows.join(sums, same)


def building() -> Exists:
    """Whether the job of a revision goes on."""
    return select(JOBS.c.id).where(JOBS.c.id == REVISIONS.c.job, GOES_ON).exists()


def bank_of(row: RowMapping) -> Bank:
    return Bank(
        id=row["id"],
        name=row["name"],
        state="archived" if row["archived"] else _state(row["builds"], row["published"]),
        revision=row["revision"],
        published=row["published"],
        created=datetime.fromtimestamp(row["created"], UTC),
        wanted=row["wanted"],
        built=row["built"],
        place=Place(row["created"], row["id"]),
    )


def _state(builds: Any, published: Any) -> str:
    return "building" if builds else "published" if published else "ready"


def revision_of(row: RowMapping) -> Revision:
    published = row["published"]
    return Revision(
        bank=row["bank"],
        revision=row["revision"],
        blueprint=json.loads(row["blueprint"]),
        seed=row["seed"],
        job=row["job"],
        state=_state(row["builds"], published),
        created=datetime.fromtimestamp(row["created"], UTC),
        published=published and datetime.fromtimestamp(published, UTC),
        digest=row["digest"],
    )

"""Variants as they are kept: what is shown, what grades, and the evidence once there is some."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, false, func, not_, or_, select, tuple_

from bank.errors import ContentMismatch, UnknownVariant
from bank.store.database import Database
from bank.store.paging import Place, newest
from bank.store.submitting import Order, Wanted, chunks, submit
from bank.store.tables import VARIANTS, WORK, now
from bank.variant import Variant

VERIFY = "verify"  # the task, and the kind of its jobs
LISTED = ("id", "family", "kind", "state", "version", "created", "superseded_by")
IDS_SHOWN = 5  # in an error


@dataclass(frozen=True, slots=True)
class Stored:
    """One variant of the record; `state` is drawn, verified, disputed or withdrawn, `job` the one that verifies it.

    `superseded_by` names the mended variant of one that is served no more.
    """

    id: str
    family: str
    version: str
    kind: str
    seed: int | None
    params: dict[str, Any]
    state: str
    public: bytes
    private: bytes
    evidence: bytes | None
    content: str
    looks: str
    superseded_by: str | None
    job: str | None


class Question(NamedTuple):
    """What a variant asks, and what is kept of it: all that a worker needs to judge it."""

    kind: str
    params: dict[str, Any]
    seed: int | None
    version: str
    public: bytes
    private: bytes


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the record."""

    id: str
    family: str
    kind: str
    state: str
    version: str
    created: datetime
    superseded_by: str | None
    place: Place


@dataclass(frozen=True, slots=True)
class Wish:
    """Which variants are listed: all, unless told.

    `stale` ones are not of the version that `current` has for their family, by name, or of none of these families.
    """

    family: str | None = None
    state: str | None = None
    stale: bool | None = None
    current: Mapping[str, str] = field(default_factory=dict)


class Variants:
    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, name: str) -> Stored | None:
        columns = [column for column in VARIANTS.columns if column.name != "created"]
        its_work = and_(WORK.c.task == VERIFY, WORK.c.subject == VARIANTS.c.id)
        wanted = select(*columns, WORK.c.job).join(WORK, its_work, isouter=True).where(VARIANTS.c.id == name)
        with self._database.reading() as connection:
            row = connection.execute(wanted).mappings().one_or_none()
        return Stored(**{**row, "params": json.loads(row["params"])}) if row else None

    def add(self, variants: Sequence[Variant], queue: str) -> str | None:
        """Keep new variants as drawn, each with a piece of work under one new job; returns the job's id.

        Variants that are there already stay as they are; where their work had failed it is opened again. None
        where nothing is left to do that is not under way. Raises ContentMismatch where an id is that of another one.
        """
        unique = list({variant.id: variant for variant in variants}.values())
        request = {"families": dict(Counter(variant.family for variant in unique))}
        pieces = [Wanted(variant.id, variant.family, variant.seconds) for variant in unique]
        with self._database.writing() as connection:
            for chunk in chunks(unique):
                self.keep_drawn(connection, chunk)
            return submit(connection, self._database, Order(VERIFY, queue, VERIFY, request), pieces)

    def keep_drawn(self, connection: Connection, variants: Sequence[Variant]) -> None:
        """Within a transaction: those that are there already stay as they are. Raises ContentMismatch."""
        _demand_same(connection, variants, self._insert(connection, variants))

    def states(self, names: Sequence[str]) -> dict[str, str]:
        """Of those that are there."""
        with self._database.reading() as connection:
            found = select(VARIANTS.c.id, VARIANTS.c.state).where(VARIANTS.c.id.in_(names))
            return {row.id: row.state for row in connection.execute(found)}

    def questions(self, names: Sequence[str]) -> dict[str, Question]:
        """By id. Raises UnknownVariant where one of them is not there."""
        members = (VARIANTS.c.kind, VARIANTS.c.params, VARIANTS.c.seed, VARIANTS.c.version)
        columns = (VARIANTS.c.id, *members, VARIANTS.c.public, VARIANTS.c.private)
        with self._database.reading() as connection:
            rows = connection.execute(select(*columns).where(VARIANTS.c.id.in_(names))).all()
        found = {name: Question(kind, json.loads(params), *rest) for name, kind, params, *rest in rows}
        if missing := [name for name in names if name not in found]:
            raise UnknownVariant(f"the record has no {', '.join(missing[:IDS_SHOWN])}")
        return {name: found[name] for name in names}

    def newest(self, wish: Wish, after: Place | None, most: int) -> list[Listed]:
        """Of those that are wished for so many, the newest first, from the beginning or after a place."""
        columns = [VARIANTS.c[name] for name in LISTED]
        rows = newest(select(*columns).where(*_conditions(wish)), VARIANTS, after, most)
        with self._database.reading() as connection:
            found = connection.execute(rows).mappings().all()
        return [_listed(row) for row in found]

    def has_family(self, name: str) -> bool:
        """Whether there is a variant of this family, which may be gone by now."""
        with self._database.reading() as connection:
            one = select(VARIANTS.c.id).where(VARIANTS.c.family == name).limit(1)
            return connection.execute(one).one_or_none() is not None

    def census(self) -> dict[tuple[str, str], int]:
        """How many variants there are of each family in each state."""
        counted = select(VARIANTS.c.family, VARIANTS.c.state, func.count()).group_by(
            VARIANTS.c.family, VARIANTS.c.state
        )
        with self._database.reading() as connection:
            return {(family, state): count for family, state, count in connection.execute(counted)}

    def _insert(self, connection: Connection, variants: Sequence[Variant]) -> set[str]:
        rows = [_row(variant) for variant in variants]
        statement = self._database.insert(VARIANTS).values(rows).on_conflict_do_nothing().returning(VARIANTS.c.id)
        return set(connection.execute(statement).scalars())


def _conditions(wish: Wish) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wish.family is not None:
        conditions.append(VARIANTS.c.family == wish.family)
    if wish.state is not None:
        conditions.append(VARIANTS.c.state == wish.state)
    if wish.stale is not None:
        conditions.append(_stale(wish.current) if wish.stale else _current(wish.current))
    return conditions


def _stale(current: Mapping[str, str]) -> ColumnElement[bool]:
    pairs = (and_(VARIANTS.c.family == name, VARIANTS.c.version == now) for name, now in current.items())
    return not_(or_(false(), *pairs))


def _current(current: Mapping[str, str]) -> ColumnElement[bool]:
    """Not as alternatives: SQLite would look each one up, and then put all of them in order."""
    return tuple_(VARIANTS.c.family, VARIANTS.c.version).in_(list(current.items()))


def _listed(row: RowMapping) -> Listed:
    place = Place(row["created"], row["id"])
    return Listed(**{**row, "created": datetime.fromtimestamp(row["created"], UTC)}, place=place)


def _row(variant: Variant) -> dict[str, Any]:
    return {
        "id": variant.id,
        "family": variant.family,
        "version": variant.version,
        "kind": variant.kind,
        "seed": variant.seed,
        "params": json.dumps(variant.params),
        "state": "drawn",
        "public": variant.public,
        "private": variant.private,
        "content": variant.content,
        "looks": variant.looks,
        "created": now(),
    }


def _demand_same(connection: Connection, variants: Sequence[Variant], fresh: set[str]) -> None:
    """Those that were there already have the content that they are given out with."""
    contents = {variant.id: variant.content for variant in variants if variant.id not in fresh}
    kept = connection.execute(select(VARIANTS.c.id, VARIANTS.c.content).where(VARIANTS.c.id.in_(contents)))
    others = sorted(name for name, content in kept if content != contents[name])
    if others:
        raise ContentMismatch(f"another content is kept under {', '.join(others[:IDS_SHOWN])}")

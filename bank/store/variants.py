"""Variants as they are kept: what is shown, what grades, and the evidence once there is some."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from secrets import token_hex
from typing import Any

from sqlalchemy import Connection, func, select, update

from bank.errors import ContentMismatch
from bank.store.database import Database
from bank.store.tables import JOBS, VARIANTS, WORK, now
from bank.variant import Variant

CHUNK = 500  # rows a statement
SHOWN = 5  # ids named in an error


@dataclass(frozen=True, slots=True)
class Stored:
    """One variant of the record; `state` is drawn, verified or disputed, `job` the one that verifies it.

    `superseded_by` names the mended variant of a disputed one.
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


class Variants:
    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, name: str) -> Stored | None:
        columns = [column for column in VARIANTS.columns if column.name != "created"]
        wanted = select(*columns, WORK.c.job).join(WORK, isouter=True).where(VARIANTS.c.id == name)
        with self._database.reading() as connection:
            row = connection.execute(wanted).mappings().one_or_none()
        return Stored(**{**row, "params": json.loads(row["params"])}) if row else None

    def add(self, variants: Sequence[Variant], queue: str) -> str | None:
        """Keep new variants as drawn, each with a piece of work under one new job; returns the job's id.

        Variants that are there already stay as they are; where their work had failed it is opened again. None
        where nothing is left to do that is not under way. Raises ContentMismatch where an id is that of another one.
        """
        unique = list({variant.id: variant for variant in variants}.values())
        job = f"job-{token_hex(8)}"
        with self._database.writing() as connection:
            fresh = {name for chunk in _chunks(unique) for name in self._insert(connection, chunk)}
            for chunk in _chunks([variant for variant in unique if variant.id not in fresh]):
                _demand_same(connection, chunk)
            again = {name for chunk in _chunks(unique) for name in _stalled(connection, chunk)} - fresh
            if fresh or again:
                total = len(fresh) + len(again)
                connection.execute(JOBS.insert().values(id=job, total=total, done=0, failed=0, created=now()))
            for chunk in _chunks([variant for variant in unique if variant.id in fresh]):
                connection.execute(WORK.insert(), [_piece(variant, job, queue) for variant in chunk])
            _reopen(connection, again, job, queue)
            if queue == "interactive":
                for chunk in _chunks(unique):
                    _hurry(connection, chunk)
        return job if fresh or again else None

    def census(self) -> dict[tuple[str, str], int]:
        """How many variants there are of each family in each state."""
        counted = select(VARIANTS.c.family, VARIANTS.c.state, func.count()).group_by(
            VARIANTS.c.family, VARIANTS.c.state
        )
        with self._database.reading() as connection:
            return {(family, state): count for family, state, count in connection.execute(counted)}

    def _insert(self, connection: Connection, variants: Sequence[Variant]) -> Sequence[str]:
        rows = [_row(variant) for variant in variants]
        statement = self._database.insert(VARIANTS).values(rows).on_conflict_do_nothing().returning(VARIANTS.c.id)
        return connection.execute(statement).scalars().all()


def _chunks(variants: Sequence[Variant]) -> Iterator[Sequence[Variant]]:
    return (variants[start : start + CHUNK] for start in range(0, len(variants), CHUNK))


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


def _demand_same(connection: Connection, variants: Sequence[Variant]) -> None:
    contents = {variant.id: variant.content for variant in variants}
    kept = connection.execute(select(VARIANTS.c.id, VARIANTS.c.content).where(VARIANTS.c.id.in_(contents)))
    others = sorted(name for name, content in kept if content != contents[name])
    if others:
        raise ContentMismatch(f"another content is kept under {', '.join(others[:SHOWN])}")


def _piece(variant: Variant, job: str, queue: str) -> dict[str, Any]:
    return {
        "variant": variant.id,
        "job": job,
        "queue": queue,
        "family": variant.family,
        "state": "open",
        "attempts": 0,
        "queued": now(),
    }


def _stalled(connection: Connection, variants: Sequence[Variant]) -> Sequence[str]:
    """Those whose work was given up or cancelled."""
    ended = WORK.c.state.in_(("failed", "cancelled"))
    names = [variant.id for variant in variants]
    return connection.execute(select(WORK.c.variant).where(WORK.c.variant.in_(names), ended)).scalars().all()


def _reopen(connection: Connection, names: set[str], job: str, queue: str) -> None:
    fresh = {"job": job, "queue": queue, "state": "open", "attempts": 0, "lease": None, "lease_until": None}
    for name in sorted(names):
        connection.execute(update(WORK).where(WORK.c.variant == name).values(**fresh, reason=None, queued=now()))


def _hurry(connection: Connection, variants: Sequence[Variant]) -> None:
    """A batch does not delay somebody who waits: work that is asked for singly changes its queue."""
    names = [variant.id for variant in variants]
    waiting = (WORK.c.variant.in_(names), WORK.c.state == "open", WORK.c.queue == "bulk")
    connection.execute(update(WORK).where(*waiting).values(queue="interactive"))

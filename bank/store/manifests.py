"""What a manifest tells of a revision, and a revision made from one."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from secrets import token_hex
from typing import Any

from sqlalchemy import Connection, func, select, update

from bank.exams.manifest import Row, contents_digest
from bank.store.database import Database
from bank.store.exam_tables import BANKS, ITEMS, MEMBERS, REVISIONS
from bank.store.revisions import of_revision
from bank.store.submitting import chunks
from bank.store.tables import VARIANTS, now
from bank.store.variants import Variants
from bank.variant import Variant

MADE = ("item", "place", "part", "pool", "question", "looks", "traits")


class Manifests:
    def __init__(self, database: Database, variants: Variants) -> None:
        self._database, self._variants = database, variants

    def rows(self, bank: str, revision: int) -> list[Row]:
        """Every variant of a revision, in the order of the blueprint."""
        with self._database.reading() as connection:
            return rows_of(connection, bank, revision)

    def begin(self, name: str, blueprint: Mapping[str, Any], seed: int, wanted: Sequence[int]) -> tuple[str, int]:
        """A bank whose variants are still to come; returns it with its revision."""
        bank = f"bank-{token_hex(8)}"
        about = {"bank": bank, "revision": 1}
        with self._database.writing() as connection:
            connection.execute(BANKS.insert().values(id=bank, name=name, created=now()))
            row = {**about, "seed": seed, "created": now(), "blueprint": json.dumps(blueprint)}
            connection.execute(REVISIONS.insert().values(**row))
            items = [{**about, "item": item, "wanted": each} for item, each in enumerate(wanted)]
            connection.execute(ITEMS.insert(), items)
        return bank, 1

    def add(
        self,
        place: tuple[str, int],
        taken: Sequence[tuple[Variant, Mapping[str, Any]]],
        refused: Mapping[int, Counter[str]],
    ) -> str | None:
        """Keep variants with where they stand; returns the job that proves them.

        What is there already stays as it is, so a part of a manifest may come twice.
        """
        job = self._variants.add([variant for variant, _ in taken], "bulk") if taken else None
        with self._database.writing() as connection:
            for some in chunks(taken):
                rows = [_member(place, variant, about) for variant, about in some]
                connection.execute(self._database.insert(MEMBERS).values(rows).on_conflict_do_nothing())
            _count(connection, place, refused)
            if job is not None:
                connection.execute(update(REVISIONS).where(*of_revision(REVISIONS, *place)).values(job=job))
        return job


def rows_of(connection: Connection, bank: str, revision: int) -> list[Row]:
    order = (MEMBERS.c.item, MEMBERS.c.place, MEMBERS.c.part)
    drawn = (VARIANTS.c.family, VARIANTS.c.kind, VARIANTS.c.version, VARIANTS.c.seed, VARIANTS.c.params)
    found = select(*order, MEMBERS.c.pool, *drawn, VARIANTS.c.content, VARIANTS.c.id)
    found = found.join(VARIANTS, VARIANTS.c.id == MEMBERS.c.variant).where(*of_revision(MEMBERS, bank, revision))
    rows = connection.execute(found.order_by(*order)).mappings()
    return [Row(**{**row, "params": json.loads(row["params"])}) for row in rows]


def seal(connection: Connection, bank: str, revision: int) -> None:
    """Within the transaction that publishes it: keep the digest of what it holds."""
    mine = of_revision(REVISIONS, bank, revision)
    blueprint = json.loads(connection.execute(select(REVISIONS.c.blueprint).where(*mine)).scalar_one())
    digest = contents_digest(blueprint, rows_of(connection, bank, revision))
    connection.execute(update(REVISIONS).where(*mine).values(digest=digest))


def _member(place: tuple[str, int], variant: Variant, about: Mapping[str, Any]) -> dict[str, Any]:
    row = {name: about[name] for name in MADE} | {"traits": json.dumps(about["traits"])}
    return {"bank": place[0], "revision": place[1], "variant": variant.id, **row}


def _count(connection: Connection, place: tuple[str, int], refused: Mapping[int, Counter[str]]) -> None:
    """How many groups of each item are there, and why others are not."""
    groups = select(MEMBERS.c.item, func.count(MEMBERS.c.place.distinct()))
    built = connection.execute(groups.where(*of_revision(MEMBERS, *place)).group_by(MEMBERS.c.item))
    counts = {row[0]: row[1] for row in built}
    for item in connection.execute(select(ITEMS).where(*of_revision(ITEMS, *place))).mappings().all():
        told = Counter(json.loads(item["refused"])) + refused.get(item["item"], Counter())
        left = {"built": counts.get(item["item"], 0), "refused": json.dumps(told)}
        this = (*of_revision(ITEMS, *place), ITEMS.c.item == item["item"])
        connection.execute(update(ITEMS).where(*this).values(**left, tried=left["built"] + told.total()))

"""What a manifest tells of a revision, and a revision made from one."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from secrets import token_hex
from typing import Any, NamedTuple

from sqlalchemy import Connection, select, tuple_, update

from bank.errors import Unchangeable
from bank.exams.manifest import Row, contents_digest
from bank.store.database import Database
from bank.store.exam_tables import BANKS, ITEMS, MEMBERS, REVISIONS
from bank.store.revisions import of_revision
from bank.store.submitting import chunks
from bank.store.tables import VARIANTS, now
from bank.store.variants import Variants
from bank.store.whole_groups import is_whole
from bank.variant import Variant

MADE = ("item", "place", "part", "pool", "question", "looks")


class Part(NamedTuple):
    """A variant that is there: where it stands (item, place, part), and the parameters (JSON) it was drawn with."""

    where: tuple[int, int, int]
    family: str
    kind: str
    params: dict[str, Any]


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

    def parts(self, place: tuple[str, int], wanted: Collection[tuple[int, int, int]]) -> list[Part]:
        """Those of these parts that are there; each is (item, place, part)."""
        order = (MEMBERS.c.item, MEMBERS.c.place, MEMBERS.c.part)
        found = select(*order, VARIANTS.c.family, VARIANTS.c.kind, VARIANTS.c.params)
        found = found.join(VARIANTS, VARIANTS.c.id == MEMBERS.c.variant)
        found = found.where(*of_revision(MEMBERS, *place), tuple_(*order).in_(wanted))
        with self._database.reading() as connection:
            rows = connection.execute(found).all()
        return [Part((row[0], row[1], row[2]), row.family, row.kind, json.loads(row.params)) for row in rows]

    def add(
        self,
        place: tuple[str, int],
        taken: Sequence[tuple[Variant, Mapping[str, Any]]],
        refused: Mapping[int, Counter[str]],
    ) -> str | None:
        """Keep variants with where they stand; returns the job that proves them.

        What is there already stays as it is, so a part of a manifest may come twice. Raises Unchangeable once
        the revision is published.
        """
        job = self._variants.add([variant for variant, _ in taken], "bulk") if taken else None
        with self._database.writing() as connection:
            _demand_unpublished(connection, place)
            for some in chunks(taken):
                rows = [_member(place, variant, about) for variant, about in some]
                connection.execute(self._database.insert(MEMBERS).values(rows).on_conflict_do_nothing())
            _count(connection, place, refused)
            if job is not None:
                connection.execute(update(REVISIONS).where(*of_revision(REVISIONS, *place)).values(job=job))
        return job


def _demand_unpublished(connection: Connection, place: tuple[str, int]) -> None:
    published = select(REVISIONS.c.published).where(*of_revision(REVISIONS, *place)).with_for_update()
    if connection.execute(published).scalar_one() is not None:
        raise Unchangeable("what is published never changes: import it as a new bank")


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
    carried = None if about["carried"] is None else json.dumps(about["carried"])
    row = {name: about[name] for name in MADE} | {"traits": json.dumps(about["traits"]), "carried": carried}
    return {"bank": place[0], "revision": place[1], "variant": variant.id, **row}


def _count(connection: Connection, place: tuple[str, int], refused: Mapping[int, Counter[str]]) -> None:
    """How many whole groups of each item are there, and why others are not."""
    groups = select(MEMBERS.c.item).where(*of_revision(MEMBERS, *place)).group_by(MEMBERS.c.item, MEMBERS.c.place)
    counts: Counter[int] = Counter(connection.execute(groups.having(is_whole(connection, place))).scalars())
    for item in connection.execute(select(ITEMS).where(*of_revision(ITEMS, *place))).mappings().all():
        told = Counter(json.loads(item["refused"])) + refused.get(item["item"], Counter())
        built = counts[item["item"]]
        this = (*of_revision(ITEMS, *place), ITEMS.c.item == item["item"])
        connection.execute(
            update(ITEMS).where(*this).values(built=built, tried=built + told.total(), refused=json.dumps(told))
        )

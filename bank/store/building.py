"""A bank as it is built: what a worker has to know, and each chunk of variants kept with the progress of its work."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count as number_from
from itertools import islice
from typing import Any

from sqlalchemy import Connection, func, select, update

from bank.exams.draws import EXAM, PRACTICE
from bank.store.database import Database
from bank.store.exam_tables import ITEMS, MEMBERS, REVISIONS
from bank.store.jobs import set_result
from bank.store.revisions import BuiltItem, built_item, of_revision
from bank.store.submitting import chunks
from bank.store.tables import JOBS, WORK
from bank.store.variants import Variants
from bank.store.verdicts import Outcome, Verdicts
from bank.store.work import RELEASED, Lease, Piece, goes_on, still_held
from bank.variant import Variant


@dataclass(frozen=True, slots=True)
class Site:
    """A revision that is built: its blueprint (JSON), its seed, its items, and which questions it has already."""

    bank: str
    revision: int
    blueprint: dict[str, Any]
    seed: int
    items: Sequence[BuiltItem]
    known: set[str]
    looks: set[str]


@dataclass(frozen=True, slots=True)
class NewMember:
    """A variant that was taken, with all that is kept of it beside the variant."""

    part: int
    question: str
    looks: str
    traits: Mapping[str, Any]
    carried: Any
    variant: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """What is new of one item: `variants` with their `outcomes`; the groups that are `taken` come into the bank."""

    progress: BuiltItem
    variants: Sequence[Variant]
    outcomes: Mapping[str, Outcome]
    taken: Sequence[Sequence[NewMember]]


class Building:
    def __init__(self, database: Database, variants: Variants, verdicts: Verdicts) -> None:
        self._database = database
        self._variants, self._verdicts = variants, verdicts

    def site(self, bank: str, revision: int) -> Site:
        here = (bank, revision)
        with self._database.reading() as connection:
            about = select(REVISIONS.c.blueprint, REVISIONS.c.seed).where(*of_revision(REVISIONS, *here))
            row = connection.execute(about).one()
            items = connection.execute(select(ITEMS).where(*of_revision(ITEMS, *here)).order_by(ITEMS.c.item))
            progress = [built_item(item) for item in items.mappings()]
            seen = connection.execute(select(MEMBERS.c.question, MEMBERS.c.looks).where(*of_revision(MEMBERS, *here)))
            known, looks = set(), set()
            for question, look in seen:
                known.add(question)
                looks.add(look)
        return Site(bank, revision, json.loads(row.blueprint), row.seed, progress, known, looks)

    def keep(self, lease: Lease, piece: Piece, site: Site, chunk: Chunk) -> bool:
        """Keep a chunk and tell how far the work is, in one transaction. False where the lease is not held any more."""
        counted = sum(map(len, chunk.taken))
        with self._database.writing() as connection:
            mine = (*still_held(lease), WORK.c.subject == piece.subject)
            going = goes_on() | {"counted": WORK.c.counted + counted}
            if not connection.execute(update(WORK).where(*mine).values(**going)).rowcount:
                return False
            for some in chunks(chunk.variants):
                self._variants.keep_drawn(connection, some)
            self._verdicts.write_new(connection, chunk.outcomes)
            _add_members(connection, site, chunk)
            _tell(connection, site, chunk.progress)
            connection.execute(update(JOBS).where(JOBS.c.id == piece.job).values(done=JOBS.c.done + counted))
        return True

    def finish(self, lease: Lease, piece: Piece, site: Site) -> bool:
        """The piece is done, be it that there were fewer questions than were asked for: its job expects no more."""
        with self._database.writing() as connection:
            mine = (*still_held(lease), WORK.c.subject == piece.subject)
            missing = (WORK.c.units - WORK.c.counted).label("missing")
            row = connection.execute(select(missing).where(*mine)).one_or_none()
            if row is None:
                return False
            connection.execute(update(WORK).where(*mine).values(state="done", units=WORK.c.counted, **RELEASED))
            connection.execute(update(JOBS).where(JOBS.c.id == piece.job).values(total=JOBS.c.total - row.missing))
            set_result(connection, piece.job, _summary(connection, site))
        return True


def _add_members(connection: Connection, site: Site, chunk: Chunk) -> None:
    count = site.blueprint["items"][chunk.progress.item]["count"]
    rows = [
        {
            "bank": site.bank,
            "revision": site.revision,
            "item": chunk.progress.item,
            "place": place,
            "part": member.part,
            "variant": member.variant,
            "pool": EXAM if place < count else PRACTICE,
            "question": member.question,
            "looks": member.looks,
            "traits": json.dumps(member.traits),
            "carried": None if member.carried is None else json.dumps(member.carried),
        }
        for place, group in zip(_free_places(connection, site, chunk), chunk.taken, strict=True)
        for member in group
    ]
    if rows:
        connection.execute(MEMBERS.insert(), rows)


def _free_places(connection: Connection, site: Site, chunk: Chunk) -> list[int]:
    """One for each group that was taken: behind those that are there, or between them where a manifest left gaps."""
    mine = (*of_revision(MEMBERS, site.bank, site.revision), MEMBERS.c.item == chunk.progress.item)
    built, wanted = chunk.progress.built, len(chunk.taken)
    last = connection.execute(select(func.max(MEMBERS.c.place)).where(*mine)).scalar()
    if last is None or last < built - wanted:
        return list(range(built - wanted, built))
    taken = set(connection.execute(select(MEMBERS.c.place).where(*mine)).scalars())
    return list(islice((place for place in number_from(0) if place not in taken), wanted))


def _tell(connection: Connection, site: Site, progress: BuiltItem) -> None:
    mine = (*of_revision(ITEMS, site.bank, site.revision), ITEMS.c.item == progress.item)
    told = {name: getattr(progress, name) for name in ("built", "tried", "in_vain", "exhausted")}
    connection.execute(update(ITEMS).where(*mine).values(**told, refused=json.dumps(progress.refused)))


def _summary(connection: Connection, site: Site) -> dict[str, Any]:
    """What came of it so far, as the job tells it."""
    rows = connection.execute(select(ITEMS).where(*of_revision(ITEMS, site.bank, site.revision))).mappings().all()
    refused: Counter[str] = Counter()
    for row in rows:
        refused.update(json.loads(row["refused"]))
    counts = {name: sum(row[name] for row in rows) for name in ("wanted", "built", "tried")}
    exhausted = sorted(row["item"] for row in rows if row["exhausted"])
    about = {"bank": site.bank, "revision": site.revision}
    return {**about, **counts, "exhausted": exhausted, "refused": dict(refused.most_common())}

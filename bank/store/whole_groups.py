"""Groups of variants that belong together: what comes from a manifest may lack parts of them."""

from __future__ import annotations

import json
from collections import defaultdict

from sqlalchemy import ColumnElement, Connection, and_, delete, func, or_, select, tuple_

from bank.store.exam_tables import MEMBERS, REVISIONS
from bank.store.revisions import of_revision
from bank.store.submitting import chunks


def is_whole(connection: Connection, place: tuple[str, int]) -> ColumnElement[bool]:
    """Whether a group of members has as many parts as its item in the blueprint."""
    written = connection.execute(select(REVISIONS.c.blueprint).where(*of_revision(REVISIONS, *place))).scalar_one()
    items: dict[int, list[int]] = defaultdict(list)
    for item, asked in enumerate(json.loads(written)["items"]):
        items[len(asked["parts"])].append(item)
    return or_(*(and_(MEMBERS.c.item.in_(these), func.count() == parts) for parts, these in items.items()))


def leave_out_halves(connection: Connection, bank: str, revision: int) -> None:
    """Within the transaction that publishes it: groups of which a part did not come, or was another question here."""
    mine = of_revision(MEMBERS, bank, revision)
    place = (MEMBERS.c.item, MEMBERS.c.place)
    found = select(*place).where(*mine).group_by(*place).having(~is_whole(connection, (bank, revision)))
    halves = connection.execute(found).all()
    for some in chunks(halves):
        connection.execute(delete(MEMBERS).where(*mine, tuple_(*place).in_([tuple(half) for half in some])))

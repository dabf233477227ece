"""Lists, the newest first, a page at a time: a page begins after a place, so that what comes anew shifts nothing."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Select, Table, tuple_


class Place(NamedTuple):
    """A row in such a list: seconds since the epoch, and the id for those of the same moment."""

    created: float
    id: str


def newest(rows: Select[Any], table: Table, after: Place | None, most: int, moment: str = "created") -> Select[Any]:
    """Of these rows so many that come after the place, or from the beginning; `moment` is the column they go by."""
    order = (table.c[moment], table.c.id)
    later = rows if after is None else rows.where(tuple_(*order) < tuple_(*after))
    return later.order_by(*(column.desc() for column in order)).limit(most)

"""Lists, the newest first, a page at a time: a page begins after a place, so that what comes anew shifts nothing."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, Table, tuple_


class Place(NamedTuple):
    """A row in such a list: seconds since the epoch, and the id for those of the same moment."""

    created: float
    id: str


def newest(rows: Select[Any], table: Table, after: Place | None, most: int) -> Select[Any]:
    """Of these rows so many that come after the place, or from the beginning."""
    order = (table.c.created, table.c.id)
    later = rows if after is None else rows.where(_below(table, after))
    return later.order_by(*(column.desc() for column in order)).limit(most)


def _below(table: Table, place: Place) -> ColumnElement[bool]:
    return tuple_(table.c.created, table.c.id) < tuple_(place.created, place.id)

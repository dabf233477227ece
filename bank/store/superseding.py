"""A disputed variant whose family was mended since names the variant that took its place."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, RowMapping, select, update

from bank.store.tables import VARIANTS

DISPUTED = (VARIANTS.c.state == "disputed", VARIANTS.c.superseded_by.is_(None))


def supersede(connection: Connection, verified: Sequence[str]) -> None:
    """Within the transaction of their verdict: these take the place of disputed ones of the same questions."""
    mended = _chosen(connection, VARIANTS.c.id.in_(verified))
    if not mended:
        return
    families = {row["family"] for row in mended}
    successors = {question: row["id"] for row in mended for question in _questions(row)}
    for row in _chosen(connection, VARIANTS.c.family.in_(families), *DISPUTED):
        successor = next((successors[question] for question in _questions(row) if question in successors), None)
        if successor:
            left = update(VARIANTS).where(VARIANTS.c.id == row["id"])
            connection.execute(left.values(superseded_by=successor))


def _chosen(connection: Connection, *conditions: ColumnElement[bool]) -> Sequence[RowMapping]:
    """In an order that all transactions keep, so that none waits for another in a circle."""
    known = (VARIANTS.c.id, VARIANTS.c.family, VARIANTS.c.kind, VARIANTS.c.params, VARIANTS.c.looks)
    return connection.execute(select(*known).where(*conditions).order_by(VARIANTS.c.id)).mappings().all()


def _questions(row: RowMapping) -> tuple[tuple[str, str, str], tuple[str, str, str]]:
    """By its parameters, and by its looks: where a question is asked in letters, others look the same."""
    return (row["family"], row["kind"], row["params"]), (row["family"], row["kind"], row["looks"])

"""Figures, named by their content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from bank.store.database import Database
from bank.store.tables import ASSETS


@dataclass(frozen=True, slots=True)
class Asset:
    media_type: str
    content: bytes


class Assets:
    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, sha256: str) -> Asset | None:
        with self._database.reading() as connection:
            wanted = select(ASSETS.c.media_type, ASSETS.c.content).where(ASSETS.c.sha256 == sha256)
            row = connection.execute(wanted).one_or_none()
        return Asset(*row) if row else None


def keep_assets(connection: Connection, database: Database, assets: Mapping[str, Asset]) -> None:
    """Within the transaction that needs them; one that is there already is the same."""
    for sha256, asset in sorted(assets.items()):
        row = {"sha256": sha256, "media_type": asset.media_type, "content": asset.content}
        connection.execute(database.insert(ASSETS).values(**row).on_conflict_do_nothing())

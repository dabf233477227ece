"""Keys of the API: shown once, kept as a digest."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from secrets import token_hex, token_urlsafe

from sqlalchemy import RowMapping, select, update

from bank.store.database import Database
from bank.store.tables import KEYS, now

SCOPES = ("student", "lms", "instructor", "admin")


@dataclass(frozen=True, slots=True)
class Key:
    """`prefix` names the key in logs and lists; `scope` is student, lms, instructor or admin."""

    prefix: str
    scope: str
    name: str
    created: datetime
    revoked: datetime | None = None


class Keys:
    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, scope: str, name: str) -> str:
        """Make a key and return its text, `prefix.secret`, which is never to be had again."""
        prefix, secret = token_hex(6), token_urlsafe(32)
        text = f"{prefix}.{secret}"
        row = {"prefix": prefix, "digest": _digest(text), "scope": scope, "name": name, "created": now()}
        with self._database.writing() as connection:
            connection.execute(KEYS.insert().values(**row))
        return text

    def check(self, text: str) -> Key | None:
        """The key of this text, unless it is unknown or revoked."""
        with self._database.reading() as connection:
            found = select(KEYS).where(KEYS.c.prefix == text.partition(".")[0])
            row = connection.execute(found).mappings().one_or_none()
        if row is None or row["revoked"] is not None or not hmac.compare_digest(row["digest"], _digest(text)):
            return None
        return _key(row)

    def revoke(self, prefix: str) -> bool:
        """Whether there was such a key to revoke."""
        living = (KEYS.c.prefix == prefix, KEYS.c.revoked.is_(None))
        with self._database.writing() as connection:
            return connection.execute(update(KEYS).where(*living).values(revoked=now())).rowcount == 1

    def all(self) -> list[Key]:
        """Revoked ones too, the oldest first."""
        with self._database.reading() as connection:
            rows = connection.execute(select(KEYS).order_by(KEYS.c.created, KEYS.c.prefix)).mappings().all()
        return [_key(row) for row in rows]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _key(row: RowMapping) -> Key:
    times = {name: row[name] and datetime.fromtimestamp(row[name], UTC) for name in ("created", "revoked")}
    return Key(row["prefix"], row["scope"], row["name"], **times)

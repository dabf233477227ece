"""Finished variants within reach: in this process, else in Redis, else in the database.

Only verified variants stand here. They never change, so nothing here is ever stale.
"""

from __future__ import annotations

import json
import re
from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Any

from bank.errors import UnknownVariant

if TYPE_CHECKING:
    from bank.cache import Cache
    from bank.store import Store, Stored

VARIANT_ID = re.compile(r"[a-z0-9_]{1,80}-[0-9a-f]{16}", re.ASCII)
CAPACITY = 8 * 2**20  # bytes of each kind held by one process
A_DAY = 86_400


class Row:
    """The bytes used last, up to a capacity in bytes."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._held: OrderedDict[str, bytes] = OrderedDict()
        self._room = capacity
        self._lock = Lock()

    def get(self, name: str) -> bytes | None:
        with self._lock:
            found = self._held.get(name)
            if found is not None:
                self._held.move_to_end(name)
            return found

    def put(self, name: str, content: bytes) -> None:
        with self._lock:
            if name in self._held:
                return
            self._held[name] = content
            self._room -= len(content)
            while self._room < 0:
                self._room += len(self._held.popitem(last=False)[1])


class Shelf:
    """Reads variants through the caches."""

    def __init__(self, store: Store, cache: Cache) -> None:
        self._store = store
        self._cache = cache
        self._public = Row()
        self._private = Row()

    def public(self, name: str) -> bytes | None:
        """The bytes to send for a verified variant; None where only the database could tell."""
        found = self._public.get(name)
        if found is None and VARIANT_ID.fullmatch(name):
            found = self._cache.get(f"variant:{name}")
            if found is not None:
                self._public.put(name, found)
        return found

    def private(self, name: str) -> dict[str, Any] | None:
        """What grades a verified variant, if it was graded here before: an answer key stays out of Redis."""
        found = self._private.get(name)
        return json.loads(found) if found is not None else None

    def find(self, name: str) -> Stored:
        """The record itself. Raises UnknownVariant."""
        stored = self._store.find(name) if VARIANT_ID.fullmatch(name) else None
        if stored is None:
            raise UnknownVariant("no variant has this id")
        if stored.state == "verified":
            self._public.put(name, stored.public)
            self._private.put(name, stored.private)
            self._cache.put(f"variant:{name}", stored.public, A_DAY)
        return stored

"""The keys of callers, found by the text in their header."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bank.store import Key, Store

KEY_CACHE_SECONDS = 1.0  # for which a revoked key may still open a door
KEY_CACHE_ENTRIES = 4096
BEARER = re.compile(r"bearer +([0-9a-f]{12}\.[A-Za-z0-9_-]{20,100})", re.ASCII | re.IGNORECASE)


class Keyring:
    """The keys seen within the last second, by the digest of their text, so that a busy key asks the database once."""

    def __init__(self, store: Store, clock: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._clock = clock
        self._known: dict[bytes, tuple[float, Key | None]] = {}

    def find(self, authorization: str) -> Key | None:
        """The key in a header `Authorization`, if it holds a valid one."""
        found = BEARER.fullmatch(authorization)
        return self._check(found[1]) if found else None

    def _check(self, text: str) -> Key | None:
        digest = hashlib.sha256(text.encode()).digest()
        now = self._clock()
        known = self._known.get(digest)
        if known and now - known[0] < KEY_CACHE_SECONDS:
            return known[1]
        if len(self._known) >= KEY_CACHE_ENTRIES:
            self._known.clear()
        key = self._store.keys.check(text)
        self._known[digest] = (now, key)
        return key

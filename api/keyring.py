"""The keys of callers, found by the text in their header."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable
from threading import Lock, Thread
from typing import TYPE_CHECKING, NamedTuple

from bank.errors import StoreUnavailable

if TYPE_CHECKING:
    from bank.store import Key, Store

KEY_CACHE_SECONDS = 1.0  # for which a revoked key may still open a door
KEY_OUTAGE_SECONDS = 60.0  # for which a key opens doors while the database cannot be asked
KEY_CACHE_ENTRIES = 4096
BEARER = re.compile(r"bearer +([0-9a-f]{12}\.[A-Za-z0-9_-]{20,100})", re.ASCII | re.IGNORECASE)


class Checked(NamedTuple):
    """What the database said of a text, and when."""

    time: float
    key: Key | None


class Keyring:
    """The keys seen within the last second, by the digest of their text, so that a busy key asks the database once.

    While the database is away, keys that were valid within the last minute stay so: what needs no database goes on.
    """

    def __init__(self, store: Store, clock: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._clock = clock
        self._known: dict[bytes, Checked] = {}
        self._checking = Lock()  # a key that was known is checked again by one thread at a time
        self._checking_since: float | None = None
        self._failed: float | None = None  # when a key could last not be checked, since one was

    @property
    def unconfirmed(self) -> bool:
        """Whether keys are taken at the word of a database that is away by now."""
        since = self._checking_since
        return self._failed is not None or (since is not None and self._clock() - since > KEY_CACHE_SECONDS)

    def find(self, authorization: str) -> Key | None:
        """The key in a header `Authorization`, if it holds a valid one.

        Raises StoreUnavailable where only the database could tell.
        """
        found = BEARER.fullmatch(authorization)
        return self._check(found[1]) if found else None

    def _check(self, text: str) -> Key | None:
        digest = hashlib.sha256(text.encode()).digest()
        known, now = self._known.get(digest), self._clock()
        if known and now - known.time < KEY_CACHE_SECONDS:
            return known.key
        if known and known.key and now - known.time < KEY_OUTAGE_SECONDS:
            return self._check_again(digest, text, known.key)
        return self._ask(digest, text)

    def _check_again(self, digest: bytes, text: str, key: Key) -> Key | None:
        """The key as it was, while another thread asks or the database is away."""
        failed, now = self._failed, self._clock()
        if failed is not None and now - failed < KEY_CACHE_SECONDS:
            return key
        if not self._checking.acquire(blocking=False):
            return key
        self._checking_since = now
        if failed is None:
            return self._try(digest, text, key)
        Thread(target=self._try, args=(digest, text, key), name="keyring", daemon=True).start()  # nobody waits for it
        return key

    def _try(self, digest: bytes, text: str, key: Key) -> Key | None:
        try:
            return self._ask(digest, text)
        except StoreUnavailable:
            return key
        finally:
            self._checking_since = None
            self._checking.release()

    def _ask(self, digest: bytes, text: str) -> Key | None:
        try:
            key = self._store.keys.check(text)
        except StoreUnavailable:
            self._failed = self._clock()
            raise
        self._failed = None
        if len(self._known) >= KEY_CACHE_ENTRIES:
            self._known.clear()
        self._known[digest] = Checked(self._clock(), key)
        return key

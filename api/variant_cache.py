"""Finished variants: from this process, else from Redis, else from the database.

Only verified variants are kept. They never change; those that were withdrawn since are forgotten within a second.
"""

from __future__ import annotations

import json
import re
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from api.withdrawn import Withdrawn
from bank.errors import UnknownVariant

if TYPE_CHECKING:
    from bank.cache import Cache
    from bank.store import Store, Stored

Content = TypeVar("Content")

VARIANT_ID = re.compile(r"[A-Za-z0-9_]{1,80}-[0-9a-f]{16}", re.ASCII)
CAPACITY_BYTES = 8 * 2**20  # of public and of private parts, each, in one process
MOST_OF_A_POOL = 800  # variants that are read at once, which is about as many as there is room for
REDIS_SECONDS = 86_400


class LruCache(Generic[Content]):
    """What was used last, up to a capacity in bytes: the least recently used goes first."""

    def __init__(self, capacity: int = CAPACITY_BYTES) -> None:
        self._held: OrderedDict[str, tuple[Content, int]] = OrderedDict()
        self._room = capacity
        self._lock = Lock()

    def get(self, name: str) -> Content | None:
        with self._lock:
            found = self._held.get(name)
            if found is None:
                return None
            self._held.move_to_end(name)
            return found[0]

    def put(self, name: str, content: Content, size: int) -> None:
        with self._lock:
            if name in self._held:
                return
            self._held[name] = (content, size)
            self._room -= size
            while self._room < 0:
                self._room += self._held.popitem(last=False)[1][1]

    def drop(self, name: str) -> None:
        with self._lock:
            self._room += self._held.pop(name, (None, 0))[1]


class VariantCache:
    """Reads variants through the caches. Links are put below the prefix as a variant comes into the process."""

    def __init__(self, store: Store, cache: Cache, prefix: str = "") -> None:
        self._prefix = prefix
        self._store = store
        self._cache = cache
        self._public: LruCache[bytes] = LruCache()
        self._private: LruCache[bytes] = LruCache()
        self._pools: set[tuple[str, int, str]] = set()
        self.withdrawn = Withdrawn(store, self._forget)

    def in_process(self, variant_id: str) -> bytes | None:
        """The bytes to send for a verified variant that this process holds."""
        return self._public.get(variant_id)

    def public(self, variant_id: str) -> bytes | None:
        """The bytes to send for a verified variant; None where only the database could tell."""
        found = self.in_process(variant_id)
        if found is None and VARIANT_ID.fullmatch(variant_id):
            self.withdrawn.follow()
            shared = self._cache.get(cache_key(variant_id)) if self.withdrawn.is_known else None
            if shared is not None:
                found = with_links_below(self._prefix, shared)
                self._public.put(variant_id, found, len(found))
                return None if self._is_withdrawn(variant_id) else found
        return found

    def private(self, variant_id: str) -> dict[str, Any] | None:
        """What grades a verified variant, if it was read here before: an answer key stays out of Redis."""
        found = self._private.get(variant_id)
        return None if found is None else json.loads(found)

    def find(self, variant_id: str) -> Stored:
        """The record itself. Raises UnknownVariant."""
        stored = self._store.variants.find(variant_id) if VARIANT_ID.fullmatch(variant_id) else None
        if stored is None:
            raise UnknownVariant("no variant has this id")
        self.withdrawn.follow()
        served = self._served(stored)
        if stored.state == "verified" and stored.public:
            self._cache.put(cache_key(variant_id), stored.public, REDIS_SECONDS)
            self._hold(variant_id, served.public, stored.private)
        return served

    def expect(self, bank: str, revision: int, pool: str) -> None:
        """Read at once what will be asked for one by one, since somebody drew from this pool: once in a process."""
        if (bank, revision, pool) in self._pools:
            return
        self._pools.add((bank, revision, pool))
        self.withdrawn.follow()
        for variant_id, public, private in self._store.draws.contents(bank, revision, pool, MOST_OF_A_POOL):
            self._hold(variant_id, with_links_below(self._prefix, public), private)

    def _hold(self, variant_id: str, public: bytes, private: bytes) -> None:
        self._public.put(variant_id, public, len(public))
        self._private.put(variant_id, private, len(private))
        self._is_withdrawn(variant_id)

    def _is_withdrawn(self, variant_id: str) -> bool:
        """Asked after each entry that is made, which is taken back then: the record may have been read before."""
        if variant_id not in self.withdrawn:
            return False
        self._forget([variant_id])
        return True

    def _forget(self, names: Sequence[str]) -> None:
        for name in names:
            self._public.drop(name)
            self._private.drop(name)
        self._cache.delete([cache_key(name) for name in names])

    def _served(self, stored: Stored) -> Stored:
        """Its links, and those of the figures in its evidence, as this service is to be called."""
        if not self._prefix:
            return stored
        evidence = stored.evidence and with_links_below(self._prefix, stored.evidence)
        return replace(stored, public=with_links_below(self._prefix, stored.public), evidence=evidence)


def cache_key(variant_id: str) -> str:
    return f"variant:{variant_id}"


def with_links_below(prefix: str, document: bytes) -> bytes:
    """A stored document, compact JSON, whose links lead below the prefix.

    They are the members whose text begins with `/v1/`. Within a text the quotes before it would be escaped.

    >>> with_links_below("/resit", b'{"self":"/v1/x","text":"say \\\\":\\\\"/v1/"}')
    b'{"self":"/resit/v1/x","text":"say \\\\":\\\\"/v1/"}'
    """
    return document.replace(b'":"/v1/', f'":"{prefix}/v1/'.encode()) if prefix else document

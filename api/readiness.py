"""What is there and what is missing, looked up once a second however many ask: a look writes to the database."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from bank.cache import Cache
from bank.errors import StoreUnavailable

if TYPE_CHECKING:
    from bank.store import Store

REMEMBERED_SECONDS = 1.0


QUEUES = {"interactive", "bulk", "training"}  # what waits in one that nobody serves is never confirmed


class Look(NamedTuple):
    """`fault` is why the database cannot be used, if so; `missing` names what can be done without."""

    time: float
    fault: str | None
    missing: list[str]


class Readiness:
    """Of one process. Broker and cache are asked on connections of their own: an old one may lead to a dead server."""

    def __init__(
        self, store: Store, broker_url: str, cache_url: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._store = store
        self._broker_url, self._cache_url = broker_url, cache_url
        self._clock = clock
        self._last: Look | None = None
        self._looking = Lock()

    def missing(self) -> list[str]:
        """Of `redis` (both of the next), `broker`, `cache`, `workers`. Raises StoreUnavailable without a database."""
        last = self._last
        if (last is None or self._is_old(last)) and self._looking.acquire(blocking=last is None):
            try:
                if self._last is None or self._is_old(self._last):
                    self._last = self._look()
                last = self._last
            finally:
                self._looking.release()
        assert last is not None  # noqa: S101 - whoever finds none waits for one
        if last.fault is not None:
            raise StoreUnavailable(last.fault)
        return last.missing

    def _is_old(self, look: Look) -> bool:
        return self._clock() - look.time >= REMEMBERED_SECONDS

    def _look(self) -> Look:
        try:
            self._store.ready()
        except StoreUnavailable as error:
            return Look(self._clock(), str(error), [])
        missing = self._missing()
        return Look(self._clock(), None, missing)

    def _missing(self) -> list[str]:
        """With the cache away nobody can tell whether workers live."""
        with closing(Cache.of_broker(self._broker_url)) as broker, closing(Cache(self._cache_url)) as cache:
            away = [name for name, asked in (("broker", broker), ("cache", cache)) if not asked.alive()]
            if len(away) == 2:
                return ["redis"]
            lacks_workers = "cache" not in away and not cache.beating() >= QUEUES
            return [*away, *(["workers"] if lacks_workers else [])]

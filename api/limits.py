"""How often a key may call: a count for each key and minute, kept here and settled with Redis in batches.

A round trip to Redis for every request would cost more than the request itself, so each process counts what it
serves and tells Redis after every hundredth of the limit, or after a second. All processes together may therefore
let a few per cent through above the limit; with Redis away each counts for itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import NamedTuple

from bank.cache import Cache

WINDOW_SECONDS = 60
SETTLE_SECONDS = 1.0  # between two settlements of a key that is in use


class Allowance(NamedTuple):
    """What a key has left in this minute, below zero where it called too often; `reset` is in seconds."""

    limit: int
    left: int
    reset: int


@dataclass(slots=True)
class Tally:
    """One key in one minute: `known` were settled with Redis at `settled`, `fresh` are this process's since then."""

    minute: int
    settled: float
    known: int = 0
    fresh: int = 0


class Limiter:
    """Counts calls by key; `clock` tells seconds since the epoch, so that all processes agree on the minute."""

    def __init__(self, cache: Cache, limit: int, clock: Callable[[], float] = time.time) -> None:
        self._cache = cache
        self._limit = limit
        self._clock = clock
        self._batch = max(1, limit // 100)
        self._tallies: dict[str, Tally] = {}
        self._lock = Lock()

    def spend(self, name: str) -> Allowance:
        """Count one call."""
        now = self._clock()
        tally, due = self._count(name, now)
        if due:
            self._settle(name, tally, due)
        left = self._limit - tally.known - tally.fresh
        return Allowance(self._limit, left, WINDOW_SECONDS - int(now % WINDOW_SECONDS))

    def _count(self, name: str, now: float) -> tuple[Tally, int]:
        """The tally with this call in it, and how many calls to settle now: the one caller who is told settles them."""
        minute = int(now // WINDOW_SECONDS)
        with self._lock:
            tally = self._tallies.get(name)
            if tally is None or tally.minute != minute:
                tally = self._tallies[name] = Tally(minute, settled=0.0)
            tally.fresh += 1
            if tally.fresh < self._batch and now - tally.settled < SETTLE_SECONDS:
                return tally, 0
            due, tally.settled = tally.fresh, now
            tally.known += due
            tally.fresh = 0
            return tally, due

    def _settle(self, name: str, tally: Tally, due: int) -> None:
        total = self._cache.count(f"rate:{name}:{tally.minute}", due, 2 * WINDOW_SECONDS)
        if total is not None:
            with self._lock:
                tally.known = max(tally.known, total)

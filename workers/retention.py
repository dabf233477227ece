"""Names of learners of whom nothing was heard for long are replaced, where the settings say for how long they stay."""

from __future__ import annotations

import time
from collections.abc import Callable

from bank.errors import UnknownLearner
from bank.store import Store
from bank.store.tables import now

LOOK_SECONDS = 3600.0  # from one look to the next
NAMES_AT_ONCE = 20  # so that work that waits is looked after between two chunks
DAY_SECONDS = 86400.0


class Retention:
    """All that it goes by is in the database, so nothing is lost when it is stopped; `beat` is called at each name."""

    def __init__(self, store: Store, days: int | None, beat: Callable[[], None]) -> None:
        self._store, self._days, self._beat = store, days, beat
        self._next = 0.0  # on the clock of this process

    def look(self) -> int:
        """If it is time: replace some names, the rest at the next call; returns how many. Raises StoreUnavailable."""
        if time.monotonic() < self._next:
            return 0
        names = self._expired()
        for name in names:
            self._beat()
            self._erase(name)
        if len(names) < NAMES_AT_ONCE:
            self._store.database.empty_log()
            self._next = time.monotonic() + LOOK_SECONDS
        return len(names)

    def _expired(self) -> list[str]:
        if self._days is None:
            return []
        return self._store.learners.expired(now() - self._days * DAY_SECONDS, NAMES_AT_ONCE)

    def _erase(self, name: str) -> None:
        try:
            self._store.learners.erase(name, f"retention {self._days} days")
        except UnknownLearner:
            return  # another sweeper was there before

"""A database that does not answer is asked by one caller at a time; all others are told at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import RLock

from bank.errors import StoreUnavailable

REST_SECONDS = 1.5  # between two tries at a database that did not answer


class Breaker:
    """A circuit breaker, shared by the connections of one process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._silences = 0  # since the database was last heard; 0 while all is well
        self._resting_until = 0.0
        self._trying = RLock()  # whoever tries may ask several things

    @property
    def resting(self) -> bool:
        """Whether the database is left alone at this moment."""
        return self._silences > 0 and self._clock() < self._resting_until

    def trip(self) -> None:
        """It was asked, and was silent for as long as anybody waits."""
        self._resting_until = self._clock() + REST_SECONDS
        self._silences += 1

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Around whatever asks the database. Raises StoreUnavailable where that would be in vain."""
        if not self._silences:
            yield
            return
        if self.resting or not self._trying.acquire(blocking=False):
            raise StoreUnavailable("the database did not answer a moment ago")
        silences = self._silences
        try:
            yield
        finally:
            if self._silences == silences:  # it was heard, be it with an error
                self._silences = 0
            self._trying.release()

"""What this process must not serve from memory any more: a thread follows the record's list of withdrawals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING

from bank.errors import StoreUnavailable

if TYPE_CHECKING:
    from bank.store import Store

LOOK_SECONDS = 0.5  # between two looks at the record
CLOSING_SECONDS = 1.0  # for a look that goes on
KEPT_SECONDS = 2 * 86_400  # for which the cache may hold what was withdrawn, and as long again for clocks that differ


class Withdrawn:
    """The ids of variants that were withdrawn; `forget` is called with them as soon as they are known.

    An id is in here before it is forgotten. Whoever puts something into a cache looks here afterwards, and takes it out
    again: so one of the two always comes last. What is in here is read from the database alone, which knows its state.
    """

    def __init__(self, store: Store, forget: Callable[[Sequence[str]], None]) -> None:
        self._store = store
        self._forget = forget
        self._names: set[str] = set()
        self._seen: int | None = None  # the last number; None before the first look
        self._starting, self._closed = Lock(), Event()
        self._thread: Thread | None = None

    def __contains__(self, name: str) -> bool:
        return name in self._names

    @property
    def is_known(self) -> bool:
        """Whether the list was read: before that, nobody can say what a cache of others may hold."""
        return self._seen is not None

    def follow(self) -> None:
        """Have the thread running; a server forks before it reads its first variant."""
        if self._thread is None or not self._thread.is_alive():
            with self._starting:
                if self._thread is None or not self._thread.is_alive():
                    self._thread = Thread(target=self._follow, name="withdrawn", daemon=True)
                    self._thread.start()

    def close(self) -> None:
        """Look no more, in a process that goes on without this application."""
        self._closed.set()
        if self._thread is not None:
            self._thread.join(CLOSING_SECONDS)

    def look(self) -> None:
        """Learn what is new. Raises StoreUnavailable."""
        seen = self._store.withdrawals.last_before(KEPT_SECONDS) if self._seen is None else self._seen
        if new := self._store.withdrawals.after(seen):
            names = [each.variant for each in new]
            self._names.update(names)
            self._forget(names)
            seen = new[-1].number
        self._seen = seen

    def _follow(self) -> None:
        while not self._closed.is_set():
            with suppress(StoreUnavailable):  # reads go on with what is known, and `/readyz` tells of it
                self.look()
            self._closed.wait(LOOK_SECONDS)

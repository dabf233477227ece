"""The threads that answer. concurrent.futures would do, and costs a tenth of what it takes to answer a warm GET."""

from __future__ import annotations

from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread
from typing import Generic, TypeVar

Work = TypeVar("Work")


class Pool(Generic[Work]):
    """Started with the first piece of work, which is after the process has forked; they end with the process."""

    def __init__(self, size: int, do: Callable[[Work], None]) -> None:
        self._size, self._do = size, do
        self._queue: SimpleQueue[Work | None] = SimpleQueue()
        self._threads: list[Thread] = []

    def submit(self, work: Work) -> None:
        if not self._threads:
            self._threads = [Thread(target=self._run, daemon=True) for _ in range(self._size)]
            for thread in self._threads:
                thread.start()
        self._queue.put(work)

    def shutdown(self, wait: bool = True) -> None:
        """Each thread ends after what it is at."""
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads if wait else ():
            thread.join()

    def _run(self) -> None:
        while (work := self._queue.get()) is not None:
            self._do(work)

"""`Prefer: wait=10`: hold a request until a worker is done, and never so many that the others find no thread."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from threading import BoundedSemaphore, Event
from typing import TypeVar

Seen = TypeVar("Seen")

LONGEST_WAIT_SECONDS = 30
FIRST_PAUSE_SECONDS = 0.02  # between two looks at the record
PAUSE_GROWTH = 1.25
LONGEST_PAUSE_SECONDS = 0.25
WAIT_PREFERENCE = re.compile(r'(?:^|[,;\s])wait\s*=\s*"?([0-9]{1,6})"?\s*(?:$|[,;])', re.ASCII | re.IGNORECASE)


class LongPoll:
    """At most `at_once` requests wait at a time, the others are answered as things stand."""

    def __init__(self, at_once: int) -> None:
        self._places = BoundedSemaphore(at_once)
        self._closed = Event()

    def until(self, done: Callable[[Seen], bool], look: Callable[[], Seen], seconds: float) -> Seen:
        """Look until it is done, or the time is up, or the process stops; returns what was seen last."""
        seen = look()
        if done(seen) or not seconds or not self._places.acquire(blocking=False):
            return seen
        try:
            deadline, pause = time.monotonic() + seconds, FIRST_PAUSE_SECONDS
            while not done(seen) and (left := deadline - time.monotonic()) > 0:
                if self._closed.wait(min(pause, left)):
                    break
                pause = min(pause * PAUSE_GROWTH, LONGEST_PAUSE_SECONDS)
                seen = look()
        finally:
            self._places.release()
        return seen

    def close(self) -> None:
        """Answer all that wait: the process is stopping."""
        self._closed.set()


def preferred_wait(prefer: str) -> int:
    """Seconds the client wants to wait; 0 without a preference that can be read (RFC 7240 says to ignore the rest).

    >>> preferred_wait("respond-async, wait=10"), preferred_wait("wait=-1"), preferred_wait("wait=99")
    (10, 0, 30)
    """
    found = WAIT_PREFERENCE.search(prefer)
    return min(int(found[1]), LONGEST_WAIT_SECONDS) if found else 0

"""`Prefer: wait=10`: hold a request until a worker is done, without letting the waiting fill the house."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from threading import BoundedSemaphore, Event
from typing import TYPE_CHECKING, TypeVar

from flask import request

from api.service import service

if TYPE_CHECKING:
    from bank.store import Stored

Seen = TypeVar("Seen")

LONGEST_WAIT_SECONDS = 30
FIRST_PAUSE_SECONDS = 0.02  # between two looks at the record
PAUSE_GROWTH = 1.25
LONGEST_PAUSE_SECONDS = 0.25
WAIT_PREFERENCE = re.compile(r'(?:^|[,;\s])wait\s*=\s*"?([0-9]{1,6})"?\s*(?:$|[,;])', re.ASCII | re.IGNORECASE)


class Waiting:
    """At most `places` requests wait at once, the others are answered as things stand."""

    def __init__(self, places: int) -> None:
        self._places = BoundedSemaphore(places)
        self._closed = Event()

    def until(self, done: Callable[[Seen], bool], look: Callable[[], Seen], seconds: float) -> Seen:
        """Look until it is done, or the time is up, or the house closes; returns what was seen last."""
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
        """Send everybody home: the process is stopping."""
        self._closed.set()


def preferred_wait(prefer: str) -> int:
    """Seconds the client wants to wait; 0 without a preference that can be read (RFC 7240 says to ignore the rest).

    >>> preferred_wait("respond-async, wait=10"), preferred_wait("wait=-1"), preferred_wait("wait=99")
    (10, 0, 30)
    """
    found = WAIT_PREFERENCE.search(prefer)
    return min(int(found[1]), LONGEST_WAIT_SECONDS) if found else 0


def settled(variant_id: str) -> Stored:
    """A variant's record, after the wait that the client prefers. Raises UnknownVariant."""
    here = service()
    seconds = preferred_wait(request.headers.get("Prefer", ""))
    return here.waiting.until(lambda stored: stored.state != "drawn", lambda: here.shelf.find(variant_id), seconds)

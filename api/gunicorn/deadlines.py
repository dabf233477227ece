"""Who is waited for, and until when."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Iterator
from typing import Generic, TypeVar

Waited = TypeVar("Waited")


class Deadlines(Generic[Waited]):
    """Each is waited for as long as any other, so that whoever came first is due first."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._due: OrderedDict[Waited, float] = OrderedDict()

    def add(self, waited: Waited) -> None:
        self._due[waited] = time.monotonic() + self._seconds

    def remove(self, waited: Waited) -> None:
        del self._due[waited]

    def oldest(self, waited_seconds: float = 0.0) -> Waited | None:
        """Who came first, if that is at least so long ago."""
        came = self.first() - self._seconds
        return next(iter(self._due), None) if came + waited_seconds <= time.monotonic() else None

    def first(self) -> float:
        """When somebody is due next, by the monotonic clock."""
        return next(iter(self._due.values()), float("inf"))

    def hasten(self, seconds: float) -> None:
        """From now on nobody is waited for any longer than this."""
        self._seconds = min(self._seconds, seconds)
        latest = time.monotonic() + self._seconds
        for waited, due in self._due.items():
            self._due[waited] = min(due, latest)

    def __iter__(self) -> Iterator[Waited]:
        return iter(list(self._due))

"""What is left of a program's process group when its first process has ended: children that nobody looks after."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable

GRACE_SECONDS = 5.0  # for what a child has begun; it sees by itself that it is alone, unless it is frozen or hangs


class Leftovers:
    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._until: dict[int, float] = {}

    def add(self, group: int) -> None:
        """The program whose pid this group bears has ended; 0 for one that never began."""
        if group:
            self._until[group] = self._clock() + GRACE_SECONDS

    def look(self) -> None:
        """Kill what has had its time."""
        moment = self._clock()
        for group in [group for group, until in self._until.items() if moment >= until or not _is_there(group)]:
            self._end(group)

    def end(self) -> None:
        """All of them, now: nobody will look again."""
        for group in list(self._until):
            self._end(group)

    def _end(self, group: int) -> None:
        del self._until[group]
        if _is_there(group):
            os.killpg(group, signal.SIGKILL)


def _is_there(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True

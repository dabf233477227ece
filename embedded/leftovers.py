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
        for group, until in list(self._until.items()):
            if moment >= until:
                self._kill(group)
            elif not _told(group, 0):
                del self._until[group]

    def end(self) -> None:
        """All of them, now: nobody will look again."""
        for group in list(self._until):
            self._kill(group)

    def _kill(self, group: int) -> None:
        del self._until[group]
        _told(group, signal.SIGKILL)


def _told(group: int, number: int) -> bool:
    """Whether anybody is there to be told; 0 tells nothing."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):  # the second for zombies, on macOS
        return False
    return True

"""What is left of a program's process group when its first process has ended: children that nobody looks after."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable

GRACE_SECONDS = 5.0  # for what a child has begun


class Leftovers:
    """Told to end when their program has ended, and killed where they do not."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._until: dict[int, float] = {}

    def add(self, group: int) -> None:
        """The program whose pid this group bears has ended; 0 for one that never began."""
        if group and _told(group, signal.SIGTERM):
            self._until[group] = self._clock() + GRACE_SECONDS

    def look(self) -> None:
        moment = self._clock()
        for group, until in list(self._until.items()):
            overdue = moment >= until
            if not _told(group, signal.SIGKILL if overdue else None) or overdue:
                del self._until[group]

    def end(self) -> None:
        """All of them, now: nobody will look again."""
        for group in self._until:
            _told(group, signal.SIGKILL)
        self._until.clear()


def _told(group: int, number: signal.Signals | None) -> bool:
    """Whether there is anybody in the group to be told; with no signal it is only asked."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number or 0)
        return True
    return False

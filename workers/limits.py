"""How long a piece of work may take, and what ends it.

Celery's limits are the same for every message, and a message does not know what work it will find. So each lease has a
limit of its own: a signal that interrupts the work, and a little later the end of the process.
"""

from __future__ import annotations

import faulthandler
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

GRACE_SECONDS = 5.0  # between the interruption of a batch and the death of its process
SLOWDOWN = 4  # times that expected seconds may take: the core is shared, and slower than the one they were measured on


class Interrupted(BaseException):
    """Work that is to end. No `except Exception` on its way, a family's or a library's, may keep it from doing so."""


class TookTooLong(Interrupted):
    """The time that a batch may take is up."""


def limit(task_seconds: float, expected: float) -> float:
    """Seconds by the clock for work that is expected to take so many of CPU.

    >>> limit(50, 0.5), limit(50, 60.0)
    (52.0, 290.0)
    """
    return task_seconds + SLOWDOWN * expected


@contextmanager
def interrupted_after(seconds: float, most_grace: float = 60.0) -> Iterator[None]:
    """Raises TookTooLong inside; work that swallows it, or hangs in C where no signal is seen, ends with its process.

    That is done by a thread of faulthandler's, which needs no interpreter; it prints where the process was. For the
    main thread only.
    """
    known = signal.signal(signal.SIGALRM, _interrupt)
    faulthandler.dump_traceback_later(seconds + min(GRACE_SECONDS, most_grace), exit=True)
    before, _ = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, before)
        faulthandler.cancel_dump_traceback_later()
        signal.signal(signal.SIGALRM, known)


def leave_the_alarm() -> None:
    """For a thread beside the main one: the alarm is for that one alone, also when it sleeps."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise TookTooLong

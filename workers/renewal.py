"""A lease is renewed by a thread of the worker's for as long as the work goes on, and the work is told when to end.

A process that is dead or frozen renews nothing, and its pieces are soon free. One that turns in circles is ended by
`workers.limits`, not by the lease.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from bank.errors import StoreUnavailable
from bank.store import Lease
from workers.limits import Interrupted, leave_the_alarm
from workers.terms import INTERACTIVE, OVERDUE_SECONDS
from workers.worker import Worker


class LeaseLost(Interrupted):
    """The lease ran out and others took its pieces, or they were cancelled: what is done for it counts no more."""


class Yielded(Interrupted):
    """Somebody waits, and whoever should serve them does not: the batch can wait."""


class Progress:
    """Called by the lab between steps. Ends the work, from within the experiment, where it is of no use to go on."""

    def __init__(self) -> None:
        self.share = 0.0  # of the work that is done
        self.ended: type[Interrupted] | None = None

    def __call__(self, done: int, steps: int) -> None:
        self.share = done / max(1, steps)
        if self.ended is not None:
            raise self.ended


@contextmanager
def renewed(worker: Worker, lease: Lease, longest: float) -> Iterator[Progress]:
    """The lease is this process' until the end of the block, or for `longest` seconds."""
    progress, over = Progress(), Event()
    terms, ends = worker.terms(lease.queue), time.monotonic() + longest

    def renew() -> None:
        leave_the_alarm()
        while not over.wait(terms.renewal) and time.monotonic() < ends:
            _renew(worker, lease, progress)

    thread = Thread(target=renew, name="renewal", daemon=True)
    thread.start()
    try:
        yield progress
    finally:
        over.set()
        thread.join()


def _renew(worker: Worker, lease: Lease, progress: Progress) -> None:
    try:
        if not worker.store.work.extend(lease, worker.terms(lease.queue).lease, progress.share):
            progress.ended = LeaseLost
        elif lease.queue != INTERACTIVE and worker.may_yield():
            progress.ended = Yielded if worker.store.work.overdue(INTERACTIVE, OVERDUE_SECONDS) else None
        worker.results.extend()
    except StoreUnavailable as error:  # which may pass before the lease has run out
        worker.log.warning("lease not extended", lease=lease.token, reason=str(error))

"""What a worker process works with, and what it tells the record while a batch is under way."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from structlog.typing import FilteringBoundLogger

from bank.errors import StoreUnavailable
from bank.results import KeptResults
from bank.store import Lease, Store
from workers.limits import Interrupted

if TYPE_CHECKING:
    from bank.lab import Lab

LONGEST_SILENCE_SECONDS = 2.0  # between two extensions of a lease, if the lab reports that often


@dataclass(frozen=True, slots=True)
class Worker:
    """`lease_seconds` and `task_seconds` are those of the settings."""

    store: Store
    results: KeptResults
    lab: Lab
    log: FilteringBoundLogger
    lease_seconds: float
    task_seconds: float


class LeaseLost(Interrupted):
    """The lease ran out and others took its pieces, or they were cancelled: what is done for it counts no more."""


class Progress:
    """Called by the lab between steps: extends the lease, and so lets a job's client see how far it is.

    Raises LeaseLost, from within the experiment, where it is of no use to go on.
    """

    def __init__(self, worker: Worker, lease: Lease) -> None:
        self._worker = worker
        self._lease = lease
        self._interval = min(LONGEST_SILENCE_SECONDS, worker.lease_seconds / 4)
        self._next = time.monotonic() + self._interval

    def __call__(self, done: int, steps: int) -> None:
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + self._interval
        try:
            held = self._worker.store.work.extend(self._lease, self._worker.lease_seconds, done / max(1, steps))
            self._worker.results.extend()
        except StoreUnavailable as error:  # which may pass before the lease has run out
            self._worker.log.warning("lease not extended", lease=self._lease.token, reason=str(error))
            return
        if not held:
            raise LeaseLost

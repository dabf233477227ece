"""A queue worked off batch by batch: lease, do what the task says, keep what came of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from math import inf

from structlog.typing import FilteringBoundLogger

from bank.store import Lease
from workers.building import SLICE_SECONDS, build_lease
from workers.correcting import correct_lease
from workers.counting import count_lease
from workers.limits import TookTooLong, interrupted_after, limit
from workers.regrading import regrade_lease
from workers.renewal import LeaseLost, Yielded, renewed
from workers.terms import INTERACTIVE, OVERDUE_SECONDS, SLOW
from workers.verifying import verify_lease
from workers.worker import Worker

MOST_PIECES = 256  # under one lease
SECONDS_BEFORE_YIELD = 20.0  # after which a task makes room for other messages
JOBS_LOGGED = 20

TASKS: dict[str, Callable[[Worker, Lease, FilteringBoundLogger], None]] = {
    "verify": verify_lease,
    "build": build_lease,
    "correct": correct_lease,
    "count": count_lease,
    "regrade": regrade_lease,
}
SLICES = {"build": SLICE_SECONDS}  # of CPU that is expected of one lease: the rest of the work is put back


class UnknownTask(Exception):
    """No worker of this version knows how to do it."""


def work_off_queue(worker: Worker, queue: str) -> bool:
    """Whether there is more to do than one task has time for. Who waits too long comes first, whatever the queue."""
    ends = time.monotonic() + SECONDS_BEFORE_YIELD
    while lease := _step_in(worker, queue) or take(worker, queue):
        work_off(worker, lease)
        if time.monotonic() > ends:
            return True
    return False


def take(worker: Worker, queue: str) -> Lease | None:
    terms = worker.terms(queue)
    return worker.store.work.lease(queue, MOST_PIECES, terms.lease, terms.budget, worker.holder)


def _step_in(worker: Worker, queue: str) -> Lease | None:
    """Work of those who wait and whom nobody serves: for a worker of another queue."""
    if queue == INTERACTIVE or not worker.store.work.overdue(INTERACTIVE, OVERDUE_SECONDS):
        return None
    return take(worker, INTERACTIVE)


def work_off(worker: Worker, lease: Lease) -> None:
    """Do what the lease is for. Whatever goes wrong, the pieces go back with the reason, and the process goes on."""
    jobs = sorted({piece.job for piece in lease.pieces})[:JOBS_LOGGED]
    log = worker.log.bind(task=lease.task, batch=lease.batch, lease=lease.token, jobs=jobs, pieces=len(lease.pieces))
    terms = worker.terms(lease.queue)
    seconds = limit(terms.task, min(lease.seconds, SLICES.get(lease.task, inf)))
    try:
        with renewed(worker, lease, seconds + terms.grace) as progress, interrupted_after(seconds, terms.grace):
            worker.lab.on_progress = progress
            _do(worker, lease, log)
    except TookTooLong:
        worker.store.work.fail(lease, "it took too long", queue=SLOW if _is_alone_in_interactive(lease) else None)
        log.warning("work interrupted", seconds=seconds)
    except LeaseLost:
        log.warning("lease lost")
    except Yielded:
        worker.yielded = time.monotonic()
        worker.store.work.put_back(lease)
        log.info("work put back for somebody who waits")
    except Exception as error:  # MemoryError and RecursionError too: no piece may end a worker
        worker.store.work.fail(lease, f"{type(error).__name__}: {error}")
        log.error("work failed", exc_info=error)
    finally:
        worker.results.release_all()


def _is_alone_in_interactive(lease: Lease) -> bool:
    """It may only be slow, and has more time where nobody waits behind it."""
    return lease.queue == INTERACTIVE and len(lease.pieces) == 1


def _do(worker: Worker, lease: Lease, log: FilteringBoundLogger) -> None:
    task = TASKS.get(lease.task)
    if task is None:
        raise UnknownTask(f"no worker knows the task {lease.task!r}")
    task(worker, lease, log)

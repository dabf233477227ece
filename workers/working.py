"""A queue worked off batch by batch: lease, do what the task says, keep what came of it."""

from __future__ import annotations

import time
from collections.abc import Callable

from structlog.typing import FilteringBoundLogger

from bank.store import Lease
from workers.limits import GRACE_SECONDS, TookTooLong, interrupted_after, limit
from workers.verifying import verify_lease
from workers.worker import LeaseLost, Progress, Worker

MOST_PIECES = 256  # under one lease
BUDGET_SECONDS = {"interactive": 2.0}  # of CPU under one lease: there somebody waits for the first of them
BUDGET_SECONDS_ELSEWHERE = 20.0
SECONDS_BEFORE_YIELD = 20.0  # after which a task makes room for other messages
JOBS_LOGGED = 20

TASKS: dict[str, Callable[[Worker, Lease, FilteringBoundLogger], None]] = {
    "verify": verify_lease,
}


class UnknownTask(Exception):
    """No worker of this version knows how to do it."""


def work_off_queue(worker: Worker, queue: str) -> bool:
    """Whether there is more to do than one task has time for."""
    ends = time.monotonic() + SECONDS_BEFORE_YIELD
    budget = BUDGET_SECONDS.get(queue, BUDGET_SECONDS_ELSEWHERE)
    while lease := worker.store.work.lease(queue, MOST_PIECES, worker.lease_seconds, budget):
        work_off(worker, lease)
        if time.monotonic() > ends:
            return True
    return False


def work_off(worker: Worker, lease: Lease) -> None:
    """Do what the lease is for. Whatever goes wrong, the pieces go back with the reason, and the process goes on."""
    jobs = sorted({piece.job for piece in lease.pieces})[:JOBS_LOGGED]
    log = worker.log.bind(task=lease.task, batch=lease.batch, lease=lease.token, jobs=jobs, pieces=len(lease.pieces))
    seconds = limit(worker.task_seconds, lease.seconds)
    try:
        with interrupted_after(seconds):
            _do(worker, lease, log)
    except TookTooLong:
        worker.store.work.fail(lease, "it took too long")
        log.warning("work interrupted", seconds=seconds)
    except LeaseLost:
        log.warning("lease lost")
    except Exception as error:  # MemoryError and RecursionError too: no piece may end a worker
        worker.store.work.fail(lease, f"{type(error).__name__}: {error}")
        log.error("work failed", exc_info=error)
    finally:
        worker.results.release_all()


def _do(worker: Worker, lease: Lease, log: FilteringBoundLogger) -> None:
    task = TASKS.get(lease.task)
    if task is None:
        raise UnknownTask(f"no worker knows the task {lease.task!r}")
    slowly = limit(0, lease.seconds)
    if slowly > GRACE_SECONDS:  # it may report nothing before its time is up
        worker.store.work.extend(lease, worker.lease_seconds + slowly)
    worker.lab.on_progress = Progress(worker, lease)
    task(worker, lease, log)

"""On what terms a batch is had: for how long without a sign of its worker, how much of it, how long it may take.

Where somebody waits all of it is short: a worker that freezes, dies or turns in circles delays others by seconds.
"""

from __future__ import annotations

from dataclasses import dataclass

INTERACTIVE = "interactive"
SLOW = "bulk"  # where a piece goes that takes too long for somebody to wait for it
BUDGETS = {SLOW: 20.0, "training": 60.0}  # of a batch: trainings that stand in one tensor cost little more than one
OVERDUE_SECONDS = 1.5  # after which workers of other queues step in for those of `interactive`


@dataclass(frozen=True, slots=True)
class Terms:
    """`lease` seconds without renewal and the batch is free again; `budget` of CPU seconds is expected of a batch.

    It may take `task` seconds beyond what is expected of it; interrupted in vain, its process ends after `grace`.
    """

    lease: float
    budget: float
    task: float
    grace: float

    @property
    def renewal(self) -> float:
        """Seconds between two renewals: a few may be missed. So long may work go on that was cancelled."""
        return min(1.0, self.lease / 4)


def terms_of(queue: str, lease_seconds: float, task_seconds: float) -> Terms:
    """
    >>> terms_of("interactive", 10, 50).lease, terms_of("bulk", 10, 50).renewal
    (3.0, 1.0)
    """
    if queue == INTERACTIVE:
        return Terms(lease=min(3.0, lease_seconds), budget=0.5, task=min(4.0, task_seconds), grace=2.0)
    return Terms(lease=lease_seconds, budget=BUDGETS[queue], task=task_seconds, grace=5.0)

"""What a worker process works with."""

from __future__ import annotations

import time
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

from structlog.typing import FilteringBoundLogger

from bank.identity import Identity
from bank.results import KeptResults
from bank.store import Store
from workers.terms import Terms, terms_of

if TYPE_CHECKING:
    from bank.lab import Lab

LEAST_SECONDS_BETWEEN_YIELDS = 60.0  # or a training would never end while nobody else serves those who wait


@dataclass(slots=True)
class Worker:
    """`identity` names the variants that it draws, `holder` is this process as the record names it.

    `lease_seconds` and `task_seconds` are those of the settings.
    """

    store: Store
    identity: Identity
    results: KeptResults
    lab: Lab
    log: FilteringBoundLogger
    lease_seconds: float
    task_seconds: float
    holder: str = ""
    yielded: float = -inf  # when it last gave up a batch for somebody who waits

    def terms(self, queue: str) -> Terms:
        return terms_of(queue, self.lease_seconds, self.task_seconds)

    def may_yield(self) -> bool:
        return time.monotonic() - self.yielded >= LEAST_SECONDS_BETWEEN_YIELDS

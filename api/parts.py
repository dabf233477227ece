"""What the views of one application share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import current_app

if TYPE_CHECKING:
    from structlog import WriteLogger
    from structlog.typing import FilteringBoundLogger

    from api.job_events import JobEvents
    from api.keyring import Keyring
    from api.limits import Limiter
    from api.long_poll import LongPoll
    from api.metrics import Metrics
    from api.readiness import Readiness
    from api.variant_cache import VariantCache
    from api.wakeups import Wakeups
    from bank.attempts import AttemptRules
    from bank.cache import Cache
    from bank.exams.drawing import Drawing
    from bank.identity import Identity
    from bank.store import Store
    from settings import Settings


@dataclass(frozen=True)
class Parts:
    """Of one application, made once by `create_app`."""

    settings: Settings
    attempt_rules: AttemptRules
    identity: Identity
    store: Store
    drawing: Drawing
    cache: Cache
    variant_cache: VariantCache
    keyring: Keyring
    limiter: Limiter
    wakeups: Wakeups
    long_poll: LongPoll
    job_events: JobEvents
    metrics: Metrics
    readiness: Readiness
    log: FilteringBoundLogger
    request_log: WriteLogger | None  # None where the level of the log leaves requests out

    def end_waits(self) -> None:
        """Answer whoever waits as things stand: the process is stopping."""
        self.long_poll.close()
        self.job_events.close()


def current_parts() -> Parts:
    """Of the application that answers this request."""
    found: Parts = current_app.extensions["resit"]
    return found

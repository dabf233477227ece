"""What the views of one application share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import current_app

if TYPE_CHECKING:
    from structlog import WriteLogger
    from structlog.typing import FilteringBoundLogger

    from api.auth import Keyring
    from api.limits import Limiter
    from api.long_poll import Waiting
    from api.metrics import Metrics
    from api.variant_cache import Shelf
    from api.wakeups import Hints
    from bank.cache import Cache
    from bank.store import Store
    from settings import Settings


@dataclass(frozen=True)
class Service:
    """One application's parts, made once by `create_app`."""

    settings: Settings
    store: Store
    cache: Cache
    shelf: Shelf
    keys: Keyring
    limiter: Limiter
    hints: Hints
    waiting: Waiting
    metrics: Metrics
    log: FilteringBoundLogger
    lines: WriteLogger | None  # one a request; None where the level of the log leaves them out


def service() -> Service:
    found: Service = current_app.extensions["resit"]
    return found

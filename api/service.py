"""What the views of one application share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import current_app

if TYPE_CHECKING:
    from bank.cache import Cache
    from bank.store import Store
    from structlog.typing import FilteringBoundLogger

    from api.auth import Keyring
    from api.hints import Hints
    from api.limits import Limiter
    from api.shelf import Shelf
    from api.traffic import Traffic
    from api.waiting import Waiting
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
    traffic: Traffic
    log: FilteringBoundLogger


def service() -> Service:
    found: Service = current_app.extensions["resit"]
    return found

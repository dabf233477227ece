"""`python -m workers.sweeper`: sends a message for every queue that holds work which nobody has taken."""

from __future__ import annotations

import signal
import threading
from types import FrameType

from celery import Celery
from kombu.exceptions import OperationalError
from structlog.typing import FilteringBoundLogger

from bank.errors import StoreUnavailable
from bank.store import Store
from logs import make_log
from settings import Settings
from workers.application import create_celery

MOST_MESSAGES = 4  # a queue and sweep: each is answered by one worker, who then works off all it finds


def sweep(store: Store, celery: Celery, log: FilteringBoundLogger) -> dict[str, int]:
    """Send again what no worker has taken up; returns the messages sent by queue. Whatever is away comes back."""
    sent = {}
    try:
        for queue, pieces in store.work.waiting().items():
            for _ in range(min(pieces, MOST_MESSAGES)):
                celery.send_task("work", args=[queue], queue=queue, retry=False)
            sent[queue] = min(pieces, MOST_MESSAGES)
    except StoreUnavailable as error:
        log.warning("the database is away", reason=str(error))
    except (OperationalError, OSError) as error:
        log.warning("the broker is away", reason=str(error))
    return sent


def main() -> None:
    settings = Settings.from_env()
    store, celery, log = Store(settings.database_url), create_celery(settings), make_log(settings.log_level)
    stopped = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopped.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    while not stopped.wait(settings.sweep_seconds):
        sent = sweep(store, celery, log)
        if sent:
            log.info("swept", sent=sent)


if __name__ == "__main__":
    main()

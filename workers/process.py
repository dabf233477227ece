"""One worker process: warmed once, bounded in memory, one thread of arithmetic, and a sign of life."""

from __future__ import annotations

import os
import resource
import socket
import threading
import time
from contextlib import suppress
from functools import cache
from typing import Any

from celery.signals import setup_logging, worker_process_init, worker_ready
from kombu.exceptions import OperationalError

from bank import registry
from bank.cache import Cache
from bank.results import KeptResults
from bank.store import Store
from logs import adopt_libraries, make_log
from settings import Settings
from workers.worker import Worker

BEAT_SECONDS = 2.0  # between two signs of life
SIGN_OF_LIFE_SECONDS = 7  # for which one counts
GIB = 2**30


@cache
def worker() -> Worker:
    """What this process works with."""
    from bank.lab import Lab  # torch: only where work is done, never in the main process

    settings = Settings.from_env()
    registry.include(settings.families)  # this process was spawned, and inherits none
    store = Store(settings.database_url)
    results = KeptResults(store.results, Cache(settings.cache_url), settings.lease_seconds)
    return Worker(
        store=store,
        results=results,
        lab=Lab(device=settings.device, memory=results),
        log=make_log(settings.log_level),
        lease_seconds=settings.lease_seconds,
        task_seconds=settings.task_seconds,
    )


@setup_logging.connect  # type: ignore[untyped-decorator]  # its library has no types
def write_json_lines(**_: Any) -> None:
    adopt_libraries(Settings.from_env().log_level)


@worker_process_init.connect  # type: ignore[untyped-decorator]  # its library has no types
def warm(**_: Any) -> None:
    """Pay for the imports before the first question waits for them."""
    bound = int(Settings.from_env().worker_gib * GIB)
    resource.setrlimit(resource.RLIMIT_DATA, (bound, bound))
    worker().log.info("worker warm", pid=os.getpid())


@worker_ready.connect  # type: ignore[untyped-decorator]  # its library has no types
def show_life(sender: Any, **_: Any) -> None:
    """Tell the cache every few seconds which queues are served here."""
    queues = sorted(sender.app.amqp.queues.consume_from)
    name, shared = f"{socket.gethostname()}:{os.getpid()}", Cache(Settings.from_env().cache_url)

    def beat() -> None:
        while True:
            shared.beat(name, queues, SIGN_OF_LIFE_SECONDS)
            time.sleep(BEAT_SECONDS)

    threading.Thread(target=beat, name="beat", daemon=True).start()


@worker_ready.connect  # type: ignore[untyped-decorator]  # its library has no types
def take_up(sender: Any, **_: Any) -> None:
    """A message for each queue that is served here: what others have left, who are no more, has none."""
    for queue in sender.app.amqp.queues.consume_from:
        with suppress(OperationalError, OSError):  # the sweeper sends another
            sender.app.send_task("work", args=[queue], queue=queue, retry=False)

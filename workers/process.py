"""One worker process: warmed once, bounded in memory, one thread of arithmetic, and a sign of life."""

from __future__ import annotations

import json
import os
import resource
import sys
import threading
from contextlib import suppress
from functools import cache
from typing import Any

import billiard.util
import celery.apps.worker
from celery.signals import celeryd_init, setup_logging, worker_process_init, worker_ready, worker_shutting_down
from kombu.exceptions import OperationalError

from bank import registry
from bank.cache import Cache
from bank.identity import Identity
from bank.kept import Kept
from bank.results import KeptResults
from bank.store import Store
from logs import adopt_libraries, make_log
from settings import Settings
from workers import child, guard
from workers.worker import Worker

GIB = 2**30
STOPPING = threading.Event()  # the main process was told to


@cache
def worker() -> Worker:
    """What this process works with."""
    from bank.lab import Lab  # torch: only where work is done, never in the main process

    settings = Settings.from_env()
    registry.include(settings.families)  # this process was spawned, and inherits none
    store = Store(settings.database_url)
    log = make_log(settings.log_level)

    def tell(key: str, kept: Kept) -> None:
        log.info("result kept", key=key, seconds=kept.seconds, device=kept.device)

    results = KeptResults(store.results, Cache(settings.cache_url), settings.lease_seconds, tell)
    return Worker(
        store=store,
        identity=Identity(settings.installation_secret()),
        results=results,
        lab=Lab(device=settings.device, memory=results),
        log=log,
        lease_seconds=settings.lease_seconds,
        task_seconds=settings.task_seconds,
        holder=child.holder(os.getppid(), os.getpid()),
    )


@setup_logging.connect  # type: ignore[untyped-decorator]  # its library has no types
def write_json_lines(**_: Any) -> None:
    adopt_libraries(Settings.from_env().log_level)
    below = billiard.util.get_logger()  # it has no handler: the last resort would write plain text
    below.propagate = True
    below.setLevel("WARNING")


@worker_process_init.connect  # type: ignore[untyped-decorator]  # its library has no types
def warm(**_: Any) -> None:
    """Pay for the imports before the first question waits for them."""
    settings = Settings.from_env()
    bound = int(settings.worker_gib * GIB)
    resource.setrlimit(resource.RLIMIT_DATA, (bound, bound))
    worker().log.info("worker warm", pid=os.getpid())
    child.live(worker(), settings.beats_dir)


@worker_ready.connect  # type: ignore[untyped-decorator]  # its library has no types
def watch(sender: Any, **_: Any) -> None:
    """The main process shows that it lives, and looks after its children."""
    guard.begin(sender, STOPPING)


@worker_ready.connect  # type: ignore[untyped-decorator]  # its library has no types
def take_up(sender: Any, **_: Any) -> None:
    """A message for each queue that is served here: what others have left, who are no more, has none."""
    for queue in sender.app.amqp.queues.consume_from:
        with suppress(OperationalError, OSError):  # the sweeper sends another
            sender.app.send_task("work", args=[queue], queue=queue, retry=False)


@worker_shutting_down.connect  # type: ignore[untyped-decorator]  # its library has no types
def stop_watching(**_: Any) -> None:
    """Children that end now are not missed."""
    STOPPING.set()


@celeryd_init.connect  # type: ignore[untyped-decorator]  # its library has no types
def keep_quiet(instance: Any, **_: Any) -> None:
    """No banner: every line is JSON, and Celery logs what matters of it."""
    instance.quiet = True
    celery.apps.worker.safe_say = say_as_json
    write_json_lines()


def say_as_json(message: str, _stream: Any = None) -> None:
    """What Celery says from within a handler of signals, where a log must not be written to: it may be locked."""
    os.write(sys.stdout.fileno(), json.dumps({"event": message, "level": "info"}).encode() + b"\n")

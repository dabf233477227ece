"""A worker's main process: it beats while it serves its queues, and sees to its children and to the sweeper.

A child that is gone leaves leases behind, which are given back at once; one that is frozen is ended, and the pool
starts another. While no sweeper is heard of, the main processes of the workers sweep.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import threading
import time
from typing import Any

from bank.beats import BEAT_SECONDS, Beat, Watch
from bank.cache import Cache
from bank.errors import StoreUnavailable
from bank.store import Store
from settings import Settings
from workers.child import ROLE as CHILD
from workers.child import holder
from workers.sweeper import Sweeper

ROLE = "worker"
SIGN_OF_LIFE_SECONDS = 7  # for which one counts in the cache
LONGEST_LOOP_SECONDS = 10.0  # of one turn of the consumer's event loop: it may wait for a broker that is slow
LOOK_SECONDS = 0.25  # between two looks at the children


class Pulse:
    """Beats as long as the consumer turns its loop.

    There is none to turn while it connects to the broker, nor when it was told to stop and its children finish.
    """

    def __init__(self, consumer: Any, settings: Settings, stopping: threading.Event) -> None:
        self._stopping = stopping
        self._consumer = consumer
        self._beat = Beat(settings.beats_dir, ROLE)
        self._cache = Cache(settings.cache_url)
        self._turned = time.monotonic()
        consumer.hub.call_repeatedly(BEAT_SECONDS, self._turn)

    def run(self) -> None:
        name = f"{socket.gethostname()}:{os.getpid()}"
        queues = sorted(self._consumer.app.amqp.queues.consume_from)
        while True:
            if self.is_serving():
                self._beat()
                self._cache.beat(name, queues, SIGN_OF_LIFE_SECONDS)
            time.sleep(BEAT_SECONDS)

    def is_serving(self) -> bool:
        turns = time.monotonic() - self._turned < LONGEST_LOOP_SECONDS
        return turns or self._consumer.connection is None or self._stopping.is_set()

    def _turn(self) -> None:
        self._turned = time.monotonic()


class Guard:
    """Looks after the children of a pool, until that is to stop."""

    def __init__(self, consumer: Any, settings: Settings, stopping: threading.Event) -> None:
        self._stopping = stopping
        self._pool = consumer.controller.pool
        self._store = Store(settings.database_url)
        self._sweeper = Sweeper(settings, consumer.app, self._store, beat=lambda: None)
        self._log = self._sweeper.log
        self._watch = Watch(settings.beats_dir) if settings.beats_dir else None
        self._sweep_seconds = settings.sweep_seconds
        self._children: set[int] = set()
        self._gone: set[int] = set()  # whose leases are still to be given back

    def run(self) -> None:
        swept = looked = time.monotonic()
        while not self._stopping.wait(LOOK_SECONDS):
            self.look_for_dead()
            if time.monotonic() - looked >= BEAT_SECONDS:
                looked = time.monotonic()
                self.end_frozen()
            if time.monotonic() - swept >= self._sweep_seconds:
                swept = time.monotonic()
                self.sweep_if_nobody_does()

    def look_for_dead(self) -> None:
        """Give the leases back of children that are gone."""
        children = set(self._pool.info["processes"])
        self._gone |= self._children - children
        self._children = children
        for pid in sorted(self._gone):
            try:
                freed = self._store.work.release(holder(os.getpid(), pid))
            except StoreUnavailable as error:
                self._log.warning("leases not given back", child=pid, reason=str(error))
                return
            self._gone.discard(pid)
            self._log.info("a child is gone", child=pid, pieces=freed)
            if freed:
                self._sweeper.hurry()

    def end_frozen(self) -> None:
        for sign in self._watch.stale() if self._watch else ():
            if sign.role == CHILD and sign.pid in self._children:
                self._log.error("a child is frozen: it is ended", child=sign.pid)
                with contextlib.suppress(ProcessLookupError):
                    os.kill(sign.pid, signal.SIGKILL)

    def sweep_if_nobody_does(self) -> None:
        if not self._sweeper.is_swept():
            self._log.warning("no sweeper is heard of")
            self._sweeper.hurry()
            self._sweeper.sweep()


def begin(consumer: Any, stopping: threading.Event) -> None:
    """In threads of their own: the consumer's loop waits for nobody."""
    settings = Settings.from_env()
    for part in (Pulse(consumer, settings, stopping), Guard(consumer, settings, stopping)):
        threading.Thread(target=part.run, name=type(part).__name__.lower(), daemon=True).start()

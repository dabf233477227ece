"""`python -m workers.sweeper`: sends a message for every queue that holds work which nobody has taken."""

from __future__ import annotations

import math
import signal
from collections.abc import Callable
from queue import Empty, SimpleQueue
from types import FrameType

from celery import Celery
from kombu.exceptions import OperationalError
from structlog.typing import FilteringBoundLogger

from bank.beats import BEAT_SECONDS, Beat
from bank.cache import Cache
from bank.errors import StoreUnavailable, UnknownRevision
from bank.store import Store
from logs import adopt_libraries, make_log
from settings import Settings
from workers.application import create_celery
from workers.retention import Retention
from workers.terms import INTERACTIVE, OVERDUE_SECONDS, SLOW

MOST_MESSAGES = 4  # a queue and sweep: each is answered by one worker, who then works off all it finds
SWEEPS_MISSED = 3  # after which the mains of the workers sweep themselves
SWEPT = "swept"  # in the cache, for as long as the last sweep counts


class Sweeper:
    """Looks for work that waits. Whatever is away comes back, and is asked again at the next look.

    `beat` is called between two calls that may each take seconds.
    """

    def __init__(self, settings: Settings, celery: Celery, store: Store, beat: Callable[[], None]) -> None:
        self.log: FilteringBoundLogger = make_log(settings.log_level)
        self._seconds = settings.sweep_seconds
        self._cache = Cache(settings.cache_url)
        self._celery, self._store, self._beat = celery, store, beat
        self._retention = Retention(store, settings.retention_days, beat)

    def sweep(self) -> None:
        """Send again what no worker has taken up."""

        def send() -> dict[str, int]:
            waiting = {queue: min(pieces, MOST_MESSAGES) for queue, pieces in self._store.work.waiting().items()}
            for queue, messages in waiting.items():
                for _ in range(messages):
                    self._send(queue, queue)
            return waiting

        if sent := self._tried(send):
            self.log.info("swept", sent=sent)
        self._cache.put(SWEPT, b"1", math.ceil(SWEEPS_MISSED * self._seconds))

    def hurry(self) -> None:
        """Where somebody waits and those who should serve them do not, other workers step in."""

        def send() -> dict[str, int]:
            if not self._store.work.overdue(INTERACTIVE, OVERDUE_SECONDS):
                return {}
            for queue in (INTERACTIVE, SLOW):
                self._send(INTERACTIVE, queue)
            return {SLOW: 1, INTERACTIVE: 1}

        if sent := self._tried(send):
            self.log.info("hurried", sent=sent)

    def forget(self) -> None:
        """Replace names of learners that have been kept for as long as the settings say."""

        def erase() -> dict[str, int]:
            erased = self._retention.look()
            return {"learners": erased} if erased else {}

        if erased := self._tried(erase):
            self.log.info("forgotten", **erased)

    def is_swept(self) -> bool:
        """Whether some sweeper has looked of late."""
        return self._cache.get(SWEPT) is not None

    def _send(self, work: str, queue: str) -> None:
        self._beat()
        self._celery.send_task("work", args=[work], queue=queue, retry=False)

    def _tried(self, send: Callable[[], dict[str, int]]) -> dict[str, int]:
        self._beat()
        try:
            return send()
        except StoreUnavailable as error:
            self.log.warning("the database is away", reason=str(error))
        except (OperationalError, OSError) as error:
            self.log.warning("the broker is away", reason=str(error))
        return {}


class StopSignals:
    """SIGTERM and SIGINT to this process, for its main thread to wait for.

    In a queue, as a signal may come while that thread begins to wait: an Event would be waited for by its own handler.
    """

    def __init__(self) -> None:
        self._came: SimpleQueue[int] = SimpleQueue()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._note)

    def within(self, seconds: float) -> bool:
        """Whether one has come, by then."""
        try:
            self._came.get(timeout=seconds)
        except Empty:
            return False
        return True

    def _note(self, number: int, _frame: FrameType | None) -> None:
        self._came.put(number)


def main() -> None:
    settings = Settings.from_env()
    adopt_libraries(settings.log_level)
    beat = Beat(settings.beats_dir, "sweeper")
    store = Store(settings.database_url)
    try:
        store.demand_known()
    except UnknownRevision as error:
        raise SystemExit(f"The sweeper cannot start: {error}") from None
    sweeper = Sweeper(settings, create_celery(settings), store, beat)

    told = StopSignals()
    step = min(BEAT_SECONDS, settings.sweep_seconds)
    waited = settings.sweep_seconds  # at once too: what was left by workers that are no more waits for a message
    while not told.within(step):
        waited += step
        sweeper.hurry()
        if waited >= settings.sweep_seconds:
            waited = 0.0
            sweeper.sweep()
            sweeper.forget()
        beat()


if __name__ == "__main__":
    main()

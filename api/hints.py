"""Telling the workers that a job waits. The database already knows it, so a hint may be late or lost."""

from __future__ import annotations

from queue import Full, Queue
from threading import Lock, Thread
from time import sleep
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from celery import Celery

WAITING = 1000  # hints kept while the broker is away; what does not fit is left to the sweeper
PAUSE = 1.0  # seconds between two attempts at a broker that does not answer


class Hint(NamedTuple):
    """One message: this job has open work in that queue."""

    job: str
    queue: str


class Hints:
    """A thread of its own publishes, so that a broker that is dead or frozen delays no request."""

    def __init__(self, broker_url: str) -> None:
        self._broker_url = broker_url
        self._waiting: Queue[Hint] = Queue(WAITING)
        self._starting = Lock()
        self._thread: Thread | None = None

    def send(self, job: str, queue: str) -> bool:
        """Hand a hint over; False where too many wait already."""
        self._start()
        try:
            self._waiting.put_nowait(Hint(job, queue))
        except Full:
            return False
        return True

    def _start(self) -> None:
        """Started by the first hint, not by the constructor: gunicorn forks in between."""
        with self._starting:
            if self._thread is None:
                self._thread = Thread(target=self._publish, name="hints", daemon=True)
                self._thread.start()

    def _publish(self) -> None:
        celery = client(self._broker_url)
        while True:
            hint = self._waiting.get()
            while not _sent(celery, hint):
                sleep(PAUSE)


def client(broker_url: str) -> Celery:
    """A Celery that only sends: short timeouts, no retry, no result backend."""
    from celery import Celery  # 30 MB that a process needs only once it has something to publish

    impatient = {"socket_timeout": 1, "socket_connect_timeout": 1, "retry_on_timeout": False, "max_retries": 0}
    celery = Celery("resit", broker=broker_url, set_as_current=False)
    celery.conf.update(
        broker_transport_options=impatient,
        broker_connection_retry=False,
        broker_connection_max_retries=0,
        task_publish_retry=False,
        task_ignore_result=True,
    )
    return celery


def _sent(celery: Celery, hint: Hint) -> bool:
    from kombu.exceptions import OperationalError

    try:
        celery.send_task("verify", args=[hint.job], queue=hint.queue, ignore_result=True, retry=False)
    except (OperationalError, OSError):
        return False
    return True

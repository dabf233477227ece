"""Wake up the workers of a queue. What there is to do the database knows: a wake-up may be late, doubled or lost."""

from __future__ import annotations

import time
from threading import Condition, Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from celery import Celery
    from structlog.typing import FilteringBoundLogger

RETRY_PAUSE_SECONDS = 1.0  # between two attempts at a broker that does not answer


class Wakeups:
    """A thread of its own publishes, so that a broker that is dead or frozen delays no request.

    Wake-ups of one queue that nobody could send yet are one: it says no more than "look".
    """

    def __init__(self, broker_url: str, log: FilteringBoundLogger) -> None:
        self._broker_url = broker_url
        self._log = log
        self._unsent: set[str] = set()
        self._changed = Condition()
        self._thread: Thread | None = None

    def send(self, queue: str) -> None:
        """Returns at once. The thread is started by the first one: a server forks before it."""
        with self._changed:
            self._unsent.add(queue)
            self._changed.notify()
            if self._thread is None:
                self._thread = Thread(target=self._publish, name="wakeups", daemon=True)
                self._thread.start()

    def _publish(self) -> None:
        celery = client(self._broker_url)
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._unsent)
                queues, self._unsent = self._unsent, set()
            for queue in queues:
                while (fault := fault_of_sending(celery, queue)) is not None:
                    self._log.warning("wake-up not sent", queue=queue, reason=fault)
                    time.sleep(RETRY_PAUSE_SECONDS)


def client(broker_url: str) -> Celery:
    """A Celery that only sends: short timeouts, no retry, no result backend."""
    from celery import Celery  # 30 MB that a process needs only once it has something to publish

    celery = Celery("resit", broker=broker_url, set_as_current=False)
    celery.conf.update(
        broker_transport_options={"socket_timeout": 1, "socket_connect_timeout": 1, "max_retries": 0},
        broker_connection_retry=False,
        broker_connection_max_retries=0,
        task_publish_retry=False,
        task_ignore_result=True,
    )
    return celery


def fault_of_sending(celery: Celery, queue: str) -> str | None:
    """Why the wake-up could not be sent; None once it is."""
    from kombu.exceptions import OperationalError

    try:
        celery.send_task("work", args=[queue], queue=queue, ignore_result=True, retry=False)
    except (OperationalError, OSError) as error:
        return str(error)
    return None

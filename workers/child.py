"""A worker's child: it beats, and ends a main process that is frozen, for nobody else may see that."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import threading
import time
from typing import TYPE_CHECKING

from bank.beats import BEAT_SECONDS, Beat, Watch
from bank.errors import StoreUnavailable
from workers.limits import leave_the_alarm

if TYPE_CHECKING:
    from pathlib import Path

    from workers.worker import Worker

ROLE = "child"


def holder(main: int, child: int) -> str:
    """The name under which a child has leases; its main process knows it too."""
    return f"{socket.gethostname()}:{main}:{child}"


def live(worker: Worker, folder: Path | None) -> None:
    """Begin to beat, in a thread of its own: the work itself may take long."""
    threading.Thread(target=_live, args=(worker, folder, os.getppid()), name="life", daemon=True).start()


def _live(worker: Worker, folder: Path | None, main: int) -> None:
    leave_the_alarm()
    beat, watch = Beat(folder, ROLE), Watch(folder) if folder else None
    while os.getppid() == main:
        beat()
        if watch and main in {sign.pid for sign in watch.stale()}:
            worker.log.error("the main process is frozen: it is ended", main=main)
            with contextlib.suppress(ProcessLookupError):
                os.kill(main, signal.SIGKILL)
        time.sleep(BEAT_SECONDS)
    _end_as_orphan(worker)


def _end_as_orphan(worker: Worker) -> None:
    """Nobody can end it any more, nor give it work: what it has goes to others."""
    worker.log.warning("the main process is gone")
    try:
        worker.store.work.release(worker.holder)
    except StoreUnavailable as error:  # then its leases run out
        worker.log.warning("leases not given back", reason=str(error))
    os._exit(1)

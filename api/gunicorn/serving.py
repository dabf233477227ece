"""How gunicorn serves: `gunicorn -c python:api.gunicorn.serving api.wsgi:app`. Its command line goes before this."""

from __future__ import annotations

import gc
import resource
from pathlib import Path
from threading import Thread
from typing import Any

from api.metrics import slot
from logs import adopt_libraries
from settings import Settings, cores

settings = Settings.from_env()
adopt_libraries(settings.log_level)

bind = "127.0.0.1:8000"
worker_class = "api.gunicorn.worker.Worker"
logger_class = "api.gunicorn.logger.PropagatingLogger"
loglevel = settings.log_level.lower()
workers = settings.processes or cores()
threads = 8
worker_connections = 1000  # beyond it whoever has waited longest is closed
sendfile = False  # an answer is gathered first, then sent as far as the client takes it
preload_app = True  # a new process is a fork: there at once, and most of its memory is shared
control_socket_disable = True
max_requests = 5000  # against slow leaks of the libraries below
max_requests_jitter = 500
keepalive = 15  # seconds; an LMS calls again and again
timeout = 60
graceful_timeout = 15  # seconds for what is being answered when the process must stop
limit_request_line = 8190
forwarded_allow_ips = ""  # what a proxy says of whom it speaks for is read by `api.client_address`, and makes no link
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - heartbeats, which a busy disk would delay

most_files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
if most_files != resource.RLIM_INFINITY:
    worker_connections = min(worker_connections, most_files * 3 // 4)


def on_starting(server: Any) -> None:
    """The counts of the service before this one are nobody's any more. Raises ValueError where TLS is asked for."""
    if server.cfg.is_ssl:
        raise ValueError("TLS belongs to the proxy in front: this worker reads plain HTTP")
    if settings.metrics_dir is not None:
        settings.metrics_dir.mkdir(parents=True, exist_ok=True)
        for left in settings.metrics_dir.glob("*.db"):
            left.unlink()


def when_ready(server: Any) -> None:
    """What is loaded by now stays: no process looks through it for garbage, in the middle of an exam, for 60 ms."""
    gc.collect()
    gc.freeze()


def pre_fork(server: Any, worker: Any) -> None:
    """The lowest slot that no living process has."""
    taken = {other.slot for other in server.WORKERS.values()}
    worker.slot = next(number for number in range(len(taken) + 1) if number not in taken)


def post_worker_init(worker: Any) -> None:
    """Beside its first answers, which wait for nothing of it."""
    store = worker.wsgi.extensions["resit"].store
    Thread(target=store.warm, args=(threads,), name="warming", daemon=True).start()


def post_fork(server: Any, worker: Any) -> None:
    slot.take(worker.slot)

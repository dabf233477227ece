"""Processes that a killed supervisor left behind, frozen ones too.

They are found by the mark in their environment, and by the sockets that they hold: Redis writes its title over its
environment. Where there is no /proc nothing is found; what still listens is then met as a port that is taken, and a
Redis has a socket of its own.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from pathlib import Path

import click

from embedded.home import INSTANCE_VARIABLE, Home
from embedded.process_table import is_stopped, pids

GRACE_SECONDS = 3.0
LONGEST_DEATH_SECONDS = 3.0  # of a process that was killed


def end(home: Home) -> None:
    """End them, gently at first where that can be heard; only the holder of the home's lock may call this."""
    _signal([pid for pid in _living(home) if is_stopped(pid)], signal.SIGKILL)
    _signal(_living(home), signal.SIGTERM)
    _wait(home, GRACE_SECONDS)
    _signal(_living(home), signal.SIGKILL)
    if left := _wait(home, LONGEST_DEATH_SECONDS):
        click.echo(f"Left of an earlier start, and not to be ended: {', '.join(map(str, left))}", err=True)


def _wait(home: Home, seconds: float) -> list[int]:
    """Until none lives; those that still do."""
    deadline = time.monotonic() + seconds
    while (left := _living(home)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return left


def _living(home: Home) -> list[int]:
    mark, sockets = os.fsencode(f"{INSTANCE_VARIABLE}={home.folder}"), _sockets(home)
    return [
        pid
        for pid in pids()
        if pid != os.getpid() and (mark in _environment(pid) or (sockets and sockets & _descriptors(pid)))
    ]


def _sockets(home: Home) -> set[str]:
    """Those in the folder of its Redis, as their owners' descriptors name them, whether their file is still there."""
    within = os.fsencode(f"{home.redis}/")
    try:
        lines = [line.split(maxsplit=7) for line in Path("/proc/net/unix").read_bytes().splitlines()]
    except OSError:
        return set()
    return {f"socket:[{line[6].decode()}]" for line in lines if len(line) == 8 and line[7].startswith(within)}


def _environment(pid: int) -> list[bytes]:
    """Empty where the process is gone, a zombie, or not ours."""
    try:
        return Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return []


def _descriptors(pid: int) -> set[str]:
    """What its descriptors stand for; empty as above."""
    found = set()
    with contextlib.suppress(OSError):
        for descriptor in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):  # closed meanwhile
                found.add(str(descriptor.readlink()))
    return found


def _signal(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)

"""Processes that a killed supervisor left behind. They are found by the mark in their environment.

Where there is no /proc nothing is found; what still listens is then met as a port that is taken.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from pathlib import Path

from embedded.home import INSTANCE_VARIABLE, Home

GRACE_SECONDS = 3.0


def end(home: Home) -> None:
    """End them, gently at first; only the holder of the home's lock may call this."""
    _signal(_living(home), signal.SIGTERM)
    deadline = time.monotonic() + GRACE_SECONDS
    while _living(home) and time.monotonic() < deadline:
        time.sleep(0.05)
    _signal(_living(home), signal.SIGKILL)


def _living(home: Home) -> list[int]:
    mark = os.fsencode(f"{INSTANCE_VARIABLE}={home.folder}")
    pids = [int(folder.name) for folder in Path("/proc").glob("[0-9]*")]
    return [pid for pid in pids if pid != os.getpid() and mark in _environment(pid)]


def _environment(pid: int) -> list[bytes]:
    """Empty where the process is gone, a zombie, or not ours."""
    try:
        return Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return []


def _signal(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)

"""Signs of life: each long-lived process touches a file of its own, and who looks there sees which of them are frozen.

The file is `<pid>.<role>`, its time that of the last beat. The standard library only, and no other module of ours: a
health check starts this every few seconds. Without /proc, one process cannot be told from a later one that was given
its number, and nobody counts as frozen.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Generic, TypeVar

Seen = TypeVar("Seen")

BEAT_SECONDS = 1.0  # between two beats, about
STALE_SECONDS = 10.0  # without one: frozen
LONGEST_STEP_SECONDS = 2.0  # that one look may add to what lasts
CLOCK_TOLERANCE_SECONDS = 2.0  # the system tells the second of its start, and processes start in ticks after it


@dataclass(frozen=True, slots=True)
class Sign:
    """A living process: what it is, when it beat last (seconds since the epoch), and how long ago that was."""

    pid: int
    role: str
    moment: float
    age: float


class Beat:
    """The beats of this process in one role. Without a folder it beats nowhere."""

    def __init__(self, folder: Path | None, role: str) -> None:
        self._folder = folder
        self._role = role
        self._begun = 0

    def __call__(self) -> None:
        """Whatever is wrong with the folder, a full disk say, must not end who works: its beat is missed, no more."""
        if self._folder is None:
            return
        with contextlib.suppress(OSError):
            if self._begun != os.getpid():
                self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                forget_the_dead(self._folder)
                self._begun = os.getpid()
            (self._folder / f"{os.getpid()}.{self._role}").touch(mode=0o600)


class Lasting(Generic[Seen]):
    """For how long things have been seen without a break, by one who looks again and again.

    Time in which nobody looked counts for little: a clock that is set, a machine that slept, a watcher that was frozen.
    """

    def __init__(self, moment: float) -> None:
        self.looked = moment
        self._seconds: dict[Seen, float] = {}

    def look(self, seen: Iterable[Seen], moment: float) -> dict[Seen, float]:
        """Seconds for each that is seen now; 0 for what was not seen before."""
        step, self.looked = min(moment - self.looked, LONGEST_STEP_SECONDS), moment
        self._seconds = {each: self._seconds[each] + step if each in self._seconds else 0.0 for each in seen}
        return self._seconds


class Watch:
    """Frozen processes, for one who looks again and again."""

    def __init__(self, folder: Path, seconds: float = STALE_SECONDS) -> None:
        self._folder = folder
        self._seconds = seconds
        self._silent: Lasting[Sign] = Lasting(time.monotonic())

    def stale(self) -> list[Sign]:
        """Those that have not beaten for so long; to be asked every second or so."""
        moment = time.monotonic()
        found = (Sign(sign.pid, sign.role, sign.moment, 0.0) for sign in signs(self._folder))
        return [sign for sign, seconds in self._silent.look(found, moment).items() if seconds >= self._seconds]


def signs(folder: Path) -> list[Sign]:
    """The last beat of each process that lives; nothing where there is no folder."""
    found = []
    for path in folder.glob("[0-9]*"):
        pid, _, role = path.name.partition(".")
        with contextlib.suppress(FileNotFoundError):  # it went meanwhile
            moment = path.stat().st_mtime
            if pid.isdecimal() and _is_its_own(int(pid), moment):
                found.append(Sign(int(pid), role, moment, time.time() - moment))
    return found


def stale(folder: Path, seconds: float = STALE_SECONDS) -> list[int]:
    """The processes whose last beat is older, as one look by the clock tells. To end them, `Watch` is the safer one."""
    return [sign.pid for sign in signs(folder) if sign.age > seconds]


def forget_the_dead(folder: Path) -> None:
    """Remove the files of processes that are gone."""
    living = {f"{sign.pid}.{sign.role}".rstrip(".") for sign in signs(folder)}
    for path in folder.glob("[0-9]*"):
        if path.name not in living and Path("/proc/self/stat").exists():
            path.unlink(missing_ok=True)


def _is_its_own(pid: int, moment: float) -> bool:
    """Whether the process lives, and began before this beat: else the number has gone to another since."""
    try:
        told = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
    except OSError:
        return False
    state, started = told[0], int(told[19]) / os.sysconf("SC_CLK_TCK")
    return state not in (b"Z", b"X") and _system_start() + started <= moment + CLOCK_TOLERANCE_SECONDS


@cache
def _system_start() -> int:
    """Seconds since the epoch."""
    lines = Path("/proc/stat").read_bytes().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(b"btime "))

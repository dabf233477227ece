"""Ends what is there and does not live, so that the supervisor starts it again.

Four signs are looked at: a process was stopped by a signal; it has ceased to beat in the folder of beats; the private
Redis does not answer; its socket is gone. Each has to last, and time in which nobody looked, as when the machine slept,
is not counted.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from typing import NamedTuple

from bank import beats
from embedded.home import Home
from embedded.process_table import children, is_stopped
from embedded.pulse import Pulse

SECONDS_BETWEEN_LOOKS = 1.0
LONGEST_STOP_SECONDS = 3.0
LONGEST_WITHOUT_ANSWER_SECONDS = 10.0
LONGEST_WITHOUT_SOCKET_SECONDS = 2.0


class Sign(NamedTuple):
    """That a process may not live, if it is the same for `patience` seconds."""

    pid: int
    reason: str
    patience: float = 0.0
    state: int = 0


class Watch:
    def __init__(self, home: Home, clock: Callable[[], float] = time.monotonic) -> None:
        self._home = home
        self._clock = clock
        self._lasting: beats.Lasting[Sign] = beats.Lasting(clock())
        self._beats = beats.Watch(home.beats)
        self._pulse = Pulse(home.socket)
        self._answers, self._answering = 0, 0  # how many so far, and the pid of the Redis that gave one

    def look(self, programs: Mapping[str, int]) -> list[str]:
        """Kill what shows no life among the programs, pids by name, and their children; says what was killed.

        What a program leaves is seen to when it has ended.
        """
        moment = self._clock()
        if moment - self._lasting.looked < SECONDS_BETWEEN_LOOKS:
            return []
        signs = chain(self._stopped(programs), self._silent(programs), self._redis(programs))
        try:
            lasted = self._lasting.look(signs, moment)
        except OSError as error:  # whatever it is, the supervisor has other things to do than to look
            return [f"nobody was looked at: {error}"]
        names = {pid: name for name, pid in programs.items()}
        lifeless = {sign.pid: sign.reason for sign, seconds in lasted.items() if seconds >= sign.patience}
        return [_kill(pid, names.get(pid, "a child"), reason) for pid, reason in lifeless.items()]

    def close(self) -> None:
        self._pulse.close()

    def _stopped(self, programs: Mapping[str, int]) -> Iterator[Sign]:
        for program in programs.values():
            for pid in (program, *children(program)):
                if is_stopped(pid):
                    yield Sign(pid, "stopped by a signal", LONGEST_STOP_SECONDS)

    def _silent(self, programs: Mapping[str, int]) -> Iterator[Sign]:
        for beat in self._beats.stale():
            if _group(beat.pid) in programs.values():
                yield Sign(beat.pid, f"no sign of life as {beat.role}")

    def _redis(self, programs: Mapping[str, int]) -> Iterator[Sign]:
        """Nothing of one that has not answered yet: it is starting."""
        with contextlib.suppress(OSError):  # a full disk, which may have room at the next look
            self._home.redis.mkdir(mode=0o700, exist_ok=True)
        pid, answers = programs.get("redis", 0), self._pulse.answers()
        if answers > self._answers:
            self._answers, self._answering = answers, pid
        if pid and pid == self._answering:
            yield Sign(pid, "no answer", LONGEST_WITHOUT_ANSWER_SECONDS, answers)
            if not self._home.socket.exists():
                yield Sign(pid, "its socket is gone", LONGEST_WITHOUT_SOCKET_SECONDS)


def _group(pid: int) -> int | None:
    """None where the process is gone."""
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return None


def _kill(pid: int, name: str, reason: str) -> str:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    return f"killed {name} ({pid}): {reason}"

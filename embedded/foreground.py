"""`python -m embedded.foreground CONFIG LISTENER`: supervisord as a program in the foreground of a terminal."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from pathlib import Path

import click
from supervisor.medusa.asyncore_25 import ExitNow
from supervisor.options import ServerOptions
from supervisor.states import SupervisorStates
from supervisor.supervisord import Supervisor

from embedded.listening import Listener


class ForegroundOptions(ServerOptions):  # type: ignore[misc]  # supervisor ships no types
    """A terminal that is closed ends the service; supervisord by itself would start it anew."""

    def setsignals(self) -> None:
        super().setsignals()
        signal.signal(signal.SIGHUP, lambda _signal, frame: self.signal_receiver.receive(signal.SIGTERM, frame))


class Make:
    """The `make` that runs us, if one does. Interrupted, it does not tell us: a terminal would have told both."""

    def __init__(self) -> None:
        self._pid = os.getppid() if _status(os.getppid()).get("Name") in ("make", "gmake") else None
        self._caught = self._catches_interrupts()

    def is_stopping(self) -> bool:
        """It is gone, or it has put its handler down, which it does when it was interrupted."""
        if self._pid is None:
            return False
        return os.getppid() != self._pid or (self._caught and not self._catches_interrupts())

    def _catches_interrupts(self) -> bool:
        caught = _status(self._pid).get("SigCgt", "0") if self._pid else "0"
        return bool(int(caught, 16) & 1 << (signal.SIGINT - 1))


class ForegroundSupervisor(Supervisor):  # type: ignore[misc]  # as above
    """Says that it stops, and stops with the `make` that runs it."""

    def __init__(self, options: ServerOptions, listener: Listener) -> None:
        super().__init__(options)
        self._listener = listener
        listener.lend(options)
        self._make, self._told = Make(), False

    def tick(self, now: float | None = None) -> None:
        super().tick(now)
        if self._make.is_stopping():
            self.options.mood = SupervisorStates.SHUTDOWN
        if self.options.mood == SupervisorStates.SHUTDOWN and not self._told:
            self._told = True
            self._listener.close()
            click.echo("\nStopping. What is not finished is taken up at the next start.")


def _status(pid: int | None) -> dict[str, str]:
    """What Linux says about a process; nothing elsewhere."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return {}
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def main() -> None:
    options = ForegroundOptions()
    options.realize(["-c", sys.argv[1]])
    options.first, options.test = True, False
    with contextlib.suppress(ExitNow):  # the end of its loop
        ForegroundSupervisor(options, Listener(int(sys.argv[2]))).main()


if __name__ == "__main__":
    main()

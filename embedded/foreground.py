"""`python -m embedded.foreground FOLDER START LISTENER`: supervisord as a program in the foreground of a terminal."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from pathlib import Path
from typing import Any

import click
from supervisor import events, loggers
from supervisor.medusa.asyncore_25 import ExitNow
from supervisor.options import ServerOptions
from supervisor.states import ProcessStates, SupervisorStates
from supervisor.supervisord import Supervisor

from embedded.home import Home
from embedded.leftovers import Leftovers
from embedded.listening import Listener
from embedded.process_table import status
from embedded.watch import Watch

ENDED = (events.ProcessStateExitedEvent, events.ProcessStateStoppedEvent, events.ProcessStateBackoffEvent)
RUNS = (ProcessStates.STARTING, ProcessStates.RUNNING)


class ForegroundOptions(ServerOptions):  # type: ignore[misc]  # supervisor ships no types
    """A terminal that is closed ends the service; supervisord by itself would start it anew."""

    def __init__(self, home: Home) -> None:
        super().__init__()
        self._home = home

    def read_config(self, fp: Any) -> Any:
        """With the paths of its files, which a configuration cannot tell whatever is in their names."""
        section = super().read_config(fp)
        section.logfile = str(self._home.logs / "supervisord.log")
        section.pidfile = str(self._home.folder / "supervisord.pid")
        for program in (program for group in section.process_group_configs for program in group.process_configs):
            program.stdout_logfile = str(self._home.logs / f"{program.name}.log")
        return section

    def setsignals(self) -> None:
        super().setsignals()
        signal.signal(signal.SIGHUP, lambda _signal, frame: self.signal_receiver.receive(signal.SIGTERM, frame))


class Make:
    """The `make` that runs us, if one does. Interrupted, it does not tell us: a terminal would have told both."""

    def __init__(self) -> None:
        self._pid = os.getppid() if status(os.getppid()).get("Name") in ("make", "gmake") else None
        self._caught = self._catches_interrupts()

    def is_stopping(self) -> bool:
        """It is gone, or it has put its handler down, which it does when it was interrupted."""
        if self._pid is None:
            return False
        return os.getppid() != self._pid or (self._caught and not self._catches_interrupts())

    def _catches_interrupts(self) -> bool:
        caught = status(self._pid).get("SigCgt", "0") if self._pid else "0"
        return bool(int(caught, 16) & 1 << (signal.SIGINT - 1))


class ForegroundSupervisor(Supervisor):  # type: ignore[misc]  # as above
    """Says that it stops, and stops with the `make` that runs it; ends what does not live and what a program left."""

    def __init__(self, options: ServerOptions, home: Home, listener: Listener) -> None:
        super().__init__(options)
        self._listener = listener
        listener.lend(options)
        self._make, self._told = Make(), False
        self._watch, self._leftovers = Watch(home), Leftovers()

    def runforever(self) -> None:
        for event in ENDED:
            events.subscribe(event, lambda ended: self._leftovers.add(ended.process.pid))
        for group in sorted(self.process_groups.values()):
            group.transition()  # starts all that is to run, which its loop does a second later
        try:
            super().runforever()
        finally:
            self._leftovers.end()
            self._watch.close()

    def tick(self, now: float | None = None) -> None:
        super().tick(now)
        self._leftovers.look()
        if self._make.is_stopping():
            self.options.mood = SupervisorStates.SHUTDOWN
        if self.options.mood == SupervisorStates.RUNNING:
            for sentence in self._watch.look(self._running()):
                self.options.logger.warn(sentence)
        if self.options.mood == SupervisorStates.SHUTDOWN and not self._told:
            self._told = True
            self._listener.close()
            with contextlib.suppress(OSError):  # a full disk again
                click.echo("\nStopping. What is not finished is taken up at the next start.")

    def _running(self) -> dict[str, int]:
        """The pids of programs by their names."""
        known = [process for group in self.process_groups.values() for process in group.processes.values()]
        return {process.config.name: process.pid for process in known if process.pid and process.state in RUNS}


def _lose_line(_handler: loggers.Handler) -> None:
    """One that finds no space on the disk; supervisord would close the pipe of its program."""


def main() -> None:
    home = Home(Path(sys.argv[1]), sys.argv[2])
    options = ForegroundOptions(home)
    options.realize(["-c", str(home.config)])
    options.first, options.test = True, False
    loggers.Handler.handleError = _lose_line
    with contextlib.suppress(ExitNow):  # the end of its loop
        ForegroundSupervisor(options, home, Listener(int(sys.argv[3]))).main()


if __name__ == "__main__":
    main()

"""Workers as they run in service, and a stand-in for their supervisor that starts them again."""

import os
import signal
import sys
from threading import Event, Thread

from tests.secret import SECRET
from tests.servers.processes import kill_group, start, stop

QUIETLY = ("--without-gossip", "--without-mingle", "--without-heartbeat")


def environment(database_url, redis, **more):
    """Settings as the environment carries them; names without their prefix."""
    where = {"DATABASE_URL": database_url, "BROKER_URL": redis.broker_url, "CACHE_URL": redis.cache_url}
    given = {**where, "SECRET": SECRET, **more}
    return {**os.environ, **{f"RESIT_{name}": str(value) for name, value in given.items()}}


ALL_QUEUES = {"worker": "interactive,bulk,training"}
APART = {queue: queue for queue in ("interactive", "bulk", "training")}  # as the embedded service and compose have them


class Workers:
    """Workers, by name with their queues, and a sweeper; what dies is started again, as a supervisor does."""

    def __init__(self, folder, environ, processes=1, queues=ALL_QUEUES):
        self._folder = folder
        self._environ = {"RESIT_BEATS_DIR": str(folder / "beats"), **environ}
        self._commands = {name: self._command(name, served, processes) for name, served in queues.items()}
        self._commands["sweeper"] = [sys.executable, "-m", "workers.sweeper"]
        self._running, self._stopping = {}, Event()
        self._watch = Thread(target=self._restart, daemon=True)

    def start(self):
        for name in self._commands:
            self._begin(name)
        self._watch.start()
        return self

    def pid(self, name):
        """Of the main process of a worker, or of the sweeper."""
        return self._running[name].pid

    def kill(self):
        """SIGKILL to the whole group of the worker: its main process and the ones that measure."""
        kill_group(self._running["worker"], signal.SIGKILL)

    def log(self, name="worker"):
        path = self._folder / f"{name}.log"
        return path.read_text() if path.exists() else ""

    def stop(self):
        self._stopping.set()
        self._watch.join()
        for process in self._running.values():
            stop(process)

    def _command(self, name, queues, processes):
        node = ("-n", f"{name}@%h", "-Q", queues, "-c", processes)
        return [sys.executable, "-m", "celery", "-A", "workers.main", "worker", *node, *QUIETLY]

    def _begin(self, name):
        self._running[name] = start(self._commands[name], self._folder / f"{name}.log", env=self._environ)

    def _restart(self):
        while not self._stopping.wait(0.05):
            for name, process in list(self._running.items()):
                if process.poll() is not None:
                    self._begin(name)

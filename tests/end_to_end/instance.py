"""One whole service, started as a user starts it: `resit up` with a home and a port of its own."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import requests

from embedded.home import Home
from tests.servers.processes import start, stop, wait_for

RESIT = Path(sys.executable).with_name("resit")
STARTING = 120  # seconds; a promise that is shorter has a test of its own


class Instance:
    """`home` is its folder, `pid` its supervisor, `keys` the key of each scope; settings without their prefix."""

    def __init__(self, home, command=None, **settings):
        self.home, self.port, self.process = home, free_port(), None
        self.url = f"http://127.0.0.1:{self.port}"
        self._settings = {f"RESIT_{name.upper()}": value for name, value in settings.items()}
        self._command = command or [RESIT, "up"]
        self._output = home.parent / f"{home.name}.out"

    def start(self):
        self._output.write_text("")
        self.process = start(self._command, self._output, env=self.environment())
        wait_for(self._is_announced, "the announcement", STARTING)
        return self

    def environment(self):
        """No other setting than its own, and no Redis on the PATH."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("RESIT_")}
        own = {"RESIT_HOME": str(self.home), "RESIT_PORT": str(self.port), **self._settings}
        return {**kept, **own, "PATH": path_without_redis(self.home.parent)}

    @property
    def pid(self):
        return self.process.pid

    @property
    def output(self):
        return self._output.read_text()

    @property
    def curl(self):
        """The last line that was printed."""
        return self.output.rstrip().splitlines()[-1]

    @property
    def keys(self):
        lines = (self.home / "keys.env").read_text().splitlines()
        pairs = [line.partition("=") for line in lines if not line.startswith("#")]
        return {name.split("_")[1].lower(): key for name, _, key in pairs}

    def get(self, path, scope="student", **more):
        return requests.get(self.url + path, headers=self._headers(scope, more), timeout=40, **more)

    def post(self, path, body, scope="instructor", **more):
        return requests.post(self.url + path, json=body, headers=self._headers(scope, more), timeout=40, **more)

    def run(self, command):
        """A shell command beside it; returns what it printed."""
        done = subprocess.run(
            ["bash", "-c", command], env=self.environment(), capture_output=True, text=True, check=True, timeout=60
        )
        return done.stdout

    def stop(self):
        if self.process and self.process.poll() is None:
            stop(self.process, 20)

    def interrupt(self):
        """SIGINT to the supervisor alone; returns its exit status."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(30)

    def processes(self):
        """Pid and command line of all that has this home in its environment, and of its Redis, which has none left."""
        mark, title = f"RESIT_HOME={self.home}".encode(), f" unixsocket:{Home(self.home).redis}/".encode()
        found = {
            int(folder.name): (words(folder / "cmdline"), words(folder / "environ"))
            for folder in Path("/proc").glob("[0-9]*")
        }
        return {pid: line for pid, (line, environ) in found.items() if mark in environ or title in line[0]}

    def program(self, name):
        """The pid of a program that the supervisor started."""
        log = (self.home / "log" / "supervisord.log").read_text()
        return int(log.rpartition(f"spawned: '{name}' with pid ")[2].split()[0])

    def _headers(self, scope, more):
        key = {"Authorization": f"Bearer {self.keys[scope]}"} if scope else {}
        return {**key, **more.pop("headers", {})}

    def _is_announced(self):
        assert self.process.poll() is None, f"it ended by itself:\n{self.output}"
        return self.output.rstrip().rpartition("\n")[2].startswith("curl ")


def words(path):
    try:
        return path.read_bytes().split(b"\0")
    except OSError:
        return [b""]


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def path_without_redis(folder):
    """The PATH as on a machine that has no Redis: links to everything else where a folder holds one."""
    kept = []
    for place in map(Path, os.environ["PATH"].split(os.pathsep)):
        hidden = [name for name in ("redis-server", "valkey-server") if (place / name).exists()]
        kept.append(str(_mirror(place, hidden, folder) if hidden else place))
    return os.pathsep.join(kept)


def _mirror(place, hidden, folder):
    mirror = folder / f"path{str(place).replace('/', '-')}"
    if not mirror.exists():
        mirror.mkdir()
        for program in place.iterdir():
            if program.name not in hidden:
                (mirror / program.name).symlink_to(program)
    return mirror

"""A PostgreSQL of one's own, where its programs are installed."""

import os
import pwd
import shutil
import signal
import subprocess
from pathlib import Path

from tests.servers.processes import kill_tree, start, stop, wait_for

FAST = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "listen_addresses=")

DURABLE = ("fsync=off", "full_page_writes=off", "listen_addresses=")  # what is committed survives its processes


def programs():
    """The folder with initdb and postgres, or None."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "postgres").exists()), None)


class PostgresServer:
    """On a unix socket. It refuses to run as root, so root lends it the account that its package made."""

    def __init__(self, folder: Path, settings=FAST):
        self.folder, self.process, self.settings = folder, None, settings
        self.account = pwd.getpwnam("postgres") if os.getuid() == 0 else None
        self.options = {"user": self.account.pw_uid, "group": self.account.pw_gid} if self.account else {}

    def start(self):
        if self.account:
            os.chown(self.folder, self.account.pw_uid, self.account.pw_gid)
        data = self.folder / "data"
        self._run("initdb", "-D", data, "-U", "resit", "--auth=trust", "--encoding=UTF8", "--no-sync")
        return self.start_again()

    def start_again(self):
        """With the data that it left."""
        data, log = self.folder / "data", self.folder / "postgres.log"
        settings = [word for setting in self.settings for word in ("-c", setting)]
        command = [programs() / "postgres", "-D", data, "-k", self.folder, *settings]
        self.process = start(command, log, cwd=self.folder, **self.options)
        wait_for(lambda: self._run("pg_isready", "-h", self.folder, check=False).returncode == 0, "PostgreSQL")
        return self

    def database(self, name):
        """A new, empty database; returns its URL."""
        self._run("createdb", "-h", self.folder, "-U", "resit", name)
        return f"postgresql+psycopg://resit@/{name}?host={self.folder}"

    def kill(self):
        """All its processes at once. What was committed before is on the disk unless it was told to be fast."""
        kill_tree(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def freeze(self):
        """All its processes stand still; what is sent to it is taken by the kernel and never answered."""
        kill_tree(self.process.pid, signal.SIGSTOP)

    def thaw(self):
        kill_tree(self.process.pid, signal.SIGCONT)

    def stop(self):
        self.thaw()
        stop(self.process)

    def _run(self, program, *words, check=True):
        command = [str(programs() / program), *map(str, words)]
        return subprocess.run(command, check=check, capture_output=True, cwd=self.folder, **self.options)

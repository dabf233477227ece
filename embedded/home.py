"""The folder that one instance lives in: its data, its keys, its logs, and the lock that keeps it alone there."""

from __future__ import annotations

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from unicodedata import category
from urllib.parse import quote

import click

INSTANCE_VARIABLE = "RESIT_INSTANCE"  # in the environment of every process of an instance
LONGEST_SOCKET_BYTES = 100  # the system allows 108, on macOS 104
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
SMALL_HEAP = {"MALLOC_ARENA_MAX": "2"}  # glibc's heaps of a process: one for each thread wastes what it holds back
OPEN_TO_OTHERS = 0o077
UNWRITABLE = {"Cc", "Cs"}  # control characters, and bytes that are no UTF-8


@dataclass(frozen=True, slots=True)
class Home:
    """What is made in here is for its owner only; a folder that was there before keeps the rights that it has.

    `start` names this start of the instance: its Redis has a socket that no process of another start knows.
    """

    folder: Path
    start: str = field(default_factory=lambda: token_hex(4))

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> Home:
        """RESIT_HOME, or `var` in the current folder."""
        return cls(Path(environ.get("RESIT_HOME") or "var").resolve())

    @property
    def config(self) -> Path:
        return self.folder / "supervisord.conf"

    @property
    def keys(self) -> Path:
        return self.folder / "keys.env"

    @property
    def secret(self) -> Path:
        return self.folder / "secret"

    @property
    def logs(self) -> Path:
        return self.folder / "log"

    @property
    def metrics(self) -> Path:
        return self.folder / "metrics"

    @property
    def beats(self) -> Path:
        """Where processes show that they live, each by a file of its own."""
        return self.folder / "beats"

    @property
    def redis(self) -> Path:
        """The folder of the private Redis; a temporary one where the path here would be too long for a socket."""
        here = self.folder / "redis"
        if len(os.fsencode(here / f"{self.start}.sock")) <= LONGEST_SOCKET_BYTES:
            return here
        digest = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"resit-{os.getuid()}-{digest}"

    @property
    def socket(self) -> Path:
        return self.redis / f"{self.start}.sock"

    def database_url(self, environ: Mapping[str, str] = os.environ) -> str:
        """The one that is set, or a file in this folder."""
        return environ.get("RESIT_DATABASE_URL") or f"sqlite:///{quote(str(self.folder / 'resit.sqlite'))}"

    def environment(self, environ: Mapping[str, str]) -> dict[str, str]:
        """What every program of the instance finds around it; what the user set stays."""
        own = {} if environ.get("RESIT_SECRET") else {"RESIT_SECRET_FILE": str(self.secret)}
        socket = quote(str(self.socket))
        return {
            **ONE_THREAD,
            **SMALL_HEAP,
            **own,
            **environ,
            INSTANCE_VARIABLE: str(self.folder),
            "RESIT_HOME": str(self.folder),
            "RESIT_DATABASE_URL": self.database_url(environ),
            "RESIT_BROKER_URL": f"redis+socket://{socket}?virtual_host=0",
            "RESIT_CACHE_URL": f"unix://{socket}?db=1",
            "RESIT_BEATS_DIR": str(self.beats),
            "PROMETHEUS_MULTIPROC_DIR": str(self.metrics),
            "PYTHONUNBUFFERED": "1",
        }

    def make(self) -> None:
        """Create what is missing. Raises ClickException where that cannot be, or where others could reach the Redis."""
        if UNWRITABLE & {category(character) for character in str(self.folder)}:
            raise click.ClickException(f"{str(self.folder)!r} cannot be used: its name holds what no text may hold")
        for folder in (self.folder, self.logs, self.beats, self.redis):
            try:
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            except OSError as error:
                raise _unusable(folder, error) from None
        found = self.redis.lstat()
        if found.st_uid != os.getuid() or found.st_mode & OPEN_TO_OTHERS:
            raise click.ClickException(f"{self.redis} cannot be used: others than you may look into it")

    def clear(self) -> None:
        """Remove what an earlier start has left that nobody reads any more; for the holder of the lock."""
        for left in (*self.redis.glob("*.sock"), *self.beats.glob("[0-9]*")):
            left.unlink()

    def lock(self) -> int:
        """Held until the process ends, also across exec. Raises ClickException where another holds it."""
        try:
            handle = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise _unusable(self.folder, error) from None
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid = os.read(handle, 20).decode().strip()
            raise click.ClickException(f"an instance with the data in {self.folder} is running (pid {pid})") from None
        os.ftruncate(handle, 0)
        os.write(handle, f"{os.getpid()}\n".encode())
        os.set_inheritable(handle, True)
        return handle


def _unusable(folder: Path, error: OSError) -> click.ClickException:
    return click.ClickException(f"{folder} cannot be used: {error.strerror}")

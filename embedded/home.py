"""The folder that one instance lives in: its data, its keys, its logs, and the lock that keeps it alone there."""

from __future__ import annotations

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import click

INSTANCE_VARIABLE = "RESIT_INSTANCE"  # in the environment of every process of an instance
LONGEST_SOCKET_BYTES = 100  # the system allows 108, on macOS 104
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


@dataclass(frozen=True, slots=True)
class Home:
    """Readable by its owner only, because it holds keys."""

    folder: Path

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
    def socket(self) -> Path:
        """Of the private Redis; in the temporary folder where the path here would be too long for a socket."""
        here = self.folder / "redis.sock"
        if len(os.fsencode(here)) <= LONGEST_SOCKET_BYTES:
            return here
        digest = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"resit-{os.getuid()}-{digest}" / "redis.sock"

    def database_url(self, environ: Mapping[str, str] = os.environ) -> str:
        """The one that is set, or a file in this folder."""
        return environ.get("RESIT_DATABASE_URL") or f"sqlite:///{self.folder / 'resit.sqlite'}"

    def environment(self, environ: Mapping[str, str]) -> dict[str, str]:
        """What every program of the instance finds around it; what the user set stays."""
        own = {} if environ.get("RESIT_SECRET") else {"RESIT_SECRET_FILE": str(self.secret)}
        return {
            **ONE_THREAD,
            **own,
            **environ,
            INSTANCE_VARIABLE: str(self.folder),
            "RESIT_HOME": str(self.folder),
            "RESIT_DATABASE_URL": self.database_url(environ),
            "RESIT_BROKER_URL": f"redis+socket://{self.socket}?virtual_host=0",
            "RESIT_CACHE_URL": f"unix://{self.socket}?db=1",
            "PROMETHEUS_MULTIPROC_DIR": str(self.metrics),
            "PYTHONUNBUFFERED": "1",
        }

    def make(self) -> None:
        """Create what is missing. Raises ClickException where the folder is not ours."""
        for folder in (self.folder, self.logs, self.socket.parent):
            try:
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                folder.chmod(0o700)  # fails where somebody else made it, who could then read our keys
            except OSError as error:
                raise click.ClickException(f"{folder} cannot be used: {error.strerror}") from None

    def lock(self) -> int:
        """Held until the process ends, also across exec. Raises ClickException where another holds it."""
        handle = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid = os.read(handle, 20).decode().strip()
            raise click.ClickException(f"an instance with the data in {self.folder} is running (pid {pid})") from None
        os.ftruncate(handle, 0)
        os.write(handle, f"{os.getpid()}\n".encode())
        os.set_inheritable(handle, True)
        return handle

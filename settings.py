"""Every knob of the service: read once from the environment, then passed as an argument."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Self

TRUTHS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False, "": False}
SHORTEST_SECRET = 32  # characters
HOW_TO_MAKE_ONE = (
    f"the ids of variants are made with it. `openssl rand -hex 32` prints one; it needs {SHORTEST_SECRET} characters, "
    "stays secret, and is the same on all hosts of an installation"
)


@dataclass(frozen=True, slots=True)
class Settings:
    """All of it. A field `lease_seconds` is set by the variable RESIT_LEASE_SECONDS."""

    database_url: str = "sqlite:///var/resit.sqlite"
    broker_url: str = "redis://localhost:6379/0"  # where Celery's messages wait
    cache_url: str = "redis://localhost:6379/1"  # what may vanish: bytes, counts, results of experiments
    secret: str = field(default="", repr=False)  # of the installation: variants are named with it
    secret_file: Path | None = None  # where it lies, in the place of `secret`
    serve_unverified: bool = False  # development: a variant is shown before a worker has confirmed it
    attempts: int = 3  # gradings a learner has at one variant
    rate_limit: int = 60_000  # calls a minute that one key may make
    families: tuple[str, ...] = ()  # packages of a course's own families, by comma: mycourse.families
    device: str = "cpu"  # of the lab: cpu, cuda, or auto
    lease_seconds: int = 10  # for which a worker has a batch without renewing it; then it counts as dead
    task_seconds: int = 50  # that a batch may take beyond what is expected of it
    sweep_seconds: float = 5.0  # between two looks for work that nobody has taken up
    worker_gib: float = 6.0  # of data that a worker process may hold before it gets a MemoryError
    log_level: str = "INFO"
    metrics_dir: Path | None = None  # where the API's processes add up their metrics
    beats_dir: Path | None = None  # where workers and sweeper touch a file every second; who stops doing so is frozen

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """Raises ValueError naming the variable that cannot be read."""
        given: dict[str, Any] = {}
        for known in fields(cls):
            variable = VARIABLES.get(known.name, f"RESIT_{known.name.upper()}")
            if variable in environ:
                given[known.name] = _read(variable, environ[variable], READERS.get(known.name, str))
        return cls(**given)

    def installation_secret(self) -> bytes:
        """For those who name variants. Raises ValueError, which never tells it, where it is missing or too short."""
        if self.secret and self.secret_file:
            raise ValueError("RESIT_SECRET and RESIT_SECRET_FILE are both set: one of them is enough")
        text = (_content(self.secret_file) if self.secret_file else self.secret).strip()
        if len(text) < SHORTEST_SECRET:
            where = f"{self.secret_file} (RESIT_SECRET_FILE)" if self.secret_file else "RESIT_SECRET"
            raise ValueError(f"{where} {'is too short' if text else 'holds no secret'}: {HOW_TO_MAKE_ONE}")
        return text.encode("utf-8", "surrogateescape")


def _read(variable: str, text: str, reader: Callable[[str], Any]) -> Any:
    try:
        return reader(text)
    except (ValueError, KeyError):
        raise ValueError(f"{variable} cannot be {text!r}") from None


def _content(path: Path) -> str:
    try:
        return path.read_text("utf-8", "surrogateescape")
    except OSError as error:
        raise ValueError(f"{path} (RESIT_SECRET_FILE) cannot be read: {error.strerror}") from None


def _positive(kind: type) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        value = kind(text)
        if not 0 < value < 1e9:
            raise ValueError
        return value

    return read


def _one_of(*words: str) -> Callable[[str], str]:
    return lambda text: {word: word for word in words}[text]


VARIABLES = {"metrics_dir": "PROMETHEUS_MULTIPROC_DIR"}  # its library reads this one by itself
READERS: dict[str, Callable[[str], Any]] = {
    "serve_unverified": lambda text: TRUTHS[text.lower()],
    "attempts": _positive(int),
    "rate_limit": _positive(int),
    "families": lambda text: tuple(name.strip() for name in text.split(",") if name.strip()),
    "device": _one_of("cpu", "cuda", "auto"),
    "lease_seconds": _positive(int),
    "task_seconds": _positive(int),
    "sweep_seconds": _positive(float),
    "worker_gib": _positive(float),
    "log_level": _one_of("DEBUG", "INFO", "WARNING", "ERROR"),
    "secret_file": lambda text: Path(text) if text else None,
    "metrics_dir": lambda text: Path(text) if text else None,
    "beats_dir": lambda text: Path(text) if text else None,
}

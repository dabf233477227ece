"""Every knob of the service: read once from the environment, then passed as an argument."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, Self

TRUTHS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False, "": False}
SHORTEST_SECRET = 32  # characters
PREFIX = re.compile(r"(/(?!\.{1,2}(/|$))[A-Za-z0-9._~-]+)*", re.ASCII)
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
    choice_worth: tuple[float, ...] = (1.0, 0.0)  # of a right choice at attempt 1, 2 ..., by comma; the last goes on
    choice_reasons: str = "at_end"  # or at_once: when the reason against a wrong option is told
    rate_limit: int = 60_000  # calls a minute that one key may make
    families: tuple[str, ...] = ()  # packages of a course's own families, by comma: mycourse.families
    device: str = "cpu"  # of the lab: cpu, cuda, or auto
    lease_seconds: int = 10  # for which a worker has a batch without renewing it; then it counts as dead
    task_seconds: int = 50  # that a batch may take beyond what is expected of it
    sweep_seconds: float = 5.0  # between two looks for work that nobody has taken up
    worker_gib: float = 6.0  # of data that a worker process may hold before it gets a MemoryError
    retention_days: int | None = None  # after which a learner's name is replaced; None keeps it
    log_level: str = "INFO"
    processes: int = 0  # of the API on this host; 0 is one for each core that it may use
    metrics_dir: Path | None = None  # where the API's processes add up their metrics
    prefix: str = ""  # path that the whole service lies under: /resit
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()  # by comma; who may tell whom they speak for
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


def cores(quota: Path = Path("/sys/fs/cgroup/cpu.max")) -> int:
    """That this process may use: those that it may run on, and no more than its container's share of the time."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        share, period = quota.read_text().split()
        return min(usable, max(1, round(int(share) / int(period))))
    except (OSError, ValueError):  # no Linux with cgroups, or no limit: "max"
        return usable


def _read(variable: str, text: str, reader: Callable[[str], Any]) -> Any:
    try:
        return reader(text)
    except (ValueError, KeyError):
        raise ValueError(f"{variable} cannot be {text!r}{FORMS.get(variable, '')}") from None


def _content(path: Path) -> str:
    try:
        return path.read_text("utf-8", "surrogateescape")
    except OSError as error:
        raise ValueError(f"{path} (RESIT_SECRET_FILE) cannot be read: {error.strerror}") from None


def _prefix(text: str) -> str:
    if not PREFIX.fullmatch(text):
        raise ValueError
    return text


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _positive(kind: type) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        value = kind(text)
        if not 0 < value < 1e9:
            raise ValueError
        return value

    return read


def _one_of(*words: str) -> Callable[[str], str]:
    return lambda text: {word: word for word in words}[text]


def _falling_shares(text: str) -> tuple[float, ...]:
    """`1,0.5,0`: none above the one before, for a right answer ends the attempts and must be worth most."""
    shares = tuple(map(float, text.split(",")))
    if not shares[0] or any(not 0 <= share <= before for before, share in zip((1.0, *shares), shares, strict=False)):
        raise ValueError
    return shares


VARIABLES = {  # which their libraries read by themselves, or share with other services
    "metrics_dir": "PROMETHEUS_MULTIPROC_DIR",
    "processes": "WEB_CONCURRENCY",
}
FORMS = {  # of what cannot be guessed
    "RESIT_PREFIX": ": it is a path such as /resit, which begins with a slash and does not end with one",
    "RESIT_TRUSTED_PROXIES": ": it lists addresses and networks, as in 127.0.0.1, 10.0.0.0/8",
}
READERS: dict[str, Callable[[str], Any]] = {
    "serve_unverified": lambda text: TRUTHS[text.lower()],
    "attempts": _positive(int),
    "choice_worth": _falling_shares,
    "choice_reasons": _one_of("at_end", "at_once"),
    "rate_limit": _positive(int),
    "processes": _positive(int),
    "families": lambda text: tuple(_words(text)),
    "device": _one_of("cpu", "cuda", "auto"),
    "lease_seconds": _positive(int),
    "task_seconds": _positive(int),
    "sweep_seconds": _positive(float),
    "worker_gib": _positive(float),
    "retention_days": lambda text: _positive(int)(text) if text else None,
    "log_level": _one_of("DEBUG", "INFO", "WARNING", "ERROR"),
    "secret_file": lambda text: Path(text) if text else None,
    "metrics_dir": lambda text: Path(text) if text else None,
    "prefix": _prefix,
    "trusted_proxies": lambda text: tuple(ip_network(word) for word in _words(text)),
    "beats_dir": lambda text: Path(text) if text else None,
}

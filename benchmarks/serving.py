"""A warm GET of the service against a bare Flask view under the same gunicorn, in turns."""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory

from bank import registry
from bank.identity import Identity
from bank.store import Outcome, Store

ROUNDS = 8
ROUND_SECONDS = 1.5
CONNECTIONS = 8
MEBIBYTE = 2**20
SECRET = token_hex(32)


@dataclass(frozen=True, slots=True)
class Served:
    """Requests a second, medians of the rounds; a ratio is the median of the rounds' ratios.

    `of_cpu` is the ratio of requests a CPU second of the server: it holds also where the client is the slower one.
    """

    service: float
    bare: float
    ratio: float
    of_cpu: float
    processes_mib: list[float]
    started_seconds: float


def serve() -> Served:
    with TemporaryDirectory(prefix="resit-bench-") as folder:
        home = Path(folder)
        name, content, key = _prepare(home)
        (home / "content").write_bytes(content)
        unbounded = {"RESIT_RATE_LIMIT": "100000000"}
        environ = {**os.environ, **unbounded, "RESIT_DATABASE_URL": f"sqlite:///{home}/record.sqlite"}
        environ |= {"RESIT_CACHE_URL": f"unix://{home}/none.sock", "BENCH_CONTENT": str(home / "content")}
        environ |= {"PROMETHEUS_MULTIPROC_DIR": f"{home}/metrics", "RESIT_SECRET": SECRET}
        with (
            _gunicorn("api.wsgi:app", environ) as (ours, port, waited),
            _gunicorn("benchmarks.bare:app", environ) as plain,
        ):
            sides = ((ours.pid, port), (plain[0].pid, plain[1]))
            rounds = [[_rates(pid, at, name, key) for pid, at in sides] for _ in range(ROUNDS)]
            memory = [resident_mib(pid) for pid in children(ours.pid)]
    service, bare = (statistics.median(side[0] for side in column) for column in zip(*rounds, strict=True))
    by_clock, of_cpu = (statistics.median(ours[of] / plain[of] for ours, plain in rounds) for of in (0, 1))
    return Served(service, bare, by_clock, of_cpu, memory, waited)


def _prepare(home: Path) -> tuple[str, bytes, str]:
    """A record with one verified variant and a student's key."""
    store, draft = Store(f"sqlite:///{home}/record.sqlite"), registry.get("quadratic_layer_ratio").draft(1)
    variant = Identity(SECRET.encode()).named(draft)
    store.migrate()
    store.variants.add([variant], "bulk")
    lease = store.work.lease("bulk", 1, 60, 1.0)
    if lease:
        store.verdicts.keep(lease, {variant.id: Outcome("verified", b"{}", {})})
    key = store.keys.create("student", "bench")
    store.close()
    return variant.id, variant.public, key


@contextmanager
def _gunicorn(app: str, environ: dict[str, str]) -> Iterator[tuple[subprocess.Popen[bytes], int, float]]:
    port, started = free_port(), time.perf_counter()
    command = [sys.executable, "-m", "gunicorn", "-c", "python:api.gunicorn.serving", "-b", f"127.0.0.1:{port}"]
    command += ["--max-requests", "0", app]  # a process that is replaced takes its connections and CPU seconds along
    process = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - our own server
    try:
        while not _answers(port):
            if process.poll() is not None:
                raise RuntimeError(f"{app} did not start")
            time.sleep(0.01)
        yield process, port, time.perf_counter() - started
    finally:
        process.terminate()
        process.wait(20)


def _rates(pid: int, port: int, name: str, key: str) -> tuple[float, float]:
    """Requests a second, and a CPU second of the server's processes."""
    before = cpu_seconds(pid)
    rate = _rate(port, name, key)
    return rate, rate * ROUND_SECONDS / (cpu_seconds(pid) - before)


def cpu_seconds(pid: int) -> float:
    """Of a process's children, so far."""
    fields = [Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split() for child in children(pid)]
    return sum(int(user) + int(system) for *_, user, system in (row[:13] for row in fields)) / os.sysconf("SC_CLK_TCK")


def _rate(port: int, name: str, key: str) -> float:
    words = [str(port), f"/v1/variants/{name}", key, str(ROUND_SECONDS), str(CONNECTIONS)]
    done = subprocess.run([sys.executable, "-m", "benchmarks.load", *words], check=True, capture_output=True)  # noqa: S603
    return float(done.stdout)


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz"):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def resident_mib(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / MEBIBYTE

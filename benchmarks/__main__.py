"""`make bench`: every figure of the README, measured here and now."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

import torch
from rich.console import Console
from rich.table import Table

from benchmarks import bank, serving, trainings
from benchmarks.serving import resident_mib

BATCHED = ("gd_rate", "heavy_ball_radius")


def main() -> None:
    console = Console(width=100)
    served = serving.serve()
    figures = Table("served", "", title="A warm GET: key checked, rate limit counted")
    figures.add_row("requests a second", f"{served.service:,.0f}")
    figures.add_row("a bare Flask view under the same gunicorn", f"{served.bare:,.0f}")
    figures.add_row("ratio, median of the rounds", f"{served.ratio:.2f}")
    figures.add_row("ratio of requests a CPU second of the server", f"{served.of_cpu:.2f}")
    figures.add_row("resident, each API process (MiB)", ", ".join(f"{mib:.0f}" for mib in served.processes_mib))
    figures.add_row("API answers after (s)", f"{served.started_seconds:.1f}")
    worker, warm = worker_mib()
    figures.add_row("resident, a worker with torch, after one batch (MiB)", f"{worker:.0f}")
    figures.add_row("worker warm after (s)", f"{warm:.1f}")
    console.print(figures)
    console.print(rates("new variants a CPU second, solution and MathML included", bank.drawn_per_second()))
    console.print(rates("gradings a CPU second", bank.graded_per_second()))
    proven = Table("verified", "one by one", "in 256", "ratio")
    for found in map(bank.verified_per_second, BATCHED):
        rows = {
            "a CPU second of the lab": (found.lab_singly, found.lab_batched),
            "a second, as a worker does it": (found.worker_singly, found.worker_batched),
        }
        for what, (singly, batched) in rows.items():
            ratio = f"{batched / singly:.1f}"
            proven.add_row(f"{found.family}, {what}", f"{singly:,.0f}", f"{batched:,.0f}", ratio)
    console.print(proven)
    console.print(trained())


def rates(title: str, found: dict[str, float]) -> Table:
    summary = f"median {statistics.median(found.values()):,.0f}, lowest {min(found.values()):,.0f}"
    table = Table(title, "", caption=summary)
    for name, rate in found.items():
        table.add_row(name, f"{rate:,.0f}")
    return table


def trained() -> Table:
    """On the CPU, and on a GPU where there is one."""
    table = Table("experiment, seconds a setting", "alone", "in a stack", "of", "ratio", "device")
    for device in ("cpu", "cuda") if torch.cuda.is_available() else ("cpu",):
        for found in trainings.stacked(device):
            seconds = (f"{found.alone:.3f}", f"{found.together:.3f}", str(found.settings), f"{found.ratio:.1f}")
            table.add_row(found.experiment, *seconds, found.device)
    return table


def worker_mib() -> tuple[float, float]:
    """Of a process that has imported and used what a worker does."""
    script = (
        "import sys; from bank import registry; from bank.lab import Lab; from bank.verification import Task, verify;"
        "import torch; torch.set_num_threads(1); family = registry.get('quadratic_layer_ratio');"
        "verify(Lab(), family.name(), [Task('numeric', family.draft(seed).params) for seed in range(256)]);"
        "print('warm', flush=True); sys.stdin.read()"
    )
    started = time.perf_counter()
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:  # noqa: S603 - ourselves
        process.stdout.readline()  # type: ignore[union-attr]  # a pipe, as asked for
        found = resident_mib(process.pid), time.perf_counter() - started
        process.stdin.close()  # type: ignore[union-attr]
    return found


if __name__ == "__main__":
    main()

"""What Linux tells about processes in /proc; elsewhere there are none to be found."""

from __future__ import annotations

from pathlib import Path

PROC = Path("/proc")


def pids() -> list[int]:
    return [int(folder.name) for folder in PROC.glob("[0-9]*")]


def status(pid: int) -> dict[str, str]:
    """Empty where the process is gone."""
    try:
        lines = (PROC / str(pid) / "status").read_text(errors="replace").splitlines()
    except OSError:
        return {}
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def is_stopped(pid: int) -> bool:
    """Frozen by a signal: it hears no other than SIGKILL and SIGCONT."""
    return status(pid).get("State", "").startswith("T")


def children(pid: int) -> list[int]:
    """Of all its threads."""
    found = []
    for path in PROC.glob(f"{pid}/task/[0-9]*/children"):
        try:
            found += [int(child) for child in path.read_text().split()]
        except OSError:  # the thread has ended
            continue
    return found

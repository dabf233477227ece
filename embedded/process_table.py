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
    """Of all its threads; none where it is gone."""
    try:
        texts = [(thread / "children").read_text() for thread in (PROC / str(pid) / "task").iterdir()]
    except OSError:
        return []
    return [int(child) for text in texts for child in text.split()]

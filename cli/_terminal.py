"""What a terminal shows: progress while it lasts, tables at the end."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

MOST_FAULTS = 20  # named one by one


def progress() -> Progress:
    """On standard error, and gone when it is done."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)


def table(*columns: str) -> Table:
    return Table(*columns, box=None, pad_edge=False, header_style="bold")


def show_faults(console: Console, title: str, faults: Sequence[tuple[int, str]]) -> None:
    """Pairs of a seed and a reason."""
    for seed, reason in faults[:MOST_FAULTS]:
        console.print(f"{title}, seed {seed}: {reason}", style="red", markup=False)
    if len(faults) > MOST_FAULTS:
        console.print(f"… and {len(faults) - MOST_FAULTS} more", style="red")

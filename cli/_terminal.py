"""What a terminal shows: progress while it lasts, tables at the end."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from rich.console import Console
from rich.measure import Measurement
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

MOST_FAULTS = 20  # named one by one
WIDEST = 2000  # characters, where no terminal is as wide as it is


def progress() -> Progress:
    """On standard error, and gone when it is done."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)


class PlainTable(Table):
    """Whose cells are shown as they are, whatever brackets are in them."""

    def add_row(self, *cells: Any, **options: Any) -> None:
        super().add_row(*(Text(cell) if isinstance(cell, str) else cell for cell in cells), **options)


def table(*columns: str, whole: Collection[str] = ()) -> PlainTable:
    """Those columns that are `whole` are never cut off: what is in them is typed again."""
    made = PlainTable(box=None, pad_edge=False, header_style="bold")
    for name in columns:
        made.add_column(name, no_wrap=name in whole)
    return made


def show_table(shown: Table) -> None:
    """On a terminal as wide as that is; elsewhere, for a file or another program, all of it."""
    console = Console()
    for column in shown.columns:
        if column.no_wrap:
            column.min_width = max((cell.cell_len for cell in column.cells if isinstance(cell, Text)), default=0)
    if not console.is_terminal:
        wanted = Measurement.get(console, console.options.update(max_width=WIDEST), shown).maximum
        console.width = max(console.width, wanted)
    console.print(shown)


def show_faults(console: Console, title: str, faults: Sequence[tuple[int, str]]) -> None:
    """Pairs of a seed and a reason."""
    for seed, reason in faults[:MOST_FAULTS]:
        console.print(f"{title}, seed {seed}: {reason}", style="red", markup=False)
    if len(faults) > MOST_FAULTS:
        console.print(f"… and {len(faults) - MOST_FAULTS} more", style="red")

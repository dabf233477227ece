"""Families tried out at a terminal: progress while it lasts, tables at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from bank import registry
from bank.errors import BankError
from bank.stress import Stress
from bank.variant import Variant
from bank.verification import Judged, Task
from bank.verification import verify as judge
from settings import Settings

if TYPE_CHECKING:
    from bank.lab import Lab

BATCH = 256  # questions measured at once, as a worker does
SHOWN = 20  # faults named one by one


@dataclass
class Verdicts:
    """What the lab said about one family in one kind; `refuted` and `undrawn` pair a seed with a reason."""

    family: str
    kind: str
    seeds: int
    tally: Counter[str] = field(default_factory=Counter)
    refuted: list[tuple[int, str]] = field(default_factory=list)
    undrawn: list[tuple[int, str]] = field(default_factory=list)
    seconds: float = 0.0


def verify(family: str, kind: str, seeds: int) -> Verdicts:
    """Draw and measure the questions of the seeds from 0 on, batch by batch."""
    from bank.lab import Lab  # torch: not for those who only list keys

    lab, found = Lab(device=Settings.from_env().device), Verdicts(family, kind, seeds)
    started = perf_counter()
    with _progress() as progress:
        shown = progress.add_task(f"{family} · {kind}", total=seeds)
        for first in range(0, seeds, BATCH):
            batch = range(first, min(first + BATCH, seeds))
            _verify_batch(lab, found, batch)
            progress.advance(shown, len(batch))
    found.seconds = perf_counter() - started
    return found


def _verify_batch(lab: Lab, found: Verdicts, seeds: Iterable[int]) -> None:
    drawn: list[tuple[int, Variant]] = []
    for seed in seeds:
        try:
            drawn.append((seed, registry.get(found.family).variant(seed, found.kind)))
        except BankError as error:
            found.undrawn.append((seed, str(error)))
    judged = judge(lab, found.family, [Task(found.kind, variant.params) for _, variant in drawn])
    found.tally.update(each.verdict for each in judged)
    found.refuted += [
        (seed, _disagreement(each)) for (seed, _), each in zip(drawn, judged, strict=True) if each.verdict == "refuted"
    ]


def _disagreement(judged: Judged) -> str:
    return f"claimed {judged.evidence['claimed']}, measured {judged.evidence['measured']}"


def show_verdicts(found: Sequence[Verdicts]) -> None:
    """Of one family, a row for each kind."""
    console, table = Console(), _table("kind")
    table.title, table.title_justify = found[0].family, "left"
    for name in ("seeds", "confirmed", "proven", "reference", "refuted", "not drawn", "seconds"):
        table.add_column(name, justify="right")
    for each in found:
        counts = [each.tally[verdict] for verdict in ("confirmed", "proven", "reference", "refuted")]
        colour = "red" if each.refuted or each.undrawn else "green"
        numbers = map(str, (each.seeds, *counts, len(each.undrawn)))
        table.add_row(each.kind, *numbers, f"{each.seconds:.2f}", style=colour)
    console.print(table)
    for each in found:
        _show_faults(console, f"{each.kind}: refuted", each.refuted)
        _show_faults(console, f"{each.kind}: not drawn", each.undrawn)


def stress(family: str, kind: str, seeds: int) -> Stress:
    """Draw the questions of the seeds from 0 on."""
    found = Stress(registry.get(family), kind)
    with _progress() as progress:
        for seed in progress.track(range(seeds), description=f"{family} · {kind}"):
            found.add(seed)
    return found


def show_stress(found: Iterable[Stress]) -> None:
    console = Console()
    for each in found:
        table = _table(f"{each.family.name()} · {each.kind}", "")
        for name, value in _lines(each):
            table.add_row(name, value)
        console.print(table, "")
        _show_faults(console, "error", each.errors)


def _lines(seen: Stress) -> list[tuple[str, str]]:
    return [
        ("drawn", f"{len(seen.seconds)} seeds, {len(seen.ids)} distinct questions, {len(seen.errors)} errors"),
        ("time a variant", f"{seen.typical * 1000:.2f} ms median, {seen.slowest * 1000:.2f} ms longest"),
        ("first throws refused", f"{seen.refused} of {seen.thrown}"),
        *((f"  {count} ×", reason) for reason, count in seen.reasons.most_common(5)),
        *([("place of the right option", _shares(seen.positions))] if seen.positions else []),
        *([("its rank by size", _shares(seen.ranks))] if seen.ranks else []),
    ]


def _shares(counts: Counter[Any]) -> str:
    total = counts.total()
    return "   ".join(f"{name}: {count / total:.0%}" for name, count in sorted(counts.items()))


def _show_faults(console: Console, title: str, faults: list[tuple[int, str]]) -> None:
    for seed, reason in faults[:SHOWN]:
        console.print(f"{title}, seed {seed}: {reason}", style="red", markup=False)
    if len(faults) > SHOWN:
        console.print(f"… and {len(faults) - SHOWN} more", style="red")


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)


def _table(*columns: str) -> Table:
    return Table(*columns, box=None, pad_edge=False, header_style="bold")

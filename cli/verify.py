"""`resit verify FAMILY`"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING

import click
from rich.console import Console

from bank import registry, verification
from bank.errors import BankError
from bank.judgements import Judged
from bank.variant import Draft
from bank.verification import Task
from cli._families import about_a_family, kinds_asked_for
from cli._lab import make_lab
from cli._terminal import progress, show_faults, table

if TYPE_CHECKING:
    from bank.lab import Lab

BATCH = 256  # questions measured at once, as a worker does


@click.command()
@about_a_family(seeds=20)
def verify(family: str, seeds: int, kind: str | None) -> None:
    """Draw questions of FAMILY and let the lab confirm each key. Exit status 1 if one is refuted.

    Runs in this process and needs no server.
    """
    found = [judged(family, each, seeds) for each in kinds_asked_for(family, kind)]
    show(found)
    if any(each.refuted or each.undrawn for each in found):
        raise SystemExit(1)


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


def judged(family: str, kind: str, seeds: int) -> Verdicts:
    """Draw and measure the questions of the seeds from 0 on, batch by batch."""
    lab, found = make_lab(), Verdicts(family, kind, seeds)
    started = perf_counter()
    with progress() as shown:
        task = shown.add_task(f"{family} · {kind}", total=seeds)
        for first in range(0, seeds, BATCH):
            batch = range(first, min(first + BATCH, seeds))
            _judge_batch(lab, found, batch)
            shown.advance(task, len(batch))
    found.seconds = perf_counter() - started
    return found


def _judge_batch(lab: Lab, found: Verdicts, seeds: Iterable[int]) -> None:
    drawn: list[tuple[int, Draft]] = []
    for seed in seeds:
        try:
            drawn.append((seed, registry.get(found.family).draft(seed, found.kind)))
        except BankError as error:
            found.undrawn.append((seed, str(error)))
    said = verification.verify(lab, found.family, [Task(found.kind, draft.params, draft.seed) for _, draft in drawn])
    found.tally.update(each.verdict for each in said)
    found.refuted += [
        (seed, _disagreement(each)) for (seed, _), each in zip(drawn, said, strict=True) if each.verdict == "refuted"
    ]


def _disagreement(refuted: Judged) -> str:
    return f"claimed {refuted.evidence['claimed']}, measured {refuted.evidence['measured']}"


def show(found: Sequence[Verdicts]) -> None:
    """Of one family, a row for each kind."""
    console, shown = Console(), table("kind")
    shown.title, shown.title_justify = found[0].family, "left"
    for name in ("seeds", "confirmed", "proven", "reference", "refuted", "not drawn", "seconds"):
        shown.add_column(name, justify="right")
    for each in found:
        counts = [each.tally[verdict] for verdict in ("confirmed", "proven", "reference", "refuted")]
        colour = "red" if each.refuted or each.undrawn else "green"
        numbers = map(str, (each.seeds, *counts, len(each.undrawn)))
        shown.add_row(each.kind, *numbers, f"{each.seconds:.2f}", style=colour)
    console.print(shown)
    for each in found:
        show_faults(console, f"{each.kind}: refuted", each.refuted)
        show_faults(console, f"{each.kind}: not drawn", each.undrawn)

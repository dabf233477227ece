"""`resit stress FAMILY`"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from bank import registry
from bank.strategies import Score
from bank.stress import Stress
from cli._families import about_a_family, kinds_asked_for
from cli._terminal import progress, show_faults, table

MOST_REASONS = 5
MOST_STRATEGIES = 8  # of those that earn no more than they may


@click.command()
@about_a_family(seeds=500)
def stress(family: str, seeds: int, kind: str | None) -> None:
    """Draw many questions of FAMILY: time, errors by seed, refused draws, what guessing earns.

    Exit status 1 if a seed gave an error, or if a strategy that needs no knowledge earns more than it may.
    """
    found = [drawn(family, each, seeds) for each in kinds_asked_for(family, kind)]
    for each in found:
        show(each)
    if any(each.errors or each.uneven or any(score.too_much for score in each.scores) for each in found):
        raise SystemExit(1)


def drawn(family: str, kind: str, seeds: int) -> Stress:
    """The questions of the seeds from 0 on."""
    found = Stress(registry.get(family), kind)
    with progress() as shown:
        for seed in shown.track(range(seeds), description=f"{family} · {kind}"):
            found.add(seed)
    return found


def show(found: Stress) -> None:
    console, shown = Console(), table(f"{found.family.name()} · {found.kind}", "")
    for name, value in _rows(found):
        shown.add_row(name, value)
    console.print(shown, "")
    if scores := found.scores:
        console.print(_guesses(scores), "")
    show_faults(console, "error", found.errors)


def _rows(seen: Stress) -> list[tuple[str, str]]:
    return [
        ("drawn", f"{len(seen.seconds)} seeds, {len(seen.looks)} distinct questions, {len(seen.errors)} errors"),
        ("time a variant", f"{seen.typical * 1000:.2f} ms median, {seen.slowest * 1000:.2f} ms longest"),
        ("first draws refused", f"{seen.refused} of {seen.tried}"),
        *((f"  {count} ×", reason) for reason, count in seen.reasons.most_common(MOST_REASONS)),
        *([("place of the right option", _shares(seen.positions))] if seen.positions else []),
        *([("its rank by size", _shares(seen.ranks))] if seen.ranks else []),
        *([("more often than chance", ", ".join(seen.uneven))] if seen.uneven else []),
    ]


def _guesses(scores: Sequence[Score]) -> Table:
    """The strategies that earn most, and all that earn too much."""
    shown = table("strategy", "it scores", "where it applies", "chance", "at most")
    for place, score in enumerate(scores):
        if place < MOST_STRATEGIES or score.too_much:
            style = "bold red" if score.too_much else None
            where = f"{score.earned:.2f} in {score.applies} of {score.of}"
            chance, limit = f"{score.chance:.2f}", f"{score.limit_of_all:.2f}"
            shown.add_row(score.name, f"{score.of_all:.2f}", where, chance, limit, style=style)
    return shown


def _shares(counts: Counter[Any]) -> str:
    total = counts.total()
    return "   ".join(f"{name}: {count / total:.0%}" for name, count in sorted(counts.items()))

"""`resit stress FAMILY`"""

from __future__ import annotations

from collections import Counter
from typing import Any

import click
from rich.console import Console

from bank import registry
from bank.stress import Stress
from cli._families import about_a_family, kinds_asked_for
from cli._terminal import progress, show_faults, table

MOST_REASONS = 5


@click.command()
@about_a_family(seeds=500)
def stress(family: str, seeds: int, kind: str | None) -> None:
    """Draw many questions of FAMILY: time, errors by seed, refused draws, where the right option stands.

    Exit status 1 if a seed gave an error.
    """
    found = [drawn(family, each, seeds) for each in kinds_asked_for(family, kind)]
    for each in found:
        show(each)
    if any(each.errors for each in found):
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
    show_faults(console, "error", found.errors)


def _rows(seen: Stress) -> list[tuple[str, str]]:
    return [
        ("drawn", f"{len(seen.seconds)} seeds, {len(seen.looks)} distinct questions, {len(seen.errors)} errors"),
        ("time a variant", f"{seen.typical * 1000:.2f} ms median, {seen.slowest * 1000:.2f} ms longest"),
        ("first draws refused", f"{seen.refused} of {seen.tried}"),
        *((f"  {count} ×", reason) for reason, count in seen.reasons.most_common(MOST_REASONS)),
        *([("place of the right option", _shares(seen.positions))] if seen.positions else []),
        *([("its rank by size", _shares(seen.ranks))] if seen.ranks else []),
    ]


def _shares(counts: Counter[Any]) -> str:
    total = counts.total()
    return "   ".join(f"{name}: {count / total:.0%}" for name, count in sorted(counts.items()))

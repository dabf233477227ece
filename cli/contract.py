"""`resit contract FAMILY | PACKAGE …`"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING

import click
from rich.console import Console

from bank import registry
from bank.contract import OF_A_PACKAGE, PROMISES, Promise, sentence
from bank.contract.questions import nothing_is_left_to_write
from bank.stress import FAULTS
from cli._families import include_families
from cli._lab import make_lab
from cli._terminal import progress, table

if TYPE_CHECKING:
    from bank.authoring.family import Family
    from bank.lab import Lab

HELD_TO = (*PROMISES, *OF_A_PACKAGE)


@dataclass
class Held:
    """A family in one kind: the promises that it keeps, and what is said of those that it breaks."""

    family: str
    kind: str
    kept: list[str] = field(default_factory=list)
    broken: list[tuple[str, str]] = field(default_factory=list)
    seconds: float = 0.0


@click.command()
@click.argument("names", nargs=-1, required=True, metavar="FAMILY|PACKAGE...")
def contract(names: Sequence[str]) -> None:
    """Hold families to what each one promises, in every kind. Exit status 1 if a promise is broken.

    A PACKAGE such as mycourse.families is held to it whole, and to its golden.json where it has one.
    """
    found = [family for name in names for family in _named(name)]
    held = all_held([(family, kind) for family in found for kind in family.kinds])
    show(held)
    if any(each.broken for each in held):
        raise SystemExit(1)


def _named(name: str) -> list[type[Family]]:
    """Raises UnknownFamily, NoSuchPackage, UnusableFamily, FamilyClash."""
    if "." not in name:
        return [registry.get(name)]
    if name not in [package.__name__ for package in registry.packages()]:
        include_families([name])
    return registry.of_package(name)


def all_held(asked: Sequence[tuple[type[Family], str]]) -> list[Held]:
    lab, held = make_lab(), []
    with progress() as shown:
        task = shown.add_task("", total=len(asked) * len(HELD_TO))
        for family, kind in asked:
            each, started = Held(family.name(), kind), perf_counter()
            for promise in HELD_TO:
                shown.update(task, description=f"{family.name()} · {kind} · {sentence(promise)}")
                _hold(each, promise, family, lab)
                shown.advance(task)
            each.seconds = perf_counter() - started
            held.append(each)
    return held


def _hold(held: Held, promise: Promise, family: type[Family], lab: Lab) -> None:
    """What is not written yet is held to nothing else."""
    if sentence(nothing_is_left_to_write) in dict(held.broken):
        return
    try:
        promise(family, held.kind, lab)
        held.kept.append(sentence(promise))
    except FAULTS as error:
        held.broken.append((sentence(promise), str(error) or type(error).__name__))


def show(held: Sequence[Held]) -> None:
    """A row for each family and kind, and below what is said of broken promises, once for all kinds alike."""
    console, shown = Console(), table("family", "kind")
    for name in ("promises kept", "seconds"):
        shown.add_column(name, justify="right")
    for each in held:
        kept = f"{len(each.kept)} of {len(HELD_TO)}"
        shown.add_row(each.family, each.kind, kept, f"{each.seconds:.1f}", style="red" if each.broken else "green")
    console.print(shown)
    said: dict[tuple[str, str, str], list[str]] = {}
    for each in held:
        for promise, fault in each.broken:
            said.setdefault((each.family, promise, fault), []).append(each.kind)
    for (family, promise, fault), kinds in said.items():
        console.print(f"\n{family} · {', '.join(kinds)}: {promise}?", style="bold red", markup=False)
        console.print(fault, style="red", markup=False, highlight=False, soft_wrap=True)

"""Which questions a command is about: a family, some seeds, one kind or all."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from bank import registry
from settings import Settings

Command = TypeVar("Command", bound=Callable[..., Any])


def include_families(names: Sequence[str] = (), faults_are_shown: bool = False) -> None:
    """Add those of the settings and of some packages, which may lie in the folder that the command is given in.

    Raises NoSuchPackage; UnusableFamily and FamilyClash unless the command itself shows such faults.
    """
    try:
        wanted = (*Settings.from_env().families, *names)
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    if wanted:
        sys.path.append(str(Path.cwd()))  # as gunicorn and celery do
        registry.add(wanted) if faults_are_shown else registry.include(wanted)


def about_a_family(seeds: int) -> Callable[[Command], Command]:
    """The argument FAMILY, and the options --seeds, of which `seeds` is the default, and --kind."""
    kind = click.option("--kind", help="One kind; without it every kind that the family can be asked in.")
    count = click.IntRange(1)
    how_many = click.option("--seeds", default=seeds, show_default=True, type=count, help="How many, from 0 on.")

    def declare(command: Command) -> Command:
        return click.argument("family")(how_many(kind(command)))

    return declare


def kinds_asked_for(family: str, kind: str | None) -> tuple[str, ...]:
    """Raises UnknownFamily, and BadParameter for a kind that the family does not know."""
    known = registry.get(family).kinds
    if kind and kind not in known:
        raise click.BadParameter(f"{family} is asked as {', '.join(known)}", param_hint="--kind")
    return (kind,) if kind else known

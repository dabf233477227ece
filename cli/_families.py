"""Which questions a command is about: a family, some seeds, one kind or all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from bank import registry

Command = TypeVar("Command", bound=Callable[..., Any])


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

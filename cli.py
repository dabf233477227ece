"""The `resit` command."""

from __future__ import annotations

from contextlib import AbstractContextManager, closing
from typing import Any

import click
from rich.console import Console

from bank import registry
from bank.errors import BankError
from bank.store import Store
from bank.store.keys import SCOPES
from embedded.home import Home

SHOWN: Any = {"show_default": True, "show_envvar": True}
HERE: Any = {"context_settings": {"help_option_names": ["-h", "--help"], "max_content_width": 100}}


class Commands(click.Group):
    """In the order they are needed; what the bank refuses ends in one line, not in a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BankError as error:
            raise click.ClickException(str(error)) from None


@click.group(cls=Commands, **HERE)
@click.version_option(package_name="resit", message="%(package)s %(version)s")
def main() -> None:
    """A question bank whose answer keys are proven, not typed.

    \b
    resit up                                start the service on this machine
    resit verify optimal_rate --seeds 200   solve questions twice and compare
    resit stress optimal_rate --seeds 500   what its draws look like
    resit keys create --scope lms --name moodle
    """


@main.command()
@click.option("--host", default="127.0.0.1", envvar="RESIT_HOST", **SHOWN, help="Address to listen on.")
@click.option("--port", default=8000, envvar="RESIT_PORT", **SHOWN, type=click.IntRange(1, 65535), help="And its port.")
def up(host: str, port: int) -> None:
    """Start everything on this machine, and stop it with Ctrl-C.

    A private Redis, the workers and the API run under a supervisor that starts again what dies. Data, keys and logs
    lie in the folder RESIT_HOME (var).
    """
    from embedded import starting

    starting.start(Home.from_env(), host, port)


@main.command()
def migrate() -> None:
    """Bring the database up to date; any number of hosts may do so at once."""
    with _store() as store:
        store.migrate()


@main.group(cls=Commands)
def keys() -> None:
    """Keys of the API: create, list, revoke.

    They are kept in the database that RESIT_DATABASE_URL names, or in the one of `resit up`.
    """


@keys.command("create")
@click.option("--scope", required=True, type=click.Choice(SCOPES), help="What it allows.")
@click.option("--name", required=True, help="Whose it is, for the list.")
def create_key(scope: str, name: str) -> None:
    """Make a key and print it. It is shown this once: only its digest is kept."""
    with _store() as store:
        store.migrate()
        click.echo(store.keys.create(scope, name))


@keys.command("list")
def list_keys() -> None:
    """All keys by their prefix, the oldest first."""
    from rich.table import Table

    table = Table("prefix", "scope", "name", "created", "revoked", box=None)
    with _store() as store:
        known = store.keys.all()
    for key in known:
        revoked = f"{key.revoked:%Y-%m-%d %H:%M}" if key.revoked else ""
        table.add_row(key.prefix, key.scope, key.name, f"{key.created:%Y-%m-%d %H:%M}", revoked)
    Console().print(table)


@keys.command("revoke")
@click.argument("prefix")
def revoke_key(prefix: str) -> None:
    """Take a key back by its PREFIX (the part before the dot). It stops working within a second or so."""
    with _store() as store:
        if not store.keys.revoke(prefix):
            raise click.ClickException(f"no living key begins with {prefix}")
    click.echo(f"{prefix} is revoked")


def _store() -> AbstractContextManager[Store]:
    return closing(Store(Home.from_env().database_url()))


@main.command()
@click.argument("family")
@click.option("--seeds", default=20, show_default=True, type=click.IntRange(1), help="How many, from 0 on.")
@click.option("--kind", help="One kind; without it every kind that the family can be asked in.")
def verify(family: str, seeds: int, kind: str | None) -> None:
    """Draw questions of FAMILY and let the lab confirm each key. Exit status 1 if one is refuted.

    Runs in this process and needs no server.
    """
    import trials

    counts = [trials.verify(family, each, seeds) for each in _kinds(family, kind)]
    trials.show_verdicts(counts)
    if any(count.refuted or count.undrawn for count in counts):
        raise SystemExit(1)


@main.command()
@click.argument("family")
@click.option("--seeds", default=500, show_default=True, type=click.IntRange(1), help="How many, from 0 on.")
@click.option("--kind", help="One kind; without it every kind that the family can be asked in.")
def stress(family: str, seeds: int, kind: str | None) -> None:
    """Draw many questions of FAMILY: time, errors by seed, refused draws, where the right option stands.

    Exit status 1 if a seed gave an error.
    """
    import trials

    found = [trials.stress(family, each, seeds) for each in _kinds(family, kind)]
    trials.show_stress(found)
    if any(each.errors for each in found):
        raise SystemExit(1)


def _kinds(family: str, kind: str | None) -> tuple[str, ...]:
    known = registry.get(family).kinds
    if kind and kind not in known:
        raise click.BadParameter(f"{family} is asked as {', '.join(known)}", param_hint="--kind")
    return (kind,) if kind else known


if __name__ == "__main__":
    main()

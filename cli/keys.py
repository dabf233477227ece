"""`resit keys create | list | revoke`"""

from __future__ import annotations

import click

from bank.store.keys import SCOPES
from cli._record import opened_store
from cli._terminal import show_table, table


@click.group()
def keys() -> None:
    """Keys of the API: create, list, revoke.

    They are kept in the database that RESIT_DATABASE_URL names, or in the one of `resit up`.
    """


@keys.command()
@click.option("--scope", required=True, type=click.Choice(SCOPES), help="What it allows.")
@click.option("--name", required=True, help="Whose it is, for the list.")
def create(scope: str, name: str) -> None:
    """Make a key and print it. It is shown this once: only its digest is kept."""
    with opened_store() as store:
        click.echo(store.keys.create(scope, name))


@keys.command("list")
def list_keys() -> None:
    """All keys by their prefix, the oldest first."""
    shown = table("prefix", "scope", "name", "created", "revoked")
    with opened_store() as store:
        known = store.keys.all()
    for key in known:
        revoked = f"{key.revoked:%Y-%m-%d %H:%M}" if key.revoked else ""
        shown.add_row(key.prefix, key.scope, key.name, f"{key.created:%Y-%m-%d %H:%M}", revoked)
    show_table(shown)


@keys.command()
@click.argument("prefix")
def revoke(prefix: str) -> None:
    """Take a key back by its PREFIX (the part before the dot). It stops working within a second or so."""
    with opened_store() as store:
        if not store.keys.revoke(prefix):
            raise click.ClickException(f"no living key begins with {prefix}")
    click.echo(f"{prefix} is revoked")

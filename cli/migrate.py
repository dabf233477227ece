"""`resit migrate`"""

from __future__ import annotations

import click

from cli._record import opened_store


@click.command()
def migrate() -> None:
    """Bring the database up to date; any number of hosts may do so at once."""
    with opened_store(new=True) as store:
        store.migrate()

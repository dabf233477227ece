"""`resit publish BANK`"""

from __future__ import annotations

import click

from cli._service import Service


@click.command()
@click.argument("bank")
@click.option("--revision", type=click.IntRange(1), help="The newest unless given.")
def publish(bank: str, revision: int | None) -> None:
    """Let learners draw from BANK. What is published never changes."""
    found = Service().post(f"/v1/banks/{bank}/publish", {} if revision is None else {"revision": revision})
    click.echo(f"{found['id']} revision {found['published']} is published")

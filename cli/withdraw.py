"""`resit withdraw VARIANT`"""

from __future__ import annotations

import click

from cli._service import Service


@click.command()
@click.argument("variant")
@click.option("--reason", required=True, help="For the record.")
def withdraw(variant: str, reason: str) -> None:
    """Serve VARIANT to nobody any more, from within a second on."""
    Service().post(f"/v1/variants/{variant}/withdraw", {"reason": reason})
    click.echo(f"{variant} is withdrawn")

"""`resit banks`"""

from __future__ import annotations

import click

from cli._built import tell_what_was_built
from cli._service import Service
from cli._terminal import show_table, table


@click.command()
@click.argument("bank", required=False)
def banks(bank: str | None) -> None:
    """All banks, or one BANK with its items."""
    service = Service()
    found = list(service.every("/v1/banks")) if bank is None else [service.get(f"/v1/banks/{bank}")]
    shown = table("id", "name", "state", whole=("id",))
    for name in ("revision", "published", "built", "wanted"):
        shown.add_column(name, justify="right")
    shown.add_column("created")
    for each in found:
        numbers = (each["revision"], each["published"] or "", each["counts"]["built"], each["counts"]["wanted"])
        shown.add_row(each["id"], each["name"], each["state"], *map(str, numbers), each["created"][:16])
    show_table(shown)
    if bank is not None:
        tell_what_was_built(service, bank)

"""`resit draw BANK LEARNER`"""

from __future__ import annotations

import click

from cli._service import Service
from cli._terminal import show_table, table


@click.command()
@click.argument("bank")
@click.argument("learner")
@click.option("--pool", type=click.Choice(["exam", "practice"]), default="exam", show_default=True)
def draw(bank: str, learner: str, pool: str) -> None:
    """The variants of BANK that LEARNER has: the same ones whenever they are asked for."""
    found = Service().post(f"/v1/banks/{bank}/draws", {"learner": learner, "pool": pool})
    shown = table("item", "points", "variant", whole=("variant",))
    for item in found["items"]:
        for variant in item["variants"]:
            shown.add_row(str(item["item"]), f"{item['points']:g}", variant["id"])
    show_table(shown)
    click.echo(f"draw {found['id']}, revision {found['revision']}, occasion {found['occasion']}")

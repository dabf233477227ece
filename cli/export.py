"""`resit export BANK`"""

from __future__ import annotations

from pathlib import Path

import click

from cli._files import save
from cli._service import Service


@click.command()
@click.argument("bank")
@click.option("--format", "file_format", default="json", show_default=True, help="json: the manifest.")
@click.option("--revision", type=click.IntRange(1), help="The published one unless given.")
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path))
def export(bank: str, file_format: str, revision: int | None, output: Path) -> None:
    """Write a published revision of BANK to a file: a backup, and the way to another machine."""
    params = {} if revision is None else {"revision": revision}
    content = Service().call("GET", f"/v1/banks/{bank}/exports/{file_format}", params=params).content
    save(output, content)

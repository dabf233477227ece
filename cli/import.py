"""`resit import FILE`"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import click

from cli._service import Service

ROWS_A_CALL = 250  # a request holds a megabyte, and ten thousand values


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_(file: Path) -> None:
    """Make a bank from a manifest that `resit export` wrote, here or elsewhere. Each variant is proven again."""
    try:
        manifest: dict[str, Any] = json.loads(file.read_bytes())
        rows = manifest["variants"]
        parts = [rows[start : start + ROWS_A_CALL] for start in range(0, len(rows), ROWS_A_CALL)] or [[]]
    except (ValueError, KeyError, TypeError):
        raise click.ClickException(f"{file} is no manifest") from None
    service = Service()
    made = service.post("/v1/imports", manifest | {"variants": parts[0]})
    answers = [made, *(service.post(f"/v1/imports/{made['bank']}/variants", {"variants": part}) for part in parts[1:])]
    refused: Counter[str] = Counter()
    for answer in answers:
        refused.update({each["reason"]: each["count"] for each in answer["refused"]})
    click.echo(f"{made['bank']}: {sum(answer['taken'] for answer in answers)} of {len(rows)} variants")
    for reason, count in refused.most_common():
        click.echo(f"{count} not taken: {reason}", err=True)
    if refused:
        raise SystemExit(1)

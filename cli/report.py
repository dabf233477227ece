"""`resit report BANK`"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from cli._files import save
from cli._service import Service
from cli._terminal import show_table, table


@click.command()
@click.argument("bank")
@click.option("--revision", type=click.IntRange(1), help="The newest unless given.")
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="Save the page for an exam board here.")
@click.option("--json", "as_json", is_flag=True, help="Print all of it as JSON.")
def report(bank: str, revision: int | None, html: Path | None, as_json: bool) -> None:
    """Whether BANK is fair: guesses, places of the right options, spread of difficulty, and results once graded."""
    service, path = Service(), f"/v1/banks/{bank}/report"
    params = {} if revision is None else {"revision": revision}
    if html is not None:
        save(html, service.call("GET", path, params=params, headers={"Accept": "text/html"}).content)
        return
    found = service.get(path, params=params)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        show(found)


def show(found: dict[str, Any]) -> None:
    """A row for each part of each item, then what to look at."""
    summary, shown = found["summary"], table("item", "family", "kind", whole=("family",))
    for name in ("variants", "distinct", "guessing", "best strategy", "facility", "discrimination"):
        shown.add_column(name, justify="right")
    for item in found["items"]:
        for part in item["parts"]:
            shown.add_row(str(item["item"]), part["family"], part["kind"], *_numbers(part))
    console = Console()
    console.print(f"{found['name']}, revision {found['revision']}: {summary['variants']} variants", markup=False)
    show_table(shown)
    for finding in summary["findings"]:
        console.print(f"item {finding['item']}, {finding['family']}: {finding['finding']}", style="red", markup=False)


def _numbers(part: dict[str, Any]) -> list[str]:
    best, results = part["best_strategy"], part["results"] or {}
    shares = [best and best["score"], results.get("facility"), results.get("discrimination")]
    counts = [str(part["variants"]), str(part["distinct"]), f"{part['guessing']:.2f}"]
    return counts + [_share(value) for value in shares]


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"

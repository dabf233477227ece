"""`resit regenerate PAPER`"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cli._built import tell_what_was_built
from cli._files import read_blueprint
from cli._service import Service
from cli._waiting import wait_for_job


@click.command()
@click.argument("paper")
@click.option("--count", type=click.IntRange(1), help="Variants of each item that does not say how many.")
@click.option("--name", help="Of the bank; that of the file unless given.")
@click.option("--bank", help="Id of a bank that gets a new revision, in the place of a new bank.")
@click.option("--seed", type=click.IntRange(0), help="The same seed gives the same variants.")
@click.option("--practice", type=click.IntRange(0), help="Further variants of each item, for a practice pool.")
@click.option("--wait", is_flag=True, help="Show how far it is until it is built.")
def regenerate(
    paper: str,
    count: int | None,
    name: str | None,
    bank: str | None,
    seed: int | None,
    practice: int | None,
    wait: bool,
) -> None:
    """Build a bank, or a new revision of one, from PAPER.

    PAPER is a file, .toml or .json, or a paper that comes with Resit, such as dl1_resit_2022. The service is that of
    RESIT_URL, opened by RESIT_KEY.
    """
    service = Service()
    blueprint = _blueprint(paper, count)
    given = {"seed": seed, "practice": practice}
    blueprint |= {member: value for member, value in given.items() if value is not None}
    title = name or blueprint.pop("name", Path(paper).stem)
    blueprint.pop("name", None)
    path, named = ("/v1/banks", {"name": title}) if bank is None else (f"/v1/banks/{bank}/regenerate", {})
    made = service.post(path, named | blueprint, once=True)
    for warning in made["warnings"]:
        click.echo(f"{warning['pointer']}: {warning['detail']}", err=True)
    click.echo(f"{made['bank']} revision {made['revision']} job {made['job']}")
    if wait:
        state = wait_for_job(service, made["job"])
        tell_what_was_built(service, made["bank"])
        if state["state"] in ("failed", "cancelled"):
            raise SystemExit(1)


def _blueprint(paper: str, count: int | None) -> dict[str, Any]:
    path = Path(paper)
    if path.suffix.lower() not in (".toml", ".json"):
        if path.is_file():
            raise click.ClickException(f"{path} must end in .toml or .json")
        if count is None:
            raise click.UsageError("--count says how many variants of each item, and is missing")
        return {"paper": paper, "count": count}
    found = read_blueprint(path)
    items = found.get("items")
    if isinstance(items, list) and all(isinstance(item, dict) for item in items):
        if count is None and not all("count" in item for item in items):
            raise click.UsageError("--count says how many variants of each item that has no count, and is missing")
        found["items"] = [({} if count is None else {"count": count}) | item for item in items]
    return found

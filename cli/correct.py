"""`resit correct BANK`"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import click

from cli._service import Service
from cli._terminal import show_table, table
from cli._waiting import wait_for_job

LONGEST_KEY = 60  # characters


@click.command()
@click.argument("bank")
@click.option("--reason", required=True, help="For the record, and for the learners who ask.")
@click.option("--revision", type=int, help="One that was published earlier; else the one that is drawn from.")
@click.option("--family", "families", multiple=True, help="Look at this family alone; may be given again.")
@click.option("--annul", multiple=True, help="Full points for all who were given this variant; may be given again.")
@click.option("--lower", is_flag=True, help="Let results become worse too.")
@click.option("--yes", is_flag=True, help="Confirm without asking.")
def correct(
    bank: str, reason: str, revision: int | None, families: Sequence[str], annul: Sequence[str], lower: bool, yes: bool
) -> None:
    """Put right what was published of BANK: keys of mended families, and variants that are annulled.

    Shows which keys change and how many learners and points that touches, and regrades once it is confirmed.
    """
    service = Service()
    asked: dict[str, Any] = {"reason": reason}
    asked |= {} if revision is None else {"revision": revision}
    asked |= {"families": list(families)} if families else {}
    asked |= {"annul": list(annul)} if annul else {}
    ordered = service.post(f"/v1/banks/{bank}/corrections", asked)
    _wait(service, ordered)
    found = service.get(f"/v1/corrections/{ordered['correction']}")
    show(found)
    touched = found["totals"]["changed"] + found["totals"]["annulled"] + found["totals"]["unproven"]
    if not touched:
        click.echo("nothing is to be put right")
        return
    if not yes:
        click.confirm("Regrade?", abort=True)
    done = service.post(f"/v1/corrections/{found['id']}/confirm", {"lower": lower})
    _wait(service, done)
    totals = service.get(f"/v1/corrections/{found['id']}")["totals"]
    points = f"+{totals['applied']['gain']:g} and -{totals['applied']['loss']:g} points"
    click.echo(f"{totals['regraded']} results changed, {points}: {found['id']}")


def _wait(service: Service, ordered: dict[str, Any]) -> None:
    """Until the work on a correction is done. Raises ClickException where it was not."""
    state = wait_for_job(service, ordered["job"])["state"] if ordered["job"] is not None else "succeeded"
    if state != "succeeded":
        raise click.ClickException(f"the job is {state}; {ordered['correction']} stays as it is until it is confirmed")


def show(found: dict[str, Any]) -> None:
    """The keys side by side, and what they touch."""
    shown = table("variant", "finding", "key until now", "key of today", whole=("variant",))
    for name in ("learners", "points gained", "points lost"):
        shown.add_column(name, justify="right")
    for each in found["variants"]:
        keys = (_key(each["before"]), _key(each["after"]))
        points = (f"{each['points']['gain']:g}", f"{each['points']['loss']:g}")
        shown.add_row(each["variant"], each["finding"], *keys, str(each["learners"]), *points)
    show_table(shown)
    totals = found["totals"]
    click.echo(f"{totals['same']} keys stand, {totals['changed']} change, {totals['unproven']} cannot be proven,")
    click.echo(f"{totals['annulled']} are annulled; {totals['learners']} learners, +{totals['gain']:g} points,")
    click.echo(f"-{totals['loss']:g} where results may become worse")


def _key(answer: Any) -> str:
    if answer is None:
        return ""
    text = answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False)
    return text if len(text) <= LONGEST_KEY else f"{text[: LONGEST_KEY - 1]}…"

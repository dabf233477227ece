"""A job on a terminal: a bar while it lasts, and a way to leave it or to end it."""

from __future__ import annotations

from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from cli._service import ENDED, Service


def wait_for_job(service: Service, job: str) -> dict[str, Any]:
    """The job once it has ended, or when whoever waits has had enough. Ctrl-C asks what is to become of it."""
    state: dict[str, Any] = {}
    while state.get("state") not in ENDED:
        try:
            state = _shown(service, job)
        except KeyboardInterrupt:
            if not _goes_on(service, job):
                return service.get(f"/v1/jobs/{job}")  # type: ignore[no-any-return]  # JSON
    return state


def _goes_on(service: Service, job: str) -> bool:
    """Whether to wait on: asked of whoever pressed Ctrl-C."""
    wish = click.prompt(
        "\nCancel the job, leave it running, or wait on?", type=click.Choice(["cancel", "leave", "wait"]), err=True
    )
    if wish == "cancel":
        service.call("DELETE", f"/v1/jobs/{job}")
        click.echo("cancelled; what was built stays", err=True)
    elif wish == "leave":
        click.echo("it goes on; `resit banks` shows how far banks are built", err=True)
    return bool(wish == "wait")


def _shown(service: Service, job: str) -> dict[str, Any]:
    console = Console(stderr=True)
    if not console.is_terminal:
        return _in_lines(service, job)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    state: dict[str, Any] = {}
    before: int | None = None  # done when this look began: the rate is that of what is seen
    with Progress(*columns, TextColumn("{task.fields[rest]}"), console=console) as bar:
        task = bar.add_task("building", total=None, rest="")
        for state in service.watched(job):
            before = state["done"] if before is None else before
            rest = _rest(state, state["done"] - before, bar.tasks[task].elapsed or 0.0)
            bar.update(task, description=state["state"], completed=state["done"], total=state["total"], rest=rest)
    return state


def _in_lines(service: Service, job: str) -> dict[str, Any]:
    """A line for each tenth of it: for a log."""
    state: dict[str, Any] = {}
    told = -1
    for state in service.watched(job):
        tenth = 10 * state["done"] // max(1, state["total"])
        if tenth > told or state["state"] in ENDED:
            click.echo(f"{state['state']}: {state['done']} of {state['total']} {_rest(state)}".rstrip(), err=True)
            told = tenth
    return state


def _rest(state: dict[str, Any], seen: int = 0, elapsed: float = 0.0) -> str:
    """Rate, estimate, and what was not taken."""
    found = []
    if elapsed > 1 and seen:
        found.append(f"{seen / elapsed:.0f}/s")
    if state["eta_seconds"] is not None:
        found.append(f"{state['eta_seconds']:.0f} s left")
    if failed := sum(each["count"] for each in state["failed"]):
        found.append(f"{failed} failed")
    return ", ".join(found)

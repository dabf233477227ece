"""`resit lab`, `resit lab run EXPERIMENT`"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

from bank.cache import Cache
from bank.errors import NoRecord
from bank.results import KeptResults
from cli._lab import make_lab
from cli._record import opened_store
from cli._terminal import progress, table
from settings import Settings

if TYPE_CHECKING:
    from bank.lab import Lab
    from bank.lab.acceptance import Trial
    from bank.store import Store

CLAIM_SECONDS = 600.0  # in which one stack of trainings ends


@click.group(invoke_without_command=True)
@click.pass_context
def lab(ctx: click.Context) -> None:
    """The experiments that answers rest on: what they are, and how many results the record holds of each."""
    if ctx.invoked_subcommand is None:
        show_experiments()


@lab.command()
@click.argument("experiment")
@click.option("--seeds", type=click.IntRange(1, 10_000), help="Over how many; its own number, if not told.")
@click.option("--lab-seed", type=click.IntRange(0), default=0, show_default=True, help="Of all that is drawn.")
@click.option("--anew", is_flag=True, help="Compute what the record holds already, and keep nothing.")
def run(experiment: str, seeds: int | None, lab_seed: int, anew: bool) -> None:
    """Run EXPERIMENT over seeds and hold what it shows against what it has to show.

    Results are found in the record and kept there, where there is one. Exit status 1 where a criterion is not met.
    """
    with _lab(lab_seed, anew) as measuring:
        trial = _tried(measuring, experiment, seeds)
    show_trial(trial)
    if not trial.accepted:
        raise SystemExit(1)


def show_experiments() -> None:
    make_lab()  # says how to get one, where torch is not installed
    from bank.lab import experiments

    shown = table("experiment", "what is run")
    for name in ("seeds", "results", "CPU seconds"):
        shown.add_column(name, justify="right")
    shown.add_column("device")
    with _record() as store:
        for name, experiment in experiments().items():
            told = inspect.getdoc(inspect.getmodule(experiment)) or ""
            about, seeds = told.splitlines()[0], str(experiment.seeds)
            rows = store.results.census(name) if store else []
            for row in rows:
                shown.add_row(name, about, seeds, str(row.results), f"{row.seconds:.1f}", row.device)
            if not rows:
                shown.add_row(name, about, seeds, "0" if store else "-", "", "")
    Console().print(shown)


def show_trial(trial: Trial) -> None:
    from bank.lab.acceptance import cells

    console, shown = Console(), table("criterion", "asked", "specified")
    for name in ("measured", "judged", "z"):
        shown.add_column(name, justify="right")
    for criterion in trial.criteria:
        shown.add_row(criterion.says, *cells(criterion), style="green" if criterion.met else "red")
    console.print(shown)
    console.print(f"{trial.experiment}: {trial.cost}", highlight=False)


def _tried(measuring: Lab, experiment: str, seeds: int | None) -> Trial:
    from bank.lab.acceptance import tried

    with progress() as shown:
        task = shown.add_task(experiment)
        measuring.on_progress = lambda done, total: shown.update(task, completed=done, total=total)
        return tried(measuring, experiment, seeds)


@contextmanager
def _lab(seed: int, anew: bool) -> Iterator[Lab]:
    """With the record's memory, where there is a record."""
    with _record() as store:
        memory: Any = None
        if store and not anew:
            memory = KeptResults(store.results, Cache(Settings.from_env().cache_url), CLAIM_SECONDS)
        yield make_lab(seed, memory)
        if memory:
            memory.release_all()


@contextmanager
def _record() -> Iterator[Store | None]:
    """None where nothing was kept so far."""
    with ExitStack() as stack:
        try:
            store = stack.enter_context(opened_store())
        except NoRecord:
            store = None
        yield store

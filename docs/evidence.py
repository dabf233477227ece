"""`python docs/evidence.py` writes docs/evidence.md: what experiments show, and how often the lab is wrong.

python docs/evidence.py                      each experiment, each family with a measured key: an hour
python docs/evidence.py aae kl_directions    an experiment or a family alone; the rest of the page stays
"""

from __future__ import annotations

import platform
import re
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import torch

from bank import registry
from bank.authoring.family import Family
from bank.authoring.pool import StatementPool
from bank.contract.questions import true_keys, wrong_keys
from bank.lab import Lab, Notebook, experiments
from bank.lab.acceptance import Trial, cells, tried

PAGE = Path(__file__).parent / "evidence.md"
LAB_SEEDS = 30
SOURCES = ("4", "7", "8")  # questions of the exam whose keys rest on trainings
HEAD = """\
# What the answer keys rest on

Written by [`docs/evidence.py`](evidence.py), with torch {torch} on {machine}, one thread. An experiment is what trains
or samples; it stands in a file of that name under `bank/lab/trainings/`, and `resit lab run NAME` repeats what follows.
*Asked* is what it has to show before a key may rest on it, *specified* what was found before the bank was written,
*measured* the mean and the standard deviation over the seeds, *judged* what is compared with the bound (of several the
one nearest to it), *z* how many standard errors of one verification the mean lies within the bound: above 3.1 less than
one verification in a thousand gives a false alarm."""
ALARMS = "False alarms"
ALARMS_HEAD = """\
Each family of the questions 4, 7 and 8 is verified with {seeds} seeds of the lab, all that is drawn for it each time
anew. *Refuted though true* counts keys and statements that the lab denied: each is a false alarm. *Wrong ones* are keys
with a solver that was made wrong, and statements turned round; *passed* are those that the lab did not notice. What
stands on a proof line or on a source is not measured and not counted.

| family | kinds | keys and statements | refuted though true | wrong ones | passed | CPU s a lab seed |
|---|---|---|---|---|---|---|"""


@dataclass
class Tally:
    """Of one family over all seeds of the lab."""

    true: int = 0
    denied: int = 0
    wrong: int = 0
    passed: int = 0
    seconds: float = 0.0


def section(trial: Trial) -> str:
    rows = [f"| {criterion.says} | {' | '.join(cells(criterion))} |" for criterion in trial.criteria]
    met = "Each is met." if trial.accepted else "**Not all of it is met.**"
    head = ["| | asked | specified | measured | judged | z |", "|---|---|---|---|---|---|"]
    return "\n".join([f"{trial.cost}. {met}", "", *head, *rows])


def measured_families() -> list[type[Family]]:
    return [
        family
        for family in registry.all_families().values()
        if any(re.match(r"\d+", source)[0] in SOURCES for source in family.source if source[0].isdigit())  # type: ignore[index]  # it begins with a digit
    ]


def tallies(families: Iterable[type[Family]]) -> dict[str, Tally]:
    """Lab seed by lab seed: what families share is trained once for all of them."""
    found = {family.name(): Tally() for family in families}
    for seed in range(LAB_SEEDS):
        memory = Notebook()
        for name, tally in found.items():
            started = time.process_time()
            _count(registry.get(name), Lab(seed, memory=memory), tally)
            tally.seconds += time.process_time() - started
        print(f"lab seed {seed}: {time.process_time():.0f} CPU s so far", file=sys.stderr, flush=True)  # noqa: T201 - a command
    return found


def _count(family: type[Family], lab: Lab, tally: Tally) -> None:
    """All measured statements of a pool; twenty keys a kind of the others, and five wrong ones."""
    if issubclass(family, StatementPool):
        measured = [statement for statement in family.pool if statement.check]
        said = [statement.check(lab) for statement in measured if statement.check]
        tally.true += len(said)
        tally.denied += sum(found != statement.true for found, statement in zip(said, measured, strict=True))
        tally.wrong += len(said)
        tally.passed += sum(found == (not statement.true) for found, statement in zip(said, measured, strict=True))
        return
    for kind in family.kinds:
        true, wrong = true_keys(family, kind, lab), wrong_keys(family, kind, lab)
        tally.true += len(true)
        tally.denied += sum(found.verdict == "refuted" for found in true)
        tally.wrong += sum(found.tier != "proof" for found in wrong)
        tally.passed += sum(found.tier != "proof" and found.verdict != "refuted" for found in wrong)


def row(family: type[Family], tally: Tally) -> str:
    counts = (tally.true, tally.denied, tally.wrong, tally.passed, f"{tally.seconds / LAB_SEEDS:.1f}")
    return f"| `{family.name()}` | {', '.join(family.kinds).replace('_', ' ')} | {' | '.join(map(str, counts))} |"


def sections(page: str) -> dict[str, str]:
    """What stands under each heading."""
    parts = re.split(r"^## (.+)\n\n", page, flags=re.MULTILINE)
    return {heading.strip("`"): text.strip() for heading, text in zip(parts[1::2], parts[2::2], strict=True)}


def rows(text: str) -> dict[str, str]:
    """Of the table of families, by name."""
    return {found[1]: found[0] for found in re.finditer(r"^\| `(\w+)` .*$", text, re.MULTILINE)}


def written(parts: Mapping[str, str], table: Mapping[str, str]) -> str:
    head = HEAD.format(torch=torch.__version__, machine=platform.machine())
    trials = [f"## `{name}`\n\n{parts[name]}" for name in experiments() if name in parts]
    families = [table[name] for name in registry.all_families() if name in table]
    alarms = "\n".join([f"## {ALARMS}\n\n{ALARMS_HEAD.format(seeds=LAB_SEEDS)}", *families])
    return "\n\n".join([head, *trials, alarms]) + "\n"


def main(names: list[str]) -> None:
    page = PAGE.read_text() if PAGE.exists() else ""
    parts = sections(page)
    table = rows(parts.get(ALARMS, ""))
    families = [family for family in measured_families() if not names or family.name() in names]
    for name in experiments():
        if not names or name in names:
            parts[name] = section(tried(Lab(), name))
            PAGE.write_text(written(parts, table))
    table |= {name: row(registry.get(name), tally) for name, tally in tallies(families).items()} if families else {}
    PAGE.write_text(written(parts, table))


if __name__ == "__main__":
    main(sys.argv[1:])

"""The task "verify": variants of one family measured in the lab, their verdicts kept."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from structlog.typing import FilteringBoundLogger

from bank import registry
from bank.identity import public
from bank.judgements import Judged
from bank.store import Asset, Lease, Outcome, Text
from bank.variant import ready
from bank.verification import Task, verify
from workers.worker import Worker

if TYPE_CHECKING:
    from bank.pictures import Picture

PLOTTED_AT_ONCE = 16  # measured and kept together where each has its figure drawn, a tenth of a second
STATES = {"confirmed": "verified", "proven": "verified", "reference": "verified", "refuted": "disputed"}


def verify_lease(worker: Worker, lease: Lease, log: FilteringBoundLogger) -> None:
    """Measure the variants of a lease; where that takes long for each, some at a time."""
    questions = worker.store.variants.questions([piece.subject for piece in lease.pieces])
    names = list(questions)
    at_once = PLOTTED_AT_ONCE if registry.get(lease.batch).plot else len(names)
    for start in range(0, len(names), at_once):
        some = {name: Task(*questions[name]) for name in names[start : start + at_once]}
        verify_some(worker, lease, some, log)
        worker.lab.progress(start + len(some), len(names))


def verify_some(worker: Worker, lease: Lease, tasks: Mapping[str, Task], log: FilteringBoundLogger) -> None:
    """Measure some variants of a lease, by id, and keep their verdicts."""
    started = time.perf_counter()
    judged = verify(worker.lab, lease.batch, list(tasks.values()))
    kept = worker.store.verdicts.keep(lease, outcomes(list(tasks), judged))
    disputed = [name for name, found in zip(tasks, judged, strict=True) if found.verdict == "refuted"]
    log.info("verified", kept=len(kept), disputed=disputed, seconds=round(time.perf_counter() - started, 4))


def outcomes(names: Sequence[str], judged: Sequence[Judged]) -> dict[str, Outcome]:
    """The verdicts as the record keeps them."""
    return {name: outcome(name, found) for name, found in zip(names, judged, strict=True)}


def outcome(name: str, found: Judged) -> Outcome:
    """One verdict; a question about a run gets its text with it."""
    draft = found.finished
    return Outcome(
        state=STATES[found.verdict],
        evidence=ready(found.evidence),
        assets={picture.sha256: Asset(picture.media_type, picture.content) for picture in pictures(found)},
        text=Text(public(name, draft.seen), draft.private, draft.looks, draft.version) if draft else None,
    )


def pictures(found: Judged) -> Iterator[Picture]:
    return (picture for figure in found.figures for picture in figure.pictures)

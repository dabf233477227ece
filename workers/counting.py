"""The task "count": the points that a correction would change, by the same rules by which it then changes them."""

from __future__ import annotations

import time
from dataclasses import replace

from structlog.typing import FilteringBoundLogger

from bank.authoring.references import ANSWER_OF, references_in
from bank.exams.correcting import DIGITS
from bank.store import Correction, Count, Lease, Store
from bank.store.ending import read_subject
from bank.store.findings import ANNULLED, UNPROVEN
from bank.store.regrading import change
from workers.regrading import regrader_of
from workers.renewal import LeaseLost
from workers.worker import Worker

KEPT_ONCE = 32  # variants that are kept together
TURN_SECONDS = 10.0  # by the clock, after which the rest is put back behind what waits
BEFORE = "the part that it builds on has no key that the lab confirms"


def count_lease(worker: Worker, lease: Lease, log: FilteringBoundLogger) -> None:
    """Count for a while; what is left is put back."""
    counting, ends = worker.store.corrections.counting, time.monotonic() + TURN_SECONDS
    done: dict[str, Count] = {}
    for number, piece in enumerate(lease.pieces, 1):
        count = _counted(worker, piece.subject, ends)
        if count.after is None:
            done[piece.subject] = count
        elif not counting.keep(lease, piece.subject, count):
            raise LeaseLost
        is_over = time.monotonic() > ends
        if len(done) == KEPT_ONCE or is_over or number == len(lease.pieces):
            counting.finish(lease, done)
            log.info("points counted", variants=len(done))
            done = {}
        if is_over:
            worker.store.work.put_back(lease)
            return
        worker.lab.progress(number, len(lease.pieces))


def _counted(worker: Worker, subject: str, ends: float) -> Count:
    """Of all learners together, or of those up to the moment; nothing is changed by it."""
    store = worker.store
    name, variant = read_subject(subject)
    correction = store.corrections.find(name)
    count = store.corrections.counting.so_far(name, variant)
    assert correction is not None, "corrections are kept for good"  # noqa: S101 - a foreign key says so
    if _follows_from_nothing(store, correction, variant):
        return replace(count, why=BEFORE)
    regrader = regrader_of(store, correction, variant, count.carried)
    for holder, given in store.regrading.holders(correction.bank, variant, regrader.builds_on, count.after or ""):
        points = change(holder, regrader.decide(holder, given, lower=True))
        count = replace(
            count,
            gain=round(count.gain + max(0.0, points), DIGITS),
            loss=round(count.loss + max(0.0, -points), DIGITS),
            draws=count.draws + 1,
            responses=count.responses + sum(1 for each in given if each.attempt),
            after=holder.draw,
        )
        if time.monotonic() > ends:
            return count
    return replace(count, after=None)


def _follows_from_nothing(store: Store, correction: Correction, variant: str) -> bool:
    """Whether the new key follows from one that the lab refutes, or that nobody has looked for."""
    asked = store.variants.questions([variant])[variant].params
    for reference in references_in(asked).values():
        before = store.regrading.part_before(correction.bank, correction.revision, variant, reference[ANSWER_OF])
        if before is None:
            continue
        if store.corrections.counting.found(correction.id, before.variant) in (UNPROVEN, ANNULLED):
            return True
        if _follows_from_nothing(store, correction, before.variant):
            return True
    return False

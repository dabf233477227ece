"""The task "regrade": stored responses graded again, once a correction is confirmed."""

from __future__ import annotations

import time
from functools import partial
from typing import Any

from structlog.typing import FilteringBoundLogger

from bank.exams.regrader import Regrader, Replaced
from bank.store import Cause, Correction, Lease, Store
from bank.store.ending import read_subject
from workers.worker import Worker

TURN_SECONDS = 10.0  # by the clock, after which the rest is put back behind what waits
SETTLING_SECONDS = 2.0  # after a confirmation: by then no process grades what was withdrawn, and all has come in


def regrade_lease(worker: Worker, lease: Lease, log: FilteringBoundLogger) -> None:
    """Grade stored responses again for a while, a variant at a time; what is left is put back."""
    ends = time.monotonic() + TURN_SECONDS
    for piece in lease.pieces:
        name, variant = read_subject(piece.subject)
        correction = worker.store.corrections.find(name)
        if correction is None or correction.confirmed is None:
            continue
        time.sleep(max(0.0, min(SETTLING_SECONDS, correction.confirmed.timestamp() + SETTLING_SECONDS - time.time())))
        by = correction.confirmed_by or correction.who
        cause = Cause(name, correction.bank, variant, by, correction.reason)
        carried = worker.store.corrections.counting.so_far(name, variant).carried
        regrader = regrader_of(worker.store, correction, variant, carried)
        decide = partial(regrader.decide, lower=correction.lower)
        changed = worker.store.regrading.apply(cause, decide, regrader.builds_on, ends)
        if changed is None:
            worker.store.work.put_back(lease)
            return
        worker.store.corrections.finish(lease, piece.subject)
        log.info("regraded", correction=name, variant=variant, changed=changed)


def regrader_of(store: Store, correction: Correction, variant: str, carried: dict[str, Any]) -> Regrader:
    """What decides about those who were given a variant that is corrected or annulled."""
    successor = store.corrections.successor(correction.id, variant)
    if successor is None:
        return Regrader(store, correction, None, carried)
    old, new = (store.variants.find(name) for name in (variant, successor))
    assert old is not None and new is not None, "variants are kept for good"  # noqa: S101 - foreign keys say so
    replaced = Replaced(old.public, new.public, new.private, new.family, new.params)
    return Regrader(store, correction, replaced, carried)

"""A queue worked off batch by batch: lease, measure, keep the verdicts."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from billiard.exceptions import SoftTimeLimitExceeded
from structlog.typing import FilteringBoundLogger

from bank import registry
from bank.store import Asset, Lease, Piece, Store
from bank.store.work import Outcome
from bank.variant import ready
from bank.verification import Judged, Task, verify

if TYPE_CHECKING:
    from bank.figures import Picture
    from bank.lab import Lab

BATCH = 256  # questions under one lease
SLICE = 16  # of them measured and kept together where each has its figure drawn, a tenth of a second
STINT = 20.0  # seconds after which a task makes room for other messages
STATES = {"confirmed": "verified", "reference": "verified", "refuted": "disputed"}


@dataclass(frozen=True, slots=True)
class Bench:
    """What a worker process works with."""

    store: Store
    lab: Lab
    log: FilteringBoundLogger
    lease_seconds: int


def verify_queue(bench: Bench, queue: str) -> bool:
    """Whether there is more to do than one stint was good for."""
    ends = time.monotonic() + STINT
    while lease := bench.store.work.lease(queue, BATCH, bench.lease_seconds):
        work_off(bench, lease)
        if time.monotonic() > ends:
            return True
    return False


def work_off(bench: Bench, lease: Lease) -> None:
    """Measure a batch and keep its verdicts. Whatever goes wrong, the pieces go back with the reason."""
    jobs = sorted({piece.job for piece in lease.pieces})
    log = bench.log.bind(family=lease.family, lease=lease.token, jobs=jobs[:20], pieces=len(lease.pieces))
    try:
        size = SLICE if registry.get(lease.family).plot else BATCH
        for start in range(0, len(lease.pieces), size):
            keep(bench, lease, lease.pieces[start : start + size], log)
    except SoftTimeLimitExceeded:
        bench.store.work.fail(lease, "it took too long to measure")
        log.warning("verification interrupted")
        raise
    except Exception as error:  # MemoryError and RecursionError too: no question may end a worker
        bench.store.work.fail(lease, f"{type(error).__name__}: {error}")
        log.error("verification failed", exc_info=error)


def keep(bench: Bench, lease: Lease, pieces: Sequence[Piece], log: FilteringBoundLogger) -> None:
    """Measure some pieces of a lease, and keep their verdicts."""
    started = time.perf_counter()
    judged = verify(bench.lab, lease.family, [Task(piece.kind, piece.params) for piece in pieces])
    kept = bench.store.work.finish(lease, outcomes(pieces, judged))
    disputed = [piece.variant for piece, found in zip(pieces, judged, strict=True) if found.verdict == "refuted"]
    log.info("verified", kept=len(kept), disputed=disputed, seconds=round(time.perf_counter() - started, 4))


def outcomes(pieces: Sequence[Piece], judged: Sequence[Judged]) -> dict[str, Outcome]:
    """The verdicts as the record keeps them."""
    return {
        piece.variant: Outcome(
            state=STATES[found.verdict],
            evidence=ready(found.evidence),
            assets={picture.sha256: Asset(picture.media_type, picture.content) for picture in pictures(found)},
        )
        for piece, found in zip(pieces, judged, strict=True)
    }


def pictures(found: Judged) -> Iterator[Picture]:
    return (picture for figure in found.figures for picture in figure.pictures)

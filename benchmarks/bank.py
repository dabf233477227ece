"""What the bank does in a CPU second: draw, grade, verify."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import count
from secrets import token_bytes
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from bank import kinds, registry
from bank.authoring.family import Family
from bank.cache import Cache
from bank.identity import Identity
from bank.kinds import grading
from bank.lab import Lab
from bank.results import KeptResults
from bank.store import Store
from bank.verification import Task, verify
from logs import make_log
from workers.worker import Worker
from workers.working import work_off

SEEDS = 200
ROUNDS = 5
BATCH = 256
ONE_BY_ONE = 24


@dataclass(frozen=True, slots=True)
class Verified:
    """Variants a second, one by one and in a batch: in the lab alone (CPU), and as a worker does it (by the clock)."""

    family: str
    lab_singly: float
    lab_batched: float
    worker_singly: float
    worker_batched: float


def drawn_per_second() -> dict[str, float]:
    """New variants (draw, solve, render, MathML) a CPU second, by family, over all its kinds."""
    rates = {}
    for name, family in registry.all_families().items():
        places = [(seed, kind) for kind in family.kinds for seed in range(SEEDS)]
        family.rehearsed(10**6, family.kinds[0])  # templates are compiled once in the life of a process
        rates[name] = len(places) / _cpu(partial(_draw, family, places))
    return rates


def _draw(family: type[Family], places: list[tuple[int, str]]) -> None:
    for seed, kind in places:
        family.rehearsed(seed, kind)


def graded_per_second() -> dict[str, float]:
    """Responses read and graded a CPU second, right and wrong ones, by kind."""
    by_kind: dict[str, list[float]] = {}
    for family in registry.all_families().values():
        for kind in family.kinds:
            private = json.loads(family.rehearsed(1, kind).private)
            samples = kinds.get(kind).samples(private["shape"], private["answer"])
            responses = [*samples.right, *samples.wrong] * 40
            seconds = _cpu(partial(_grade, private, responses))
            by_kind.setdefault(kind, []).append(len(responses) / seconds)
    return {kind: median(rates) for kind, rates in sorted(by_kind.items())}


def _grade(private: dict[str, Any], responses: list[Any]) -> None:
    for response in responses:
        grading.grade(private, response)


def verified_per_second(family: str) -> Verified:
    lab, question = Lab(), registry.get(family)
    tasks = [Task(question.kinds[0], question.draft(seed).params) for seed in range(BATCH)]
    verify(lab, family, tasks[:2])  # imports
    singly, batched = [], []
    for _ in range(ROUNDS):
        singly.append(ONE_BY_ONE / _cpu(lambda: [verify(lab, family, [task]) for task in tasks[:ONE_BY_ONE]]))
        batched.append(BATCH / _cpu(lambda: verify(lab, family, tasks)))
    return Verified(family, median(singly), median(batched), *_worked_off(family))


def _worked_off(family: str) -> tuple[float, float]:
    """Leased from a record on disk, measured and kept there: one by one, and 256 under one lease."""
    with TemporaryDirectory(prefix="resit-bench-") as folder:
        store = Store(f"sqlite:///{folder}/record.sqlite")
        store.migrate()
        identity = Identity(token_bytes(32))
        cache = Cache("unix:///nonexistent/redis.sock")
        results = KeptResults(store.results, cache, 600)
        worker = Worker(store, identity, results, Lab(), make_log("ERROR"), lease_seconds=600, task_seconds=600)
        seeds, rates = count(), []
        for size, variants in ((1, ONE_BY_ONE), (BATCH, BATCH)) * ROUNDS:
            store.variants.add(
                [identity.named(registry.get(family).draft(next(seeds))) for _ in range(variants)], "bulk"
            )
            waiting, started = sum(store.work.waiting().values()), time.perf_counter()
            while lease := store.work.lease("bulk", size, 600, 1e6):
                work_off(worker, lease)
            rates.append(waiting / (time.perf_counter() - started))
        store.close()
    return median(rates[::2]), median(rates[1::2])


def _cpu(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started

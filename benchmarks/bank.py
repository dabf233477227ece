"""What the bank does in a CPU second: draw, grade, verify."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from bank import grading, kinds, registry
from bank.lab import Lab
from bank.verification import Task, verify

SEEDS = 200
ROUNDS = 5
BATCH = 256
ONE_BY_ONE = 24


@dataclass(frozen=True, slots=True)
class Verified:
    """Variants a CPU second, one by one and in a batch."""

    family: str
    singly: float
    batched: float


def drawn_per_second() -> dict[str, float]:
    """New variants (draw, solve, render, MathML) a CPU second, by family, over all its kinds."""
    rates = {}
    for name, family in registry.all_families().items():
        places = [(seed, kind) for kind in family.kinds for seed in range(SEEDS)]
        family.variant(10**6)  # templates are compiled once in the life of a process
        seconds = _cpu(lambda family=family, places=places: [family.variant(*place) for place in places])
        rates[name] = len(places) / seconds
    return rates


def graded_per_second() -> dict[str, float]:
    """Responses read and graded a CPU second, right and wrong ones, by kind."""
    by_kind: dict[str, list[float]] = {}
    for family in registry.all_families().values():
        for kind in family.kinds:
            private = json.loads(family.variant(1, kind).private)
            samples = kinds.get(kind).samples(private["shape"], private["answer"])
            responses = [*samples.right, *samples.wrong] * 40
            seconds = _cpu(lambda p=private, rs=responses: [grading.grade(p, response) for response in rs])
            by_kind.setdefault(kind, []).append(len(responses) / seconds)
    return {kind: median(rates) for kind, rates in sorted(by_kind.items())}


def verified_per_second(family: str) -> Verified:
    lab, question = Lab(), registry.get(family)
    tasks = [Task(question.kinds[0], question.variant(seed).params) for seed in range(BATCH)]
    verify(lab, family, tasks[:2])  # imports
    singly, batched = [], []
    for _ in range(ROUNDS):
        singly.append(ONE_BY_ONE / _cpu(lambda: [verify(lab, family, [task]) for task in tasks[:ONE_BY_ONE]]))
        batched.append(BATCH / _cpu(lambda: verify(lab, family, tasks)))
    return Verified(family, median(singly), median(batched))


def _cpu(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started

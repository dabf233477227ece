"""The second solution: a batch of stored questions of one family, measured and judged in the lab."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from bank import registry
from bank.evidence import Verdict

if TYPE_CHECKING:
    from bank.lab import Lab


class Task(NamedTuple):
    """What identifies a question that was drawn: its kind and its parameters (JSON)."""

    kind: str
    params: Mapping[str, Any]


class Judged(NamedTuple):
    """The verdict of the lab, and the evidence record (JSON) that is kept with the variant."""

    verdict: Verdict
    evidence: dict[str, Any]


def verify(lab: Lab, family: str, tasks: Sequence[Task]) -> list[Judged]:
    """Measure a batch of one family's questions. The time of the batch is shared evenly among the records."""
    kind_of = registry.get(family)
    questions = [(task.kind, kind_of.from_json(task.params)) for task in tasks]
    started = time.perf_counter()
    proven = kind_of.prove(lab, questions)
    seconds = (time.perf_counter() - started) / max(1, len(tasks))
    versions = {"family": kind_of.version(), **lab.versions}
    return [Judged(found.verdict, found.record(seconds, versions, lab.device)) for found in proven]

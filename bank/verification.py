"""The second solution: a batch of stored questions of one family, measured and judged in the lab."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from bank import registry
from bank.authoring.family import Family
from bank.evidence import Evidence, Verdict

if TYPE_CHECKING:
    from bank.authoring.laboratory import Lab
    from bank.figures import Figure


class Task(NamedTuple):
    """What identifies a question that was drawn: its kind and its parameters (JSON)."""

    kind: str
    params: Mapping[str, Any]


class Judged(NamedTuple):
    """The verdict of the lab, the evidence record (JSON) that is kept with the variant, and the figures it names.

    A figure is drawn from the measurement and may give the answer away: it never joins the public view.
    """

    verdict: Verdict
    evidence: dict[str, Any]
    figures: tuple[Figure, ...] = ()


def verify(lab: Lab, family: str, tasks: Sequence[Task]) -> list[Judged]:
    """Measure a batch of one family's questions. The time of the batch is shared evenly among the records."""
    kind_of = registry.get(family)
    questions = [(task.kind, kind_of.from_json(task.params)) for task in tasks]
    started = time.perf_counter()
    proven = kind_of.prove(lab, questions)
    seconds = (time.perf_counter() - started) / max(1, len(tasks))
    versions = {"family": kind_of.version(), **lab.versions}
    return [_judged(kind_of, found, found.record(seconds, versions, lab.device)) for found in proven]


def _judged(family: type[Family], found: Evidence, record: dict[str, Any]) -> Judged:
    figures = _drawn(family, found)
    return Judged(found.verdict, {**record, "figures": [figure.record() for figure in figures]}, figures)


def _drawn(family: type[Family], found: Evidence) -> tuple[Figure, ...]:
    """The picture that the family declares, where something was measured to draw it from."""
    if family.plot is None or found.series is None:
        return ()
    from bank.figures import draw  # loads matplotlib

    return (draw(family.plot, found.series),)

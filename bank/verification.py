"""The second solution: a batch of stored questions of one family, measured and judged in the lab."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from bank import registry, stored_keys
from bank.authoring.family import Family
from bank.evidence import Evidence, beside_options
from bank.judgements import Judged, Judgements

if TYPE_CHECKING:
    from bank.authoring.laboratory import Lab
    from bank.kept import Kept
    from bank.pictures import Figure


class Task(NamedTuple):
    """A question that was drawn: its kind, its parameters (JSON), the seed if it had one, and what is kept of it."""

    kind: str
    params: Mapping[str, Any]
    seed: int | None = None
    version: str = ""
    public: bytes = b""
    private: bytes = b""


def verify(lab: Lab, family: str, tasks: Sequence[Task]) -> list[Judged]:
    """Judge a batch of one family's questions: measured now, or as they were judged before where that was dear."""
    kind_of = registry.get(family)
    judgements = Judgements(lab, kind_of)
    keys = [judgements.key(task.kind, task.seed, task.params) for task in tasks]
    judged = judgements.find(keys)
    fresh = {key: task for key, task in zip(keys, tasks, strict=True) if key not in judged}
    if fresh:
        started = time.perf_counter()
        found = _measured(lab, kind_of, list(fresh.values()))
        seconds = (time.perf_counter() - started) / len(fresh)
        for key, each in zip(fresh, found, strict=True):
            judgements.keep(key, each, seconds)
            judged[key] = each
    return [against_what_is_kept(judged[key], task, kind_of) for key, task in zip(keys, tasks, strict=True)]


def _measured(lab: Lab, kind_of: type[Family], tasks: Sequence[Task]) -> list[Judged]:
    """In the lab. The time of the batch is shared evenly among the records."""
    drawn = [kind_of.from_json(task.params) for task in tasks]
    started = time.perf_counter()
    runs = results(lab, drawn)
    questions = _informed(drawn, runs)
    asked = kind_of.prove(lab, [(task.kind, question) for task, question in zip(tasks, questions, strict=True)])
    proven = [
        beside_options(found, question.shown_beside(task.seed, task.kind))
        for found, question, task in zip(asked, questions, tasks, strict=True)
    ]
    seconds = (time.perf_counter() - started) / max(1, len(tasks))
    versions = {"family": kind_of.version(), **lab.versions}
    records = [
        _judged(question, found, found.record(seconds, versions))
        for question, found in zip(questions, proven, strict=True)
    ]
    return [
        with_its_run(judged, task, question, run) if run else judged
        for judged, task, question, run in zip(records, tasks, questions, runs, strict=True)
    ]


def against_what_is_kept(judged: Judged, task: Task, family: type[Family]) -> Judged:
    """The lab judged the key of today. A variant that was drawn with another one is refuted, and never served."""
    if judged.finished or not task.private or task.version == family.version():
        return judged
    question = family.from_json(task.params)
    differing = stored_keys.differing(question, task.kind, task.public, task.private)
    if differing is None:
        return judged
    kept, now = differing
    experiment = "the key that is kept, beside that of the family as it was mended since"
    told = {"verdict": "refuted", "experiment": experiment, "claimed": kept, "measured": now}
    return Judged("refuted", judged.evidence | told)


def informed(lab: Lab, questions: Sequence[Family]) -> list[Family]:
    """Questions about a run as they are once it has ended; others as they are."""
    return _informed(questions, results(lab, questions))


def results(lab: Lab, questions: Sequence[Family]) -> list[Kept | None]:
    """The result of each question's run, made now or found kept; None for one that is not about a run."""
    runs = [question.run() for question in questions]
    wanted: dict[str, list[Mapping[str, Any]]] = {}
    for run in runs:
        if run is not None:
            wanted.setdefault(run.experiment, []).append(run.settings)
    found = {name: iter(lab.results(name, settings)) for name, settings in wanted.items()}
    return [None if run is None else next(found[run.experiment]) for run in runs]


def _informed(questions: Sequence[Family], runs: Sequence[Kept | None]) -> list[Family]:
    return [question.knowing(run.value) if run else question for question, run in zip(questions, runs, strict=True)]


def with_its_run(judged: Judged, task: Task, question: Family, run: Kept) -> Judged:
    """A question about a run, finished: its figure shown, and named by evidence."""
    from bank.planes import draw_shown  # loads matplotlib

    shown = question.shown(run.value)
    figure = draw_shown(shown.plot, shown.series, question)
    finished = question.composed(task.seed, task.kind, [figure.record()])
    about = {"figure": figure.record(), "seconds": run.seconds, "device": run.device}
    return judged._replace(
        evidence={**judged.evidence, "run": about}, figures=(figure, *judged.figures), finished=finished
    )


def _judged(question: Family, found: Evidence, record: dict[str, Any]) -> Judged:
    figures = _drawn(question, found)
    return Judged(found.verdict, {**record, "figures": [figure.record() for figure in figures]}, figures)


def _drawn(question: Family, found: Evidence) -> tuple[Figure, ...]:
    """The picture that the family declares, where something was measured to draw it from."""
    if question.plot is None or found.series is None:
        return ()
    from bank.figures import draw  # loads matplotlib

    return (draw(question.plot, found.series, question),)

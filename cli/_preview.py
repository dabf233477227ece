"""What the preview of a family shows; an error in its code is shown as well, and ends nothing."""

from __future__ import annotations

import json
import traceback
from base64 import b64encode
from collections.abc import Callable, Mapping
from functools import cache
from inspect import getfile
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from bank import registry, strategies
from bank.authoring.family import Family
from bank.authoring.unwritten import marks
from bank.stress import FAULTS
from bank.variant import Draft
from bank.verification import Task, verify
from cli._lab import make_lab

if TYPE_CHECKING:
    from bank.lab import Lab
    from bank.pictures import Figure

SEEDS = range(10)  # shown one by one
GUESSED = range(100)  # over which the strategies are scored
LAST_LINES = 12  # of a traceback
PATIENCE_SECONDS = 20.0  # that the lab may need for a kind without being asked to
Shown = dict[str, Any]

_one_at_a_time = Lock()  # the lab has one bench of each sort


def shown(name: str) -> Shown:
    """The family with its questions, or the fault that it cannot be imported for."""
    return _tried(lambda: _family(registry.get(name)))


def evidence(name: str, kind: str) -> list[Shown]:
    """What the lab says of each question of a kind."""
    with _one_at_a_time:
        return [_tried(lambda seed=seed: _evidence(registry.get(name), kind, seed)) for seed in SEEDS]  # type: ignore[misc]  # bound at once


def _tried(show: Callable[[], Shown]) -> Shown:
    try:
        return show()
    except FAULTS as error:
        return {"fault": f"{type(error).__name__}: {error}", "lines": _traceback(error)}


def _traceback(error: BaseException) -> str:
    """Its last lines; of a family that cannot be imported, those of the reason."""
    lines = "".join(traceback.format_exception(error.__cause__ or error)).splitlines()
    return "\n".join(lines[-LAST_LINES:])


def _family(family: type[Family]) -> Shown:
    return {
        "title": family.title,
        "about": [
            ("topic", family.topic().replace("-", " ")),
            ("exam", ", ".join(family.source)),
            ("points", family.points),
            ("evidence", ", ".join(family.tiers)),
        ],
        "left": marks(Path(getfile(family))),
        "kinds": [_tried(lambda kind=kind: _kind(family, kind)) | {"name": kind} for kind in family.kinds],  # type: ignore[misc]  # bound at once
    }


def _kind(family: type[Family], kind: str) -> Shown:
    questions = [_tried(lambda seed=seed: _question(family, kind, seed)) | {"seed": seed} for seed in SEEDS]  # type: ignore[misc]  # bound at once
    seconds = sum(question.get("seconds", 0.0) for question in questions)
    told = {"questions": questions, "seconds": round(seconds), "waits": seconds > PATIENCE_SECONDS}
    return told | _tried(lambda: {"space": family.space(kind), "guesses": _guesses(family, kind)})


def _question(family: type[Family], kind: str, seed: int) -> Shown:
    draft = family.rehearsed(seed, kind)
    public, private = json.loads(draft.seen), json.loads(draft.private)
    answer = private["answer"]
    right = answer.get("choices", [answer.get("choice")])
    reasons = {entry["on"]["choice"]: entry["html"] for entry in private["feedback"] if "choice" in entry["on"]}
    return {
        "params": json.dumps(draft.params, ensure_ascii=False),
        "seconds": draft.seconds,
        "stem": public["stem"]["html"],
        "options": [
            {**choice, "right": choice["id"] in right, "why": reasons.get(choice["id"], "")}
            for choice in public["choices"]
        ],
        "key": [] if public["choices"] else _lines(answer),
        "mistakes": [(_words(entry["on"]), entry["html"]) for entry in private["feedback"] if not public["choices"]],
        "solution": private["solution"]["html"],
        "figures": _figures_shown(family, draft),
    }


def _lines(answer: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The key of a question without options, each part with its name."""
    if "fields" in answer:
        return [(name, _number(part)) for name, part in answer["fields"].items()]
    if "exact" in answer:
        return [("", _number(answer))]
    return [(name.replace("_", " "), _words(part)) for name, part in answer.items() if name != "tolerance"]


def _number(part: Mapping[str, Any]) -> str:
    relative = part["tolerance"]["relative"]
    return f"{part['exact']} ± {relative * 100:.3g} %" if relative else str(part["exact"])


def _words(value: Any) -> str:
    """JSON as it is read with ease."""
    if isinstance(value, Mapping):
        return " · ".join(_words(part) for part in value.values())
    if isinstance(value, list):
        ends = "; " if value and isinstance(value[0], list | dict) else ", "
        return ends.join(map(_words, value))
    return str(value)


def _figures_shown(family: type[Family], draft: Draft) -> list[Shown]:
    """What a question about a run shows, of the made-up result."""
    question = family.from_json(draft.params)
    run = question.run()
    if run is None:
        return []
    question = question.knowing(run.specimen)
    from bank.planes import draw_shown  # loads matplotlib

    figure = question.shown(run.specimen)
    return [_picture(draw_shown(figure.plot, figure.series, question))]


def _picture(figure: Figure) -> Shown:
    source = f"data:image/svg+xml;base64,{b64encode(figure.svg.content).decode()}"
    return {"source": source, "alt": figure.alt, "table": figure.data["html"]}


def _guesses(family: type[Family], kind: str) -> Shown | None:
    """What each strategy scores beside chance, the best first; nothing of a kind without options."""
    drafts = [family.rehearsed(seed, kind) for seed in GUESSED]
    found = strategies.scores(
        kind,
        [(strategies.question(json.loads(each.seen)), json.loads(each.private)["answer"]) for each in drafts],
    )
    told = [(score.name, score.of_all) for score in found]
    return {"chance": found[0].chance, "scores": told, "of": len(GUESSED)} if found else None


def _evidence(family: type[Family], kind: str, seed: int) -> Shown:
    (judged,) = verify(_lab(), family.name(), [Task(kind, family.rehearsed(seed, kind).params, seed)])
    record = judged.evidence
    return {
        "verdict": record["verdict"],
        "tier": record["tier"],
        "experiment": record["experiment"],
        "claimed": _words(record["claimed"]),
        "measured": _words(record["measured"]),
        "left": [_words(wrong["value"]) for wrong in record["distractors"] if wrong["verdict"] == "not refuted"],
        "seconds": record["seconds"],
        "figures": [_picture(figure) for figure in judged.figures],
    }


@cache
def _lab() -> Lab:
    """Made when the first evidence is asked for."""
    return make_lab()

"""A posed question set in type: Markdown and MathML, the public JSON and the private."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bank import kinds
from bank.kinds.posing import Posed
from bank.notation.text import render, render_inline
from bank.variant import Draft, digest, ready


@dataclass(frozen=True)
class Heading:
    """What stands above a question, and what a worker must know of it."""

    family: str
    title: str
    topic: str
    source: tuple[str, ...]
    points: int
    seconds: float  # that it takes to prove the question


def compose(
    heading: Heading,
    kind: str,
    stem: str,
    solution: str,
    posed: Posed,
    origin: Mapping[str, Any],
    figures: Sequence[Mapping[str, Any]] = (),
) -> Draft:
    """Set a posed question in type. `origin` holds `seed`, `version` and `params`, which are no part of its content.

    `figures` are the records of those that it shows.
    """
    seen, graded = ready(_shown(heading, kind, stem, posed, figures)), ready(_behind(heading, kind, solution, posed))
    return Draft(
        content=digest(seen + b"\n" + graded),
        looks=digest(seen),
        family=heading.family,
        version=origin["version"],
        seed=origin["seed"],
        kind=kind,
        params=origin["params"],
        seen=seen,
        private=ready(origin)[:-1] + b"," + graded[1:],
        seconds=heading.seconds,
    )


def _shown(
    heading: Heading, kind: str, stem: str, posed: Posed, figures: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """What a student sees, but for the name."""
    asked = kinds.get(kind)
    instruction = asked.instruction(posed.shape, posed.answer)
    return {
        "family": heading.family,
        "title": heading.title,
        "topic": heading.topic,
        "source": list(heading.source),
        "points": heading.points,
        "state": "verified",
        "kind": kind,
        "stem": render(f"{stem}\n\n{instruction}").record(),
        "choices": _choices(posed.choices),
        "figures": list(figures),
        "response_schema": asked.response_schema(posed.shape),
    }


def _behind(heading: Heading, kind: str, solution: str, posed: Posed) -> dict[str, Any]:
    """What grades it and explains it."""
    return {
        "kind": kind,
        "points": heading.points,
        "shape": posed.shape,
        "answer": posed.answer,
        "solution": render(solution).record(),
        "feedback": [{"on": mistake, **render_inline(why).record()} for mistake, why in posed.feedback],
    }


def _choices(texts: Sequence[str]) -> list[dict[str, str]]:
    return [{"id": chr(ord("a") + place), **render_inline(text).record()} for place, text in enumerate(texts)]

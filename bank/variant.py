"""A finished question, complete and frozen: a draft as long as it has no name, a variant once it has one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bank import kinds
from bank.notation.text import Rich, render, render_inline

DRAWN = b'"state":"drawn"'
VERIFIED = b'"state":"verified"'
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)


@dataclass(frozen=True)
class Posed:
    """A question put in one kind: what a response needs, the key, the choices shown, the reason against each mistake.

    `shape`, `answer` and `feedback` are JSON as the kinds read it; `feedback` pairs the mistake with Markdown.
    """

    shape: dict[str, Any]
    answer: dict[str, Any]
    choices: Sequence[str] = ()
    feedback: Sequence[tuple[dict[str, Any], str]] = field(default=())


@dataclass(frozen=True)
class Heading:
    """What stands above a question."""

    family: str
    title: str
    topic: str
    source: tuple[str, ...]
    points: int


@dataclass(frozen=True)
class Draft:
    """One finished question without a name. `content` is the digest of all that it is, `looks` of what is seen alone.

    `seen` is the public JSON but for the name, empty as long as a worker has to make it, and `private` the JSON that
    grades; `seconds` of CPU is what its verification is expected to take.
    """

    content: str
    looks: str
    family: str
    version: str
    seed: int | None
    kind: str
    params: dict[str, Any]
    seen: bytes
    private: bytes
    seconds: float = 0.01


@dataclass(frozen=True)
class Variant:
    """A draft with its name: `public` is the JSON that is sent as it is."""

    id: str
    content: str
    looks: str
    family: str
    version: str
    seed: int | None
    kind: str
    params: dict[str, Any]
    public: bytes
    private: bytes
    seconds: float


def compose(heading: Heading, kind: str, stem: str, solution: str, posed: Posed, origin: Mapping[str, Any]) -> Draft:
    """Set a posed question in type. `origin` holds `seed`, `version` and `params`, which are no part of its content."""
    asked = kinds.get(kind)
    instruction = asked.instruction(posed.shape, posed.answer)
    shown = {
        "family": heading.family,
        "title": heading.title,
        "topic": heading.topic,
        "source": list(heading.source),
        "points": heading.points,
        "state": "verified",
        "kind": kind,
        "stem": render(f"{stem}\n\n{instruction}").record(),
        "choices": _choices(posed.choices),
        "figures": [],
        "response_schema": asked.response_schema(posed.shape),
    }
    behind = {
        "kind": kind,
        "points": heading.points,
        "shape": posed.shape,
        "answer": posed.answer,
        "solution": render(solution).record(),
        "feedback": [{"on": mistake, **_reason(why).record()} for mistake, why in posed.feedback],
    }
    seen, graded = ready(shown), ready(behind)
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
    )


def digest(content: bytes) -> str:
    """SHA-256, in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def ready(value: object) -> bytes:
    """JSON as it is sent: compact, UTF-8, the same bytes for the same value."""
    return _ENCODER.encode(value).encode()


def as_drawn(public: bytes) -> bytes:
    """The public view of a variant that no worker has confirmed yet."""
    return public.replace(VERIFIED, DRAWN, 1)


def _choices(texts: Sequence[str]) -> list[dict[str, str]]:
    return [{"id": chr(ord("a") + place), **render_inline(text).record()} for place, text in enumerate(texts)]


def _reason(why: str) -> Rich:
    return render_inline(why)

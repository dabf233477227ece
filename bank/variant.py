"""A variant: one finished question, complete and frozen, named by what a student can see of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bank import kinds
from bank.kinds.posing import Posed
from bank.notation.text import Rich, render, render_inline

DRAWN = b'"state":"drawn"'
VERIFIED = b'"state":"verified"'
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)


@dataclass(frozen=True)
class Heading:
    """What stands above a question."""

    family: str
    title: str
    topic: str
    source: tuple[str, ...]
    points: int


@dataclass(frozen=True)
class Variant:
    """One finished question: `public` is the JSON that is sent as it is, `private` the JSON that grades."""

    id: str
    family: str
    version: str
    seed: int | None
    kind: str
    params: dict[str, Any]
    public: bytes
    private: bytes


def compose(heading: Heading, kind: str, stem: str, solution: str, posed: Posed, origin: Mapping[str, Any]) -> Variant:
    """Set a posed question in type. `origin` holds `seed`, `version` and `params`."""
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
    seen = ready(shown)
    name = f"{heading.family}-{hashlib.sha256(seen).hexdigest()[:16]}"
    private = {
        **origin,
        "kind": kind,
        "points": heading.points,
        "shape": posed.shape,
        "answer": posed.answer,
        "solution": render(solution).record(),
        "feedback": [{"on": mistake, **_reason(why).record()} for mistake, why in posed.feedback],
    }
    public = ready({"id": name})[:-1] + b"," + seen[1:-1] + b"," + ready({"links": _links(name)})[1:]
    return Variant(
        id=name,
        family=heading.family,
        version=origin["version"],
        seed=origin["seed"],
        kind=kind,
        params=origin["params"],
        public=public,
        private=ready(private),
    )


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


def _links(name: str) -> dict[str, str]:
    here = f"/v1/variants/{name}"
    return {"self": here, "grade": f"{here}/grade", "validate": f"{here}/validate"}

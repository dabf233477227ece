"""A posed question set in type: Markdown and MathML, the public JSON and the private.

The JSON is put together from pieces that come back in draft after draft, a definition or the reason against a mistake:
those are set and encoded once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bank import kinds
from bank.kinds.posing import Posed, letters
from bank.notation.bounded import MIB, kept_within
from bank.notation.text import Rich, enlarged, render, render_inline
from bank.variant import Draft, digest, encoded, ready

LINE_BREAK = r"\n"  # in a JSON string
_quoted = json.encoder.encode_basestring  # a string as JSON has it, in UTF-8


@dataclass(frozen=True)
class Heading:
    """What stands above a question, and what a worker must know of it."""

    family: str
    title: str
    topic: str
    source: tuple[str, ...]
    points: int
    seconds: float  # that it takes to prove the question


@dataclass(frozen=True)
class Text:
    """Markdown: the definition that the topic begins with, what is asked, how it is solved; records of the figures."""

    prelude: str
    stem: str
    solution: str
    figures: Sequence[Mapping[str, Any]] = ()


def compose(heading: Heading, kind: str, text: Text, posed: Posed, origin: Mapping[str, Any]) -> Draft:
    """Set a posed question in type. `origin` holds `seed`, `version` and `params`, which are no part of its content."""
    seen, graded = _seen(heading, kind, text, posed).encode(), _graded(heading, kind, text, posed).encode()
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


def _seen(heading: Heading, kind: str, text: Text, posed: Posed) -> str:
    """What a student sees, but for the name."""
    asked = kinds.get(kind)
    stem = f"{text.stem}\n\n{asked.instruction(posed.shape, posed.answer)}"
    parts = [_set(text.prelude), _newly_set(stem)] if text.prelude else [_newly_set(stem)]
    ids = letters(len(posed.choices))
    choices = ",".join(f'{{"id":"{name}",{_option(one)}}}' for name, one in zip(ids, posed.choices, strict=True))
    return (
        f'{_head(heading, kind)[:-1]},"stem":{{{_joined(parts)}}},"choices":[{choices}],'
        f'"figures":{encoded(list(text.figures))},"response_schema":{encoded(asked.response_schema(posed.shape))}}}'
    )


def _graded(heading: Heading, kind: str, text: Text, posed: Posed) -> str:
    """What grades it and explains it."""
    told = {"kind": kind, "points": heading.points, "shape": posed.shape, "answer": posed.answer}
    feedback = ",".join(f'{{"on":{_encoded(mistake)},{_line(why)}}}' for mistake, why in posed.feedback)
    return f'{encoded(told)[:-1]},"solution":{{{_joined([_newly_set(text.solution)])}}},"feedback":[{feedback}]}}'


def _encoded(mistake: Mapping[str, Any]) -> str:
    """Most are names and texts alone, which are quickly written."""
    members = []
    for name, value in mistake.items():
        if type(value) is not str:
            return encoded(mistake)
        members.append(f'"{name}":{_quoted(value)}')
    return f"{{{','.join(members)}}}"


@lru_cache(maxsize=1024)
def _head(heading: Heading, kind: str) -> str:
    named = {name: getattr(heading, name) for name in ("family", "title", "topic", "source", "points")}
    return encoded({**named, "state": "verified", "kind": kind})


def _joined(parts: Iterable[tuple[str, str]]) -> str:
    """Paragraphs after one another, as the two members of a text."""
    texts, htmls = zip(*parts, strict=True)
    text, html = (LINE_BREAK * 2).join(texts), LINE_BREAK.join(htmls)
    return f'"text":"{text}","html":"{html}"'


def _newly_set(markdown: str) -> tuple[str, str]:
    """Text and HTML, as they stand in a JSON string."""
    rich = render(markdown)
    return _quoted(rich.text)[1:-1], _quoted(rich.html)[1:-1]


@kept_within(MIB // 2)
def _set(markdown: str) -> tuple[str, str]:
    return _newly_set(markdown)


@kept_within(MIB)
def _line(markdown: str) -> str:
    """The two members of a text that stands on one line."""
    rich: Rich = render_inline(markdown)
    return f'"text":{_quoted(rich.text)},"html":{_quoted(rich.html)}'


@kept_within(MIB // 2)
def _option(markdown: str) -> str:
    """The same for an option: formulas are large in HTML, and as they were written in the text, which is compared."""
    large = render_inline(enlarged(markdown))
    return f'"text":{_quoted(markdown)},"html":{_quoted(large.html)}'

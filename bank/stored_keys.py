"""Does the key that is kept with a variant still stand? Asked where its family has changed since it was drawn.

A worker solves a question with the family as it is now. Were the kept key another one, it would confirm what nobody
keeps.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from random import Random
from typing import TYPE_CHECKING, Any

from bank.kinds.posing import letters

if TYPE_CHECKING:
    from bank.authoring.family import Family

LETTERS = ("choice", "choices")  # members of an answer that depend on the order of the options


def differing(question: Family, kind: str, public: bytes, private: bytes) -> tuple[Any, Any] | None:
    """The key that is kept and the key of today; None where they are the same."""
    posed = question.pose(kind, Random(0))
    ids = letters(len(posed.choices))
    before, now = kept(public, private), _key(posed.answer, dict(zip(ids, posed.choices, strict=True)))
    return None if before == now else (before, now)


def kept(public: bytes, private: bytes) -> dict[str, Any]:
    """The key of a stored variant, options by their texts."""
    texts = {choice["id"]: choice["text"] for choice in json.loads(public)["choices"]}
    return _key(json.loads(private)["answer"], texts)


def options(public: bytes) -> set[str]:
    """The texts of what a stored variant offers."""
    return {choice["text"] for choice in json.loads(public)["choices"]}


def _key(answer: Mapping[str, Any], texts: Mapping[str, str]) -> dict[str, Any]:
    """An answer without the order of the options: the texts of the right ones in place of their letters."""
    right = [texts[letter] for name in LETTERS for letter in _listed(answer.get(name, ()))]
    rest = {name: value for name, value in answer.items() if name not in LETTERS}
    if "statements" in rest:
        rest["statements"] = sorted(rest["statements"])
    return rest | ({"options": sorted(right)} if right else {})


def _listed(letters: str | Iterable[str]) -> Iterable[str]:
    return (letters,) if isinstance(letters, str) else letters

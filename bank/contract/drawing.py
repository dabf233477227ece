"""The questions on which promises are tried, and how one that is broken is told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bank.authoring.family import Family
from bank.errors import BrokenPromise
from bank.stress import FAULTS
from bank.variant import Draft

DRAWN = 200  # seeds that are drawn in each kind


@dataclass(frozen=True, slots=True)
class Drawn:
    """A question with all its text, read."""

    draft: Draft
    public: Mapping[str, Any]
    private: Mapping[str, Any]


@lru_cache(maxsize=2)  # the promises of a family and kind are tried one after the other
def drawn(family: type[Family], kind: str, seeds: int = DRAWN) -> list[Drawn]:
    """The questions of the first seeds, with all their text."""
    return [_drawn(family, kind, seed) for seed in range(seeds)]


def _drawn(family: type[Family], kind: str, seed: int) -> Drawn:
    try:
        draft = family.rehearsed(seed, kind)
    except FAULTS as error:
        raise BrokenPromise(f"seed {seed}: {type(error).__name__}: {error}") from error
    return Drawn(draft, json.loads(draft.seen), json.loads(draft.private))


def hold(seed: int, field: str, kept: bool, otherwise: str) -> None:
    if not kept:
        raise BrokenPromise(f"seed {seed}, {field}: {otherwise}")

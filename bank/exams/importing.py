"""Rows of a manifest, drawn again: the same question here has another name, and must be the same in all else."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from bank import registry
from bank.errors import BadParams, NoFairQuestion, UnknownFamily
from bank.exams.building import question
from bank.exams.manifest import Row
from bank.exams.sharing import Together
from bank.exams.traits import traits
from bank.variant import Variant

if TYPE_CHECKING:
    from bank.identity import Identity

UNKNOWN = "no family goes by the name {family}"
OTHER = "{family} has another version here, which gives another question"
CANNOT = "{family} has no question with these parameters here"

Taken = list[tuple[Variant, dict[str, Any]]]


def drawn_again(identity: Identity, rows: Sequence[Row]) -> tuple[Taken, dict[int, Counter[str]]]:
    """The variants with where each stands, and by item why other rows are none."""
    taken: Taken = []
    refused: dict[int, Counter[str]] = {}
    for row in rows:
        try:
            taken.append(_again(identity, row))
        except _Refused as error:
            refused.setdefault(row.item, Counter())[str(error)] += 1
    return taken, refused


class _Refused(Exception):
    """This row gives no variant here."""


def _again(identity: Identity, row: Row) -> tuple[Variant, dict[str, Any]]:
    try:
        family = registry.get(row.family)
    except UnknownFamily:
        raise _Refused(UNKNOWN.format(family=row.family)) from None
    try:
        draft = family.draft(row.seed, row.kind, row.params)
        together = Together(family, row.kind, draft.params)
    except (BadParams, NoFairQuestion, UnknownFamily):
        raise _Refused(CANNOT.format(family=row.family)) from None
    if draft.content != row.content:
        raise _Refused(OTHER.format(family=row.family))
    variant = identity.named(draft)
    seen = traits(json.loads(variant.public), json.loads(variant.private)) if variant.public else {}
    return variant, _place(row) | {"question": question(together), "looks": draft.looks, "traits": seen}


def _place(row: Row) -> dict[str, Any]:
    return {"item": row.item, "place": row.place, "part": row.part, "pool": row.pool}

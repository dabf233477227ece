"""Rows of a manifest, drawn again: the same question here has another name, and must be the same in all else."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bank import registry
from bank.authoring.references import ANSWER_OF, VALUE, references_in
from bank.errors import BadParams, NoFairQuestion, UnknownFamily
from bank.exams.candidates import question
from bank.exams.carrying import built_on, keys_after
from bank.exams.manifest import Row
from bank.exams.sharing import Together, answer_of
from bank.exams.traits import traits
from bank.variant import Variant

if TYPE_CHECKING:
    from bank.identity import Identity

UNKNOWN = "no family goes by the name {family}"
OTHER = "{family} has another version here, which gives another question"
CANNOT = "{family} has no question with these parameters here"
ALONE = "{family} builds on a part that is not here"

Where = tuple[int, int, int]  # item, place and part
Taken = list[tuple[Variant, dict[str, Any]]]


def parts_before(rows: Sequence[Row]) -> set[Where]:
    """The parts that some of these build on, and that are not among them."""
    wanted = {(row.item, row.place, part) for row in rows for part in _built_on(row.params) if 0 <= part < row.part}
    return wanted - {_where(row) for row in rows}


def drawn_again(
    identity: Identity, rows: Sequence[Row], before: Mapping[Where, Together]
) -> tuple[Taken, dict[int, Counter[str]]]:
    """The variants with where each stands, and by item why other rows are none.

    `before` are parts that came earlier; what builds on one that is not here is none.
    """
    taken: Taken = []
    refused: dict[int, Counter[str]] = {}
    known = dict(before)
    for row in sorted(rows, key=_where):
        try:
            taken.append(_again(identity, row, known))
        except _Refused as error:
            refused.setdefault(row.item, Counter())[str(error)] += 1
    return taken, refused


class _Refused(Exception):
    """This row gives no variant here."""


def _again(identity: Identity, row: Row, known: dict[Where, Together]) -> tuple[Variant, dict[str, Any]]:
    """Adds to what is known."""
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
    after = _after_mistakes(row, together, known)
    known[_where(row)] = together
    variant = identity.named(draft)
    seen = traits(json.loads(variant.public), json.loads(variant.private)) if variant.public else {}
    kept = {"question": question(together), "looks": draft.looks, "traits": seen, "carried": after}
    return variant, {"item": row.item, "place": row.place, "part": row.part, "pool": row.pool} | kept


def _after_mistakes(row: Row, later: Together, known: Mapping[Where, Together]) -> dict[str, Any] | None:
    """The keys after a wrong answer to the part that it builds on, as they are kept when a bank is built."""
    for reference in references_in(later.params).values():
        earlier = known.get((row.item, row.place, reference[ANSWER_OF]))
        if earlier is None or reference[ANSWER_OF] >= row.part or answer_of(earlier) != reference[VALUE]:
            raise _Refused(ALONE.format(family=row.family))
    of = built_on(later.params)
    return None if of is None else keys_after(known[row.item, row.place, of], later)


def _built_on(params: Mapping[str, Any]) -> set[int]:
    return {reference[ANSWER_OF] for reference in references_in(params).values()}


def _where(row: Row) -> Where:
    return row.item, row.place, row.part

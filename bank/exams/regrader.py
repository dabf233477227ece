"""What a correction makes of the learners who were given a variant, by what the bank says of points and scoring."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bank import registry
from bank.errors import BankError
from bank.exams import carrying
from bank.exams.blueprint import Blueprint
from bank.exams.correcting import Before, Given, NewKey, Regraded, annulled
from bank.exams.sharing import Together
from bank.exams.terms import scored

if TYPE_CHECKING:
    from bank.store import Holder, Store, Stored


@dataclass(frozen=True, slots=True)
class Replaced:
    """What learners saw, and what took its place: its two documents, its family and its parameters (JSON)."""

    seen: bytes
    shown: bytes
    private: bytes
    family: str
    params: Mapping[str, Any]


class Regrader:
    """Decides about the learners who were given one variant by a bank; `replaced` is None where it is annulled."""

    def __init__(self, store: Store, bank: str, replaced: Replaced | None) -> None:
        self._store, self._bank, self._replaced = store, bank, replaced
        self._blueprints: dict[int, Blueprint] = {}
        self._keys: dict[str, NewKey] = {}  # by how the bank scores selections
        self._kept: dict[str, Mapping[str, Any] | None] = {}  # keys after mistakes, by the variant of the earlier part

    def decide(self, holder: Holder, given: Sequence[Given], lower: bool) -> Regraded:
        """By what the revision says that the learner has drawn from."""
        blueprint = self._blueprint(holder.revision)
        if self._replaced is None:
            return annulled(given, holder.best, blueprint.items[holder.item].parts[holder.part].points)
        key = self._key(self._replaced, blueprint.policies.multiple_choice)
        return key.regraded(given, holder.best, lower, self._before(self._replaced, holder))

    def _blueprint(self, revision: int) -> Blueprint:
        if revision not in self._blueprints:
            found = self._store.banks.revision(self._bank, revision)
            assert found is not None, "a draw is of a revision that is there"  # noqa: S101 - a foreign key says so
            self._blueprints[revision] = Blueprint.from_json(found.blueprint)
        return self._blueprints[revision]

    def _key(self, replaced: Replaced, scoring: str) -> NewKey:
        if scoring not in self._keys:
            self._keys[scoring] = NewKey(replaced.seen, replaced.shown, scored(json.loads(replaced.private), scoring))
        return self._keys[scoring]

    def _before(self, replaced: Replaced, holder: Holder) -> Before | None:
        """What the learner answered to the part that this one builds on; None where it builds on none."""
        of = carrying.built_on(replaced.params)
        given = None if of is None else self._store.draws.answered(holder.draw, holder.item, holder.slot, of)
        if given is None:
            return None
        variant, response = given
        earlier = _newest_of(self._store, variant)
        if earlier.id not in self._kept:
            self._kept[earlier.id] = _keys_after(earlier, replaced)
        kept = self._kept[earlier.id]
        return None if kept is None else Before(response, json.loads(earlier.private), kept)


def _newest_of(store: Store, variant: str) -> Stored:
    """The variant, or the one that took its place."""
    found = store.variants.find(variant)
    assert found is not None, "what was drawn is kept for good"  # noqa: S101 - a foreign key says so
    return found if found.superseded_by is None else _newest_of(store, found.superseded_by)


def _keys_after(earlier: Stored, later: Replaced) -> dict[str, Any] | None:
    """As the families of today work them out; None where they do not know these parameters any more."""
    try:
        first = Together(registry.get(earlier.family), earlier.kind, earlier.params)
        kind = json.loads(later.private)["kind"]
        return carrying.keys_after(first, Together(registry.get(later.family), kind, later.params))
    except BankError:
        return None

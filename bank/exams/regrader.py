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
from bank.exams.correcting import Before, Earlier, Given, NewKey, Regraded, annulled
from bank.exams.sharing import Together
from bank.exams.terms import scored

if TYPE_CHECKING:
    from bank.store import Correction, Holder, Store, Stored

Keys = dict[
    str, Any
]  # after mistakes in an earlier part, by the variant that its key is of; None where none can be told


@dataclass(frozen=True, slots=True)
class Replaced:
    """What learners saw, and what took its place: its two documents, its family and its parameters (JSON)."""

    seen: bytes
    shown: bytes
    private: bytes
    family: str
    params: Mapping[str, Any]


class Regrader:
    """Decides about the learners who were given one variant by a bank; `replaced` is None where it is annulled.

    `carried` are keys after mistakes that were worked out before, and hold; those that are met are added to them.
    """

    def __init__(
        self, store: Store, correction: Correction, replaced: Replaced | None, carried: Keys | None = None
    ) -> None:
        self._store, self._correction, self._replaced = store, correction, replaced
        self.carried: Keys = {} if carried is None else carried
        self._blueprints: dict[int, Blueprint] = {}
        self._keys: dict[str, NewKey] = {}  # by how the bank scores selections
        self._earlier: dict[str, tuple[Mapping[str, Any], Any]] = {}  # what grades it and keys, by what was drawn

    @property
    def builds_on(self) -> int | None:
        """The part, from 0, whose answer the key follows from; None where it follows from none."""
        return None if self._replaced is None else carrying.built_on(self._replaced.params)

    def decide(self, holder: Holder, given: Sequence[Given], lower: bool) -> Regraded:
        """By what the revision says that the learner has drawn from."""
        blueprint = self._blueprint(holder.revision)
        if self._replaced is None:
            return annulled(given, holder.best, blueprint.items[holder.item].parts[holder.part].points)
        key = self._key(self._replaced, blueprint.policies.multiple_choice)
        before = {each.attempt: self._before(self._replaced, each.earlier) for each in given if each.earlier}
        return key.regraded(given, holder.best, lower, before)

    def _blueprint(self, revision: int) -> Blueprint:
        if revision not in self._blueprints:
            found = self._store.banks.revision(self._correction.bank, revision)
            assert found is not None, "a draw is of a revision that is there"  # noqa: S101 - a foreign key says so
            self._blueprints[revision] = Blueprint.from_json(found.blueprint)
        return self._blueprints[revision]

    def _key(self, replaced: Replaced, scoring: str) -> NewKey:
        if scoring not in self._keys:
            self._keys[scoring] = NewKey(replaced.seen, replaced.shown, scored(json.loads(replaced.private), scoring))
        return self._keys[scoring]

    def _before(self, replaced: Replaced, earlier: Earlier) -> Before:
        """What the learner answered to the part that this one builds on, by the key that holds for it now."""
        if earlier.variant not in self._earlier:
            name = self._store.corrections.holding(self._correction, [earlier.variant])[earlier.variant]
            found = self._store.variants.find(name)
            assert found is not None, "variants are kept for good"  # noqa: S101 - foreign keys say so
            if name not in self.carried:
                self.carried[name] = _keys_after(found, replaced)
            self._earlier[earlier.variant] = (json.loads(found.private), self.carried[name])
        return Before(earlier.response, *self._earlier[earlier.variant])


def _keys_after(earlier: Stored, later: Replaced) -> dict[str, Any] | None:
    """As the families of today work them out; None where they do not know these parameters any more."""
    try:
        first = Together(registry.get(earlier.family), earlier.kind, earlier.params)
        kind = json.loads(later.private)["kind"]
        return carrying.keys_after(first, Together(registry.get(later.family), kind, later.params))
    except BankError:
        return None

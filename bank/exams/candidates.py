"""What a bank may ask: candidates in an order that its seed gives."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bank import registry, spaces
from bank.exams.blueprint import Item
from bank.exams.carrying import carried
from bank.exams.sharing import Together, drawn_together
from bank.variant import Draft, digest

if TYPE_CHECKING:
    from bank.identity import Identity


@dataclass(frozen=True)
class Candidate:
    """One variant, or the parts of a group, with the number that it has among the candidates of its item."""

    number: int
    together: tuple[Together, ...]
    questions: tuple[str, ...]
    seed: int

    def carried(self, part: int) -> dict[str, Any] | None:
        """The keys of a part after a wrong answer to the one that it builds on."""
        return carried(self.together, part)

    def drafts(self) -> tuple[Draft, ...]:
        return tuple(each.family.draft(self.seed, each.kind, each.params) for each in self.together)


class Candidates:
    """Those of one item: the same for the same secret, seed of the bank, item and place among items that are alike."""

    def __init__(self, identity: Identity, seed: int, item: Item, twin: int = 0) -> None:
        self._identity, self._item = identity, item
        self._purpose = f"bank {seed}/{item.recipe()}/{twin}"

    def candidate(self, number: int) -> Candidate:
        """Raises BadParams, NoFairQuestion where this one cannot be."""
        seed = self._identity.seed(f"{self._purpose}/{number}")
        together = tuple(drawn_together(self._item.parts, self._item.shared, seed))
        return Candidate(number, together, tuple(question(each) for each in together), seed)


def space(item: Item) -> int | None:
    """How many questions an item of one part can have at most."""
    sizes = [spaces.space(registry.get(part.family), part.kind) for part in item.parts]
    return min((size for size in sizes if size is not None), default=None)


def twin(items: Sequence[Item], place: int) -> int:
    """How many items before this one are alike: their candidates must be others."""
    return sum(other.recipe() == items[place].recipe() for other in items[:place])


def question(each: Together) -> str:
    """Digest of all on which the answer depends, whatever the kind: a question is asked once in a bank."""
    identity = each.family.from_json(each.params).identity(each.kind)
    return digest(f"{each.family.name()} {_canonical(identity)}".encode())


def _canonical(value: Hashable | Mapping[str, Any]) -> str:
    """The same text for the same value in every process: the order of a set is not the same in two of them.

    >>> _canonical((1, frozenset("ba")))
    "(1,{'a','b'})"
    """
    if isinstance(value, set | frozenset):
        return "{" + ",".join(sorted(map(_canonical, value))) + "}"
    if isinstance(value, tuple | list):
        return "(" + ",".join(map(_canonical, value)) + ")"
    return repr(value)

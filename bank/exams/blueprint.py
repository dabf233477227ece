"""What a bank is built from: items of so many variants of a family, or of groups that share their numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from bank.exams.policies import Policies
from bank.variant import digest, ready

MOST_ITEMS = 100
MOST_PARTS = 12
MOST_COUNT = 20_000  # variants of one item
MOST_VARIANTS = 100_000  # of one bank


@dataclass(frozen=True, slots=True)
class Part:
    """One question of an item. `params` fixes parameters, narrows them, or takes them from an earlier part."""

    family: str
    kind: str
    params: Mapping[str, Any]
    points: float


@dataclass(frozen=True, slots=True)
class Item:
    """`count` variants, or as many groups where it has several parts, of which those named in `shared` are the same."""

    parts: tuple[Part, ...]
    count: int
    shared: tuple[str, ...] = ()
    title: str = ""

    @property
    def families(self) -> frozenset[str]:
        return frozenset(part.family for part in self.parts)

    @property
    def points(self) -> float:
        return sum(part.points for part in self.parts)

    def recipe(self) -> str:
        """Digest of what is drawn for it: neither its count nor its points nor its place change what that is."""
        parts = [{"family": part.family, "kind": part.kind, "params": dict(part.params)} for part in self.parts]
        return digest(ready({"parts": parts, "shared": list(self.shared)}))

    def to_json(self) -> dict[str, Any]:
        parts = [
            {"family": part.family, "kind": part.kind, "params": dict(part.params), "points": part.points}
            for part in self.parts
        ]
        return {"title": self.title, "parts": parts, "shared": list(self.shared), "count": self.count}


@dataclass(frozen=True, slots=True)
class Blueprint:
    """`practice` is how many further variants of each item are built for a pool that learners practise with."""

    items: tuple[Item, ...]
    policies: Policies = field(default_factory=Policies)
    practice: int = 0

    @classmethod
    def from_json(cls, written: Mapping[str, Any]) -> Self:
        """As `to_json` wrote it."""
        items = tuple(
            Item(tuple(Part(**part) for part in item["parts"]), item["count"], tuple(item["shared"]), item["title"])
            for item in written["items"]
        )
        return cls(items, Policies.from_json(written["policies"]), written["practice"])

    def to_json(self) -> dict[str, Any]:
        return {
            "items": [item.to_json() for item in self.items],
            "policies": self.policies.to_json(),
            "practice": self.practice,
        }

    def wanted(self, item: int) -> int:
        """Variants, or groups of them, that are to be built of an item: for the exam, and behind them for practice."""
        return self.items[item].count + self.practice

    @property
    def variants(self) -> int:
        return sum(self.wanted(place) * len(item.parts) for place, item in enumerate(self.items))


def components(items: Sequence[Item]) -> list[tuple[int, ...]]:
    """The items by their places, those together that have a family in common: their questions must differ too.

    >>> of = lambda name: Part(name, "numeric", {}, 1)
    >>> components([Item((of("a"),), 1), Item((of("b"),), 1), Item((of("a"), of("c")), 1), Item((of("c"),), 1)])
    [(0, 2, 3), (1,)]
    """
    groups: list[tuple[frozenset[str], tuple[int, ...]]] = []
    for place, item in enumerate(items):
        families: frozenset[str] = item.families
        places: tuple[int, ...] = (place,)
        for group in [group for group in groups if group[0] & families]:
            groups.remove(group)
            families, places = families | group[0], group[1] + places
        groups.append((families, places))
    return sorted(tuple(sorted(places)) for _, places in groups)

"""What a bank is built from: items of so many variants of a family, or of groups that share their numbers."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Self

from bank import registry
from bank.errors import BadParams, Problem, UnknownFamily
from bank.exams.policies import Policies
from bank.exams.sharing import fixed_values, reference_problems
from bank.variant import digest, ready

PAPERS = Path(__file__).parent / "papers"
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


def read(given: Mapping[str, Any]) -> Blueprint:
    """A blueprint of the right form, as a client wrote it, with what it left out filled in.

    Raises BadParams naming each item, part and parameter that cannot be.
    """
    problems: list[Problem] = []
    items = [_item(item, f"/items/{place}", problems) for place, item in enumerate(given["items"])]
    policies = Policies.from_json(given.get("policies", {}))
    if policies.opens is not None and policies.closes is not None and policies.closes <= policies.opens:
        problems.append(Problem("/policies/closes", "closes must be later than opens"))
    if problems:
        raise BadParams("", *problems)
    found = Blueprint(tuple(item for item in items if item), policies, given.get("practice", 0))
    if found.variants > MOST_VARIANTS:
        raise BadParams("", Problem("/items", f"a bank has at most {MOST_VARIANTS} variants, not {found.variants}"))
    return found


def _item(given: Mapping[str, Any], pointer: str, problems: list[Problem]) -> Item | None:
    """Notes what is wrong with it."""
    if ("family" in given) == ("parts" in given):
        problems.append(Problem(pointer, "an item has either a family or parts"))
        return None
    listed = [(part, f"{pointer}/parts/{place}") for place, part in enumerate(given.get("parts", ()))]
    parts = [_part(part, where, problems) for part, where in listed or [(given, pointer)]]
    if any(part is None for part in parts):
        return None
    whole = tuple(part for part in parts if part)
    problems.extend(_shared_nowhere(given.get("shared", ()), whole, pointer))
    problems.extend(reference_problems(whole, pointer))
    return Item(whole, given["count"], tuple(given.get("shared", ())), given.get("title", ""))


def _part(given: Mapping[str, Any], pointer: str, problems: list[Problem]) -> Part | None:
    try:
        family = registry.get(given["family"])
    except UnknownFamily:
        problems.append(Problem(f"{pointer}/family", "no family goes by that name"))
        return None
    kind, params = given.get("kind", family.kinds[0]), given.get("params", {})
    if kind not in family.kinds:
        problems.append(Problem(f"{pointer}/kind", f"kind must be one of {', '.join(family.kinds)}"))
        return None
    try:
        family.read(fixed_values(params))
    except BadParams as error:
        problems.extend(problem._replace(pointer=pointer + problem.pointer) for problem in error.problems)
    return Part(given["family"], kind, params, float(given.get("points", family.points)))


def _shared_nowhere(shared: Sequence[str], parts: Sequence[Part], pointer: str) -> Iterator[Problem]:
    for place, name in enumerate(shared):
        having = [part for part in parts if name in registry.get(part.family).domains()]
        if len(having) < 2:
            yield Problem(f"{pointer}/shared/{place}", f"fewer than two parts of this item have a parameter {name!r}")


def warnings(blueprint: Blueprint) -> list[Problem]:
    """What is asked for and cannot be: more variants of an item than there are questions."""
    found = []
    for place, item in enumerate(blueprint.items):
        spaces = {part.family: registry.get(part.family).space(part.kind) for part in item.parts}
        least = min(((size, name) for name, size in spaces.items() if size is not None), default=None)
        if least is not None and least[0] < blueprint.wanted(place):
            detail = f"{least[1]} has {least[0]} distinct questions, and {blueprint.wanted(place)} are asked for"
            found.append(Problem(f"/items/{place}/count", detail))
    return found


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


@cache
def papers() -> dict[str, Path]:
    """The papers that come with the bank, by name."""
    return {path.stem: path for path in sorted(PAPERS.glob("*.toml"))}


def paper(name: str, count: int) -> dict[str, Any]:
    """A paper as a blueprint that a client might have written, with so many variants of each item."""
    found = tomllib.loads(papers()[name].read_text())
    return found | {"items": list(_counted(found["items"], count))}


def _counted(items: Iterable[Mapping[str, Any]], count: int) -> Iterator[dict[str, Any]]:
    return ({"count": count, **item} for item in items)

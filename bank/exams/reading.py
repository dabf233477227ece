"""Blueprints as clients write them: what is left out is filled in, what cannot be is named at its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bank import registry
from bank.errors import BadParams, Problem, UnknownFamily
from bank.exams.blueprint import MOST_VARIANTS, Blueprint, Item, Part
from bank.exams.policies import Policies
from bank.exams.references import fixed_values, reference_problems
from bank.spaces import space


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


def warnings(blueprint: Blueprint) -> list[Problem]:
    """What is asked for and cannot be: more variants of an item than there are questions."""
    found = []
    for place, item in enumerate(blueprint.items):
        spaces = {part.family: space(registry.get(part.family), part.kind) for part in item.parts}
        least = min(((size, name) for name, size in spaces.items() if size is not None), default=None)
        if least is not None and least[0] < blueprint.wanted(place):
            detail = f"{least[1]} has {least[0]} distinct questions, and {blueprint.wanted(place)} are asked for"
            found.append(Problem(f"/items/{place}/count", detail))
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

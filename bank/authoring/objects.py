"""Parameters that are JSON objects: members with a domain each, read into values that do not change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from bank.authoring.params import Domain, named, refused
from bank.errors import BadParams, Problem

REQUIRED = object()


@dataclass(frozen=True)
class Member:
    """One member of an object: left out, it has its default; without one it must be there."""

    name: str
    domain: Domain
    about: str
    default: Any = REQUIRED


class Record(Mapping[str, Any]):
    """A read object, with every member set; hashable, as the fields of a frozen question are.

    >>> Record({"in": 3})["in"], Record({"in": 3}) == Record({"in": 3}), len({Record({}), Record({})})
    (3, True, 1)
    """

    def __init__(self, members: Mapping[str, Any]) -> None:
        self._members = dict(members)

    def __getitem__(self, name: str) -> Any:
        return self._members[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)

    def __hash__(self) -> int:
        return hash(tuple(self._members.items()))

    def __repr__(self) -> str:
        return f"Record({self._members})"


@dataclass(frozen=True)
class Objects(Domain):
    """Objects with these members and no others."""

    members: tuple[Member, ...]

    def draw(self, rng: Random) -> Record:
        return Record({member.name: member.domain.draw(rng) for member in self.members})

    def read(self, given: object, pointer: str) -> Record:
        if not isinstance(given, Mapping):
            raise refused(pointer, "must be an object", given)
        known = {member.name for member in self.members}
        problems = [
            Problem(f"{pointer}/{name}", f"{named(pointer)} has no member {name!r}")
            for name in given
            if name not in known
        ]
        values = {}
        for member in self.members:
            try:
                values[member.name] = _read(member, given, pointer)
            except BadParams as error:
                problems.extend(error.problems)
        if problems:
            raise BadParams("", *problems)
        return Record(values)

    def schema(self) -> dict[str, Any]:
        return {
            "type": "object",
            "properties": {member.name: _described(member) for member in self.members},
            "required": [member.name for member in self.members if member.default is REQUIRED],
            "additionalProperties": False,
        }


def _read(member: Member, given: Mapping[str, object], pointer: str) -> Any:
    if member.name in given:
        return member.domain.read(given[member.name], f"{pointer}/{member.name}")
    if member.default is REQUIRED:
        raise refused(f"{pointer}/{member.name}", "is missing")
    return member.default


def _described(member: Member) -> dict[str, Any]:
    default = {} if member.default is REQUIRED else {"default": member.default}
    return {**member.domain.schema(), "description": member.about, **default}

"""Groups of questions on one shared draw of parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any, Protocol

from bank import registry
from bank.errors import Problem

if TYPE_CHECKING:
    from bank.authoring.family import Family


class PartLike(Protocol):
    @property
    def family(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def params(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True)
class Together:
    """One question of a group: `params` (JSON) are all of its parameters."""

    family: type[Family]
    kind: str
    params: Mapping[str, Any]


def fixed_values(params: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in params.items() if not isinstance(value, Mapping)}


def reference_problems(parts: Sequence[PartLike], pointer: str) -> Iterator[Problem]:
    yield from ()


def drawn_together(parts: Sequence[PartLike], shared: Sequence[str], seed: int) -> list[Together]:
    found: list[Together] = []
    known: dict[str, Any] = {}
    for part in parts:
        family = registry.get(part.family)
        fixed = {name: value for name, value in known.items() if name in family.domains()} | fixed_values(part.params)
        rng = family.rng(seed)
        question = family.draw(rng, part.kind, family.read(fixed))
        params = question.to_json()
        known |= {name: params[name] for name in shared if name in params and name not in known}
        found.append(Together(family, part.kind, params))
    return found


_ = Random

"""Groups of questions on one shared draw of parameters: the same numbers through all parts of one exam question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any

from bank import registry
from bank.authoring.exercise import Exercise
from bank.authoring.params import written
from bank.authoring.references import ANSWER_OF, VALUE, references_in
from bank.exams.references import FROM, LEAST, MOST, PartLike

if TYPE_CHECKING:
    from bank.authoring.family import Family


@dataclass(frozen=True)
class Together:
    """One question of a group: `params` (JSON) are all of its parameters."""

    family: type[Family]
    kind: str
    params: Mapping[str, Any]

    @property
    def question(self) -> Family:
        return self.family.from_json(self.params)


def drawn_together(parts: Sequence[PartLike], shared: Sequence[str], seed: int) -> list[Together]:
    """The questions of a group: the same for the same seed.

    A parameter named in `shared` is drawn for the first part that has it, and is the same in all others that have it.
    Raises BadParams, NoFairQuestion where this seed gives no fair group.
    """
    found: list[Together] = []
    known: dict[str, Any] = {}
    for part in parts:
        family = registry.get(part.family)
        fixed = {name: value for name, value in known.items() if name in family.domains()}
        fixed |= {name: _value(part, name, seed, found) for name in part.params}
        question = family.draw(family.rng(seed), part.kind, family.read(fixed))
        params = {**question.to_json(), **references_in(fixed)}
        known |= {name: params[name] for name in shared if name in params and name not in known}
        found.append(Together(family, part.kind, params))
    return found


def _value(part: PartLike, name: str, seed: int, before: Sequence[Together]) -> Any:
    """What a parameter is in the group of a seed (JSON)."""
    value = part.params[name]
    if not isinstance(value, Mapping):
        return value
    if ANSWER_OF in value:
        return {ANSWER_OF: value[ANSWER_OF], VALUE: answer_of(before[value[ANSWER_OF]])}
    rng = Random(f"{seed}/{part.family}/{name}")
    return rng.choice(value[FROM]) if FROM in value else rng.randint(value[LEAST], value[MOST])


def answer_of(part: Together) -> Any:
    """The key of a part whose answer is one value, as parameters are written."""
    question = part.question
    assert isinstance(question, Exercise), "a part whose answer is one value"  # noqa: S101 - blueprints are checked
    return written(question.solve())

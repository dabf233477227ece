"""Groups of questions on one shared draw of parameters: the same numbers through all parts of one exam question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any, Protocol

from bank import registry
from bank.authoring.exercise import Exercise
from bank.authoring.params import written
from bank.errors import BadParams, Problem

if TYPE_CHECKING:
    from bank.authoring.family import Family

FROM, LEAST, MOST, ANSWER_OF = "from", "least", "most", "answer_of"
MOST_VALUES = 200  # that a parameter is narrowed to
LARGEST = 10**9
FORMS = "fixed, or {from: [...]}, {least, most} with whole numbers, or {answer_of: an earlier part}"


class PartLike(Protocol):
    """A part of an item, as a blueprint has it."""

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
        params = question.to_json()
        known |= {name: params[name] for name in shared if name in params and name not in known}
        found.append(Together(family, part.kind, params))
    return found


def fixed_values(params: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters that have one value."""
    return {name: value for name, value in params.items() if not isinstance(value, Mapping)}


def answered_by(params: Mapping[str, Any]) -> dict[str, int]:
    """The parameters that are the answer to an earlier part, and to which one."""
    return {
        name: value[ANSWER_OF] for name, value in params.items() if isinstance(value, Mapping) and ANSWER_OF in value
    }


def reference_problems(parts: Sequence[PartLike], pointer: str) -> Iterator[Problem]:
    """What is wrong with parameters that are narrowed, or taken from an earlier part."""
    for place, part in enumerate(parts):
        here = f"{pointer}/parts/{place}" if len(parts) > 1 else pointer
        for name, value in part.params.items():
            if not isinstance(value, Mapping):
                continue
            where = f"{here}/params/{name}"
            if name not in registry.get(part.family).domains():
                yield Problem(where, f"{part.family} has no parameter {name!r}")
            elif ANSWER_OF in value:
                yield from _reference_problem(parts, place, value, where)
            else:
                yield from _narrowing_problems(part, name, value, where)


def _value(part: PartLike, name: str, seed: int, before: Sequence[Together]) -> Any:
    """What a parameter is in the group of a seed (JSON)."""
    value = part.params[name]
    if not isinstance(value, Mapping):
        return value
    if ANSWER_OF in value:
        return _answer(before[value[ANSWER_OF]])
    rng = Random(f"{seed}/{part.family}/{name}")
    return rng.choice(value[FROM]) if FROM in value else rng.randint(value[LEAST], value[MOST])


def _answer(part: Together) -> Any:
    question = part.question
    assert isinstance(question, Exercise), "a part whose answer is one value"  # noqa: S101 - blueprints are checked
    return written(question.solve())


def _reference_problem(
    parts: Sequence[PartLike], place: int, value: Mapping[str, Any], where: str
) -> Iterator[Problem]:
    earlier = value[ANSWER_OF]
    if set(value) != {ANSWER_OF} or not isinstance(earlier, int) or not 0 <= earlier < place:
        yield Problem(where, f"answer_of must be the number of an earlier part of this item, 0 to {place - 1}")
    elif not issubclass(registry.get(parts[earlier].family), Exercise) or parts[earlier].kind != "numeric":
        yield Problem(where, f"part {earlier} is not answered by one number")


def _narrowing_problems(part: PartLike, name: str, value: Mapping[str, Any], where: str) -> Iterator[Problem]:
    family = registry.get(part.family)
    if set(value) == {FROM} and isinstance(value[FROM], list) and 0 < len(value[FROM]) <= MOST_VALUES:
        listed = value[FROM]
    elif set(value) == {LEAST, MOST} and all(type(each) is int and abs(each) <= LARGEST for each in value.values()):
        listed = [value[LEAST], value[MOST]]
        if value[LEAST] > value[MOST]:
            yield Problem(where, "least must not be greater than most")
    else:
        yield Problem(where, f"a parameter is {FORMS}")
        return
    for each in listed:
        try:
            family.read({name: each})
        except BadParams as error:
            yield Problem(where, error.problems[0].detail)
            return

"""Parameters of a blueprint that are narrowed, or taken from an earlier part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from bank import registry
from bank.authoring.exercise import Exercise
from bank.authoring.references import ANSWER_OF
from bank.errors import BadParams, Problem

FROM, LEAST, MOST = "from", "least", "most"
NUMERIC = "numeric"
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


def fixed_values(params: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters that have one value."""
    return {name: value for name, value in params.items() if not isinstance(value, Mapping)}


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


def _reference_problem(
    parts: Sequence[PartLike], place: int, value: Mapping[str, Any], where: str
) -> Iterator[Problem]:
    earlier = value[ANSWER_OF]
    if place == 0:
        yield Problem(where, "no part of this item comes before this one, whose answer it could be")
    elif set(value) != {ANSWER_OF} or type(earlier) is not int or not 0 <= earlier < place:
        yield Problem(where, f"answer_of must be the number of an earlier part of this item, 0 to {place - 1}")
    elif not issubclass(registry.get(parts[earlier].family), Exercise) or parts[earlier].kind != NUMERIC:
        yield Problem(where, f"part {earlier} is not answered by one number")
    elif parts[place].kind != NUMERIC:
        yield Problem(where, f"what follows from the answer to part {earlier} is asked for as a number")


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

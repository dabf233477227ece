"""Options that only who knows the matter can tell apart: the right rule and a wrong one, with these numbers and others.

Mistakes stand in fixed proportions to the key, and a class that has seen last year's exam knows them. So options are
drawn in blocks: the questions that differ from this one by one number, as if it had been misread, stand beside it at
random places of a line that is closed to a circle, and each is answered by the right rule or by a wrong one. Each right
answer of a block is the key of some question of the line, and nothing but the stem says of which.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from random import Random
from typing import TYPE_CHECKING, Any

from bank.authoring.mistakes import apart, has_form
from bank.kinds.likeness import contains, derived
from bank.kinds.posing import Wrong
from bank.notation.values import Number, is_number, tex

if TYPE_CHECKING:
    from bank.authoring.exercise import Exercise

SIZES = (2, 3, 4)  # questions of a block: so many options follow the right rule
STRIDES = 3, 8  # places between two of them on their line: up to so many, and up to that part of a long line
KIND = "single_choice"
BLOCKS = 12  # that are tried for one question


@dataclass(frozen=True, slots=True)
class Line:
    """Values that one number of the question could have as well, in their order, among them its `own`.

    `params` gives the parameters for a value, and `said` names it (Markdown).
    """

    values: Sequence[Any]
    own: Any
    params: Callable[[Any], Mapping[str, Any]]
    said: Callable[[Any], str]


def along(question: Exercise, name: str, letter: str, values: Iterable[Any]) -> Line:
    """The values of a parameter, which the texts call by that letter (TeX)."""
    own = getattr(question, name)
    return Line(sorted(map(type(own), values)), own, lambda value: {name: value}, equals(letter))


def along_member(question: Exercise, name: str, place: int, letter: str, values: Iterable[Any]) -> Line:
    """The values of one member of a parameter that is a list; the others stay."""
    members = getattr(question, name)
    before, after = members[:place], members[place + 1 :]
    own = members[place]
    return Line(sorted(map(type(own), values)), own, lambda value: {name: (*before, value, *after)}, equals(letter))


def equals(letter: str) -> Callable[[Any], str]:
    return lambda value: rf"\({letter} = {tex(value)}\)"


def confused(question: Exercise, lines: Iterable[Line], rng: Random) -> list[Wrong] | None:
    """The wrong options of a block that is fair; None where none is found."""
    lines = [line for line in lines if len(line.values) > 1 and line.own in line.values]
    for _ in range(BLOCKS if lines else 0):
        found = _block(question, rng.choice(lines), rng.choice(SIZES), rng)
        if found is not None:
            return found
    return None


def _block(question: Exercise, line: Line, size: int, rng: Random) -> list[Wrong] | None:
    around, here = len(line.values), line.values.index(line.own)
    stride = rng.randint(1, max(STRIDES[0], around // STRIDES[1]))
    first = here - stride * rng.randrange(size)
    places = {(first + stride * step) % around for step in range(size)}
    if len(places) < size:
        return None
    beside: list[tuple[Exercise, str]] = [(question, "")]
    for place in places:
        if place != here:
            value = line.values[place]
            other = replace(question, **line.params(value))
            if any(other.misplaced()) or any(other.constraints()) or other.strays:
                return None
            beside.append((other, f"This takes {line.said(value)}."))
    right = [Wrong(other.part(other.key, KIND), why) for other, why in beside]
    if not all(is_number(each.value) for each in right):
        return None
    wrong = _mistaken(right, beside, question.options - size, rng)
    if wrong is None or not _fair(question, [*right, *wrong], size):
        return None
    return [*right[1:], *wrong]


def _mistaken(
    right: Sequence[Wrong], beside: Sequence[tuple[Exercise, str]], count: int, rng: Random
) -> list[Wrong] | None:
    """What wrong rules give for `count` of the questions, so that right answers have any places among all by size."""
    where = [rng.randrange(len(beside))] if count == 1 else range(count)
    below = sorted(rng.randint(0, len(right)) for _ in range(count))
    rng.shuffle(below)
    sizes = [float(each.value) for each in right]  # type: ignore[arg-type]  # numbers, as was just asked
    found = []
    for place, smaller in zip(where, below, strict=True):
        question, said = beside[place]
        offered = [each for each in question.asked(KIND).mistakes if each.offered and is_number(each.value)]
        if not offered:
            return None
        rng.shuffle(offered)
        wrong = min(offered, key=lambda each: abs(sum(size < float(each.value) for size in sizes) - smaller))  # type: ignore[arg-type]
        found.append(wrong._replace(why=f"{said} {wrong.why}") if said else wrong)
    return found


def _fair(question: Exercise, options: Sequence[Wrong], right: int) -> bool:
    """All look different, and of none that follows the right rule more than one other is the double, the half, …"""
    form, values = question.asked_form, [option.value for option in options]
    if not all(map(is_number, values)):
        return False
    numbers: list[Number] = values  # type: ignore[assignment]  # as was just asked
    if form.exact:
        if len(set(numbers)) < len(numbers) or not all(has_form(number, form) for number in numbers):
            return False
    elif not all(apart(float(a), float(b), form, question.separation) for a, b in combinations(numbers, 2)):
        return False
    sizes = list(map(float, numbers))
    follow = (sum(derived(own, other) for other in sizes if other != own) for own in sizes[:right])
    if any(count > 1 for count in follow):
        return False
    texts = question.show(numbers)
    return not any(contains(one, other) for one in texts for other in texts[:right])

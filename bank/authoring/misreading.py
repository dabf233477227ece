"""Options that only who knows the matter can tell apart: the right rule and a wrong one, with these numbers and others.

Mistakes stand in fixed proportions to the key, and a class that has seen last year's exam knows them. So options are
drawn in blocks: the questions that differ from this one by one number, as if it had been misread, stand beside it at
random places of a line that is closed to a circle, and each is answered by the right rule or by a wrong one. Each right
answer of a block is the key of some question of the line, and nothing but the stem says of which.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from random import Random
from typing import Any, ClassVar, NamedTuple, Protocol, Self

from bank.authoring.mistakes import apart, has_form
from bank.errors import Problem
from bank.kinds.forms import Form
from bank.kinds.likeness import contains, derived
from bank.kinds.posing import Asked, Wrong
from bank.notation.values import Value, is_number, tex

SIZES = (2, 3, 4)  # questions of a block: so many options follow the right rule; of matrices, which look alike, 3 or 4
STRIDES = 3, 8  # places from one to the next on their line: up to so many, and up to that part of a long line
KIND = "single_choice"
FAR = 8  # times the largest right answer, or less than that part of the smallest: seen at once to be wrong
BLOCKS = 12  # that are tried for one question


class Question(Protocol):
    """What is needed of an exercise here."""

    options: ClassVar[int]
    separation: ClassVar[float]

    @property
    def key(self) -> Value: ...
    @property
    def asked_form(self) -> Form: ...
    @property
    def strays(self) -> bool: ...
    def instead(self, params: Mapping[str, Any]) -> Self: ...
    def part(self, value: Value, kind: str) -> Value: ...
    def asked(self, kind: str) -> Asked: ...
    def wrong(self, kind: str) -> Iterator[Wrong]: ...
    def show(self, options: Sequence[Value]) -> Sequence[str]: ...
    def misplaced(self) -> Iterator[Problem]: ...
    def constraints(self) -> Iterator[Problem]: ...


class Line(NamedTuple):
    """Values that one number of the question could have as well, in rising order, among them its `own`.

    `params` gives the parameters for a value, and `said` names it (Markdown).
    """

    values: Sequence[Any]
    own: Any
    params: Callable[[Any], Mapping[str, Any]]
    said: Callable[[Any], str]


def along(question: Question, name: str, letter: str, values: Sequence[Any]) -> Line:
    """The rising values of a parameter, which the texts call by that letter (TeX)."""
    return Line(values, getattr(question, name), lambda value: {name: value}, equals(letter))


def along_member(question: Question, name: str, place: int, letter: str, values: Sequence[Any]) -> Line:
    """The rising values of one member of a parameter that is a list; the others stay."""
    members = getattr(question, name)
    before, after = members[:place], members[place + 1 :]
    return Line(values, members[place], lambda value: {name: (*before, value, *after)}, equals(letter))


def equals(letter: str) -> Callable[[Any], str]:
    return lambda value: rf"\({letter} = {tex(value)}\)"


def confused(question: Question, lines: Iterable[Line], rng: Random) -> list[Wrong] | None:
    """The wrong options of a block that is fair; None where none is found."""
    lines, sizes = list(lines), SIZES if is_number(question.part(question.key, KIND)) else SIZES[1:]
    for _ in range(BLOCKS if lines else 0):
        found = _block(question, rng.choice(lines), rng.choice(sizes), rng)
        if found is not None:
            return found
    return None


def _block(question: Question, line: Line, size: int, rng: Random) -> list[Wrong] | None:
    beside = [(question, ""), *_neighbours(question, line, size, rng)]
    if len(beside) < size:
        return None
    right = [Wrong(other.part(other.key, KIND), why) for other, why in beside]
    values = [each.value for each in right]
    if not _differ(question, values):
        return None
    count = question.options - size
    where = [rng.randrange(size)] if count == 1 else range(count)
    wrong = [_mistaken(question, *beside[place], values, rng) for place in where]
    if None in wrong or not _fair(question, [each.value for each in (*right, *wrong) if each], size):
        return None
    return [*right[1:], *filter(None, wrong)]


def _neighbours(question: Question, line: Line, size: int, rng: Random) -> Iterator[tuple[Question, str]]:
    """Those that stand in a block of that size with it, each with what it takes; fewer where one is unfair."""
    values, around = line.values, len(line.values)
    here = bisect_left(values, line.own)
    if around < size or here == around or values[here] != line.own:
        return
    stride = rng.randint(1, min(max(STRIDES[0], around // STRIDES[1]), around // size))
    first = here - stride * rng.randrange(size)
    places = {(first + stride * step) % around for step in range(size)} - {here}
    for place in places:
        value = type(line.own)(values[place])
        other = question.instead(line.params(value))
        if any(other.misplaced()) or any(other.constraints()) or other.strays:
            return
        yield other, f"This takes {line.said(value)}."


def _mistaken(question: Question, other: Question, said: str, right: Sequence[Value], rng: Random) -> Wrong | None:
    """What a wrong rule gives for the question or for its neighbour, anywhere among the right answers by size."""
    offered = [
        each for each in (question.asked(KIND).mistakes if other is question else other.wrong(KIND)) if each.offered
    ]
    rng.shuffle(offered)
    smaller, sizes = rng.randint(0, len(right)), [float(value) for value in right if is_number(value)]
    if sizes:
        least, most = min(map(abs, sizes)) / FAR, max(map(abs, sizes)) * FAR
        offered = [each for each in offered if is_number(each.value) and least <= abs(float(each.value)) <= most]
        offered.sort(key=lambda each: abs(sum(size < float(each.value) for size in sizes) - smaller))  # type: ignore[arg-type]  # numbers only
    if not offered:
        return None
    return offered[0]._replace(why=f"{said} {offered[0].why}") if said else offered[0]


def _differ(question: Question, values: Sequence[Value]) -> bool:
    """Whether numbers are far enough from one another to be told apart as they are shown, and of one form."""
    numbers, form = [value for value in values if is_number(value)], question.asked_form
    if form.exact:
        return len(set(numbers)) == len(numbers) and all(has_form(number, form) for number in numbers)
    sizes = map(float, numbers)
    return all(apart(one, other, form, question.separation) for one, other in combinations(sizes, 2))


def _fair(question: Question, values: Sequence[Value], right: int) -> bool:
    """All look different, and none is the double, the half, … of another."""
    if not _differ(question, values):
        return False
    sizes = [float(value) for value in values if is_number(value)]
    if any(derived(one, other) for one, other in combinations(sizes, 2)):
        return False
    texts = question.show(values)
    return len(set(texts)) == len(texts) and not any(contains(one, own) for one in texts for own in texts[:right])

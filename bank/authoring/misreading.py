"""Options that only who knows the matter can tell apart: the right rule and a wrong one, with these numbers and others.

Mistakes stand in fixed proportions to the key, and a class that has seen last year's exam knows them. So options are
drawn in blocks: the questions that differ from this one by one number, as if it had been misread, stand beside it at
random places of a line that is closed to a circle, and each is answered by the right rule or by a wrong one. Each right
answer of a block is the key of some question of the line, and nothing but the stem says of which.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
FAR = 8  # times as large as another option, or such a part of it: seen at once to be wrong
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
    beside, shown = [(question, "")], [Wrong(question.part(question.key, KIND), "")]
    for other, said in _neighbours(question, line, size, rng):
        right = Wrong(other.part(other.key, KIND), f"This would be right for {said}.")
        if not _fits(question, right.value, shown) or other.strays:  # the cheaper of the two first
            return None
        beside.append((other, said))
        shown.append(right)
    if len(beside) < size or not _fits(question, shown[0].value, []):
        return None
    count = question.options - size
    for place in [rng.randrange(size)] if count == 1 else range(count):
        wrong = _mistaken(question, *beside[place], size, shown, rng)
        if wrong is None:
            return None
        shown.append(wrong)
    texts = question.show([each.value for each in shown])
    if len(set(texts)) < len(texts) or any(contains(one, own) for one in texts for own in texts[:size]):
        return None
    return shown[1:]


def _neighbours(question: Question, line: Line, size: int, rng: Random) -> Iterator[tuple[Question, str]]:
    """Those that stand in a block of that size with it, each with its other value; fewer where one is unfair."""
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
        if any(other.misplaced()) or any(other.constraints()):
            return
        yield other, line.said(value)


def _mistaken(
    question: Question, other: Question, said: str, size: int, shown: Sequence[Wrong], rng: Random
) -> Wrong | None:
    """What a wrong rule gives for the question or for its neighbour, anywhere among the right answers by size.

    The first `size` of those that are `shown` are right.
    """
    named = question.asked(KIND).mistakes if other is question else other.wrong(KIND)
    offered = [each for each in named if each.offered]
    rng.shuffle(offered)
    smaller, sizes = rng.randint(0, size), [float(each.value) for each in shown[:size] if is_number(each.value)]
    if sizes:
        numbers = [(float(each.value), each) for each in offered if is_number(each.value)]
        numbers.sort(key=lambda number: abs(sum(own < number[0] for own in sizes) - smaller))
        offered = [each for _, each in numbers]
    wrong = next((each for each in offered if _fits(question, each.value, shown)), None)
    return wrong._replace(why=f"This is calculated with {said}. {wrong.why}") if wrong and said else wrong


def _fits(question: Question, value: Value, shown: Sequence[Wrong]) -> bool:
    """Whether it can stand beside what is shown: of one form, told apart, and not twice, half, … of another."""
    others = [each.value for each in shown]
    if not is_number(value):
        return value not in others
    size, sizes = float(value), [float(other) for other in others if is_number(other)]
    form = question.asked_form
    if form.exact and (value in others or not has_form(value, form)):
        return False
    if not form.exact and not all(apart(size, other, form, question.separation) for other in sizes):
        return False
    far = any(abs(size) > FAR * abs(other) or abs(other) > FAR * abs(size) for other in sizes)
    return not far and not any(derived(size, other) for other in sizes)

"""What a kind is told of a question that it puts, and what it makes of it: plain data that knows no family."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, NamedTuple

from bank.kinds.forms import Form
from bank.notation.expression.comparing import Range
from bank.notation.values import Number, Value, exact

RIGHT = "Correct."
WRONG = "No."


class Wrong(NamedTuple):
    """A tempting answer, and the mistake that leads to it (Markdown).

    Where options are ticked it is the key with one of them turned round, and why that option applies or does not.
    One that stands out among options, or gives the key away, is not `offered` as one. A reason that says more than the
    formula does `holds` in this very question, which every family promises. Where it cannot be avoided that the mistake
    gives the key now and then, `unavoidable` says why.
    """

    value: Value
    why: str
    offered: bool = True
    holds: bool = True
    unavoidable: str = ""


class Formula(NamedTuple):
    """An answer in letters, their values in this question, what else they may stand for, and tempting formulas.

    Responses are compared with it in this `domain`. Where a natural form of it has a value only while the product of
    some letters is below 1, as exp(k*ln(1 - eta*lam)), these stand in `below_one`.
    """

    text: str
    at: Mapping[str, Number]
    domain: Mapping[str, Range]
    wrong: Sequence[tuple[str, str]] = ()
    below_one: Sequence[Sequence[str]] = ()


class Criterion(NamedTuple):
    """What an answer in words must say to get so many points."""

    id: str
    points: float
    criterion: str


class Essay(NamedTuple):
    """An answer in words (Markdown), and what a person gives points for."""

    model: str
    rubric: Sequence[Criterion]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question asked in one kind: its key, and the mistakes that can be made in what this kind asks for.

    `form` is how numbers are asked for; `show` writes options in the form that they have beside one another; `order`
    is that of fixed options. A matrix that is `symmetric` earns by its pairs off the diagonal alone.
    `scoring` is that of ticked options, "all" or "per_option"; `confused` draws wrong options that are the key of
    questions like this one.
    """

    key: Value
    mistakes: Sequence[Wrong]
    form: Form
    options: int
    order: Sequence[str]
    show: Callable[[Sequence[Value]], Sequence[str]]
    formula: Formula | None = None
    essay: Essay | None = None
    symmetric: bool = False
    scoring: str = "all"
    confused: Callable[[Random], Sequence[Wrong] | None] | None = None


@dataclass(frozen=True)
class Posed:
    """A question put in one kind: what a response needs, the key, the choices shown, the reason against each mistake.

    `shape`, `answer` and `feedback` are JSON as the kinds read it; `feedback` pairs the mistake with Markdown.
    """

    shape: dict[str, Any]
    answer: dict[str, Any]
    choices: Sequence[str] = ()
    feedback: Sequence[tuple[dict[str, Any], str]] = field(default=())


def letters(count: int) -> list[str]:
    """The ids of options in the order shown.

    >>> letters(3)
    ['a', 'b', 'c']
    """
    return [chr(ord("a") + place) for place in range(count)]


def number_json(value: Number) -> dict[str, Any]:
    """A number as the key of a question holds it.

    >>> from fractions import Fraction
    >>> number_json(Fraction(9, 2)), number_json(4)
    ({'value': 4.5, 'exact': '9/2'}, {'value': 4, 'exact': '4'})
    """
    as_float = float(value)
    return {"value": int(as_float) if as_float.is_integer() else as_float, "exact": exact(value)}

"""Whether two formulas are the same: compared at points where each letter has a value that it may stand for.

An algebraic form that is right need not have a value everywhere: exp(k*ln(1 - a)) is (1 - a)^k only where a is below 1.
So the points lie in the domain that a question gives its letters, and half of them where roots and logarithms of what
occurs in it exist: there every letter is positive that can be, and the products that the question names are below 1.
The other half tells apart what agrees there alone, |a| and a.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import Any, Protocol

from bank.errors import Unreadable
from bank.notation.expression.arithmetic import EXACT, Value

ENOUGH = 8  # points at which two formulas must agree
POINTS = 4 * ENOUGH  # at hand, since a formula may have no value at some
EQUAL = 1e-9  # relative: rounding on the way
DIFFERENT = 1e-6  # relative: more than rounding; between the two a point says nothing
GRAIN = 64  # values of real letters are multiples of 1/64, so that floats hold their sums and products exactly
MOST_THROWS = 10_000  # for one point


class Evaluable(Protocol):
    """A formula that was read."""

    def evaluate(self, at: Mapping[str, object] | None = None) -> Value: ...


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number, both ends included."""

    least: int = 2
    most: int = 50

    def draw(self, rng: Random, positive: bool) -> int:
        return rng.randint(max(self.least, 1) if positive and self.most > 0 else self.least, self.most)

    def record(self) -> dict[str, list[int]]:
        return {"whole": [self.least, self.most]}

    def holds(self, value: Any) -> bool:
        return bool(self.least <= value <= self.most and value == int(value))


@dataclass(frozen=True, slots=True)
class Real:
    """A number strictly between two whole ones."""

    above: int
    below: int

    def draw(self, rng: Random, positive: bool) -> float:
        lowest = max(self.above, 0) if positive and self.below > 0 else self.above
        return rng.randint(lowest * GRAIN + 1, self.below * GRAIN - 1) / GRAIN

    def record(self) -> dict[str, list[int]]:
        return {"real": [self.above, self.below]}

    def holds(self, value: Any) -> bool:
        return bool(self.above < value < self.below)


Range = Whole | Real


@dataclass(frozen=True, slots=True)
class Domain:
    """What the letters of a formula may stand for.

    At half of the points the product of each of the groups of letters in `below_one` is less than 1.
    """

    letters: tuple[tuple[str, Range], ...]
    below_one: tuple[tuple[str, ...], ...] = ()

    @classmethod
    def of(cls, ranges: Mapping[str, Range], below_one: Sequence[Sequence[str]] = ()) -> Domain:
        return cls(tuple(sorted(ranges.items())), tuple(map(tuple, below_one)))

    @classmethod
    def load(cls, record: Mapping[str, Any]) -> Domain:
        """From what `record` made."""
        ranges = {name: _range(**entry) for name, entry in record["letters"].items()}
        return cls.of(ranges, record["below_one"])

    def record(self) -> dict[str, Any]:
        """As JSON."""
        letters = {name: found.record() for name, found in self.letters}
        return {"letters": letters, "below_one": [list(group) for group in self.below_one]}

    def holds(self, at: Mapping[str, Any]) -> bool:
        """Whether these values of the letters lie in it."""
        return all(found.holds(at[name]) for name, found in self.letters)


def _range(whole: Sequence[int] | None = None, real: Sequence[int] | None = None) -> Range:
    return Whole(*whole) if whole else Real(*(real or ()))


@lru_cache(maxsize=256)
def points_of(domain: Domain) -> tuple[Mapping[str, int | float], ...]:
    """The points at which formulas with this domain are compared, always the same ones."""
    rng = Random("points of comparison")
    return tuple(_point(rng, domain, easy=place % 2 == 0) for place in range(POINTS))


def _point(rng: Random, domain: Domain, easy: bool) -> Mapping[str, int | float]:
    for _ in range(MOST_THROWS):
        at = {name: found.draw(rng, easy) for name, found in domain.letters}
        if not easy or all(math.prod(at[name] for name in group) < 1 for group in domain.below_one):
            return at
    raise ValueError(f"hardly a point lies in {domain}")


class Values(Sequence["Value | None"]):
    """Of one formula at every point of its domain, each worked out when it is asked for; None where it has none."""

    def __init__(self, formula: Evaluable, domain: Domain) -> None:
        self._formula, self._points = formula, points_of(domain)
        self._known: dict[int, Value | None] = {}

    def __len__(self) -> int:
        return len(self._points)

    def __getitem__(self, place: Any) -> Any:
        if place not in self._known:
            self._known[place] = _value(self._formula, self._points[place])
        return self._known[place]


def _value(formula: Evaluable, at: Mapping[str, object]) -> Value | None:
    try:
        return formula.evaluate(at)
    except Unreadable:
        return None


def same(one: Values, other: Values) -> bool | None:
    """Whether two formulas with one domain agree; None where too few points tell, so that nobody can say.

    >>> from bank.notation.expression import parse
    >>> domain = Domain.of({"x": Real(0, 1), "k": Whole(1, 9)})
    >>> power, *others = (
    ...     Values(parse(text, ("x", "k")), domain) for text in ("(1-x)^k", "exp(k*ln(1-x))", "1-k*x", "ln(x-1)")
    ... )
    >>> [same(power, other) for other in others]
    [True, False, None]
    """
    compared = 0
    for gap in _gaps(one, other):
        if gap > DIFFERENT:
            return False
        compared += gap <= EQUAL
        if compared == ENOUGH:
            return True
    return None


def _gaps(one: Values, other: Values) -> Iterator[float]:
    """Relative differences, at the points where both have a value."""
    for place in range(len(one)):
        a, b = one[place], other[place]
        if a is None or b is None:
            continue
        if a == b:
            yield 0.0
        elif isinstance(a, EXACT) and isinstance(b, EXACT):
            yield math.inf
        else:
            size = max(abs(float(a)), abs(float(b)))
            yield abs(float(a) - float(b)) / (size if a and b else 1e-3)

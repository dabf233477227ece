"""Which classes occupy which modes, in three values: yes, no, and None where a scatter does not show it clearly."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations, product

CLEARLY, HARDLY = 0.26, 0.04  # of the codes of a class that lie in a mode: from there on yes, up to there no
"""A hundredth beyond what learners are told, a quarter and a twentieth: so much the rounding of points may move."""

Truth = bool | None


class Occupancy:
    """Counts of codes, a row a mode, a column a class, and what they say of classes a and b and of mode k.

    >>> plane = Occupancy([[60, 2, 0], [38, 98, 0], [2, 0, 100]])
    >>> plane.splits(0), plane.mixes(1), plane.only(2, 2), plane.meet(1, 2)
    (True, True, True, False)
    """

    def __init__(self, table: Sequence[Sequence[int]]) -> None:
        self.totals = [sum(column) for column in zip(*table, strict=True)]
        self.shares = [[count / whole for count, whole in zip(row, self.totals, strict=True)] for row in table]
        self.clear: list[list[Truth]] = [[clearly(share) for share in row] for row in self.shares]

    def occupies(self, a: int, k: int) -> Truth:
        return self.clear[k][a]

    def avoids(self, a: int, k: int) -> Truth:
        return denied(self.clear[k][a])

    def owns(self, a: int) -> Truth:
        """Whether class a occupies the mode with its number."""
        return self.clear[a][a]

    def splits(self, a: int) -> Truth:
        """Whether class a occupies two or more modes."""
        return several([row[a] for row in self.clear])

    def stays(self, a: int) -> Truth:
        """Whether class a occupies exactly one mode."""
        return one([row[a] for row in self.clear])

    def mixes(self, k: int) -> Truth:
        """Whether two or more classes occupy mode k."""
        return several(self.clear[k])

    def parts(self, k: int) -> Truth:
        """Whether exactly one class occupies mode k."""
        return one(self.clear[k])

    def both(self, k: int, a: int, b: int) -> Truth:
        return every([self.clear[k][a], self.clear[k][b]])

    def only(self, a: int, k: int) -> Truth:
        """Whether class a, and no other, occupies mode k."""
        return every([value if place == a else denied(value) for place, value in enumerate(self.clear[k])])

    def meet(self, a: int, b: int) -> Truth:
        """Whether there is a mode that classes a and b both occupy."""
        return denied(self.part(a, b))

    def part(self, a: int, b: int) -> Truth:
        return every([denied(every([row[a], row[b]])) for row in self.clear])

    def found(self, proposition: str) -> Iterator[tuple[tuple[int, ...], Truth]]:
        """Every choice of classes and modes that a proposition may be made of, and whether it holds."""
        places, method = range(len(self.clear)), getattr(self, proposition)
        for values in CHOICES[proposition](places):
            yield values, method(*values)


def clearly(share: float) -> Truth:
    return True if share >= CLEARLY else False if share <= HARDLY else None


def denied(value: Truth) -> Truth:
    return None if value is None else not value


def every(values: Sequence[Truth]) -> Truth:
    return False if False in values else None if None in values else True


def several(values: Sequence[Truth]) -> Truth:
    """Whether two or more hold."""
    sure = values.count(True)
    return True if sure > 1 else False if sure + values.count(None) < 2 else None


def one(values: Sequence[Truth]) -> Truth:
    """Whether exactly one holds."""
    sure = values.count(True)
    return False if sure > 1 else None if None in values else sure == 1


def _single(places: range) -> Iterator[tuple[int, ...]]:
    return ((place,) for place in places)


def _pairs(places: range) -> Iterator[tuple[int, ...]]:
    return combinations(places, 2)


def _places(places: range) -> Iterator[tuple[int, ...]]:
    return product(places, places)


def _pairs_in_modes(places: range) -> Iterator[tuple[int, ...]]:
    return ((k, a, b) for k, (a, b) in product(places, combinations(places, 2)))


CHOICES: dict[str, Callable[[range], Iterator[tuple[int, ...]]]] = {
    "occupies": _places,
    "avoids": _places,
    "owns": _single,
    "splits": _single,
    "stays": _single,
    "mixes": _single,
    "parts": _single,
    "both": _pairs_in_modes,
    "only": _places,
    "meet": _pairs,
    "part": _pairs,
}

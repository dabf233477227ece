"""Parameters that are lists: of any members, or a choice among a few."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain, combinations, permutations, product
from random import Random
from typing import Any

from bank.authoring.params import Domain, refused


@dataclass(frozen=True)
class Lists(Domain):
    """A list of `shortest` to `longest` members of one domain."""

    of: Domain
    shortest: int
    longest: int
    distinct: bool = False

    def draw(self, rng: Random) -> tuple[Any, ...]:
        length = rng.randint(self.shortest, self.longest)
        drawn: list[Any] = []
        while len(drawn) < length:
            value = self.of.draw(rng)
            if not (self.distinct and value in drawn):
                drawn.append(value)
        return tuple(drawn)

    def read(self, given: object, pointer: str) -> tuple[Any, ...]:
        if not isinstance(given, list | tuple):
            raise refused(pointer, "must be a list", given)
        if not self.shortest <= len(given) <= self.longest:
            many = f"{self.shortest} to {self.longest}" if self.shortest < self.longest else f"{self.longest}"
            raise refused(pointer, f"must have {many} entries", given)
        values = tuple(self.of.read(item, f"{pointer}/{place}") for place, item in enumerate(given))
        if self.distinct and len(set(values)) < len(values):
            raise refused(pointer, "must have no entry twice", given)
        return values

    def schema(self) -> dict[str, Any]:
        return {
            "type": "array",
            "items": self.of.schema(),
            "minItems": self.shortest,
            "maxItems": self.longest,
            "uniqueItems": self.distinct,
        }

    @property
    def size(self) -> int | None:
        each = self.of.size
        if each is None:
            return None
        ways: Callable[[int, int], int] = math.perm if self.distinct else pow
        return sum(ways(each, length) for length in range(self.shortest, self.longest + 1))

    def every(self) -> Iterable[tuple[Any, ...]] | None:
        members = self.of.every()
        if members is None:
            return None
        known, lengths = tuple(members), range(self.shortest, self.longest + 1)
        if self.distinct:
            return chain.from_iterable(permutations(known, length) for length in lengths)
        return chain.from_iterable(product(known, repeat=length) for length in lengths)


@dataclass(frozen=True)
class Subset(Domain):
    """Different members of one domain: `fewest` to `most` of `values` are drawn, in rising order.

    A client may set `min` to `max` of them (the same unless told), in any order.
    """

    of: Domain
    values: tuple[Any, ...]
    fewest: int
    most: int
    min: int | None = None
    max: int | None = None

    def draw(self, rng: Random) -> tuple[Any, ...]:
        return tuple(sorted(rng.sample(self.values, rng.randint(self.fewest, self.most))))

    def read(self, given: object, pointer: str) -> tuple[Any, ...]:
        return self._listed.read(given, pointer)

    def schema(self) -> dict[str, Any]:
        return self._listed.schema()

    @property
    def size(self) -> int:
        return sum(math.comb(len(self.values), count) for count in range(self.fewest, self.most + 1))

    def every(self) -> Iterable[tuple[Any, ...]]:
        counts = range(self.fewest, self.most + 1)
        return chain.from_iterable(combinations(sorted(self.values), count) for count in counts)

    @property
    def _listed(self) -> Lists:
        shortest = self.fewest if self.min is None else self.min
        return Lists(self.of, shortest, self.most if self.max is None else self.max, distinct=True)


@dataclass(frozen=True)
class Squares(Domain):
    """The rows of a square matrix, of `smallest` to `largest` rows."""

    of: Domain
    smallest: int
    largest: int

    def draw(self, rng: Random) -> tuple[tuple[Any, ...], ...]:
        n = rng.randint(self.smallest, self.largest)
        return tuple(tuple(self.of.draw(rng) for _ in range(n)) for _ in range(n))

    def read(self, given: object, pointer: str) -> tuple[tuple[Any, ...], ...]:
        rows = self._listed.read(given, pointer)
        if any(len(row) != len(rows) for row in rows):
            raise refused(pointer, "must be square", given)
        return rows

    def schema(self) -> dict[str, Any]:
        return self._listed.schema()

    @property
    def size(self) -> int | None:
        each = self.of.size
        return None if each is None else sum(each ** (n * n) for n in range(self.smallest, self.largest + 1))

    @property
    def _listed(self) -> Lists:
        return Lists(Lists(self.of, self.smallest, self.largest), self.smallest, self.largest)

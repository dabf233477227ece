"""Candidates for a discrete model of which one is nearest in each direction: drawn the nearest first, in tenths."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import cache
from itertools import islice, product
from math import comb, factorial, log, prod
from random import Random
from typing import NamedTuple

PARTS = 10  # probabilities are drawn in tenths
TENTHS = tuple(Fraction(part, PARTS) for part in range(PARTS + 1))
TERMS = [[x * log(x / y) if x and y else 0.0 for y in range(PARTS + 1)] for x in range(PARTS + 1)]
CANDIDATES = 7
SHARES = ((2, 1, 2, 2), (1, 2, 1, 3))  # of each sort in the order of `sorts`: three are finite in each direction
GAP = 0.03  # nats, from the nearest candidate to the next
LEAST = PARTS * GAP + 1e-9
TRIES = 40  # of one more candidate of a sort, before all are drawn anew

Parts = tuple[int, ...]  # probabilities in tenths
Distribution = tuple[Fraction, ...]


def drawn(rng: Random, bins: int) -> tuple[Distribution, tuple[Distribution, ...]]:
    """p with two groups of bins and an empty one between them, and candidates, three of them finite each way.

    No candidate is the nearest in both directions, and the one with the smallest sum of |p - q| in neither.
    """
    found = None
    while found is None:
        empty = rng.randrange(1, bins - 1)
        p = rng.choice(bimodal(bins, empty))
        found = _candidates(rng, p, empty, rng.choice(SHARES))
    rng.shuffle(found)
    return _probabilities(p), tuple(map(_probabilities, found))


def some(rng: Random, bins: int, count: int) -> tuple[Distribution, ...]:
    """Any distributions."""
    return tuple(map(_probabilities, rng.sample(compositions(bins), count)))


def questions(bins: int) -> int:
    """Each p with candidates of each sort in any order, whether one is nearest or not."""
    sets = (
        len(bimodal(bins, empty))
        * prod(comb(len(sort), count) for sort, count in zip(sorts(bins, empty), shares, strict=True))
        for empty in range(1, bins - 1)
        for shares in SHARES
    )
    return sum(sets) * factorial(CANDIDATES)


def sums_to_one(parts: Sequence[Fraction]) -> bool:
    if any(PARTS % part.denominator for part in parts):
        return sum(parts) == 1
    return sum(part.numerator * (PARTS // part.denominator) for part in parts) == PARTS  # ten times as fast


def as_floats(parts: Sequence[Fraction]) -> list[float]:
    return [part.numerator / part.denominator for part in parts]  # float(part) takes much longer


class Scores(NamedTuple):
    """Sums over the bins in which both p and q have mass, of p ln(p/q) `ahead` and q ln(q/p) `back`.

    q `covers` p where those are all bins of p, and it `avoids` what p avoids where they are all bins of q. `distance`
    is the sum of |p - q|.
    """

    ahead: float
    back: float
    covers: bool
    avoids: bool
    distance: float


def scored(p: Sequence[float], q: Sequence[float]) -> Scores:
    ahead = back = distance = 0.0
    covers = avoids = True
    for x, y in zip(p, q, strict=True):
        if x and y:
            ratio = log(x / y)
            ahead += x * ratio
            back -= y * ratio
        elif x:
            covers = False
        elif y:
            avoids = False
        distance += abs(x - y)
    return Scores(ahead, back, covers, avoids, distance)


@cache
def compositions(bins: int) -> list[Parts]:
    """All distributions that are no single point."""
    return [parts for parts in product(range(PARTS), repeat=bins) if sum(parts) == PARTS]


@cache
def bimodal(bins: int, empty: int) -> list[Parts]:
    """Distributions with one empty bin."""
    return [parts for parts in compositions(bins) if parts.count(0) == 1 and not parts[empty]]


@cache
def sorts(bins: int, empty: int) -> tuple[list[Parts], ...]:
    """Candidates for a p with one empty bin, by what is finite: KL(p || q), both, KL(q || p), neither."""
    finite = {(one, other): list[Parts]() for one in (True, False) for other in (True, False)}
    for parts in compositions(bins):
        finite[parts.count(0) == (not parts[empty]), not parts[empty]].append(parts)
    return finite[True, False], finite[True, True], finite[False, True], finite[False, False]


def _candidates(rng: Random, p: Parts, empty: int, shares: Sequence[int]) -> list[Parts] | None:
    """First the two nearest, then one that seems nearer, then some further off; None where one is not found."""
    covering, both, avoiding, neither = sorts(len(p), empty)
    ahead = rng.random() * (shares[0] + shares[1]) < shares[0]
    behind = rng.random() * (shares[1] + shares[2]) < shares[2]
    f, r = next(_tries(rng, covering if ahead else both)), next(_tries(rng, avoiding if behind else both))
    forward, reverse = _tenfold(p, f) + LEAST, _tenfold(r, p) + LEAST
    if p in (f, r) or (not ahead and _tenfold(f, p) < reverse) or (not behind and _tenfold(p, r) < forward):
        return None
    seeming = _seeming(rng, p, empty, min(_distance(p, f), _distance(p, r)))
    wanted: Sequence[tuple[list[Parts], int, Callable[[Parts], bool]]] = (
        (covering, shares[0] - ahead, lambda q: _tenfold(p, q) >= forward),
        (
            both,
            shares[1] - (not ahead) - (not behind),
            lambda q: _tenfold(p, q) >= forward and _tenfold(q, p) >= reverse,
        ),
        (avoiding, shares[2] - behind, lambda q: _tenfold(q, p) >= reverse),
        (neither, shares[3] - 1, lambda q: True),
    )
    found = [f, r, *seeming]
    if not seeming:
        return None
    for sort, count, fits in wanted:
        fitting = (q for q in _tries(rng, sort) if q not in found and q != p and fits(q))
        found += islice(fitting, max(count, 0))
    return found if len(found) == CANDIDATES else None


def _seeming(rng: Random, p: Parts, empty: int, distance: int) -> list[Parts]:
    """One that is infinitely far in both directions, and nearer by the sum of |p - q|: a bin is moved; or none."""
    small = [place for place, part in enumerate(p) if part and 2 * part < distance]
    if not small:
        return []
    place, q = rng.choice(small), list(p)
    other = rng.choice([each for each in range(len(p)) if each not in (place, empty)])
    q[empty] = rng.randint(1, p[place])
    q[other] += p[place] - q[empty]
    q[place] = 0
    return [tuple(q)]


def _tries(rng: Random, sort: list[Parts]) -> Iterator[Parts]:
    return (sort[int(rng.random() * len(sort))] for _ in range(TRIES))


def _tenfold(a: Parts, b: Parts) -> float:
    """The finite divergence of b from a, times ten."""
    return sum([TERMS[x][y] for x, y in zip(a, b, strict=True)])


def _distance(a: Parts, b: Parts) -> int:
    return sum([abs(x - y) for x, y in zip(a, b, strict=True)])


def _probabilities(parts: Sequence[int]) -> Distribution:
    return tuple([TENTHS[part] for part in parts])

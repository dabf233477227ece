"""Candidates for a discrete model of which one is nearest in each direction: drawn the nearest first, in tenths."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache
from itertools import product
from math import factorial, log, prod
from random import Random
from typing import NamedTuple

PARTS = 10  # probabilities are drawn in tenths
TENTHS = tuple(Fraction(part, PARTS) for part in range(PARTS + 1))
TERMS = [[x * log(x / y) if x and y else 0.0 for y in range(PARTS + 1)] for x in range(PARTS + 1)]
BINS, CANDIDATES = 4, 7
GAP = 0.03  # nats, from the nearest candidate to the next
LEAST = PARTS * GAP + 1e-9
TRIES = 24  # of one more candidate of a sort, before all are drawn anew

Parts = tuple[int, ...]  # probabilities in tenths
Distribution = tuple[Fraction, ...]


def drawn(rng: Random) -> tuple[Distribution, tuple[Distribution, ...]]:
    """p with two groups of bins and an empty one between them, and candidates, three or four of them finite each way.

    No candidate is the nearest in both directions. In neither is it the one with the smallest sum of |p - q|, nor that
    of the finite ones.
    """
    found = None
    while found is None:
        empty = rng.randrange(1, BINS - 1)
        p = rng.choice(bimodal(empty))
        found = _candidates(rng, p, empty)
    rng.shuffle(found)
    return _probabilities(p), tuple(map(_probabilities, found))


def some(rng: Random, bins: int, count: int) -> tuple[Distribution, ...]:
    """Any distributions."""
    return tuple(map(_probabilities, rng.sample(compositions(bins), count)))


def questions() -> int:
    """Each p with two nearest and a rival of each, others, and their orders: some of them are drawn in several ways."""
    found = 0
    for empty in range(1, BINS - 1):
        covering, _, avoiding, neither = map(len, sorts(empty))
        pairs = sum(prod(map(len, rivals(p, empty))) for p in bimodal(empty))
        found += pairs * covering * avoiding * neither
    return found * factorial(CANDIDATES)


def sums_to_one(parts: Sequence[Fraction]) -> bool:
    if sum([PARTS % part.denominator for part in parts]):  # whole tenths are ten times as fast
        return sum(parts) == 1
    return sum([part.numerator * (PARTS // part.denominator) for part in parts]) == PARTS


def as_floats(parts: Sequence[Fraction]) -> list[float]:
    return [part.numerator / part.denominator for part in parts]  # float(part) takes much longer


class Scores(NamedTuple):
    """Sums over the bins in which both p and q have mass, of p ln(p/q) `ahead` and q ln(q/p) `back`.

    q `covers` p where those are all bins of p, and it `avoids` what p avoids where they are all bins of q. `distance`
    is the sum of |p - q|, `terms` are the bins of q that are not empty.
    """

    ahead: float
    back: float
    covers: bool
    avoids: bool
    distance: float
    terms: int


def scored(p: Sequence[float], q: Sequence[float]) -> Scores:
    ahead = back = distance = 0.0
    covers = avoids = True
    terms = 0
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
        terms += y > 0
    return Scores(ahead, back, covers, avoids, distance, terms)


@cache
def compositions(bins: int) -> list[Parts]:
    """All distributions that are no single point."""
    return [parts for parts in product(range(PARTS), repeat=bins) if sum(parts) == PARTS]


@cache
def bimodal(empty: int) -> list[Parts]:
    """Distributions with one empty bin."""
    return [parts for parts in compositions(BINS) if parts.count(0) == 1 and not parts[empty]]


@cache
def sorts(empty: int) -> tuple[list[Parts], ...]:
    """Candidates for a p with one empty bin, by what is finite: KL(p || q), both, KL(q || p), neither."""
    finite = {(one, other): list[Parts]() for one in (True, False) for other in (True, False)}
    for parts in compositions(BINS):
        finite[parts.count(0) == (not parts[empty]), not parts[empty]].append(parts)
    return finite[True, False], finite[True, True], finite[False, True], finite[False, False]


@cache
def rivals(p: Parts, empty: int) -> tuple[list[tuple[Parts, Parts]], ...]:
    """In each direction the pairs of which the first is nearer by the divergence, the second by the sum of |p - q|."""
    covering, both, avoiding, _ = sorts(empty)
    ahead = [(_tenfold(p, q), _distance(p, q), q) for q in covering + both if q != p]
    back = [(_tenfold(q, p), _distance(p, q), q) for q in avoiding + both if q != p]
    return tuple(
        [(f, g) for own, off, f in scored for other, near, g in scored if near < off and own + LEAST <= other]
        for scored in (ahead, back)
    )


def _candidates(rng: Random, p: Parts, empty: int) -> list[Parts] | None:
    """First a nearest one and its rival in each direction, then others; None where they do not fit together."""
    (f, g), (r, h) = map(rng.choice, rivals(p, empty))
    found = [f, g, r, h]
    forward, reverse = _tenfold(p, f) + LEAST, _tenfold(r, p) + LEAST
    inside = [q for q in found if q[empty] == 0 and q.count(0) == 1]  # finite in both directions
    if len({f, g, r, h}) < len(found) or any(
        (q in (f, g) and _tenfold(q, p) < reverse) or (q in (r, h) and _tenfold(p, q) < forward) for q in inside
    ):
        return None
    covering, _, avoiding, neither = sorts(empty)
    if not any(q in inside for q in (r, h)):
        found.append(_further(rng, covering, found, lambda q: _tenfold(p, q) >= forward))
    if not any(q in inside for q in (f, g)):
        found.append(_further(rng, avoiding, found, lambda q: _tenfold(q, p) >= reverse))
    while len(found) < CANDIDATES:
        found.append(_further(rng, neither, found, lambda q: True))
    return None if () in found else found


def _further(rng: Random, sort: list[Parts], found: list[Parts], fits: Callable[[Parts], bool]) -> Parts:
    """One more of a sort; the empty tuple where none is found soon."""
    for _ in range(TRIES):
        q = sort[int(rng.random() * len(sort))]
        if q not in found and fits(q):
            return q
    return ()


def _tenfold(a: Parts, b: Parts) -> float:
    """The finite divergence of b from a, times ten."""
    return sum([TERMS[x][y] for x, y in zip(a, b, strict=True)])


def _distance(a: Parts, b: Parts) -> int:
    return sum([abs(x - y) for x, y in zip(a, b, strict=True)])


def _probabilities(parts: Sequence[int]) -> Distribution:
    return tuple([TENTHS[part] for part in parts])

"""Which eigenvalues, decoder variances and betas are drawn together: two levels, and eigenvalues apart from both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cache
from itertools import combinations, product
from math import comb, log, prod
from random import Random
from typing import Any, NamedTuple

EIGENVALUES = tuple(Fraction(k, 4) for k in (1, 2, 4, 6, 8, 12, 16, 20, 24, 32, 40, 48, 60, 80, 96, 120))
VARIANCES = tuple(map(Fraction, ("1/10", "1/5", "1/4", "1/2", "2")))
BETAS = (Fraction(1, 2), *map(Fraction, (2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40)))
APART, WIDEST = 0.25, 30  # |ln(l/D)| at least; l_1/D at most: there the training is sure to find the optimum
ABOVE, BELOW = (1, 2), (0, 1)  # how many eigenvalues are drawn above and below both levels
# How many between them, by how many latent variables are switched off: more than those, so that their number tells.
BETWEEN: Mapping[int, Sequence[int]] = {1: (2, 3), 2: (3, 4), 3: (4,)}


class Setting(NamedTuple):
    """Of a model with both betas, and the eigenvalues that can be drawn above, between and below the levels."""

    S: Fraction
    before: Fraction
    beta: Fraction
    above: Sequence[Fraction]
    between: Sequence[Fraction]
    below: Sequence[Fraction]

    def draw(self, rng: Random, off: int) -> dict[str, Any]:
        """At first the number of latent variables is the limit, then the level, which switches so many of them off."""
        first = rng.sample(self.above, rng.choice(_counts(ABOVE, self.above)))
        others = rng.sample(self.between, rng.choice(_counts(BETWEEN[off], self.between)))
        last = rng.sample(self.below, rng.choice(_counts(BELOW, self.below)))
        return {
            "eigenvalues": tuple(sorted((*first, *others, *last), reverse=True)),
            "latents": len(first) + off,
            "S": self.S,
            "beta": self.beta,
            "before": self.before,
        }

    def space(self, off: int) -> int:
        """How many questions can be drawn with it."""
        pools = ((ABOVE, self.above), (BETWEEN[off], self.between), (BELOW, self.below))
        return prod(sum(comb(len(pool), count) for count in _counts(wanted, pool)) for wanted, pool in pools)


def _counts(wanted: Sequence[int], pool: Sequence[Fraction]) -> list[int]:
    return [count for count in wanted if count <= len(pool)]


def is_apart(value: Fraction, level: Fraction) -> bool:
    return abs(log(float(value) / float(level))) >= APART


@cache
def settings(off: int) -> Sequence[Setting]:
    """All with which so many latent variables can be switched off."""
    found = []
    for S, (before, beta) in product(VARIANCES, combinations(BETAS, 2)):
        first, last = S * before, S * beta
        if 1 in (first, last):  # where the level drops out of all formulas
            continue
        known = [value for value in EIGENVALUES if value <= WIDEST * first]
        apart = [value for value in known if is_apart(value, first) and is_apart(value, last)]
        above, below = [value for value in apart if value > last], [value for value in apart if value < first]
        between = [value for value in apart if first < value < last]
        if above and len(between) >= min(BETWEEN[off]):
            found.append(Setting(S, before, beta, above, between, below))
    return found

"""Which eigenvalues, decoder variances and betas are drawn together: two levels, and eigenvalues apart from both."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from itertools import combinations, product
from math import comb, log
from random import Random
from typing import Any, NamedTuple

EIGENVALUES = tuple(Fraction(k, 4) for k in (1, 2, 4, 6, 8, 12, 16, 20, 24, 32, 40, 48, 60, 80, 96, 120))
VARIANCES = tuple(map(Fraction, ("1/10", "1/5", "1/4", "1/2", "2")))
BETAS = (Fraction(1, 2), *map(Fraction, (2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40)))
APART, WIDEST = 0.25, 30  # |ln(l/D)| at least; l_1/D at most: there the training is sure to find the optimum
COUNTS = ((1, 2), (2, 3), (0, 1))  # of eigenvalues above, between and below the levels


class Setting(NamedTuple):
    """Of a model with both betas, and the eigenvalues that can be drawn above, between and below the levels."""

    S: Fraction
    before: Fraction
    beta: Fraction
    pools: tuple[list[Fraction], ...]

    def draw(self, rng: Random) -> dict[str, Any]:
        """At first the number of latent variables is the limit, then the level."""
        counts = [rng.choice(some) for some in self.counts]
        drawn = [value for count, pool in zip(counts, self.pools, strict=True) for value in rng.sample(pool, count)]
        return {
            "eigenvalues": tuple(sorted(drawn, reverse=True)),
            "latents": counts[0] + rng.randint(1, counts[1] - 1),
            "S": self.S,
            "beta": self.beta,
            "before": self.before,
        }

    @property
    def counts(self) -> list[list[int]]:
        """How many eigenvalues may be drawn of each pool."""
        return [[n for n in some if n <= len(pool)] for some, pool in zip(COUNTS, self.pools, strict=True)]

    @property
    def space(self) -> int:
        """How many questions can be drawn with it."""
        above, between, below = (
            [(n, comb(len(pool), n)) for n in some] for some, pool in zip(self.counts, self.pools, strict=True)
        )
        ways = sum((n - 1) * found for n, found in between)
        return ways * sum(found for _, found in above) * sum(found for _, found in below)


def is_apart(value: Fraction, level: Fraction) -> bool:
    return abs(log(float(value) / float(level))) >= APART


@cache
def settings() -> Sequence[Setting]:
    """All for which there are eigenvalues above and between the levels."""
    found = []
    for S, (before, beta) in product(VARIANCES, combinations(BETAS, 2)):
        first, last = S * before, S * beta
        known = [value for value in EIGENVALUES if value <= WIDEST * first]
        apart = [value for value in known if is_apart(value, first) and is_apart(value, last)]
        pools = (
            [value for value in apart if value > last],
            [value for value in apart if first < value < last],
            [value for value in apart if value < first],
        )
        if pools[0] and len(pools[1]) >= min(COUNTS[1]):
            found.append(Setting(S, before, beta, pools))
    return found

"""The statistics of an exam: tests by chi-square, shares with their confidence, how an item tells learners apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import atanh, exp, inf, lgamma, log, sqrt
from typing import NamedTuple

Z = 1.959964  # of the normal distribution: 95 % lie within so many standard deviations
TERMS = 10_000
CLOSE = 1e-15
TINY = 1e-300


@dataclass(frozen=True, slots=True)
class ChiSquare:
    """A test by chi-square; `p` is how probable so large a statistic is by chance."""

    statistic: float
    degrees: int
    p: float


def evenly(counts: Sequence[int]) -> ChiSquare | None:
    """Whether these counts are even; None where there is nothing to compare.

    >>> test = evenly([30, 20, 25, 25])
    >>> test.statistic, test.degrees, round(test.p, 4)
    (2.0, 3, 0.5724)
    """
    total = sum(counts)
    if len(counts) < 2 or not total:
        return None
    expected = total / len(counts)
    return tested(sum((count - expected) ** 2 for count in counts) / expected, len(counts) - 1)


def tested(statistic: float, degrees: int) -> ChiSquare:
    return ChiSquare(statistic, degrees, survival(statistic, degrees))


def survival(statistic: float, degrees: int) -> float:
    """Share of the chi-square distribution above a value: the regularised upper incomplete gamma function."""
    shape, x = degrees / 2, statistic / 2
    if x <= 0:
        return 1.0
    scale = exp(shape * log(x) - x - lgamma(shape))
    return min(1.0, max(0.0, 1 - scale * _series(shape, x) if x < shape + 1 else scale * _fraction(shape, x)))


def _series(shape: float, x: float) -> float:
    """The lower function but for its scale."""
    term = total = 1 / shape
    for step in range(1, TERMS):
        term *= x / (shape + step)
        total += term
        if term < total * CLOSE:
            break
    return total


def _fraction(shape: float, x: float) -> float:
    """The upper function but for its scale, as a continued fraction (Lentz)."""
    b = x + 1 - shape
    c, d = 1 / TINY, 1 / b
    total = d
    for step in range(1, TERMS):
        a = -step * (step - shape)
        b += 2
        d = 1 / (a * d + b or TINY)
        c = b + a / c or TINY
        total *= c * d
        if abs(c * d - 1) < CLOSE:
            break
    return total


def wilson(share: float, times: float) -> tuple[float, float]:
    """The 95 % interval of a share that was found so often.

    >>> [round(end, 4) for end in wilson(0.5, 10)]
    [0.2366, 0.7634]
    """
    middle = share + Z * Z / (2 * times)
    half = Z * sqrt(max(0.0, share * (1 - share)) / times + Z * Z / (4 * times * times))
    whole = 1 + Z * Z / times
    return max(0.0, (middle - half) / whole), min(1.0, (middle + half) / whole)


class Sums(NamedTuple):
    """Over learners: of their share `x` of an item, and of what they earned elsewhere, `r`."""

    n: int = 0
    x: float = 0.0
    xx: float = 0.0
    r: float = 0.0
    rr: float = 0.0
    xr: float = 0.0

    @classmethod
    def of_all(cls, variants: Iterable[Sums]) -> Sums:
        return cls(*map(sum, zip(*variants, strict=True)))

    @property
    def mean(self) -> float:
        return self.x / self.n

    @property
    def scatter(self) -> float:
        """Sum of the squared distances from the mean."""
        return max(0.0, self.xx - self.x * self.x / self.n)

    @property
    def correlation(self) -> float | None:
        """Of item and rest: point-biserial where the item is right or wrong. None where one of them does not vary."""
        over = self.rr - self.r * self.r / self.n if self.n else 0.0
        if self.n < 3 or self.scatter < CLOSE * self.n or over <= 1e-12 * max(1.0, self.rr):
            return None
        found = (self.xr - self.x * self.r / self.n) / sqrt(self.scatter * over)
        return max(-1.0, min(1.0, found))


def deviations(correlation: float, times: int) -> float:
    """How many standard deviations a correlation lies from 0 (Fisher)."""
    if times <= 3:
        return 0.0
    return inf * correlation if abs(correlation) >= 1 else atanh(correlation) * sqrt(times - 3)


def equally_hard(variants: Sequence[Sums]) -> ChiSquare | None:
    """Whether variants differ in their mean by more than chance: Pearson's chi-square where all is right or wrong."""
    found = [each for each in variants if each.n]
    whole = Sums.of_all(found)
    if len(found) < 2 or not whole.scatter:
        return None
    between = sum(each.n * (each.mean - whole.mean) ** 2 for each in found)
    return tested(between / (whole.scatter / whole.n), len(found) - 1)


def quantile(ordered: Sequence[float], share: float) -> float:
    """Of numbers in their order, between two of them in proportion.

    >>> quantile([1, 2, 3, 10], 0.5), quantile([5], 0.25)
    (2.5, 5.0)
    """
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return float(ordered[below] + (ordered[above] - ordered[below]) * (place - below))

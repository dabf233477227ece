"""What an experiment has to show, over many seeds, before the key of a question may rest on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, sqrt
from statistics import fmean, median, stdev
from typing import Literal

Judging = Literal["mean", "median", "each"]


@dataclass(frozen=True)
class Criterion:
    """One statistic, a value a seed (or a setting), and the bounds that it has to keep.

    `by` says what is compared with the bounds: the mean or the median of the values, or each of them. `judged` is the
    number of seeds that one verification judges by; `specified` is what was found before, in words.
    """

    says: str
    values: Sequence[float]
    least: float = -inf
    most: float = inf
    by: Judging = "mean"
    judged: int = 8
    specified: str = ""

    @property
    def mean(self) -> float:
        return fmean(self.values)

    @property
    def spread(self) -> float:
        """The standard deviation between seeds; 0 of a single one."""
        return stdev(self.values) if len(self.values) > 1 else 0.0

    @property
    def statistics(self) -> tuple[float, ...]:
        """What is compared with the bounds."""
        if self.by == "each":
            return tuple(self.values)
        return (fmean(self.values) if self.by == "mean" else median(self.values),)

    @property
    def met(self) -> bool:
        return all(self.least <= value <= self.most for value in self.statistics)

    @property
    def z(self) -> float | None:
        """How many standard errors of a verification its mean lies within the nearer bound; None of no mean.

        >>> round(Criterion("accuracy lost", [0.10, 0.12, 0.08], least=0.03, judged=4).z, 6)
        7.0
        """
        if self.by != "mean" or not self.spread:
            return None
        return min(self.mean - self.least, self.most - self.mean) * sqrt(self.judged) / self.spread

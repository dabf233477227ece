"""What an experiment has to show, over many seeds, before the key of a question may rest on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isinf, sqrt
from statistics import fmean, median, stdev
from typing import TYPE_CHECKING, Literal

from bank.evidence import Results, devices

if TYPE_CHECKING:
    from bank.authoring.laboratory import Lab

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


@dataclass(frozen=True)
class Trial:
    """An experiment tried over seeds: what it had to show, and the results that this rests on."""

    experiment: str
    seeds: int
    criteria: Sequence[Criterion]
    results: Results

    @property
    def accepted(self) -> bool:
        return all(criterion.met for criterion in self.criteria)

    @property
    def cost(self) -> str:
        """Over how many seeds, and what was computed for it."""
        computed = f"{len(self.results)} results, {self.seconds:.1f} CPU seconds on {devices(self.results)}"
        return f"{self.seeds} seeds, {computed}"

    @property
    def seconds(self) -> float:
        """Of CPU, by those who made the results, whenever that was."""
        return sum(float(result["seconds"]) for result in self.results)


def tried(lab: Lab, experiment: str, seeds: int | None = None) -> Trial:
    """Measure an experiment against its criteria, over its own number of seeds or another. Raises UnknownExperiment."""
    known = lab.experiment(experiment)
    count = seeds or known.seeds
    with lab.noted() as used:
        criteria = known.criteria(lab, count)
    unique = {result["key"]: result for result in used}
    return Trial(experiment, count, criteria, list(unique.values()))


def bounds(criterion: Criterion) -> str:
    """
    >>> bounds(Criterion("", [1], least=0.03)), bounds(Criterion("", [1], most=0)), bounds(Criterion("", [1], 1, 2))
    ('≥ 0.03', '≤ 0', '1 to 2')
    """
    if isinf(criterion.most):
        return f"≥ {criterion.least:g}"
    return f"≤ {criterion.most:g}" if isinf(criterion.least) else f"{criterion.least:g} to {criterion.most:g}"


def cells(criterion: Criterion) -> tuple[str, str, str, str, str]:
    """For a table: what is asked, what was specified, mean and spread, what was judged, z."""
    judged = criterion.statistics
    worst = min(judged, key=lambda value: min(value - criterion.least, criterion.most - value))
    said = {"mean": "mean", "median": "median", "each": "worst"}[criterion.by]
    return (
        f"{said} {bounds(criterion)}",
        criterion.specified,
        f"{criterion.mean:.4g} ± {criterion.spread:.2g}",
        f"{worst:.4g}",
        "" if criterion.z is None else f"{criterion.z:.1f}",
    )

"""What learners made of a part of an item: how many were right, whom it tells apart, how its variants compare."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any, NamedTuple

from bank.exams.statistics import Sums, Z, deviations, equally_hard, wilson
from bank.store.reports import Earned

TESTED = 5  # answers that a variant needs to be compared with the others
TOLD_APART = 10  # answers without which nothing is said of whom it tells apart
UNEQUAL = 0.01  # how improbable differences between variants are that are flagged
LISTED = 200  # variants of a part that a report names: the suspicious ones, then the hardest


class Group(NamedTuple):
    """Sums over the answers to some variants, and how the best and the weakest third of the learners did."""

    sums: Sums
    upper: int
    x_upper: float
    lower: int
    x_lower: float

    @classmethod
    def of(cls, row: Earned, full: float) -> Group:
        """With shares of the full marks in the place of points."""
        sums = Sums(row.n, row.x / full, row.xx / full**2, row.r, row.rr, row.xr / full)
        return cls(sums, row.upper, row.x_upper / full, row.lower, row.x_lower / full)

    @classmethod
    def of_all(cls, rows: Sequence[Earned], full: float) -> Group:
        first = rows[0]
        sums: Any = map(sum, zip(*(row[3:] for row in rows), strict=True))
        return cls.of(Earned(first.item, first.part, "", *sums), full)

    @property
    def discrimination(self) -> float | None:
        return self.sums.correlation if self.sums.n >= TOLD_APART else None

    @property
    def suspicious(self) -> bool:
        """Whether good learners miss it, by more than chance: then its key may be wrong."""
        found = self.discrimination
        if found is not None and deviations(found, self.sums.n) < -Z:
            return True
        if min(self.upper, self.lower) < TESTED:
            return False
        good, weak = self.x_upper / self.upper, self.x_lower / self.lower
        return good < weak and wilson(good, self.upper)[1] < wilson(weak, self.lower)[0]

    def to_json(self) -> dict[str, Any]:
        low, high = wilson(self.sums.mean, self.sums.n)
        return {
            "responses": self.sums.n,
            "facility": _short(self.sums.mean),
            "low": _short(low),
            "high": _short(high),
            "discrimination": None if self.discrimination is None else _short(self.discrimination),
            "upper_third": _short(self.x_upper / self.upper) if self.upper else None,
            "lower_third": _short(self.x_lower / self.lower) if self.lower else None,
            "suspicious": self.suspicious,
        }


def outcome(rows: Sequence[Earned], full: float) -> dict[str, Any] | None:
    """Of one part of an item that earns so much at most; None where nobody was graded."""
    if not rows:
        return None
    groups = {row.variant: Group.of(row, full) for row in rows}
    test = equally_hard([group.sums for group in groups.values() if group.sums.n >= TESTED])
    listed = _listed(groups.items())
    return Group.of_all(rows, full).to_json() | {
        "equally_hard": None if test is None else asdict(test),
        "unequal": test is not None and test.p < UNEQUAL,
        "answered": len(groups),
        "variants": [{"variant": name} | group.to_json() for name, group in listed],
    }


def _listed(groups: Iterable[tuple[str, Group]]) -> list[tuple[str, Group]]:
    return sorted(groups, key=lambda pair: (not pair[1].suspicious, pair[1].sums.mean, pair[0]))[:LISTED]


def _short(value: float) -> float:
    return round(value, 4)

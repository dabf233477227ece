"""What the traits of variants add up to: places of the right option, guesses, and how much variants differ."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from math import sqrt
from statistics import fmean
from typing import Any

from bank.exams.statistics import evenly, quantile
from bank.exams.traits import FEATURES
from bank.strategies import Tally

LETTERS = "abcdefghijklmnopqrstuvwxyz"
SHOWN = 8  # strategies, the best first
UNEVEN = 0.01  # how improbable a distribution is that is flagged
WIDE = {"effort": 0.35, "steps": 0.6, "length": 0.35}  # standard deviations by the mean, above which it is flagged


@dataclass
class Traits:
    """Those of the variants of one part of an item, added one by one."""

    kind: str
    tally: Tally = field(init=False)
    options: int = 0  # at most
    right: Counter[str] = field(default_factory=Counter)
    ranks: Counter[int] = field(default_factory=Counter)
    features: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        self.tally = Tally(self.kind)

    def add(self, traits: Mapping[str, Any]) -> None:
        for name, value in traits.get("features", {}).items():
            self.features[name].append(value)
        if "options" not in traits:
            return
        self.options = max(self.options, traits["options"])
        self.tally.add(traits["chance"], traits["guesses"])
        self.right.update(traits["right"])
        self.ranks.update([traits["rank"]] if "rank" in traits else [])

    def to_json(self) -> dict[str, Any]:
        scores = self.tally.scores()
        best = scores[0] if scores else None
        return {
            "options": self.options or None,
            "guessing": _short(self.tally.chances / self.tally.of) if self.tally.of else 0.0,
            "position": self._places(LETTERS[: self.options], self.right),
            "rank": self._places(range(1, self.options + 1), self.ranks),
            "best_strategy": best and _told(best),
            "strategies": [_told(score) for score in scores[:SHOWN]],
            "features": [_spread(name, self.features[name]) for name in FEATURES if self.features.get(name)],
        }

    def _places(self, places: Sequence[object], counts: Mapping[Any, int]) -> dict[str, Any] | None:
        """The test is for a single right option: several in one question are no independent draws."""
        if not any(counts.values()):
            return None
        numbers = [counts.get(place, 0) for place in places]
        test = evenly(numbers) if self.kind == "single_choice" else None
        return {
            "counts": [{"place": str(place), "count": count} for place, count in zip(places, numbers, strict=True)],
            "expected": _short(sum(numbers) / len(numbers)),
            "even": test and asdict(test),
            "uneven": test is not None and test.p < UNEVEN,
        }


def collected(rows: Any, kinds: Mapping[tuple[int, int], str]) -> dict[tuple[int, int], Traits]:
    """By item and part, from rows of these and the traits as JSON."""
    found = {where: Traits(kind) for where, kind in kinds.items()}
    for item, part, traits in rows:
        found[item, part].add(json.loads(traits))
    return found


def _told(score: Any) -> dict[str, Any]:
    return {
        "name": score.name,
        "score": _short(score.of_all),
        "where_it_applies": _short(score.earned),
        "applies": score.applies,
        "chance": _short(score.chance),
        "limit": _short(score.limit_of_all),
        "too_much": score.too_much,
    }


def _spread(name: str, values: Sequence[float]) -> dict[str, Any]:
    """`wide` where variants differ so much that some are another question."""
    ordered, mean = sorted(values), fmean(values)
    deviation = sqrt(fmean((value - mean) ** 2 for value in values))
    coefficient = deviation / abs(mean) if mean else 0.0
    ends = {each: quantile(ordered, share) for each, share in QUARTILES.items()}
    return {
        "feature": name,
        "words": FEATURES[name],
        **{each: _short(value) for each, value in ends.items()},
        "coefficient": _short(coefficient),
        "wide": name in WIDE and coefficient > WIDE[name],
    }


QUARTILES = {"least": 0.0, "lower": 0.25, "median": 0.5, "upper": 0.75, "most": 1.0}


def _short(value: float) -> float:
    return float(f"{value:.4g}")

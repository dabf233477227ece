"""What holds for a learner at a variant: the policies of the bank that drew it, or the installation's rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bank.attempts import AT_END, AttemptRules, Standing, is_told
from bank.errors import Closed, NotOpen
from bank.exams.draws import PRACTICE
from bank.exams.policies import AFTER_CLOSING, AS_POSED, Policies, written_time

SECONDS_A_MINUTE = 60


@dataclass(frozen=True, slots=True)
class Terms:
    """`draw` is empty, and all else as it was posed, where no bank gave the variant to the learner.

    `points` are those of the blueprint. `carried` is what the bank keeps of a part whose answer follows from an earlier
    one (JSON), `slot` and `item` say where in the draw it stands.
    """

    rules: AttemptRules
    draw: str = ""
    item: int = 0
    slot: int = 0
    part: int = 0
    points: float | None = None
    scoring: str = AS_POSED
    feedback: str = AT_END
    solution: str = AT_END
    answer: str = AT_END
    opens: float | None = None
    closes: float | None = None
    carried: str | None = None

    def posed(self, private: Mapping[str, Any]) -> Mapping[str, Any]:
        """What grades the variant, with the points and the scoring of the bank."""
        found = scored(private, self.scoring)
        return found if self.points is None else {**found, "points": self.points}

    def demand_open(self, moment: float) -> None:
        """Raises NotOpen, Closed."""
        demand_open(self.opens, self.closes, moment)

    def is_open(self, moment: float) -> bool:
        return (self.opens is None or moment >= self.opens) and not self.is_closed(moment)

    def is_closed(self, moment: float) -> bool:
        return is_past(self.closes, moment)

    def may_be_told(self, when: str, standing: Standing, moment: float) -> bool:
        """Whether it is the time for what is told then."""
        if when == AFTER_CLOSING:
            return self.is_closed(moment)
        return is_told(when, standing.closed or standing.used >= self.rules.limit)


def scored(private: Mapping[str, Any], scoring: str) -> Mapping[str, Any]:
    """What grades a variant, with the scoring of selections that a bank has."""
    if scoring == AS_POSED or private["kind"] != "multiple_choice":
        return private
    return {**private, "shape": private["shape"] | {"scoring": scoring}}


def of_pool(policies: Policies, pool: str) -> Policies:
    """Practice has no times: what would wait for the closing is told when the learner is done with the variant."""
    if pool != PRACTICE:
        return policies
    told = {name: getattr(policies, name) for name in ("feedback", "solution", "answer")}
    sooner = {name: AT_END if when == AFTER_CLOSING else when for name, when in told.items()}
    return replace(policies, opens=None, closes=None, minutes=None, **sooner)  # type: ignore[arg-type]  # by their names


def attempt_rules(policies: Policies) -> AttemptRules:
    return AttemptRules(
        limit=policies.attempts,
        choice_worth=policies.choice_worth,
        choice_reasons=policies.feedback,
        typed_reasons=policies.feedback,
        penalty=policies.penalty,
    )


def closing(policies: Policies, made: float | None, extra_minutes: float) -> float | None:
    """When it closes for a learner with so many minutes more than others, whose draw was made then."""
    extra = extra_minutes * SECONDS_A_MINUTE
    ends = [] if policies.closes is None else [policies.closes + extra]
    if policies.minutes is not None and made is not None:
        ends.append(made + policies.minutes * SECONDS_A_MINUTE + extra)
    return min(ends, default=None)


def is_past(closes: float | None, moment: float) -> bool:
    return closes is not None and moment > closes


def demand_open(opens: float | None, closes: float | None, moment: float) -> None:
    """Raises NotOpen, Closed."""
    if opens is not None and moment < opens:
        raise NotOpen(f"this bank opens at {written_time(opens)}", written_time(opens))
    if closes is not None and is_past(closes, moment):
        raise Closed(f"the time of this learner ended at {written_time(closes)}")

"""Attempts: what one is worth, what is told after it, and when a learner is done with a variant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from unicodedata import normalize

from bank.errors import AlreadyAnswered, AttemptsExhausted

AT_END, AT_ONCE = "at_end", "at_once"
MOST_UNJUDGED = 10  # responses of one learner to one variant that are kept for a person to judge

Result = dict[str, Any]  # of `bank.kinds.grading.grade`


@dataclass(frozen=True, slots=True)
class AttemptRules:
    """How attempts count. `choice_worth` is the share of full marks that a right choice earns at the first attempt, the
    second and so on; the last of them holds for all that follow. Other kinds keep full worth.

    `choice_reasons` says when the reasons against wrong options are told: `at_end`, once the answer is right or no
    attempt is left, or `at_once`. Both defaults are derived in `docs/decisions/attempts.md`. `typed_reasons` says the
    same of all other kinds. Whatever else either says, the reasons are not told with a response. `penalty` is the share
    of full marks that each attempt after the first takes.
    """

    limit: int = 3
    choice_worth: tuple[float, ...] = (1.0, 0.0)
    choice_reasons: str = AT_END
    typed_reasons: str = AT_ONCE
    penalty: float = 0.0

    def worth(self, private: Mapping[str, Any], attempt: int) -> float:
        """The share of full marks that a right answer earns at this attempt, counted from 1."""
        left = max(0.0, round(1 - self.penalty * (attempt - 1), 6))
        if not shows_options(private):
            return left
        return min(left, self.choice_worth[min(attempt, len(self.choice_worth)) - 1])

    def tells_reasons(self, private: Mapping[str, Any], over: bool) -> bool:
        """Whether the reasons against a response come with its grade; `over` once the learner is done."""
        return is_told(self.choice_reasons if shows_options(private) else self.typed_reasons, over)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a learner stands at a variant. `used` attempts count; `given` are all responses that were kept, those too
    that wait for a person to judge them.
    """

    used: int = 0
    given: int = 0
    best: float | None = None  # of the scores so far
    closed: bool = False  # answered right: no further attempt could earn more


def learner_name(given: str) -> str:
    """A learner's name as it is compared: in NFC, without white space around it.

    >>> learner_name(" eve "), learner_name("Zoe\\u0308") == "Zo\\u00eb"
    ('eve', True)
    """
    return normalize("NFC", given.strip())


def is_told(when: str, over: bool) -> bool:
    """Whether something is told that is told then, to a learner who is done with a variant or not."""
    return when == AT_ONCE or (when == AT_END and over)


def shows_options(private: Mapping[str, Any]) -> bool:
    """Whether the answer is chosen among options that are shown, so that it can be guessed."""
    return "choices" in private["shape"]


def uncounted(result: Result) -> Result:
    """What is told of a response that is nobody's attempt: all of it."""
    return result | {"attempts_left": None, "worth": 1.0, "best_score": None}


def judge(rules: AttemptRules, private: Mapping[str, Any], result: Result, before: Standing) -> tuple[Result, Standing]:
    """What is told of a learner's next response, and where the learner stands then.

    A response that cannot be judged is no attempt. Raises AlreadyAnswered, AttemptsExhausted.
    """
    if before.closed:
        raise AlreadyAnswered("this learner has answered the variant right: no further response is graded")
    if before.used >= rules.limit:
        raise AttemptsExhausted(f"all {rules.limit} attempts are used")
    worth = rules.worth(private, before.used + 1)
    if waits_for_judgement(result):
        if before.given - before.used >= MOST_UNJUDGED:
            raise AttemptsExhausted(f"{MOST_UNJUDGED} responses of this learner wait for a person to judge them")
        after = replace(before, given=before.given + 1)
    else:
        after = _after(result, worth, before)
    left = max(0, rules.limit - after.used)
    told = _weighed(result, worth) | {"attempts_left": left, "worth": worth, "best_score": after.best}
    if not rules.tells_reasons(private, over=not left or after.closed):
        told |= {"feedback": [], "parts": []}
    return told, after


def waits_for_judgement(result: Result) -> bool:
    """Whether it could be read and not judged. An open question is another matter: its rubric says how it is graded."""
    return result["score"] is None and "rubric" not in result


def _after(result: Result, worth: float, before: Standing) -> Standing:
    earned = None if result["score"] is None else round(result["score"] * worth, 6)
    best = max((score for score in (before.best, earned) if score is not None), default=None)
    return Standing(before.used + 1, before.given + 1, best, result["correct"] is True)


def _weighed(result: Result, worth: float) -> Result:
    """The same with its marks at this worth; whether an answer is right does not depend on it."""
    if worth == 1.0 or result["score"] is None:
        return result
    parts = [part | {"score": round(part["score"] * worth, 6)} for part in result["parts"]]
    return result | {"score": round(result["score"] * worth, 6), "parts": parts}

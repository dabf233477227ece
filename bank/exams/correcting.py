"""Responses graded again: with the key of a mended variant, or with full points where a question is annulled.

Grading works on what is stored, of the variant that the learner saw and of the one that took its place.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bank.attempts import Result
from bank.errors import Unreadable
from bank.exams import carrying
from bank.kinds import grading

DIGITS = 6  # after the point, of a score

NOTHING: Mapping[int, Before] = {}


@dataclass(frozen=True, slots=True)
class Earlier:
    """The response that an earlier part had by then, and the variant that it is to."""

    variant: str
    response: Any


@dataclass(frozen=True, slots=True)
class Given:
    """A response and the result that counts by now; `by_hand` where that is a person's.

    `earlier` is there where it is to a part that builds on another one, which was answered before.
    """

    attempt: int
    response: Any
    result: Result
    by_hand: bool = False
    earlier: Earlier | None = None


@dataclass(frozen=True, slots=True)
class Regraded:
    """What becomes of one learner at one variant: new results by attempt, and the best score with them."""

    results: Mapping[int, Result] = field(default_factory=dict)
    best: float | None = None
    correct: bool = False


@dataclass(frozen=True, slots=True)
class Before:
    """What a learner answered to the part that this one builds on, what grades that, and the keys that follow.

    `kept` is what `carrying.keys_after` gives.
    """

    response: Any
    private: Mapping[str, Any]
    kept: Mapping[str, Any] | None


class NewKey:
    """The key of the successor, for responses to the variant that it took the place of."""

    def __init__(self, seen: bytes, shown: bytes, private: Mapping[str, Any]) -> None:
        """`seen` and `shown` are the public documents of the old and the new one, `private` grades the new one."""
        self._private = private
        self._texts = _texts(seen)
        self._letters = {text: letter for letter, text in _texts(shown).items()}

    def regraded(
        self, given: Sequence[Given], best: float | None, lower: bool, before: Mapping[int, Before] = NOTHING
    ) -> Regraded:
        """Results that change, downwards only if that is wanted; `before` is by attempt."""
        counts: dict[int, Result] = {}
        results: dict[int, Result] = {}
        for each in given:
            after = self._after(each, before.get(each.attempt))
            changes = after is not None and _worth(after) != _worth(each.result)
            if after is not None and changes and (lower or _worth(after) > _worth(each.result)):
                results[each.attempt] = after
            counts[each.attempt] = results.get(each.attempt, each.result)
        scores = [result["score"] for result in counts.values() if result["score"] is not None]
        reached = max(scores, default=None) if lower else highest(best, *scores)
        told = {attempt: result | {"best_score": reached} for attempt, result in results.items()}
        return Regraded(told, reached, any(result["correct"] is True for result in counts.values()))

    def _after(self, given: Given, before: Before | None) -> Result | None:
        """None where the new key cannot tell, or where a person has judged or has yet to judge."""
        if given.by_hand or given.result["score"] is None:
            return None
        raw = self._graded(given.response, before)
        return None if raw is None or raw["score"] is None else retold(given.result, raw)

    def _graded(self, response: Any, before: Before | None) -> Result | None:
        try:
            if "choice" in response:
                return self._single(response["choice"])
            if "choices" in response:
                return self._several(response["choices"])
            if before is not None and before.kept is not None:
                return carrying.graded(self._private, response, before.kept, before.private, before.response)
            return grading.grade(self._private, response)
        except Unreadable:  # as the new question is asked: the learner read another one
            return None

    def _single(self, letter: str) -> Result | None:
        """An option that is not there any more is wrong, if the right one was there too and was not chosen."""
        now = self._letters.get(self._texts[letter])
        if now is not None:
            return grading.grade(self._private, {"choice": now})
        right = self._private["answer"]["choice"]
        offered = right in {self._letters.get(text) for text in self._texts.values()}
        wrong = next((each for each in self._private["shape"]["choices"] if each != right), None)
        if not offered or wrong is None:
            return None
        return grading.grade(self._private, {"choice": wrong}) | {"feedback": []}

    def _several(self, letters: Sequence[str]) -> Result | None:
        """Among the options that the learner saw, if the new key knows them all."""
        known = {letter: self._letters.get(text) for letter, text in self._texts.items()}
        if None in known.values():
            return None
        answer = self._private["answer"]
        right = [letter for letter in answer["choices"] if letter in known.values()]
        seen = {**self._private, "answer": answer | {"choices": right}}
        return grading.grade(seen, {"choices": [known[letter] for letter in letters]})


def annulled(given: Sequence[Given], best: float | None, points: float) -> Regraded:
    """Full points, for whoever has answered and for whoever has not: the result of attempt 0 is that of no response."""
    results = {
        each.attempt: each.result | {"score": each.result["max_score"], "best_score": each.result["max_score"]}
        for each in given
        if each.result["score"] != each.result["max_score"]
    }
    if not given:
        told: Result = {"score": points, "max_score": points, "correct": None, "parts": [], "feedback": []}
        results[0] = told | {"worth": 1.0, "attempts_left": None, "best_score": points}
    full = max((each.result["max_score"] for each in given), default=points)
    return Regraded(results, highest(best, full))


def retold(told: Result, raw: Result) -> Result:
    """What was told of a response, with another grade: the same worth and the same full marks."""
    share = told["worth"] * (told["max_score"] / raw["max_score"] if raw["max_score"] else 0.0)
    parts = [part | {"score": round(part["score"] * share, DIGITS)} for part in raw["parts"]]
    score = round(raw["score"] * share, DIGITS)
    return told | {"score": score, "correct": raw["correct"], "parts": parts, "feedback": raw["feedback"]}


def highest(*scores: float | None) -> float | None:
    return max((score for score in scores if score is not None), default=None)


def _worth(result: Result) -> tuple[float, bool]:
    return (result["score"] or 0.0, result["correct"] is True)


def _texts(public: bytes) -> dict[str, str]:
    return {choice["id"]: choice["text"] for choice in json.loads(public)["choices"]}

"""Nothing for a wrong rule: no named mistake is graded right, and no single value is the key again and again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from random import Random
from typing import TYPE_CHECKING, Any

from bank.authoring.exercise import Exercise
from bank.authoring.family import Family
from bank.contract.drawing import drawn, hold
from bank.errors import BrokenPromise, Unreadable
from bank.kinds import grading
from bank.kinds.quantity import key_of

if TYPE_CHECKING:
    from bank.authoring.laboratory import Lab

QUESTIONS = 400  # drawn without their texts
DECLARED = 0.05  # of the draws in which a mistake that cannot be avoided may give the key
FREQUENT = 0.05  # of the draws that may have one and the same key
NUMBERS = ("numeric", "fields", "matrix")
DIGITS = (3, 4)  # to which learners round


def no_named_mistake_is_graded_right(family: type[Family], kind: str, lab: Lab) -> None:
    """Each is sent through the grader, exactly and rounded, but for those that are declared."""
    for seed, each in enumerate(drawn(family, kind)):
        for entry in each.private["feedback"]:
            for response in _responses(each.private, entry["on"]):
                right = _correct(each.private, response)
                hold(seed, "feedback", not right, f"{response} is a named mistake and graded right: {entry['text']}")


def mistakes_that_cannot_be_avoided_are_rare(family: type[Family], kind: str, lab: Lab) -> None:
    if not issubclass(family, Exercise):
        return
    paid = sum(any(True for _ in question.rewarded(kind)) for question in questions(family, kind))
    if paid > DECLARED * QUESTIONS:
        raise BrokenPromise(f"a declared mistake gives the key in {paid} of {QUESTIONS} draws")


def every_reason_holds(family: type[Family], kind: str, lab: Lab) -> None:
    """A reason that says more than the formula is true of the very question that it stands in."""
    if not issubclass(family, Exercise):
        return
    for question in questions(family, kind):
        for wrong in question.asked(kind).mistakes:
            if not wrong.holds:
                raise BrokenPromise(f"not so of {question.to_json()}: {wrong.why}")


def no_value_is_the_key_again_and_again(family: type[Family], kind: str, lab: Lab) -> None:
    if kind not in NUMBERS or not issubclass(family, Exercise):
        return
    keys = Counter(repr(question.asked(kind).key) for question in questions(family, kind))
    (key, times), *_ = keys.most_common(1)
    if times > FREQUENT * QUESTIONS:
        raise BrokenPromise(f"{key} is the key of {times} in {QUESTIONS} draws")


@lru_cache(maxsize=2)  # the promises of a family and kind are tried one after the other
def questions(family: type[Exercise], kind: str) -> list[Any]:
    """Questions without their texts."""
    return [family.draw(Random(f"{family.name()}/{seed}"), kind) for seed in range(QUESTIONS)]


def _responses(private: Mapping[str, Any], mistake: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What a learner sends who makes that mistake and no other, in several spellings."""
    if private["kind"] == "numeric":
        return [{"value": text} for text in _spelt(mistake["value"])]
    if private["kind"] == "single_choice":
        return [] if mistake["choice"] == private["answer"]["choice"] else [mistake]
    if private["kind"] == "matrix":
        return [mistake]
    if private["kind"] == "fields":
        right = {name: part["exact"] for name, part in private["answer"]["fields"].items()}
        return [{"fields": right | {mistake["field"]: text}} for text in _spelt(mistake["value"])]
    return [mistake] if private["kind"] == "expression" else []


def _spelt(exact: str) -> list[str]:
    return [exact, *(f"{float(key_of(exact)):.{digits}g}" for digits in DIGITS)]


def _correct(private: Mapping[str, Any], response: Mapping[str, Any]) -> bool:
    try:
        return bool(grading.grade(private, response)["correct"])
    except Unreadable:  # decimals where a fraction is asked for cost nothing
        return False

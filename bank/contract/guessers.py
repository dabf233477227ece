"""Who sees the options and knows nothing of the matter earns what dice earn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bank.authoring.exercise import Exercise
from bank.authoring.family import Family
from bank.contract.drawing import Drawn, drawn, hold
from bank.errors import BrokenPromise
from bank.kinds.likeness import contains, derived
from bank.strategies import MARGIN, Option, Question, Score, place_by_value, question, scores
from bank.strategies.by_form import BY_FORM
from bank.strategies.by_likeness import BY_LIKENESS
from bank.strategies.by_value import PLACES, RELATIONS
from bank.strategies.by_words import BY_WORDS

if TYPE_CHECKING:
    from bank.authoring.laboratory import Lab

RARE = 0.6  # of its share, that the key has the first or last place
GUESSED = 400  # seeds over which strategies are scored
ADVICE = (
    (RELATIONS, "other mistakes should follow from one another as they follow from the key"),
    (BY_FORM, "options need one form, and mistakes as long as the key and longer"),
    (BY_LIKENESS, "mistakes are missing that resemble one another more than the key"),
    (BY_WORDS, "statements need other words, on both sides"),
)


def no_strategy_earns_more_than_chance(family: type[Family], kind: str, lab: Lab) -> None:
    """One option right: by 0.10 more. Several to be ticked: entirely right in at most 0.20 of the questions.

    A strategy is scored over all questions, with chance where it has nothing to go by. One that applies to a fifth of
    them or more is also scored over those, where few are allowed three standard deviations of chance.
    """
    if kind not in ("single_choice", "multiple_choice"):
        return
    asked = [(question(each.public), each.private["answer"]) for each in drawn(family, kind, GUESSED)]
    worst = [score for score in scores(kind, asked) if score.too_much]
    if worst:
        lines = [f"{told(score)}{_advice(score, asked)}" for score in worst]
        raise BrokenPromise("\n".join(["guessing pays", *lines]))


def fixed_answers_are_right_equally_often(family: type[Family], kind: str, lab: Lab) -> None:
    """With three of them each in at most 0.43 of the questions."""
    if kind != "single_choice" or not issubclass(family, Exercise) or not family.order:
        return
    found = drawn(family, kind, GUESSED)
    right = Counter(_right(question(each.public), each).text for each in found)
    text, times = right.most_common(1)[0]
    options = len(found[0].public["choices"])
    if times / len(found) > 1 / options + MARGIN:
        raise BrokenPromise(f"the answer {text!r} is right in {times / len(found):.2f} of the questions")


def one_option_at_most_follows_from_the_key(family: type[Family], kind: str, lab: Lab) -> None:
    """Doubled, halved, inverted, squared, negated, or its root; and none has the key as a part."""
    if kind != "single_choice" or (issubclass(family, Exercise) and family.order):
        return
    for seed, each in enumerate(drawn(family, kind, GUESSED)):
        seen = question(each.public)
        key = _right(seen, each)
        others = [option for option in seen.options if option is not key]
        follow = [option.text for option in others if _follows(key, option)]
        hold(seed, "choices", len(follow) < 2, f"{' and '.join(follow)} follow from the key {key.text}")
        holding = [option.text for option in others if contains(option.text, key.text)]
        hold(seed, "choices", not holding, f"{' and '.join(holding)} has the key {key.text} as a part")


def told(score: Score) -> str:
    """A strategy and what it earns, in a line."""
    where = (
        f", {score.earned:.2f} where it applies, in {score.applies} of {score.of}" if score.applies < score.of else ""
    )
    return f"{score.name}: {score.of_all:.2f}{where}; at most {score.limit_of_all:.2f}"


def _advice(score: Score, asked: Sequence[tuple[Question, Mapping[str, Any]]]) -> str:
    if score.name in PLACES:
        return f". {_places(asked)}"
    return next((f". So {advice}" for names, advice in ADVICE if score.name in names), "")


def _places(asked: Sequence[tuple[Question, Mapping[str, Any]]]) -> str:
    """How often the key has which place by value, and on which side mistakes are missing."""
    options = len(asked[0][0].options)
    found = Counter(place for seen, answer in asked if (place := place_by_value(seen, answer["choice"])) is not None)
    shares = [found[place] / found.total() for place in range(options)]
    written = ", ".join(f"{share:.0%}" for share in shares)
    side = "below" if shares[-1] < shares[0] else "above"
    missing = f": mistakes {side} it are missing" if min(shares[0], shares[-1]) < RARE / options else ""
    return f"By value the key is the first, second, … in {written}{missing}"


def _right(seen: Question, each: Drawn) -> Option:
    return next(option for option in seen.options if option.id == each.private["answer"]["choice"])


def _follows(key: Option, other: Option) -> bool:
    return key.value is not None and other.value is not None and derived(key.value, other.value)

"""Errors carried forward: a later part that is right for a wrong answer to an earlier one earns its points.

The keys that follow from the listed mistakes of the earlier part are worked out when a bank is built, and kept with the
variant: grading uses what is kept, never the code of today.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from bank import registry
from bank.authoring.exercise import Exercise
from bank.authoring.params import written
from bank.authoring.references import ANSWER_OF, references_in
from bank.errors import BankError
from bank.exams.references import NUMERIC
from bank.exams.sharing import Together
from bank.kinds import grading
from bank.kinds.posing import number_json
from bank.notation.values import is_number

SAID = "Right for your answer to part {part}, which is wrong."


def carried(group: Sequence[Together], place: int) -> dict[str, Any] | None:
    """The keys of a part after each listed mistake in the part that it builds on; None where it builds on none."""
    of = built_on(group[place].params)
    return None if of is None else keys_after(group[of], group[place])


def built_on(params: Mapping[str, Any]) -> int | None:
    """The part, from 0, whose answer is the only parameter of its kind; None where none is."""
    references = list(references_in(params).values())
    return int(references[0][ANSWER_OF]) if len(references) == 1 else None


def keys_after(part: Together, later: Together) -> dict[str, Any] | None:
    """The same for two questions of a group; None where such keys cannot be told."""
    ((name, reference),) = references_in(later.params).items()
    earlier = part.question
    if not isinstance(earlier, Exercise) or later.kind != NUMERIC:
        return None
    tolerance = earlier.pose(NUMERIC, Random(0)).answer["tolerance"]
    keys = []
    for value in dict.fromkeys(wrong.value for wrong in earlier.distractors() if is_number(wrong.value)):
        answer = _answer(later, name, written(value))
        if answer is not None:
            keys.append({"earlier": {**number_json(value), "tolerance": tolerance}, "answer": answer})
    return {"of": reference[ANSWER_OF], "keys": keys} if keys else None


def graded(
    private: Mapping[str, Any],
    response: Any,
    kept: Mapping[str, Any],
    earlier: Mapping[str, Any],
    given: Any,
) -> dict[str, Any]:
    """The grade of a response to a later part, after `given` was the response to the earlier one.

    `private` and `earlier` are what grades both; `kept` is what `carried` gave. Raises Unreadable.
    """
    result = grading.grade(private, response)
    if result["correct"] is not False or grading.grade(earlier, given)["correct"] is not False:
        return result
    for key in kept["keys"]:
        if not grading.grade({**earlier, "answer": key["earlier"]}, given)["correct"]:
            continue
        again = grading.grade({**private, "answer": key["answer"]}, response)
        if again["correct"]:
            said = SAID.format(part=kept["of"] + 1)
            return again | {"feedback": [{"text": said, "html": said}]}
    return result


def _answer(later: Together, name: str, value: Any) -> Mapping[str, Any] | None:
    """The key of the later part with a wrong number in it; None where that makes no question."""
    family = registry.get(later.family.name())
    try:
        question = family.from_json({**later.params, name: value})
        if any(question.misplaced()):
            return None
        answer: Mapping[str, Any] = question.pose(NUMERIC, Random(0)).answer
    except (BankError, ArithmeticError, ValueError):
        return None
    return answer

"""Thousands of right answers are right as people write them, and what is nearly right is wrong."""

from hypothesis import given, note, settings

from bank.kinds import grading
from tests.bank import human_spellings

THOUSANDS = settings(deadline=None, max_examples=2000)
RESPONSES = {
    "numeric": lambda text: {"value": text},
    "fields": lambda text: {"fields": {"mean": text}},
    "matrix": lambda text: {"matrix": [[text]]},
    "expression": lambda text: {"expression": text},
}


def graded(answer, text):
    """As a formula where it has letters, else by each of the kinds that read numbers."""
    kinds = ["expression"] if answer.letters else ["numeric", "fields", "matrix"]
    note(f"{answer} as {text!r}")
    return {grading.grade(answer.question(kind), RESPONSES[kind](text))["correct"] for kind in kinds}


@THOUSANDS
@given(human_spellings.right())
def test_two_thousand_right_answers_are_right_as_people_write_them(case):
    assert graded(*case) == {True}


@THOUSANDS
@given(human_spellings.nearly_right())
def test_two_thousand_answers_that_are_nearly_right_are_wrong(case):
    assert graded(*case) == {False}

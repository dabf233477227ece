"""What a report will tell of a variant, on questions made by hand."""

import pytest

from bank import strategies
from bank.exams.traits import FEATURES, traits

STEM = {"text": "Here \\(x = 12\\). How much is \\(x / 8\\)?"}
SOLVED = {"text": "\\(x / 8 = 12 / 8 = 3/2\\)"}


def choices(*texts):
    return [{"id": letter, "text": text} for letter, text in zip("abcdef", texts, strict=False)]


def graded(kind, answer, **more):
    return {"kind": kind, "answer": answer, "solution": SOLVED, "feedback": [], "effort": 7.5, **more}


def test_of_a_choice_the_place_the_rank_and_every_guess_are_told():
    public = {"stem": STEM, "choices": choices("\\(6\\)", "\\(1.5\\)", "\\(96\\)", "\\(2\\)")}
    found = traits(public, graded("single_choice", {"choice": "b", "value": 1.5}))
    assert (found["right"], found["rank"], found["options"], found["chance"]) == (["b"], 1, 4, 0.25)
    assert found["guesses"]["smallest"] == found["guesses"]["the only decimal"] == 1
    assert found["guesses"]["largest"] == found["guesses"]["first"] == 0
    assert "the only negative one" not in found["guesses"]
    features = {"effort": 7.5, "size": 96, "digits": 9, "steps": 2, "nearest": 0.25, "length": len(STEM["text"])}
    assert found["features"] == features
    assert set(features) == set(FEATURES)


def test_of_several_right_options_all_letters_are_told():
    public = {"stem": STEM, "choices": choices("It can.", "It never does.", "It may.")}
    found = traits(public, graded("multiple_choice", {"choices": ["a", "c"]}))
    assert (found["right"], found["options"], found["chance"]) == (["a", "c"], 3, pytest.approx(1 / 6, rel=1e-3))
    assert found["guesses"]["all without an absolute word"] == 1
    assert found["guesses"]["always 2"] == pytest.approx(1 / 3, rel=1e-3)
    assert "rank" not in found


def test_of_a_number_the_nearest_mistake_is_looked_for_among_the_reasons():
    mistakes = [{"on": {"value": value}} for value in ("96", "4/3", "no number")]
    public = {"stem": STEM, "choices": []}
    found = traits(public, graded("numeric", {"value": 1.5, "exact": "3/2"}, feedback=mistakes))
    features = {"effort": 7.5, "size": 12, "digits": 3, "steps": 2, "nearest": 0.1111, "length": len(STEM["text"])}
    assert found == {"features": features}


def test_of_fields_each_mistake_is_compared_with_its_own_key():
    answer = {"fields": {"mean": {"value": 10}, "variance": {"value": 4}}}
    mistakes = [{"on": {"field": "mean", "value": "5"}}, {"on": {"field": "variance", "value": "10"}}]
    features = traits({"stem": STEM, "choices": []}, graded("fields", answer, feedback=mistakes))["features"]
    assert features["nearest"] == 0.5


def test_sums_over_questions_score_as_the_questions_themselves():
    asked = []
    tally = strategies.Tally("single_choice")
    for letter in "abca":
        public = {"stem": STEM, "choices": choices("\\(6\\)", "\\(1.5\\)", "\\(96\\)", "\\(2\\)")}
        private = graded("single_choice", {"choice": letter})
        asked.append((strategies.question(public), private["answer"]))
        found = traits(public, private)
        tally.add(found["chance"], found["guesses"])
    summed = tally.scores()
    assert summed == strategies.scores("single_choice", asked)
    assert (summed[0].of_all, summed[0].name) == (0.5, "first")

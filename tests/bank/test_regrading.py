"""Options by their texts, worth and full marks as they were told, and what nobody can tell stays."""

import json

import pytest

from bank.exams.correcting import Given, NewKey, annulled

TOLD = {"score": 0.0, "max_score": 3, "correct": False, "parts": [], "feedback": [], "worth": 1.0, "attempts_left": 1}
RIGHT = TOLD | {"score": 3.0, "correct": True}


def public(*texts):
    choices = [{"id": letter, "text": text} for letter, text in zip("abcdef", texts, strict=False)]
    return json.dumps({"choices": choices}).encode()


def private(kind, answer, options="abcd", scoring="all", points=1):
    shape = {"choices": list(options), "scoring": scoring}
    return {"kind": kind, "shape": shape, "answer": answer, "points": points, "feedback": []}


def single(seen, shown, right):
    return NewKey(public(*seen), public(*shown), private("single_choice", {"choice": right}, "abcd"[: len(shown)]))


def several(seen, shown, right, scoring="all"):
    key = private("multiple_choice", {"choices": list(right), "statements": []}, "abcd"[: len(shown)], scoring)
    return NewKey(public(*seen), public(*shown), key)


def score(key, response, told=TOLD):
    found = key.regraded([Given(1, response, told)], told["score"], lower=True)
    return found.results[1]["score"] if 1 in found.results else None


def scores(regraded):
    return {attempt: result["score"] for attempt, result in regraded.results.items()}


def test_a_choice_is_found_again_by_its_text():
    key = single(["4", "5", "6"], ["6", "4", "5"], "a")
    assert score(key, {"choice": "c"}) == 3.0
    assert score(key, {"choice": "a"}, RIGHT) == 0.0
    assert score(key, {"choice": "b"}) is None


def test_an_option_that_is_gone_is_wrong_where_the_right_one_was_on_offer_and_else_stays():
    gone = single(["4", "5"], ["5", "7"], "a")
    assert score(gone, {"choice": "a"}, RIGHT) == 0.0
    never_offered = single(["4", "5"], ["5", "7"], "b")
    assert score(never_offered, {"choice": "a"}, RIGHT) is None


@pytest.mark.parametrize(
    ("chosen", "scoring", "wanted"), [("a", "all", None), ("ab", "all", 3.0), ("a", "per_option", 1.5)]
)
def test_selections_are_graded_among_what_the_learner_saw(chosen, scoring, wanted):
    key = several(["P", "Q", "R"], ["R", "Q", "P", "S"], "bcd", scoring)
    assert score(key, {"choices": list(chosen)}) == wanted


def test_a_selection_among_statements_that_are_not_known_any_more_stays():
    assert score(several(["P", "Q"], ["P", "S"], "a"), {"choices": ["a"]}) is None


def test_the_worth_of_an_attempt_holds():
    key = single(["4", "5"], ["5", "4"], "a")
    half = [Given(1, {"choice": "a"}, RIGHT), Given(2, {"choice": "b"}, TOLD | {"worth": 0.5})]
    kept = key.regraded(half, 3.0, lower=False)
    assert ({attempt: each["score"] for attempt, each in kept.results.items()}, kept.best) == ({2: 1.5}, 3.0)
    lowered = key.regraded(half, 3.0, lower=True)
    assert ({attempt: each["score"] for attempt, each in lowered.results.items()}, lowered.best) == (
        {1: 0.0, 2: 1.5},
        1.5,
    )


def test_what_a_person_judged_stays_and_what_cannot_be_read_too():
    key = single(["4", "5"], ["5", "4"], "a")
    by_hand = key.regraded([Given(1, {"choice": "b"}, TOLD, by_hand=True)], 0.0, lower=True)
    assert (by_hand.results, by_hand.best) == ({}, 0.0)
    number = NewKey(public(), public(), private("numeric", {"value": 1, "exact": "1"}))
    unread = number.regraded([Given(1, {"fields": {}}, RIGHT)], 3.0, lower=True)
    assert (unread.results, unread.best) == ({}, 3.0)


def test_who_gave_no_response_gets_the_points_of_an_annulled_one_too():
    found = annulled([], None, 2.0)
    assert (scores(found), found.best) == ({0: 2.0}, 2.0)
    again = annulled([Given(1, {"choice": "a"}, TOLD), Given(2, {"choice": "b"}, RIGHT)], 3.0, 2.0)
    assert (list(again.results), again.best) == ([1], 3.0)

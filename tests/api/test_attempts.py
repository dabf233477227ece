"""A learner's attempts: what they are worth, what is told after each, when they end, and calls that are repeated."""

import json

import pytest

from bank.authoring.composing import Heading, Text, compose
from bank.kinds import grading
from bank.kinds.posing import Posed
from tests.api.conftest import RATIO
from tests.secret import named


def grade(service, variant_id, response, learner="ada", scope="lms", call=None):
    headers = {} if call is None else {"Idempotency-Key": call}
    body = {"response": response, "learner": learner}
    return service.post(f"/v1/variants/{variant_id}/grade", scope, json=body, headers=headers)


def validate(service, variant_id, response, learner="ada"):
    body = {"response": response, "learner": learner}
    found = service.post(f"/v1/variants/{variant_id}/validate", "lms", json=body).json
    return tuple(found[name] for name in ("attempts", "attempts_left", "worth", "closed"))


def choices(service, variant_id):
    """The right response, and three wrong ones."""
    right = service.answer_to(variant_id)["choice"]
    return {"choice": right}, [{"choice": letter} for letter in "abcd" if letter != right]


@pytest.fixture
def ticks(service):
    """The id of a verified multiple choice question: a and d apply."""
    heading = Heading("to_tick", "To tick", "words", ("1",), 2, 0.01)
    reasons = [({"choice": letter}, f"The reason of {letter}.") for letter in "abcd"]
    posed = Posed({"choices": [*"abcd"]}, {"choices": ["a", "d"]}, ["one", "two", "three", "four"], reasons)
    origin = {"seed": 1, "version": "1", "params": {}}
    return service.verified(named(compose(heading, "multiple_choice", Text("", "Which?", "So."), posed, origin)))


def test_a_choice_earns_at_the_first_attempt_alone(service, choice):
    right, wrong = choices(service, choice)
    assert validate(service, choice, right) == (0, 3, 1, False)
    first = grade(service, choice, wrong[0]).json
    assert (first["score"], first["worth"], first["attempts_left"], first["best_score"]) == (0, 1, 2, 0)
    assert validate(service, choice, right) == (1, 2, 0, False)
    second = grade(service, choice, right).json
    assert (second["correct"], second["score"], second["worth"], second["best_score"]) == (True, 0, 0, 0)
    assert second["max_score"] == 3
    assert validate(service, choice, right) == (2, 1, 0, True)


def test_what_is_typed_keeps_its_worth(service, number):
    right = {"value": service.answer_to(number)["exact"]}
    for left in (2, 1):
        found = grade(service, number, {"value": str(1000 + left)}).json
        assert (found["score"], found["worth"], found["attempts_left"]) == (0, 1, left)
    found = grade(service, number, right).json
    assert (found["score"], found["worth"], found["best_score"], found["attempts_left"]) == (3, 1, 3, 0)


def test_the_best_score_stays(service):
    heading = Heading("two_fields", "Two fields", "words", ("1",), 2, 0.01)
    part = {"tolerance": {"absolute": 0, "relative": 0}}
    answer = {"fields": {"u": {"value": 7, "exact": "7", **part}, "v": {"value": 8, "exact": "8", **part}}}
    posed = Posed({"fields": ["u", "v"], "form": "rounded"}, answer)
    origin = {"seed": 1, "version": "1", "params": {}}
    shown = service.verified(named(compose(heading, "fields", Text("", "Which?", "So."), posed, origin)))
    scores = []
    for given in ({"u": "7", "v": "1"}, {"u": "1", "v": "1"}, {"u": "7", "v": "8"}):
        found = grade(service, shown, {"fields": given}).json
        scores.append((found["score"], found["best_score"]))
        assert sum(part["score"] for part in found["parts"]) == found["score"]
    assert scores == [(1, 1), (0, 1), (2, 2)]


def test_reasons_against_options_are_told_with_the_last_attempt(service, choice):
    _, wrong = choices(service, choice)
    told = [grade(service, choice, response).json["feedback"] for response in wrong]
    private = json.loads(service.store.variants.find(choice).private)
    assert told == [[], [], grading.grade(private, wrong[2])["feedback"]]
    assert told[2]


def test_ticking_all_options_does_not_solve_the_question(service, ticks):
    everything = grade(service, ticks, {"choices": [*"abcd"]}).json
    assert (everything["correct"], everything["feedback"], everything["parts"]) == (False, [], [])
    some = grade(service, ticks, {"choices": ["a", "b"]}).json
    assert some["feedback"] == []
    last = grade(service, ticks, {"choices": ["b"]}).json
    assert "reason of b" in last["feedback"][0]["text"]


def test_reasons_are_told_once_the_answer_is_right(service, choice):
    right, wrong = choices(service, choice)
    assert grade(service, choice, wrong[0]).json["feedback"] == []
    assert grade(service, choice, right).json["feedback"]


def test_reasons_may_be_told_at_once(service_with):
    service = service_with(choice_reasons="at_once")
    shown = service.verified(named(RATIO.draft(1)))
    assert grade(service, shown, choices(service, shown)[1][0]).json["feedback"]


def test_a_mistake_in_a_number_gets_its_reason_at_once(service, number):
    private = json.loads(service.store.variants.find(number).private)
    mistake = private["feedback"][0]
    found = grade(service, number, {"value": mistake["on"]["value"]}).json
    assert (found["correct"], found["attempts_left"]) == (False, 2)
    assert mistake["text"] in [reason["text"] for reason in found["feedback"]]


def test_what_later_attempts_are_worth_is_a_setting(service_with):
    service = service_with(choice_worth=(1.0, 0.5, 0.25), attempts=4)
    shown = service.verified(named(RATIO.draft(1)))
    right, wrong = choices(service, shown)
    assert [grade(service, shown, response).json["worth"] for response in wrong] == [1, 0.5, 0.25]
    found = grade(service, shown, right).json
    assert (found["score"], found["max_score"], found["worth"]) == (0.75, 3, 0.25)


def test_a_right_answer_closes_the_variant_for_this_learner(service, choice):
    right, wrong = choices(service, choice)
    first = grade(service, choice, right)
    other = grade(service, choice, wrong[0])
    assert (other.status_code, other.json["type"]) == (409, "/docs#already-answered")
    assert grade(service, choice, right).data == first.data
    assert grade(service, choice, right, learner="grace").json["correct"] is True
    assert validate(service, choice, right) == (1, 2, 0, True)


def test_the_same_response_as_the_next_attempt_is_the_same_attempt(service, number):
    first = grade(service, number, {"value": "1001"})
    assert grade(service, number, {"value": "1001"}).data == first.data
    assert grade(service, number, {"value": "2002/2"}).json["attempts_left"] == 1  # other words are another attempt
    assert grade(service, number, {"value": "1001"}).json["attempts_left"] == 0
    assert grade(service, number, {"value": "1001"}).json["attempts_left"] == 0
    assert grade(service, number, {"value": "1002"}).status_code == 409


def test_a_repeated_call_is_told_the_same_even_later(service, number):
    first = grade(service, number, {"value": "1001"}, call="call 1")
    grade(service, number, {"value": "1002"}, call="call 2")
    assert grade(service, number, {"value": "1001"}, call="call 1").data == first.data
    assert grade(service, number, {"value": "1001"}, call="call 3").json["attempts_left"] == 0
    last = grade(service, number, {"value": "1001"}, call="call 4")  # the same attempt, under another name
    assert last.json["attempts_left"] == 0
    assert [grade(service, number, {"value": "1001"}, call=f"call {n}").data for n in (1, 4)] == [first.data, last.data]


def test_a_key_of_a_call_names_one_call(service, number, choice):
    grade(service, number, {"value": "1001"}, call="call")
    others = [
        grade(service, number, {"value": "1002"}, call="call"),
        grade(service, number, {"value": "1001"}, learner="grace", call="call"),
        grade(service, choice, {"choice": "a"}, call="call"),
    ]
    for found in others:
        assert (found.status_code, found.json["type"]) == (422, "/docs#idempotency-key-reused")
        assert found.json["errors"][0]["pointer"] == "/Idempotency-Key"
    assert service.store.attempts.standing(number, "grace").given == 0
    assert grade(service, number, {"value": "1002"}, scope="admin", call="call").json["attempts_left"] == 1


@pytest.mark.parametrize("call", ["", "x" * 129, "é", "a\tb"])
def test_the_key_of_a_call_is_printable(service, number, call):
    found = grade(service, number, {"value": "1001"}, call=call)
    assert (found.status_code, found.json["errors"][0]["pointer"]) == (422, "/Idempotency-Key")
    assert service.store.attempts.standing(number, "ada").given == 0


def test_a_call_that_could_not_be_read_may_be_sent_again_in_other_words(service, number):
    assert grade(service, number, {"value": "1 +"}, call="call").status_code == 422
    assert grade(service, number, {"value": "1001"}, call="call").json["attempts_left"] == 2


def test_validating_tells_how_many_attempts_there_are(service, number):
    assert validate(service, number, {"value": "1001"}) == (0, 3, 1, False)
    grade(service, number, {"value": "1001"})
    assert validate(service, number, {"value": "?!"}) == (1, 2, 1, False)
    body = {"response": {"value": "1"}}
    found = service.post(f"/v1/variants/{number}/validate", "student", json=body).json
    assert {found[name] for name in ("attempts", "attempts_left", "worth", "closed")} == {None}


def test_what_cannot_be_judged_is_kept_and_is_no_attempt(service, number, monkeypatch):
    graded = grading.grade
    unjudged = {"score": None, "correct": None}
    monkeypatch.setattr(grading, "grade", lambda *given: graded(*given) | unjudged)
    for n in range(10):
        found = grade(service, number, {"value": str(1000 + n)}).json
        assert (found["score"], found["attempts_left"], found["best_score"], found["worth"]) == (None, 3, None, 1)
    assert grade(service, number, {"value": "1100"}).status_code == 409
    monkeypatch.setattr(grading, "grade", graded)
    assert grade(service, number, {"value": "1050"}).json["attempts_left"] == 2
    with service.store.database.reading() as connection:
        kept = connection.exec_driver_sql("SELECT attempt, counted FROM responses ORDER BY attempt").all()
    assert kept == [*((n, 0) for n in range(1, 11)), (11, 1)]

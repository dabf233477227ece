"""Responses: read, graded, counted."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from bank import kinds
from tests.api.conftest import RATIO
from tests.secret import named


def grade(service, variant_id, response, scope="student", learner="ada"):
    body = {"response": response} | ({} if learner is None else {"learner": learner})
    return service.post(f"/v1/variants/{variant_id}/grade", scope, json=body)


def key(service, variant_id):
    return {"choice": service.answer_to(variant_id)["choice"]}


def wrong_one(service, variant_id):
    return {"choice": next(letter for letter in "abcd" if letter != service.answer_to(variant_id)["choice"])}


def test_the_right_answer_scores_and_counts(service, choice):
    found = grade(service, choice, key(service, choice))
    assert found.status_code == 200
    assert found.json["score"] == found.json["max_score"] == 3
    assert found.json["correct"] is True
    assert found.json["attempts_left"] == 2
    assert set(found.json) == {
        "score", "max_score", "correct", "parts", "feedback", "reading", "attempts_left"
    }  # fmt: skip


def test_a_mistake_gets_its_reason_and_nothing_of_the_key(service, choice):
    response = wrong_one(service, choice)
    found = grade(service, choice, response)
    private = json.loads(service.store.variants.find(choice).private)
    reasons = {entry["on"]["choice"]: entry["text"] for entry in private["feedback"]}
    assert found.json["score"] == 0
    assert [entry["text"] for entry in found.json["feedback"]] == [reasons[response["choice"]]]
    assert "answer" not in found.get_data(as_text=True)


def test_a_student_key_must_name_the_learner(service, choice):
    found = grade(service, choice, {"choice": "a"}, learner=None)
    assert (found.status_code, found.json["errors"][0]["pointer"]) == (422, "/learner")
    for scope in ("lms", "instructor"):
        assert grade(service, choice, {"choice": "a"}, scope, learner=None).json["attempts_left"] is None
    assert service.store.attempts.used(choice, "ada") == 0


def test_attempts_count_with_every_key_that_names_a_learner(service, choice):
    left = [grade(service, choice, {"choice": "a"}, scope).json["attempts_left"] for scope in ("student", "lms")]
    assert left == [2, 1]
    assert grade(service, choice, {"choice": "a"}, "instructor").json["attempts_left"] == 0
    over = grade(service, choice, {"choice": "a"})
    assert (over.status_code, over.json["type"]) == (409, "/docs#attempts-exhausted")
    assert grade(service, choice, {"choice": "a"}, learner="grace").status_code == 200


def test_a_hundred_at_once_are_graded_exactly_three_times(service, choice):
    with ThreadPoolExecutor(10) as many:
        found = list(many.map(lambda _: grade(service, choice, {"choice": "a"}).status_code, range(100)))
    assert (found.count(200), found.count(409)) == (3, 97)
    assert service.store.attempts.used(choice, "ada") == 3


@pytest.mark.parametrize("kind", RATIO.kinds)
def test_what_cannot_be_read_costs_no_attempt_and_is_pointed_at(service, kind):
    shown = service.verified(named(RATIO.draft(1, kind)))
    private = json.loads(service.store.variants.find(shown).private)
    for response in kinds.get(kind).samples(private["shape"], private["answer"]).malformed:
        found = grade(service, shown, response)
        assert found.status_code == 422
        assert found.json["errors"][0]["pointer"].startswith("/response")
        read = service.post(f"/v1/variants/{shown}/validate", "student", json={"response": response})
        assert (read.status_code, read.json["valid"]) == (200, False)
        assert read.json["problems"][0]["pointer"] == found.json["errors"][0]["pointer"]
    assert service.store.attempts.used(shown, "ada") == 0


def test_the_position_of_the_fault_is_told(service):
    shown = service.verified(named(RATIO.draft(1, "expression", {"letters": "MN"})))
    assert grade(service, shown, {"expression": "M + * 2"}).json["position"] == 4
    read = service.post(f"/v1/variants/{shown}/validate", "student", json={"response": {"expression": "M + * 2"}})
    assert read.json["problems"][0]["position"] == 4


@pytest.mark.parametrize("kind", RATIO.kinds)
def test_right_and_wrong_ones_are_told_apart_in_every_kind(service, kind):
    shown = service.verified(named(RATIO.draft(1, kind)))
    private = json.loads(service.store.variants.find(shown).private)
    samples = kinds.get(kind).samples(private["shape"], private["answer"])
    for correct, responses in ((True, samples.right), (False, samples.wrong)):
        for response in responses:
            assert grade(service, shown, response, "lms", learner=None).json["correct"] is correct
            read = service.post(f"/v1/variants/{shown}/validate", "student", json={"response": response})
            assert read.json["valid"] is True
            assert read.json["reading"]["html"]


def test_reading_a_response_does_not_count(service, choice):
    for _ in range(5):
        service.post(f"/v1/variants/{choice}/validate", "student", json={"response": {"choice": "a"}})
    assert grade(service, choice, {"choice": "a"}).json["attempts_left"] == 2


@pytest.mark.parametrize("state", ["drawn", "disputed"])
def test_what_no_worker_confirmed_is_not_graded(service, state):
    variant = named(RATIO.draft(2))
    shown = service.drawn(variant) if state == "drawn" else service.verified(variant, state=state)
    for scope in ("student", "lms"):
        found = grade(service, shown, {"choice": "a"}, scope)
        assert (found.status_code, found.json["state"], found.json["id"]) == (409, state, shown)
        read = service.post(f"/v1/variants/{shown}/validate", scope, json={"response": {"choice": "a"}})
        assert read.status_code == 409
    assert grade(service, shown, {"choice": "a"}, "instructor").status_code == 200


def test_the_response_and_its_grade_are_kept(service, choice):
    grade(service, choice, {"choice": "a"})
    with service.store.database.reading() as connection:
        kept = connection.exec_driver_sql("SELECT learner, attempt, response FROM responses").all()
    assert kept == [("ada", 1, '{"choice": "a"}')]


@pytest.mark.parametrize("learner", ["", "x" * 129, "a\n", "\u0007", 3, None, ["ada"]])
def test_a_learner_has_a_printable_name(service, choice, learner):
    found = service.post(
        f"/v1/variants/{choice}/grade", "student", json={"response": {"choice": "a"}, "learner": learner}
    )
    assert (found.status_code, found.json["errors"][0]["pointer"]) == (422, "/learner")


@pytest.mark.parametrize("learner", ["a", "x" * 128, "Ada Lovelace, né 𝒷", "~/\\'\";--"])
def test_any_printable_name_will_do(service, choice, learner):
    assert grade(service, choice, {"choice": "a"}, learner=learner).json["attempts_left"] == 2


def test_words_are_left_to_a_person_and_the_rubric_to_the_lms(service, words):
    for scope, sees in (("student", False), ("lms", True), ("instructor", True)):
        found = grade(service, words, {"text": "It is like this."}, scope).json
        assert found["score"] is None
        assert found["correct"] is None
        assert ("rubric" in found) is sees
        assert found["attempts_left"] is not None


def test_a_bad_one_does_not_spoil_a_batch(service, choice):
    right = {"variant": choice, "response": key(service, choice)}
    items = [
        right,
        {"variant": choice, "response": {"choice": "zz"}},
        {"variant": "nonsense", "response": {}},
        {"response": {}},
        "nonsense",
        None,
        {**right, "surplus": 1},
        {**right, "learner": "grace"},
        {"variant": "\0", "response": {"choice": "\0"}},
    ]
    found = service.post("/v1/grade", "lms", json={"items": items})
    assert found.status_code == 200
    results = found.json["items"]
    assert [entry["problem"] and entry["problem"]["status"] for entry in results] == [
        None, 422, 404, 422, 422, 422, 422, None, 404
    ]  # fmt: skip
    assert results[0]["result"]["correct"] is True
    assert results[0]["result"]["attempts_left"] is None
    assert results[7]["result"]["attempts_left"] == 2
    assert results[1]["problem"]["errors"][0]["pointer"] == "/response/choice"


def test_a_batch_has_one_to_a_hundred_items(service, choice):
    item = {"variant": choice, "response": {"choice": "a"}}
    for count, status in ((0, 422), (1, 200), (100, 200), (101, 422)):
        assert service.post("/v1/grade", "lms", json={"items": [item] * count}).status_code == status
    for items in (None, {}, "x", 3):
        assert service.post("/v1/grade", "lms", json={"items": items}).json["errors"][0]["pointer"] == "/items"


def test_attempts_run_out_within_a_batch_too(service, choice):
    item = {"variant": choice, "response": {"choice": "a"}, "learner": "ada"}
    found = service.post("/v1/grade", "lms", json={"items": [item] * 5}).json["items"]
    assert [entry["problem"] is None for entry in found] == [True, True, True, False, False]

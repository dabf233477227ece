"""Responses: read, graded, counted."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from bank import kinds
from bank.attempts import Standing
from tests.api.conftest import RATIO
from tests.secret import named


def grade(service, variant_id, response, scope="lms", learner="ada"):
    body = {"response": response} | ({} if learner is None else {"learner": learner})
    return service.post(f"/v1/variants/{variant_id}/grade", scope, json=body)


def key(service, variant_id):
    return {"choice": service.answer_to(variant_id)["choice"]}


def wrong_ones(service, variant_id):
    return ({"choice": letter} for letter in "abcd" if letter != service.answer_to(variant_id)["choice"])


def wrong_one(service, variant_id):
    return next(wrong_ones(service, variant_id))


def test_the_right_answer_scores_and_counts(service, choice):
    found = grade(service, choice, key(service, choice))
    assert found.status_code == 200
    assert found.json["score"] == found.json["max_score"] == 3
    assert found.json["correct"] is True
    assert found.json["attempts_left"] == 2
    assert (found.json["worth"], found.json["best_score"]) == (1, 3)
    assert set(found.json) == {
        "score", "max_score", "correct", "parts", "feedback", "reading", "attempts_left", "worth", "best_score"
    }  # fmt: skip


def test_a_mistake_gets_its_reason_and_nothing_of_the_key(service, choice):
    response = wrong_one(service, choice)
    found = grade(service, choice, response, learner=None)
    private = json.loads(service.store.variants.find(choice).private)
    reasons = {entry["on"]["choice"]: entry["text"] for entry in private["feedback"]}
    assert found.json["score"] == 0
    assert [entry["text"] for entry in found.json["feedback"]] == [reasons[response["choice"]]]
    assert "answer" not in found.get_data(as_text=True)


def test_a_student_key_grades_nothing_and_names_nobody(service, choice):
    assert grade(service, choice, {"choice": "a"}, "student").status_code == 403
    path, named = f"/v1/variants/{choice}/validate", {"response": {"choice": "a"}, "learner": "ada"}
    assert service.post(path, "student", json=named).status_code == 403
    assert service.post(f"{path[:-10]}0/validate", "student", json=named).status_code == 403  # nor tells what is there
    assert service.post(path, "student", json={"response": {"choice": "a"}}).json["valid"] is True
    assert service.post(path, "lms", json=named).json["attempts"] == 0


def test_without_a_learner_nothing_counts_and_all_is_told(service, choice):
    response = wrong_one(service, choice)
    for scope in ("lms", "instructor"):
        for _ in range(5):
            found = grade(service, choice, response, scope, learner=None).json
            assert (found["attempts_left"], found["best_score"], found["worth"]) == (None, None, 1)
            assert found["feedback"]
    assert service.store.attempts.standing(choice, "ada") == Standing()


def test_attempts_count_with_every_key_that_names_a_learner(service, choice):
    wrong = wrong_ones(service, choice)
    left = [
        grade(service, choice, next(wrong), scope).json["attempts_left"] for scope in ("lms", "instructor", "admin")
    ]
    assert left == [2, 1, 0]
    over = grade(service, choice, key(service, choice))
    assert (over.status_code, over.json["type"]) == (409, "/docs#attempts-exhausted")
    assert grade(service, choice, {"choice": "a"}, learner="grace").status_code == 200


def test_a_hundred_different_ones_at_once_are_graded_exactly_three_times(service, number):
    with ThreadPoolExecutor(10) as many:
        given = ({"value": str(1000 + n)} for n in range(100))
        found = list(many.map(lambda response: grade(service, number, response).status_code, given))
    assert (found.count(200), found.count(409)) == (3, 97)
    assert service.store.attempts.standing(number, "ada").used == 3


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
    assert service.store.attempts.standing(shown, "ada") == Standing()


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
    found = grade(service, shown, {"choice": "a"})
    assert (found.status_code, found.json["state"], found.json["id"]) == (409, state, shown)
    for scope in ("student", "lms"):
        read = service.post(f"/v1/variants/{shown}/validate", scope, json={"response": {"choice": "a"}})
        assert read.status_code == 409
    assert grade(service, shown, {"choice": "a"}, "instructor").status_code == 200


def test_the_response_and_its_grade_are_kept(service, choice):
    grade(service, choice, {"choice": "a"})
    with service.store.database.reading() as connection:
        kept = connection.exec_driver_sql("SELECT learner, attempt, response, counted FROM responses").all()
    assert kept == [("ada", 1, '{"choice":"a"}', 1)]


NAMELESS = ["", " ", "\u00a0\n", "x" * 129, "a\nb", "\u0007", "\u0958" * 65, 3, None, ["ada"]]


@pytest.mark.parametrize("learner", NAMELESS)
def test_a_learner_has_a_printable_name(service, choice, learner):
    body = {"response": {"choice": "a"}, "learner": learner}
    for call in ("grade", "validate"):
        found = service.post(f"/v1/variants/{choice}/{call}", "lms", json=body)
        assert (found.status_code, found.json["errors"][0]["pointer"]) == (422, "/learner")
    item = service.post("/v1/grade", "lms", json={"items": [{"variant": choice, **body}]}).json["items"][0]
    assert (item["problem"]["status"], item["problem"]["errors"][0]["pointer"]) == (422, "/learner")


@pytest.mark.parametrize("learner", ["a", "x" * 128, "Ada Lovelace, né 𝒷", "~/\\'\";--"])
def test_any_printable_name_will_do(service, choice, learner):
    assert grade(service, choice, {"choice": "a"}, learner=learner).json["attempts_left"] == 2


def test_names_are_compared_composed_and_without_white_space_around(service, number):
    spellings = ["Zoë", "Zoe\u0308", " Zoë", "Zoë\u00a0", "\tZoe\u0308\n"]
    for place, learner in enumerate(spellings):
        read = service.post(
            f"/v1/variants/{number}/validate", "lms", json={"response": {"value": "1"}, "learner": learner}
        )
        assert read.json["attempts"] == min(place, 3)
        assert grade(service, number, {"value": str(1000 + place)}, learner=learner).status_code == (
            200 if place < 3 else 409
        )
    assert grade(service, number, {"value": "1000"}, learner="zoë").json["attempts_left"] == 2
    items = [
        {"variant": number, "response": {"value": str(n)}, "learner": name} for n, name in ((1, "eve"), (2, "eve "))
    ]
    found = service.post("/v1/grade", "lms", json={"items": items}).json["items"]
    assert [entry["result"]["attempts_left"] for entry in found] == [2, 1]
    path = f"/v1/variants/{number}/solution"
    assert [service.get(f"{path}?learner={name}", "lms").status_code for name in ("%20Zoe%CC%88", "zoë")] == [200, 409]


def test_words_are_left_to_a_person_with_the_rubric(service, words):
    for scope in ("lms", "instructor"):
        found = grade(service, words, {"text": f"It is like this, says the {scope}."}, scope).json
        assert (found["score"], found["correct"], found["best_score"]) == (None, None, None)
        assert found["rubric"][0]["criterion"] == "names the reason"
    assert found["attempts_left"] == 1


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


def test_attempts_run_out_within_a_batch_too(service, number):
    items = [{"variant": number, "response": {"value": str(n)}, "learner": "ada"} for n in range(1001, 1006)]
    found = service.post("/v1/grade", "lms", json={"items": items}).json["items"]
    assert [entry["problem"] is None for entry in found] == [True, True, True, False, False]
    again = service.post("/v1/grade", "lms", json={"items": [items[2]] * 5}).json["items"]
    assert [entry["result"] for entry in again] == [found[2]["result"]] * 5

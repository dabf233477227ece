"""Whoever answers a part wrongly, and the next one rightly for that answer, gets the points of the next one."""

import json

import pytest
from sqlalchemy import select

from bank.exams.carrying import carried
from bank.exams.reading import read
from bank.exams.sharing import drawn_together
from bank.store.exam_tables import MEMBERS
from tests.banks import bank_on

PARTS = [
    {"family": "optimal_rate", "kind": "numeric", "params": {"ask": "kappa"}},
    {"family": "momentum_steps_ratio", "kind": "numeric", "params": {"kappa": {"answer_of": 0}}, "points": 4},
]
ITEM = {"parts": PARTS, "count": 2}


@pytest.fixture
def parts(service):
    """Two parts of one draw, with their answers and with the keys that are kept for mistakes."""
    bank = bank_on(service.store, [ITEM])
    drawn = service.post(f"/v1/banks/{bank}/draws", "lms", json={"learner": "ada"}).json
    return [variant["id"] for variant in drawn["items"][0]["variants"]]


def kept(service, variant):
    with service.store.database.reading() as connection:
        found = connection.execute(select(MEMBERS.c.carried).where(MEMBERS.c.variant == variant)).scalar()
    return json.loads(found)


def answer(service, variant, value):
    body = {"response": {"value": value}, "learner": "ada"}
    return service.post(f"/v1/variants/{variant}/grade", "lms", json=body).json


def test_a_stem_that_builds_on_a_part_does_not_tell_its_answer(service, parts):
    stem = service.get(f"/v1/variants/{parts[1]}").json["stem"]["text"]
    first = service.get(f"/v1/variants/{parts[0]}?view=full").json["answer"]
    assert r"\text{your answer to part 1}" in stem
    assert first["exact"] not in stem


def test_right_for_a_wrong_answer_earns_the_points_of_the_later_part(service, parts):
    mistake = kept(service, parts[1])["keys"][0]
    assert answer(service, parts[0], mistake["earlier"]["exact"])["score"] == 0
    told = answer(service, parts[1], str(mistake["answer"]["value"]))
    assert (told["correct"], told["score"]) == (True, 4)
    assert told["feedback"][0]["text"] == "Right for your answer to part 1, which is wrong."


def test_the_same_number_earns_nothing_without_the_mistake_before_it(service, parts):
    mistake = kept(service, parts[1])["keys"][0]
    assert answer(service, parts[1], str(mistake["answer"]["value"]))["score"] == 0
    right = service.get(f"/v1/variants/{parts[0]}?view=full").json["answer"]["exact"]
    assert answer(service, parts[0], right)["correct"]
    assert answer(service, parts[1], f"{mistake['answer']['value']} + 0")["score"] == 0


def test_the_right_answer_is_right_whatever_came_before(service, parts):
    mistake = kept(service, parts[1])["keys"][0]
    answer(service, parts[0], mistake["earlier"]["exact"])
    right = service.get(f"/v1/variants/{parts[1]}?view=full").json["answer"]["exact"]
    assert answer(service, parts[1], right)["score"] == 4


def test_the_keys_after_mistakes_are_those_of_the_family_with_the_wrong_number():
    item = read({"items": [ITEM]}).items[0]
    group = drawn_together(item.parts, (), 3)
    found = carried(group, 1)
    assert found["of"] == 0
    assert carried(group, 0) is None
    right = group[1].question
    for key in found["keys"]:
        alone = type(right).from_json({"kappa": key["earlier"]["exact"]})
        assert float(alone.solve()) == pytest.approx(key["answer"]["value"])
        assert key["earlier"]["exact"] != str(right.kappa)


def test_a_variant_that_builds_on_another_is_the_same_on_another_machine(service):
    bank = bank_on(service.store, [ITEM])
    manifest = service.get(f"/v1/banks/{bank}/exports/json", "lms").json
    made = service.post("/v1/imports", json=manifest).json
    assert (made["taken"], made["refused"]) == (4, [])


def test_an_error_is_carried_forward_from_a_part_that_is_served_no_more(service, parts):
    mistake = kept(service, parts[1])["keys"][0]
    answer(service, parts[0], mistake["earlier"]["exact"])
    service.post(f"/v1/variants/{parts[0]}/withdraw", json={"reason": "a misprint"})
    assert answer(service, parts[1], str(mistake["answer"]["value"]))["score"] == 4

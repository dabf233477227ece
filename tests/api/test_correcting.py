"""From a mended family to the points of learners: found, proposed, confirmed, graded again."""

import json

import pytest

from bank.exams.correcting import NewKey
from bank.store.exam_tables import MEMBERS
from bank.store.regrading import DRAWS_AT_ONCE
from logs import make_log
from tests.banks import QUEUES, bank_on
from tests.corrected import REDUNDANT, answer, audit, best, give, of_yesterday, right, rows, told, wrong_bank
from tests.worker import worker_on
from workers import regrading
from workers.working import work_off_queue


@pytest.fixture
def service(service_on_each, monkeypatch):
    monkeypatch.setattr(regrading, "SETTLING_SECONDS", 0.0)
    return service_on_each


def work(store):
    for queue in QUEUES:
        work_off_queue(worker_on(store), queue)


def correct(service, bank, **asked):
    """The correction as it is proposed."""
    made = service.post(f"/v1/banks/{bank}/corrections", json={"reason": "one too many", **asked})
    assert made.status_code == 202, made.json
    assert made.headers["Location"] == f"/v1/jobs/{made.json['job']}"
    work(service.store)
    return service.get(f"/v1/corrections/{made.json['correction']}").json


def confirm(service, correction, **asked):
    """The correction as it is applied."""
    confirmed = service.post(f"/v1/corrections/{correction['id']}/confirm", json=asked)
    assert confirmed.status_code == 202, confirmed.json
    work(service.store)
    return service.get(f"/v1/corrections/{correction['id']}").json


@pytest.fixture
def answered(service, monkeypatch):
    """A bank whose keys are wrong, and its variants: eve was right and is not told so, bob the other way round."""
    store = service.store
    bank, variants = wrong_bank(store, monkeypatch)
    eve, bob = (give(store, bank, learner, variants[0]) for learner in ("eve", "bob"))
    assert answer(store, eve, "eve", variants[0], right(store, variants[0]))["score"] == 0
    assert answer(store, bob, "bob", variants[0], right(store, variants[0], add=1))["correct"]
    give(store, bank, "ann", variants[1])
    return bank, variants


def test_a_mended_key_is_proposed_with_what_it_touches_and_nothing_changes_before_it_is_confirmed(service, answered):
    bank, variants = answered
    stale = service.get("/v1/variants?stale=true").json["items"]
    assert {each["id"] for each in stale} == set(variants)
    before = told(service.store)
    found = correct(service, bank)
    assert (found["state"], found["bank"], found["revision"], found["reason"]) == ("proposed", bank, 1, "one too many")
    assert found["who"].endswith("instructor")
    first = next(each for each in found["variants"] if each["variant"] == variants[0])
    wanted = int(right(service.store, variants[0])["value"])
    assert (first["finding"], first["before"]["value"], first["after"]["value"]) == ("changed", wanted + 1, wanted)
    points = service.get(f"/v1/variants/{variants[0]}").json["points"]
    assert (first["learners"], first["responses"], first["points"]) == (2, 2, {"gain": points, "loss": points})
    totals = {"looked_at": 3, "same": 0, "changed": 3, "unproven": 0, "annulled": 0, "regraded": 0}
    touched = {"learners": 2, "responses": 2, "since": 0, "applied": {"gain": 0, "loss": 0}}
    assert found["totals"] == totals | touched | {"gain": points, "loss": points}
    assert (told(service.store), audit(service.store)) == (before, [])
    assert service.get(f"/v1/variants/{variants[0]}", "student").status_code == 200
    assert service.get(f"/v1/variants/{first['successor']}", "student").status_code == 200
    assert [each["id"] for each in service.get(f"/v1/banks/{bank}/corrections").json["items"]] == [found["id"]]


@pytest.mark.parametrize("lower", [False, True])
def test_confirmed_it_raises_points_and_takes_none_away_unless_that_is_asked_for(service, answered, lower):
    bank, variants = answered
    before, points = told(service.store), service.get(f"/v1/variants/{variants[0]}").json["points"]
    successor = {each["variant"]: each["successor"] for each in correct(service, bank)["variants"]}
    (proposed,) = service.get(f"/v1/banks/{bank}/corrections").json["items"]
    applied = confirm(service, proposed, lower=lower)
    assert (applied["state"], applied["lower"], applied["totals"]["regraded"]) == ("applied", lower, 1 + lower)
    assert best(service.store) == {"eve": points, "bob": 0 if lower else points}
    kept = audit(service.store)
    assert [row["learner"] for row in kept] == (["bob", "eve"] if lower else ["eve"])
    row = kept[-1]
    changes = [json.loads(row[when])["score"] for when in ("before", "after")]
    assert (changes, row["reason"], row["attempt"]) == ([0, points], "one too many", 1)
    assert row["who"] == applied["confirmed_by"]
    assert told(service.store) == before
    for scope in ("student", "lms"):
        assert service.get(f"/v1/variants/{variants[0]}", scope).status_code == 409
    full = service.get(f"/v1/variants/{variants[0]}?view=full").json
    assert (full["state"], full["superseded_by"]) == ("withdrawn", successor[variants[0]])
    assert full["withdrawn"]["reason"] == "its key was corrected: one too many"
    again = service.post(f"/v1/corrections/{proposed['id']}/confirm", json={})
    assert (again.status_code, again.json["detail"]) == (409, "this correction was confirmed before")
    nothing = service.post(f"/v1/banks/{bank}/corrections", json={"reason": "again"})
    assert nothing.status_code == 409


def test_a_variant_that_is_annulled_gives_full_points_to_all_who_were_given_it(service, answered):
    bank, (first, second, _) = answered
    found = correct(service, bank, families=["redundant_parameters"], annul=[first, second])
    findings = {each["variant"]: each for each in found["variants"]}
    assert [findings[name]["finding"] for name in (first, second)] == ["annulled", "annulled"]
    assert (findings[second]["learners"], findings[second]["points"]) == (1, {"gain": 4, "loss": 0})
    confirm(service, found)
    points = service.get(f"/v1/variants/{first}?view=full").json["points"]
    assert best(service.store) == {"eve": points, "bob": points, "ann": 4}
    kept = {row["learner"]: row for row in audit(service.store)}
    assert (kept["ann"]["attempt"], kept["ann"]["before"], json.loads(kept["ann"]["after"])["score"]) == (0, None, 4)
    assert set(kept) == {"ann", "eve"}
    assert service.get(f"/v1/variants/{second}", "lms").status_code == 409


def test_what_was_drawn_from_a_bank_that_is_archived_now_is_corrected_all_the_same(service, answered):
    bank, (first, *_) = answered
    service.call("DELETE", f"/v1/banks/{bank}", "instructor")
    found = correct(service, bank, families=["redundant_parameters"], annul=[first])
    assert confirm(service, found)["state"] == "applied"


def test_what_was_drawn_from_an_earlier_revision_is_corrected_too(service, answered):
    bank, (first, *_) = answered
    path = f"/v1/banks/{bank}"
    assert service.post(f"{path}/corrections", json={"reason": "x", "revision": 2}).status_code == 422
    assert service.post(f"{path}/regenerate", json={"seed": 8}).status_code == 202
    assert service.post(f"{path}/corrections", json={"reason": "x", "revision": 2}).status_code == 409
    work(service.store)
    assert service.post(f"{path}/publish", json={}).json["published"] == 2
    assert service.post(f"{path}/corrections", json={"reason": "x"}).status_code == 409
    found = correct(service, bank, revision=1)
    assert (found["revision"], found["totals"]["changed"]) == (1, 3)
    confirm(service, found)
    assert best(service.store)["eve"] == service.get(f"/v1/variants/{first}?view=full").json["points"]


def test_what_a_crash_left_half_done_is_ended_by_the_next_worker(service, answered, monkeypatch):
    bank, (_, second, _) = answered
    learners = [f"learner {number}" for number in range(DRAWS_AT_ONCE + 10)]
    for learner in learners:
        answer(service.store, give(service.store, bank, learner, second), learner, second, right(service.store, second))
    found, regraded, count = correct(service, bank), NewKey.regraded, iter(range(1000))

    def crash(key, *given):
        assert next(count) < DRAWS_AT_ONCE + 5, "a fault of this moment"
        return regraded(key, *given)

    with monkeypatch.context() as fault:
        fault.setattr(NewKey, "regraded", crash)
        service.post(f"/v1/corrections/{found['id']}/confirm", json={})
        lease = service.store.work.lease("bulk", 100, 60, 60.0)
        with pytest.raises(AssertionError, match="a fault of this moment"):
            regrading.regrade_lease(worker_on(service.store), lease, make_log("CRITICAL"))
    assert service.get(f"/v1/corrections/{found['id']}").json["state"] == "applying"
    assert 0 < len(audit(service.store)) < len(learners)
    service.store.work.put_back(lease)
    work(service.store)
    assert service.get(f"/v1/corrections/{found['id']}").json["state"] == "applied"
    assert sorted(row["learner"] for row in audit(service.store)) == sorted([*learners, "eve"])
    points = best(service.store)
    assert {points[learner] for learner in learners} == {points["eve"]}


def test_a_job_that_was_cancelled_is_taken_up_by_the_next_confirmation(service, answered):
    bank, _ = answered
    found = correct(service, bank)
    path = f"/v1/corrections/{found['id']}/confirm"
    job = service.post(path, json={"lower": True}).json["job"]
    assert service.post(path, json={}).status_code == 409
    service.call("DELETE", f"/v1/jobs/{job}", "instructor")
    work(service.store)
    assert (service.get(f"/v1/corrections/{found['id']}").json["state"], audit(service.store)) == ("applying", [])
    applied = confirm(service, found)
    assert (applied["state"], applied["lower"], applied["totals"]["regraded"]) == ("applied", True, 2)


def test_a_key_that_stands_may_be_drawn_again(service, monkeypatch):
    with monkeypatch.context() as old:
        old.setattr(REDUNDANT, "version", classmethod(lambda family: "of yesterday"))
        bank = bank_on(service.store, [{"family": "redundant_parameters", "count": 2}])
    found = correct(service, bank)
    assert (found["variants"], found["totals"]["same"]) == ([], 2)
    assert {row["checked"] for row in rows(service.store, MEMBERS)} == {REDUNDANT.version()}
    assert confirm(service, found)["state"] == "applied"
    assert service.post(f"/v1/banks/{bank}/corrections", json={"reason": "again"}).status_code == 409


def test_a_key_that_the_lab_refutes_is_never_applied(service, answered, monkeypatch):
    bank, variants = answered
    with monkeypatch.context() as fault:
        fault.setattr(REDUNDANT, "solve", lambda question: question.N * question.M * (question.M - 1) // 2 + 2)
        found = correct(service, bank)
    assert {each["finding"] for each in found["variants"]} == {"unproven"}
    assert "the lab finds" in found["variants"][0]["why"]
    before = best(service.store)
    applied = confirm(service, found)
    assert (applied["state"], best(service.store), audit(service.store)) == ("applied", before, [])
    full = service.get(f"/v1/variants/{variants[0]}?view=full").json
    assert (full["state"], full["superseded_by"]) == ("withdrawn", None)


def test_a_question_that_is_not_asked_any_more_is_a_finding(service, answered, monkeypatch):
    bank, variants = answered
    with monkeypatch.context() as gone:
        gone.setattr(REDUNDANT, "kinds", ("single_choice",))
        found = correct(service, bank)
    assert [each["finding"] for each in found["variants"]] == ["unproven"] * len(variants)
    assert "the family of today does not ask this question" in found["variants"][0]["why"]


def test_what_is_not_proposed_yet_is_not_confirmed(service, answered):
    bank, _ = answered
    made = service.post(f"/v1/banks/{bank}/corrections", json={"reason": "one too many"}).json
    path = f"/v1/corrections/{made['correction']}"
    assert service.get(path).json["state"] == "looking"
    assert service.post(f"{path}/confirm", json={}).status_code == 409
    work(service.store)
    assert service.get(path).json["state"] == "proposed"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/reason"),
        ({"reason": " "}, "/reason"),
        ({"reason": "x", "families": ["nonsense"]}, "/families/0"),
        ({"reason": "x", "annul": ["gd_rate-0000000000000000"]}, "/annul/0"),
        ({"reason": "x", "annul": []}, "/annul"),
        ({"reason": "x", "lower": True}, "/lower"),
    ],
)
def test_what_is_wrong_with_an_order_is_named(service, answered, body, pointer):
    found = service.post(f"/v1/banks/{answered[0]}/corrections", json=body)
    assert (found.status_code, found.json["errors"][0]["pointer"]) == (422, pointer)


def test_a_bank_that_is_not_published_is_not_corrected(service, monkeypatch):
    with of_yesterday(monkeypatch):
        made = service.post("/v1/banks", json={"name": "x", "items": [{"family": REDUNDANT.name(), "count": 1}]}).json
    assert service.post(f"/v1/banks/{made['bank']}/corrections", json={"reason": "x"}).status_code == 409

"""From a corrected family to the record: a mended question is another variant, and the old one stays what it was."""

import json

import pytest
from sqlalchemy import update

from bank import kinds, registry
from bank.authoring import rate, rounded
from bank.store.tables import VARIANTS
from bank.verification import Task, verify
from tests.api.conftest import RATIO
from tests.secret import named
from tests.worker import worker_on
from workers.working import work_off_queue

REDUNDANT = registry.get("redundant_parameters")
RATE = registry.get("gd_rate")
FOUR_AND_THREE = {"M": 4, "N": 3}  # 18 of the parameters are redundant


@pytest.fixture
def service(service_on_each):
    return service_on_each


@pytest.fixture
def draw(service):
    """Asks for a variant and lets a worker measure what waits; returns the answer to whoever asks then."""
    worker = worker_on(service.store)
    verify(worker.lab, REDUNDANT.name(), [Task("numeric", REDUNDANT.draft(2).params)])  # loads torch, before who waits

    def drawn(family, **asked):
        body = {"family": family.name(), "seed": 1, "kind": "numeric", **asked}
        service.post("/v1/variants", json=body)
        work_off_queue(worker, "interactive")
        return service.post("/v1/variants", json=body)

    return drawn


def graded(service, variant_id, value):
    body = {"response": {"value": value}}
    return service.post(f"/v1/variants/{variant_id}/grade", "lms", json=body).json["correct"]


def wrong_by_one(question):
    return question.N * question.M * (question.M - 1) // 2 + 1


def test_a_mended_solver_gives_another_variant_and_the_disputed_one_says_which(service, draw, monkeypatch):
    with monkeypatch.context() as fault:
        fault.setattr(REDUNDANT, "solve", wrong_by_one)
        refused = draw(REDUNDANT, params=FOUR_AND_THREE)
    assert (refused.status_code, refused.json["state"]) == (409, "disputed")
    assert "superseded_by" not in refused.json
    disputed = refused.json["id"]
    before = service.store.variants.find(disputed)
    mended = draw(REDUNDANT, params=FOUR_AND_THREE)
    assert (mended.status_code, mended.json["state"]) == (201, "verified")
    assert mended.json["id"] != disputed
    assert mended.json["looks"] == before.looks
    assert mended.json["content"] != before.content
    assert service.get(f"/v1/variants/{mended.json['id']}", "student").status_code == 200
    assert (graded(service, mended.json["id"], "18"), graded(service, mended.json["id"], "19")) == (True, False)
    after = service.store.variants.find(disputed)
    assert (after.state, after.superseded_by) == ("disputed", mended.json["id"])
    assert (after.public, after.private, after.evidence) == (before.public, before.private, before.evidence)


def test_only_those_who_set_exams_are_told_what_superseded_a_disputed_one(service, draw, monkeypatch):
    with monkeypatch.context() as fault:
        fault.setattr(REDUNDANT, "solve", wrong_by_one)
        disputed = draw(REDUNDANT, params=FOUR_AND_THREE).json["id"]
        untold = [service.get(f"/v1/variants/{disputed}", scope).json for scope in ("student", "lms")]
        mended = _mended(draw, fault)
        told = draw(REDUNDANT, params=FOUR_AND_THREE)
        assert (told.status_code, told.json["id"], told.json["superseded_by"]) == (409, disputed, mended)
    for scope, before in zip(("student", "lms"), untold, strict=True):
        found = service.get(f"/v1/variants/{disputed}", scope)
        assert found.status_code == 409
        assert {**found.json, "instance": ""} == {**before, "instance": ""}
    for view in ("?view=full", "/evidence"):
        assert service.get(f"/v1/variants/{disputed}{view}").json["superseded_by"] == mended


def _mended(draw, fault):
    """The id of the right variant; the fault is back afterwards."""
    solve = REDUNDANT.solve
    fault.setattr(REDUNDANT, "solve", lambda question: wrong_by_one(question) - 1)
    name = draw(REDUNDANT, params=FOUR_AND_THREE).json["id"]
    fault.setattr(REDUNDANT, "solve", solve)
    return name


def test_the_same_seed_gives_the_mended_one(service, draw, monkeypatch):
    path = "/v1/families/redundant_parameters/variants/1?kind=numeric"
    with monkeypatch.context() as fault:
        fault.setattr(REDUNDANT, "solve", wrong_by_one)
        disputed = draw(REDUNDANT).json["id"]
        assert service.get(path, "lms").json["id"] == disputed
    mended = draw(REDUNDANT).json["id"]
    found = service.get(path, "lms")
    assert (found.status_code, found.headers["Content-Location"]) == (200, f"/v1/variants/{mended}")
    assert found.headers["ETag"] == f'"{mended}"'
    assert mended != disputed


def other_reasons(question):
    yield from (wrong._replace(why=f"{wrong.why} Look again.") for wrong in distractors(question))


distractors = REDUNDANT.distractors
CORRECTIONS = {
    "reason": (REDUNDANT, "distractors", other_reasons),
    "solution": (REDUNDANT, "solution", f"{REDUNDANT.solution} That is all."),
    "tolerance": (RATE, "form", {"rate": rate(0.001), "ratio": rounded(0.001)}),
}


@pytest.mark.parametrize("corrected", CORRECTIONS)
def test_a_corrected_part_gives_another_variant_and_the_old_one_is_served_as_it_was(
    service, draw, monkeypatch, corrected
):
    family, part, content = CORRECTIONS[corrected]
    old = draw(family).json
    private, shown = service.store.variants.find(old["id"]).private, service.get(f"/v1/variants/{old['id']}").data
    given = [sample["value"] for sample in samples(private)]
    grades = [graded(service, old["id"], value) for value in given]
    monkeypatch.setattr(family, part, content)
    new = draw(family).json
    assert new["id"] != old["id"]
    assert (new["state"], new["looks"], new["params"]) == ("verified", old["looks"], old["params"])
    kept = service.store.variants.find(old["id"])
    assert (kept.state, kept.private, kept.superseded_by) == ("verified", private, None)
    assert service.get(f"/v1/variants/{old['id']}", "student").data == shown
    assert [graded(service, old["id"], value) for value in given] == grades


def samples(private):
    document = json.loads(private)
    found = kinds.get("numeric").samples(document["shape"], document["answer"])
    return [*found.right, *found.wrong]


@pytest.mark.parametrize(("solver", "state"), [(wrong_by_one, "disputed"), (None, "verified")], ids=["mended", "same"])
def test_a_key_that_the_family_of_today_would_not_give_is_never_confirmed(service, monkeypatch, solver, state):
    """Drawn before the family changed, measured after it: the lab agrees with today's key, not with the kept one."""
    body = {"family": REDUNDANT.name(), "seed": 1, "kind": "single_choice", "params": FOUR_AND_THREE}
    with monkeypatch.context() as fault:
        fault.setattr(REDUNDANT, "version", classmethod(lambda family: "of yesterday"))
        if solver:
            fault.setattr(REDUNDANT, "solve", solver)
        name = service.post("/v1/variants", json=body).json["id"]
    work_off_queue(worker_on(service.store), "interactive")
    found = service.store.variants.find(name)
    assert (found.state, found.version) == (state, "of yesterday")


def test_other_content_under_an_id_is_an_error_that_is_logged_and_counted(service_with, capfd):
    service, genuine = service_with(), named(RATIO.draft(1))
    service.verified(genuine)
    with service.store.database.writing() as connection:
        connection.execute(update(VARIANTS).values(content="0" * 64, private=b"{}"))
    found = service.post("/v1/variants", json={"family": "quadratic_layer_ratio", "seed": 1})
    assert found.status_code == 500
    assert (found.content_type, found.json["type"]) == ("application/problem+json", "/docs#content-mismatch")
    assert genuine.id in capfd.readouterr().out
    assert 'resit_content_mismatches_total{route="/v1/variants"} 1.0' in service.get("/metrics", None).text
    assert service.store.variants.find(genuine.id).content == "0" * 64

"""What is sent of a variant, to whom, in which state."""

import json
from dataclasses import replace
from threading import Thread
from time import sleep

import pytest

from tests.api.conftest import EVIDENCE, NOWHERE, RATIO
from tests.secret import named

SECRET = {"answer", "solution", "feedback", "params", "seed", "evidence", "version"}
FOREVER = "private, max-age=31536000, immutable"
READERS = ("student", "lms", "instructor", "admin")


@pytest.mark.parametrize("scope", READERS)
def test_the_stored_bytes_are_sent_as_they_are(service, choice, scope):
    for _ in range(3):  # from the database, then from memory
        found = service.get(f"/v1/variants/{choice}", scope)
        assert found.status_code == 200
        assert found.data == named(RATIO.draft(1)).public
        assert found.headers["ETag"] == f'"{choice}"'
        assert found.headers["Cache-Control"] == FOREVER
        assert found.content_type == "application/json"


@pytest.mark.parametrize("condition", ['"{}"', 'W/"{}"', '"other", "{}"', "*", '"x",W/"{}" , "y"'])
def test_who_has_it_is_told_so(service, choice, condition):
    found = service.get(f"/v1/variants/{choice}", headers={"If-None-Match": condition.format(choice)})
    assert (found.status_code, found.data) == (304, b"")
    assert found.headers["ETag"] == f'"{choice}"'
    assert found.headers["Cache-Control"] == FOREVER


@pytest.mark.parametrize("condition", ["", '"other"', "garbage", '"', ",,,", "W/", "x" * 5000])
def test_who_has_another_gets_it(service, choice, condition):
    assert service.get(f"/v1/variants/{choice}", headers={"If-None-Match": condition}).status_code == 200


def test_head_tells_the_same_without_the_bytes(service, choice):
    found, head = (service.call(method, f"/v1/variants/{choice}", "student") for method in ("GET", "HEAD"))
    assert head.data == b""
    for name in ("ETag", "Content-Length", "Content-Type", "Cache-Control"):
        assert head.headers[name] == found.headers[name]


def test_a_percent_encoded_id_is_the_same_id(service, choice):
    assert service.get(f"/v1/variants/%71{choice[1:]}").status_code == 200


@pytest.mark.parametrize(
    "name",
    [
        "quadratic_layer_ratio-0000000000000000",
        "x",
        "%00",
        "..%2f..",
        "%ff%fe",
        "é-0000000000000000",
        "x" * 5000,
        "%0d%0a",
    ],
)
@pytest.mark.parametrize("rest", ["", "?view=full", "/evidence", "/solution"])
def test_an_id_of_nothing_is_404(service, name, rest):
    assert service.get(f"/v1/variants/{name}{rest}").status_code == 404


def test_the_full_view_is_for_those_who_set_exams(service, choice):
    for scope in ("student", "lms"):
        assert service.get(f"/v1/variants/{choice}?view=full", scope).status_code == 403
    found = service.get(f"/v1/variants/{choice}?view=full")
    assert set(found.json) >= SECRET
    assert found.json["evidence"] == EVIDENCE
    assert found.headers["Cache-Control"] == "private, no-store"
    assert found.json["feedback"][0].keys() == {"on", "text", "html"}


def test_a_view_that_is_not_there_is_refused(service, choice):
    assert service.get(f"/v1/variants/{choice}?view=all").status_code == 422
    assert service.get(f"/v1/variants/{choice}?veiw=full").json["errors"][0]["pointer"] == "/veiw"
    assert service.get(f"/v1/variants/{choice}?view=public", "student").status_code == 200


@pytest.mark.parametrize("rest", ["", "?view=full", "/solution", "/evidence"])
def test_a_drawn_one_is_202_until_a_worker_is_done(service, rest):
    drawn = service.drawn(named(RATIO.draft(2)))
    found = service.get(f"/v1/variants/{drawn}{rest}")
    assert found.status_code == 202
    assert found.headers["Retry-After"] == "1"
    assert found.json == {"id": drawn, "state": "drawn", "job": service.store.variants.find(drawn).job}
    service.judge("bulk")
    assert service.get(f"/v1/variants/{drawn}{rest}").status_code == 200


def test_a_student_can_wait_for_it(service):
    drawn = service.drawn(named(RATIO.draft(2)))
    worker = Thread(target=lambda: (sleep(0.3), service.judge("bulk")))
    worker.start()
    assert service.get(f"/v1/variants/{drawn}", "student", headers={"Prefer": "wait=20"}).status_code == 200
    worker.join()


def test_a_disputed_one_is_served_to_nobody_but_its_authors(service):
    disputed = service.verified(named(RATIO.draft(2)), state="disputed")
    for scope in ("student", "lms"):
        found = service.get(f"/v1/variants/{disputed}", scope)
        assert (found.status_code, found.json["state"]) == (409, "disputed")
    assert service.get(f"/v1/variants/{disputed}/solution?learner=ada", "lms").status_code == 409
    assert service.get(f"/v1/variants/{disputed}").json["state"] == "disputed"
    assert service.get(f"/v1/variants/{disputed}?view=full").json["state"] == "disputed"
    assert service.get(f"/v1/variants/{disputed}/evidence").status_code == 200


def test_in_development_a_drawn_one_is_served_as_what_it_is(service_with):
    service = service_with(serve_unverified=True)
    drawn = service.drawn(named(RATIO.draft(2)))
    found = service.get(f"/v1/variants/{drawn}", "student")
    assert (found.status_code, found.json["state"]) == (200, "drawn")
    assert found.headers["Cache-Control"] == "no-store"
    assert service.get(f"/v1/variants/{drawn}?view=full").json["evidence"] is None
    assert service.post(f"/v1/variants/{drawn}/grade", "lms", json={"response": {"choice": "a"}}).status_code == 200


@pytest.mark.parametrize("rest", ["", "?view=full", "?view=public", "/solution", "/evidence"])
def test_one_whose_text_a_worker_has_to_make_is_202_in_whatever_mode(service_with, rest):
    service = service_with(serve_unverified=True)
    drawn = service.drawn(named(replace(RATIO.draft(2), seen=b"")))
    for scope in ("instructor",) if rest else READERS:
        found = service.get(f"/v1/variants/{drawn}{rest}", scope)
        assert (found.status_code, found.json["state"], found.json["id"]) == (202, "drawn", drawn)
    for call in ("grade", "validate"):
        found = service.post(f"/v1/variants/{drawn}/{call}", json={"response": {"choice": "a"}})
        assert (found.status_code, found.json["state"]) == (409, "drawn")


def test_the_full_view_tells_what_a_variant_is(service, choice):
    draft = RATIO.draft(1)
    found = service.get(f"/v1/variants/{choice}?view=full").json
    assert (found["content"], found["looks"], found["superseded_by"]) == (draft.content, draft.looks, None)


def test_evidence_is_sent_as_it_was_written(service, choice):
    found = service.get(f"/v1/variants/{choice}/evidence")
    assert found.json == EVIDENCE


def answer(service, variant_id, response, learner="ada"):
    body = {"response": response, "learner": learner}
    return service.post(f"/v1/variants/{variant_id}/grade", "lms", json=body).json


def test_a_solution_waits_for_the_last_attempt_of_the_learner(service, choice):
    path, right = f"/v1/variants/{choice}/solution", service.answer_to(choice)["choice"]
    assert service.get(path, "lms").json["errors"][0]["pointer"] == "/learner"
    for letter in sorted({*"abcd"} - {right}):
        refused = service.get(f"{path}?learner=ada", "lms")
        assert (refused.status_code, refused.json["type"]) == (409, "/docs#attempts-left")
        answer(service, choice, {"choice": letter})
    found = service.get(f"{path}?learner=ada", "lms")
    assert found.status_code == 200
    assert found.json["answer"] == service.answer_to(choice)
    assert found.json["solution"]["html"]
    assert found.headers["Cache-Control"] == "no-store"
    assert service.get(f"{path}?learner=grace", "lms").status_code == 409
    assert service.get(path).status_code == 200


def test_a_solution_may_be_read_after_a_right_answer(service, choice):
    path, right = f"/v1/variants/{choice}/solution?learner=ada", service.answer_to(choice)["choice"]
    answer(service, choice, {"choice": next(letter for letter in "abcd" if letter != right)})
    assert service.get(path, "lms").status_code == 409
    answer(service, choice, {"choice": right})
    assert service.get(path, "lms").json["answer"]["choice"] == right
    assert service.get(path.replace("ada", "grace"), "lms").status_code == 409


def test_a_solution_shows_the_figures_of_the_measured_run(service):
    figure = {"href": f"/v1/assets/{'f' * 64}.svg", "alt": "the curve", "width": 640, "height": 400}
    shown = service.verified(named(RATIO.draft(3)), evidence={**EVIDENCE, "figures": [figure]})
    assert service.get(f"/v1/variants/{shown}/solution").json["figures"] == [figure]
    assert json.loads(named(RATIO.draft(3)).public)["figures"] == []


@pytest.mark.parametrize("learner", ["", "x" * 129, "%00", "%0a", "a%7f"])
def test_a_learner_has_a_printable_name(service, choice, learner):
    found = service.get(f"/v1/variants/{choice}/solution?learner={learner}", "lms")
    assert found.status_code == 422
    assert found.json["errors"][0]["pointer"] == "/learner"


@pytest.mark.parametrize("redis", ["with redis", "without redis"])
def test_what_one_process_read_another_finds_in_redis(service_with, redis_server, redis):
    service = service_with(cache_url=redis_server.cache_url if redis == "with redis" else NOWHERE)
    shown = service.verified(named(RATIO.draft(4)))
    service.get(f"/v1/variants/{shown}")
    other = service_with(cache_url=service.settings.cache_url)
    other.parts.variant_cache.withdrawn.look()  # before that it cannot know what of it is still served
    assert (other.parts.variant_cache.public(shown) is not None) == (redis == "with redis")
    assert other.get(f"/v1/variants/{shown}").data == named(RATIO.draft(4)).public

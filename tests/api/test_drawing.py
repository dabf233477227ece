"""New variants: by POST, and by the seed."""

import secrets
import time
from threading import Thread

import pytest

from bank import registry
from tests.api.conftest import RATIO
from tests.secret import IDENTITY, named

FULL = {"seed", "version", "params", "answer", "solution", "feedback", "evidence"}


def draw(service, scope="instructor", headers=None, **body):
    return service.post("/v1/variants", scope, json={"family": "quadratic_layer_ratio", **body}, headers=headers or {})


def test_a_new_variant_is_kept_and_handed_to_the_workers(service):
    found = draw(service, seed=7)
    assert found.status_code == 202
    assert found.json == {"id": named(RATIO.draft(7)).id, "state": "drawn", "job": found.json["job"]}
    assert found.headers["Location"] == f"/v1/variants/{found.json['id']}"
    assert found.headers["Retry-After"] == "1"
    assert service.get(f"/v1/jobs/{found.json['job']}").json["state"] == "queued"
    assert service.store.work.waiting() == {"interactive": 1}
    assert service.parts.wakeups.sent == ["interactive"]


def test_a_verified_one_comes_with_everything(service):
    draw(service, seed=7)
    service.judge()
    found = draw(service, seed=7)
    assert found.status_code == 201
    assert set(found.json) >= FULL
    assert (found.json["seed"], found.json["state"]) == (7, "verified")
    assert found.json["evidence"]["verdict"] == "confirmed"
    assert found.headers["Location"] == f"/v1/variants/{found.json['id']}"
    assert found.headers["Cache-Control"] == "private, no-store"


def test_a_disputed_one_is_a_conflict_that_names_it(service):
    draw(service, seed=7)
    service.judge(state="disputed")
    found = draw(service, seed=7)
    assert found.status_code == 409
    assert found.json["id"] == named(RATIO.draft(7)).id
    assert found.json["state"] == "disputed"


def test_who_prefers_to_wait_gets_the_verdict(service):
    worker = Thread(target=lambda: (time.sleep(0.3), service.judge()))
    worker.start()
    found = draw(service, seed=8, headers={"Prefer": "respond-async, wait=20"})
    worker.join()
    assert found.status_code == 201


def test_the_wait_ends_when_the_time_is_up(service):
    started = time.monotonic()
    assert draw(service, seed=9, headers={"Prefer": "wait=1"}).status_code == 202
    assert 0.9 < time.monotonic() - started < 5


@pytest.mark.parametrize(
    "prefer", ["", "wait", "wait=", "wait=-1", "wait=x", "wait=1e9", "=;,", "wait=\x7f", "w" * 5000]
)
def test_a_preference_that_cannot_be_read_is_none(service, prefer):
    started = time.monotonic()
    assert draw(service, seed=9, headers={"Prefer": prefer}).status_code == 202
    assert time.monotonic() - started < 1


def test_random_seeds_differ_and_are_exact_in_every_json_reader(service):
    ids = {draw(service).json["id"] for _ in range(20)}
    assert len(ids) > 15
    assert all(0 <= service.store.variants.find(found).seed < 2**53 for found in ids)


def test_a_seed_that_the_service_chooses_passes_through_its_secret(service, monkeypatch):
    monkeypatch.setattr(secrets, "token_hex", lambda length: "0" * 2 * length)  # what a foreseeable source would give
    found = draw(service)
    stored = service.store.variants.find(found.json["id"])
    assert stored.seed == IDENTITY.seed(f"draw {'0' * 32}")
    assert stored.id == named(RATIO.draft(stored.seed)).id


def test_parameters_can_be_fixed(service):
    found = draw(service, seed=1, params={"M": 6, "N": 5, "layer": "sym"}, kind="numeric")
    stored = service.store.variants.find(found.json["id"])
    assert (stored.kind, stored.params["M"], stored.params["layer"]) == ("numeric", 6, "sym")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"params": {"M": 2}}, "/params/M"),
        ({"params": {"M": "6"}}, "/params/M"),
        ({"params": {"x": 1}}, "/params/x"),
        ({"params": {"layer": "sym", "r": 3}}, "/params/r"),
        ({"params": []}, "/params"),
        ({"params": None}, "/params"),
        ({"kind": "matrix"}, "/kind"),
        ({"kind": 3}, "/kind"),
        ({"seed": -1}, "/seed"),
        ({"seed": 2**53}, "/seed"),
        ({"seed": 1.5}, "/seed"),
        ({"seed": True}, "/seed"),
        ({"seed": "1"}, "/seed"),
        ({"family": "nonsense"}, "/family"),
        ({"family": None}, "/family"),
        ({"famly": "x"}, "/famly"),
    ],
)
def test_what_is_wrong_is_named(service, body, pointer):
    found = draw(service, **body)
    assert found.status_code == 422
    assert pointer in [error["pointer"] for error in found.json["errors"]]
    assert all(error["detail"] for error in found.json["errors"])


def test_a_body_without_a_family_names_what_is_missing(service):
    found = service.post("/v1/variants", json={"famly": "x"})
    assert {error["pointer"] for error in found.json["errors"]} == {"/family", "/famly"}
    assert "/famly: Unknown field." in found.json["detail"]


def test_a_seed_gives_the_same_bytes_for_ever(service):
    path = "/v1/families/quadratic_layer_ratio/variants/5?kind=numeric"
    assert service.get(path, "lms").status_code == 202
    service.judge()
    first, second = service.get(path, "lms"), service.get(path, "lms")
    variant = named(RATIO.draft(5, "numeric"))
    assert first.status_code == 200
    assert first.data == second.data == variant.public
    assert first.headers["Content-Location"] == f"/v1/variants/{variant.id}"
    assert service.get(path, "lms", headers={"If-None-Match": f'"{variant.id}"'}).status_code == 304


def test_a_seed_that_gave_a_disputed_variant_is_a_conflict(service):
    path = "/v1/families/quadratic_layer_ratio/variants/5"
    service.get(path, "lms")
    service.judge(state="disputed")
    assert service.get(path, "lms").status_code == 409


@pytest.mark.parametrize(
    ("rest", "status"),
    [
        ("nonsense/variants/1", 404),
        ("quadratic_layer_ratio/variants/", 404),
        ("quadratic_layer_ratio/variants/1/2", 404),
        ("quadratic_layer_ratio/variants/1?kind=matrix", 422),
        ("quadratic_layer_ratio/variants/1?knid=numeric", 422),
    ],
)
def test_a_family_or_kind_that_cannot_be(service, rest, status):
    assert service.get(f"/v1/families/{rest}", "lms").status_code == status


SEEDS = ["007", "00", "-1", "+1", "1.0", "1e3", "abc", " 1", "1_0", "１", "٣", "0x1", f"{2**53}", "9" * 16, "9" * 5000]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_seed_is_written_in_one_way(service, seed):
    found = service.get(f"/v1/families/quadratic_layer_ratio/variants/{seed}", "lms")
    assert found.status_code == 422
    (fault,) = found.json["errors"]
    assert fault["pointer"] == "/seed"
    assert "from 0 to 9007199254740991, in the digits 0 to 9 without leading zeros" in fault["detail"]
    assert seed[:40] in fault["detail"]
    assert len(fault["detail"]) < 200


@pytest.mark.parametrize("seed", [0, 7, 2**53 - 1])
def test_the_least_and_the_largest_seed_are_seeds(service, seed):
    found = service.get(f"/v1/families/quadratic_layer_ratio/variants/{seed}", "lms")
    assert (found.status_code, found.json["id"]) == (202, named(RATIO.draft(seed)).id)


def test_a_number_with_nothing_behind_the_point_is_whole(service):
    whole = draw(service, seed=7, params={"M": 6}).json["id"]
    assert draw(service, seed=7.0, params={"M": 6.0}).json["id"] == whole
    for body, pointer in (({"seed": 7.5}, "/seed"), ({"params": {"M": 6.5}}, "/params/M")):
        found = draw(service, **body)
        assert (found.status_code, found.json["errors"][0]["pointer"]) == (422, pointer)


@pytest.mark.parametrize(
    ("family", "params", "detail"),
    [
        ("quadratic_layer_ratio", {"M": "6"}, 'M must be an integer; "6" was given'),
        ("quadratic_layer_ratio", {"M": 2}, "M must be from 3 to 64; 2 was given"),
        ("quadratic_layer_ratio", {"layer": None}, "layer must be one of {layer}; null was given"),
        ("quadratic_layer_ratio", {"X": 1}, "quadratic_layer_ratio has no parameter 'X'"),
    ],
)
def test_the_detail_names_the_parameter_and_what_was_given(service, family, params, detail):
    found = draw(service, family=family, params=params)
    values = registry.get(family).domains()["layer"].values if "{layer}" in detail else ()
    assert found.json["detail"] == detail.format(layer=", ".join(values))


def test_what_takes_long_to_prove_has_a_queue_of_its_own(service, monkeypatch):
    monkeypatch.setattr(RATIO, "seconds", lambda question, kind: 3.0)
    draw(service, seed=3)
    assert service.store.work.waiting() == {"training": 1}


@pytest.mark.parametrize("name", registry.all_families())
def test_every_family_can_be_drawn_in_each_of_its_kinds(service, name):
    for kind in registry.get(name).kinds:
        assert service.post("/v1/variants", json={"family": name, "kind": kind, "seed": 1}).status_code == 202

"""Draws over HTTP: whose they are, how they look, and when they are refused."""

import json

import pytest

from bank.store.tables import now
from tests.drawn_banks import in_state, laid_out, some

VARIANTS = some(8)


def draw(service, bank, learner="ada", scope="lms", **asked):
    return service.post(f"/v1/banks/{bank}/draws", scope, json={"learner": learner, **asked})


def allow(service, bank, scope="instructor", **given):
    return service.post(f"/v1/banks/{bank}/allowances", scope, json={"learner": "ada", **given})


@pytest.fixture
def bank(service):
    return laid_out(service.store, [VARIANTS[:2], [tuple(VARIANTS[2:4])]], [VARIANTS[4:6], VARIANTS[6:7]], attempts=4)


def test_whoever_draws_finds_the_variants_in_memory_and_nothing_that_is_withdrawn(service, bank):
    cache = service.parts.variant_cache
    in_state(service.store, VARIANTS[0].id, "withdrawn")
    draw(service, bank)
    held = {variant.id for variant in VARIANTS if cache.in_process(variant.id)}
    assert held == {variant.id for variant in VARIANTS[1:4]}
    service.parts.store.variants.find = service.parts.cache.get = pytest.fail
    for variant in VARIANTS[1:4]:
        assert service.get(f"/v1/variants/{variant.id}", "lms").data == variant.public
        assert cache.private(variant.id) == json.loads(variant.private)


def test_one_that_is_withdrawn_while_its_pool_is_read_is_not_held(service, bank):
    cache, gone = service.parts.variant_cache, VARIANTS[1].id
    read = service.store.draws.contents(bank, 1, "exam", 100)
    assert service.store.withdrawals.add(gone, "wrong", "grace")
    cache.withdrawn.look()
    service.parts.store.draws.contents = lambda *_: read
    cache.expect(bank, 1, "exam")
    assert (cache.in_process(gone), cache.private(gone)) == (None, None)
    assert cache.in_process(VARIANTS[0].id)


def test_a_draw_is_made_once_and_told_from_then_on(service, bank):
    first, again = draw(service, bank, " ada "), draw(service, bank)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.data == again.data == service.get(first.headers["Location"], "lms").data
    assert "Location" not in again.headers
    told = first.json
    assert {name: told[name] for name in ("bank", "revision", "learner", "pool", "occasion", "attempts")} == {
        "bank": bank, "revision": 1, "learner": "ada", "pool": "exam", "occasion": 1, "attempts": 4
    }  # fmt: skip
    assert told["opens"] is told["closes"] is None
    one, two = told["items"]
    assert (one["item"], one["points"], len(one["variants"])) == (0, 2, 1)
    assert one["variants"][0].keys() == {"id", "href"}
    assert (two["points"], [each["part"] for each in two["variants"]]) == (4, [0, 1])
    assert [each["id"] for each in two["variants"]] == [variant.id for variant in VARIANTS[2:4]]
    for item in told["items"]:
        for each in item["variants"]:
            assert service.get(each["href"], "student").status_code == 200


def test_practice_gives_several(service, bank):
    found = draw(service, bank, pool="practice", count=2)
    assert [len(item["variants"]) for item in found.json["items"]] == [2, 1]
    assert (found.status_code, draw(service, bank, pool="practice").status_code) == (201, 200)


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        ({"count": 2}, "/count"),
        ({"count": 21, "pool": "practice"}, "/count"),
        ({"count": 0, "pool": "practice"}, "/count"),
        ({"pool": "all"}, "/pool"),
        ({"occasion": 0}, "/occasion"),
        ({"learner": ""}, "/learner"),
        ({"learner": "a\x00"}, "/learner"),
        ({"learner": None}, "/learner"),
        ({"variant": "x"}, "/variant"),
    ],
)
def test_what_makes_no_sense_is_named(service, bank, asked, pointer):
    found = service.post(f"/v1/banks/{bank}/draws", "lms", json={"learner": "ada", **asked})
    assert (found.status_code, found.json["errors"][0]["pointer"]) == (422, pointer)


@pytest.mark.parametrize("given", [{"extra_minutes": -1}, {"chances": 101}, {"chances": 1.5}, {"minutes": 1}])
def test_what_nobody_may_have_is_refused(service, bank, given):
    assert allow(service, bank, **given).status_code == 422


def test_a_learner_has_to_be_named(service, bank):
    for path in ("draws", "allowances"):
        found = service.post(f"/v1/banks/{bank}/{path}", "instructor", json={})
        assert (found.status_code, found.json["errors"][0]["pointer"]) == (422, "/learner")


@pytest.mark.parametrize("name", ["bank-ffffffffffffffff", "nonsense", "bank-%00"])
def test_what_is_not_there_is_not_found(service, bank, name):
    assert draw(service, name).status_code == allow(service, name).status_code == 404
    assert service.get(f"/v1/draws/{name}", "lms").status_code == 404
    assert service.get("/v1/draws/draw-ffffffffffffffff", "lms").status_code == 404


def test_a_student_sees_no_bank(service, bank):
    made = draw(service, bank).json["id"]
    found = [draw(service, bank, scope="student"), allow(service, bank, "lms")]
    found.append(service.get(f"/v1/draws/{made}", "student"))
    assert [each.status_code for each in found] == [403] * 3


def test_it_is_said_when_a_bank_opens_and_that_it_has_closed(service):
    later = laid_out(service.store, [VARIANTS[:1]], opens=now() + 100, closes=now() + 200)
    found = draw(service, later)
    assert (found.status_code, found.json["type"]) == (409, "/docs#not-open")
    assert found.json["opens"] in found.json["detail"]
    gone = laid_out(service.store, [VARIANTS[1:2]], opens=now() - 200, closes=now() - 100)
    assert (draw(service, gone).status_code, draw(service, gone).json["type"]) == (409, "/docs#closed")
    service.store.banks.archive(gone)
    assert draw(service, gone).json["type"] == "/docs#not-published"


def test_extra_time_is_seen_in_the_draw(service):
    moment = now()
    bank = laid_out(service.store, [VARIANTS], closes=moment + 600, minutes=2)
    closes = draw(service, bank).json["closes"]
    assert allow(service, bank, extra_minutes=3).json == {
        "bank": bank, "learner": "ada", "extra_minutes": 3, "chances": 0
    }  # fmt: skip
    assert draw(service, bank).json["closes"] > closes
    assert allow(service, bank, chances=1).json["extra_minutes"] == 3
    assert draw(service, bank, occasion=2).json["occasion"] == 2
    assert draw(service, bank, occasion=3).json["type"] == "/docs#no-further-chance"

"""Banks over HTTP, from the order to the archive."""

import pytest
from jsonschema_rs import Draft202012Validator, meta

from tests.banks import bank_on, build

ITEMS = [{"family": "quadratic_layer_ratio", "count": 5}, {"family": "gd_rate", "count": 3, "kind": "numeric"}]
ORDER = {"name": "Resit 2022", "items": ITEMS}


def order(service, body=ORDER, **options):
    return service.post("/v1/banks", json=body, **options)


def faults(found):
    assert (found.status_code, found.content_type) == (422, "application/problem+json")
    return {fault["pointer"] for fault in found.json["errors"]}


def test_a_bank_is_ordered_built_and_published(service):
    ordered = order(service)
    assert (ordered.status_code, ordered.headers["Location"]) == (202, f"/v1/jobs/{ordered.json['job']}")
    assert service.parts.wakeups.sent == ["bulk"]
    bank, job = f"/v1/banks/{ordered.json['bank']}", ordered.headers["Location"]
    assert service.get(bank).json["state"] == "building"
    assert (service.get(job).json["state"], service.get(job).json["total"]) == ("queued", 8)
    build(service.store)
    assert (service.get(job).json["state"], service.get(job).json["done"]) == ("succeeded", 8)
    found = service.get(bank).json
    assert (found["state"], found["counts"], len(found["variants"])) == ("ready", {"wanted": 8, "built": 8}, 8)
    assert [item["built"] for item in found["shown"]["items"]] == [5, 3]
    assert service.post(f"{bank}/publish").json["published"] == 1
    assert service.get("/v1/banks").json["items"][0]["state"] == "published"
    assert service.call("DELETE", bank, "instructor").json["state"] == "archived"


def test_the_variants_of_a_bank_come_a_page_at_a_time(service):
    bank = bank_on(service.store, [ITEMS[0] | {"count": 130}])
    first = service.get(f"/v1/banks/{bank}").json
    second = service.get(f"/v1/banks/{bank}?cursor={first['next']}").json
    places = [member["place"] for page in (first, second) for member in page["variants"]]
    assert (places, second["next"]) == (list(range(130)), None)


def test_nobody_below_an_instructor_sees_a_bank(service):
    bank = bank_on(service.store)
    for scope in ("student", "lms"):
        assert service.get(f"/v1/banks/{bank}", scope).status_code == 403
        assert service.get("/v1/banks", scope).status_code == 403


def test_a_call_that_is_repeated_orders_one_bank(service):
    headers = {"Idempotency-Key": "once"}
    first, again = order(service, headers=headers), order(service, headers=headers)
    assert (again.status_code, again.json) == (202, first.json)
    assert len(service.get("/v1/banks").json["items"]) == 1
    assert faults(order(service, ORDER | {"name": "Other"}, headers=headers)) == {"/Idempotency-Key"}


@pytest.mark.parametrize(
    ("change", "pointers"),
    [
        ({"name": ""}, {"/name"}),
        ({"items": []}, {"/items"}),
        ({"items": [{"family": "nonsense", "count": 1}]}, {"/items/0/family"}),
        ({"items": [ITEMS[0] | {"kind": "text"}]}, {"/items/0/kind"}),
        (
            {"items": [ITEMS[0], ITEMS[0] | {"params": {"M": 10**6, "Q": 1}}]},
            {"/items/1/params/M", "/items/1/params/Q"},
        ),
        ({"items": [ITEMS[0] | {"count": 0}]}, {"/items/0/count"}),
        ({"items": [ITEMS[0] | {"params": {"M": {"from": []}}}]}, {"/items/0/params/M"}),
        ({"items": [ITEMS[0] | {"params": {"M": {"least": 9, "most": 4}}}]}, {"/items/0/params/M"}),
        ({"items": [ITEMS[0] | {"params": {"M": {"answer_of": 0}}}]}, {"/items/0/params/M"}),
        ({"items": [{"count": 1}]}, {"/items/0"}),
        ({"items": [{"parts": [{"family": "gd_rate"}], "shared": ["eigenvalues"], "count": 1}]}, {"/items/0/shared/0"}),
        ({"items": [{"family": "quadratic_layer_ratio", "count": 20_000}] * 6}, {"/items"}),
        ({"policies": {"attempts": 0, "feedback": "sometimes"}}, {"/policies/attempts", "/policies/feedback"}),
        ({"policies": {"opens": "2026-01-02T10:00:00+01:00", "closes": "2026-01-02T08:00:00Z"}}, {"/policies/closes"}),
        ({"policies": {"opens": "2026-01-02T10:00:00"}}, {"/policies/opens"}),
        ({"policies": {"opens": "0001-01-01T00:00:00+14:00"}}, {"/policies/opens"}),
        ({"policies": {"closes": "9999-12-31T23:59:59-23:59"}}, {"/policies/closes"}),
        ({"policies": {"choice_worth": []}}, {"/policies/choice_worth"}),
        ({"policies": {"choice_worth": [0, 1], "penalty": "0.5"}}, {"/policies/choice_worth", "/policies/penalty"}),
        (
            {"policies": {"choice_worth": [0.5, 0.25, 0.75], "minutes": "5"}},
            {"/policies/choice_worth", "/policies/minutes"},
        ),
        ({"items": [ITEMS[0] | {"points": 1e-300, "title": "a\x00b"}]}, {"/items/0/points", "/items/0/title"}),
        ({"paper": "nonsense", "count": 3}, {"/items", "/paper"}),
    ],
)
def test_what_cannot_be_built_is_named(service, change, pointers):
    assert faults(order(service, ORDER | change)) <= pointers | {"/paper"}
    assert service.get("/v1/banks").json["items"] == []


def test_the_first_part_of_an_item_has_no_earlier_one(service):
    (fault,) = order(service, ORDER | {"items": [ITEMS[0] | {"params": {"M": {"answer_of": 0}}}]}).json["errors"]
    assert fault["detail"] == "no part of this item comes before this one, whose answer it could be"


def test_who_asks_for_more_than_there_is_is_told_at_once(service):
    (warning,) = order(service, ORDER | {"items": [{"family": "momentum_steps_ratio", "count": 100}]}).json["warnings"]
    assert warning["pointer"] == "/items/0/count"
    assert "has 68 distinct questions, and 100 are asked for" in warning["detail"]


def test_a_new_revision_leaves_the_published_one(service):
    bank = f"/v1/banks/{bank_on(service.store)}"
    found = service.post(f"{bank}/regenerate", json={})
    assert (found.status_code, found.json["revision"]) == (202, 2)
    build(service.store)
    first, second = (service.get(f"{bank}?revision={n}").json for n in (1, 2))
    assert (first["published"], first["shown"]["state"], second["shown"]["state"]) == (1, "published", "ready")
    assert first["shown"]["blueprint"] == second["shown"]["blueprint"]
    assert not {m["variant"] for m in first["variants"]} & {m["variant"] for m in second["variants"]}
    assert faults(service.get(f"{bank}?revision=3")) == {"/revision"}


def test_a_bank_that_is_not_whole_is_not_published(service):
    bank = f"/v1/banks/{order(service).json['bank']}"
    assert service.post(f"{bank}/publish", json={}).status_code == 409


def test_a_cancelled_bank_can_be_built_on(service):
    ordered = order(service)
    assert service.call("DELETE", f"/v1/jobs/{ordered.json['job']}", "instructor").json["state"] == "cancelled"
    again = service.post(f"/v1/banks/{ordered.json['bank']}/resume")
    assert (again.status_code, again.json["job"] != ordered.json["job"]) == (202, True)
    build(service.store)
    assert service.get(f"/v1/banks/{ordered.json['bank']}").json["counts"]["built"] == 8


def test_the_form_of_a_blueprint_is_served_as_json_schema(service):
    schema = service.get("/v1/blueprint.schema.json", "student").json
    assert meta.is_valid(schema)
    assert Draft202012Validator(schema).is_valid(ORDER)
    assert not Draft202012Validator(schema).is_valid(ORDER | {"items": [{"family": "gd_rate", "count": "many"}]})

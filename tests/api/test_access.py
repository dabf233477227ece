"""Who may call what: every route against every kind of caller."""

import time

import pytest

from api.auth import takes_json
from api.keyring import Keyring
from bank.store.keys import SCOPES
from tests.api.conftest import RATIO
from tests.banks import ordered
from tests.secret import named

EVERYBODY = ("nobody", *SCOPES, "revoked")
SINCE = {scope: SCOPES[SCOPES.index(scope) :] for scope in SCOPES}
ROUTES = {  # a route, and who is let in
    "GET /v1/families": SINCE["student"],
    "GET /v1/families/<family>": SINCE["student"],
    "GET /v1/families/<family>/variants/<seed>": SINCE["lms"],
    "POST /v1/variants": SINCE["instructor"],
    "GET /v1/variants": SINCE["instructor"],
    "GET /v1/variants/<variant_id>": SINCE["student"],
    "GET /v1/variants/<variant_id>/solution": SINCE["lms"],
    "GET /v1/variants/<variant_id>/evidence": SINCE["instructor"],
    "POST /v1/variants/<variant_id>/validate": SINCE["student"],
    "POST /v1/variants/<variant_id>/grade": SINCE["lms"],
    "POST /v1/grade": SINCE["lms"],
    "GET /v1/responses": SINCE["instructor"],
    "POST /v1/responses/<response_id>/grade": SINCE["instructor"],
    "GET /v1/learners": SINCE["instructor"],
    "POST /v1/erasures": SINCE["instructor"],
    "POST /v1/banks": SINCE["instructor"],
    "GET /v1/banks": SINCE["instructor"],
    "GET /v1/banks/<bank_id>": SINCE["instructor"],
    "POST /v1/banks/<bank_id>/regenerate": SINCE["instructor"],
    "POST /v1/banks/<bank_id>/resume": SINCE["instructor"],
    "POST /v1/banks/<bank_id>/publish": SINCE["instructor"],
    "DELETE /v1/banks/<bank_id>": SINCE["instructor"],
    "POST /v1/banks/<bank_id>/draws": SINCE["lms"],
    "POST /v1/banks/<bank_id>/allowances": SINCE["instructor"],
    "GET /v1/draws/<draw_id>": SINCE["lms"],
    "POST /v1/variants/<variant_id>/withdraw": SINCE["instructor"],
    "POST /v1/banks/<bank_id>/corrections": SINCE["instructor"],
    "GET /v1/banks/<bank_id>/corrections": SINCE["instructor"],
    "GET /v1/corrections/<correction_id>": SINCE["instructor"],
    "POST /v1/corrections/<correction_id>/confirm": SINCE["instructor"],
    "GET /v1/banks/<bank_id>/report": SINCE["instructor"],
    "GET /v1/banks/<bank_id>/exports/<file_format>": SINCE["lms"],
    "GET /v1/banks/<bank_id>/exports/<file_format>/report": SINCE["lms"],
    "POST /v1/imports": SINCE["instructor"],
    "POST /v1/imports/<bank_id>/variants": SINCE["instructor"],
    "GET /v1/blueprint.schema.json": SINCE["student"],
    "GET /v1/jobs": SINCE["instructor"],
    "GET /v1/jobs/<job_id>": SINCE["lms"],
    "GET /v1/jobs/<job_id>/events": SINCE["instructor"],
    "DELETE /v1/jobs/<job_id>": SINCE["instructor"],
    "GET /v1/assets/<name>": EVERYBODY,
    "GET /healthz": EVERYBODY,
    "GET /readyz": EVERYBODY,
    "GET /metrics": EVERYBODY,
    "GET /openapi.json": EVERYBODY,
    "GET /docs": EVERYBODY,
    "GET /docs/<name>": EVERYBODY,
}


def declared(app):
    return {
        f"{method} {rule.rule}" for rule in app.url_map.iter_rules() for method in rule.methods - {"HEAD", "OPTIONS"}
    }


def test_every_route_has_a_row(service):
    assert declared(service.app) == set(ROUTES)


def knock(service, caller, route, exists=True):
    """Call a route as somebody; where it names a thing, the thing is there, or not."""
    method, _, rule = route.partition(" ")
    holes = {
        "<family>": "quadratic_layer_ratio" if exists else "nonsense",
        "<seed>": "1",
        "<variant_id>": named(RATIO.draft(1)).id if exists else "quadratic_layer_ratio-0000000000000000",
        "<job_id>": service.store.variants.find(named(RATIO.draft(1)).id).job if exists else "job-0000000000000000",
        "<response_id>": "response-0000000000000000",
        "<bank_id>": service.store.banks.newest(None, 1)[0].id if exists else "bank-0000000000000000",
        "<file_format>": "json",
        "<draw_id>": "draw-0000000000000000",
        "<correction_id>": service.corrected if exists else "correction-0000000000000000",
        "<name>": "docs.css" if "docs" in rule else f"{'a' * 64}.svg",
    }
    for hole, value in holes.items():
        rule = rule.replace(hole, value)
    headers = {} if caller == "nobody" else {"Authorization": f"Bearer {service.keys[caller]}"}
    body = {"json": {}} if method == "POST" else {}
    return service.call(method, rule, headers=headers, **body)


@pytest.mark.parametrize("route", ROUTES)
def test_the_matrix_of_access(service, choice, route):
    made = ordered(service.store)
    correction = service.store.corrections.create(made["bank"], 1, "a misprint", "nobody", {}, {"annul": []})
    service.corrected = correction.id
    service.keys["revoked"] = service.store.keys.create("admin", "gone")
    service.store.keys.revoke(service.keys["revoked"].partition(".")[0])
    for caller in EVERYBODY:
        found = knock(service, caller, route)
        if caller in ROUTES[route]:
            assert found.status_code not in (401, 403), caller
        else:
            assert found.status_code == (401 if caller in ("nobody", "revoked") else 403), caller
            hidden = knock(service, caller, route, exists=False)
            assert {**hidden.json, "instance": ""} == {**found.json, "instance": ""}


def test_who_has_no_key_is_told_how_to_show_one(service):
    found = service.get("/v1/families", None)
    assert (found.status_code, found.content_type) == (401, "application/problem+json")
    assert found.headers["WWW-Authenticate"] == "Bearer realm=resit"


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic dXNlcjpwYXNz",
        "Bearer x.y",
        "Bearer \x00",
        "Bearer é",
        "Bearer " + "a" * 7000,
        ".",
    ],
)
def test_what_is_no_key_opens_nothing(service, authorization):
    assert service.get("/v1/families", None, headers={"Authorization": authorization}).status_code == 401


def test_one_letter_off_is_no_key(service):
    key = service.keys["admin"]
    other = key[:-1] + ("a" if key[-1] != "a" else "b")
    assert service.get("/v1/families", None, headers={"Authorization": f"bearer {key}"}).status_code == 200
    assert service.get("/v1/families", None, headers={"Authorization": f"Bearer {other}"}).status_code == 401


def test_a_revoked_key_opens_nothing_after_a_second(service, choice):
    path = f"/v1/variants/{choice}"
    assert service.get(path, "student").status_code == service.get(path, "student").status_code == 200
    service.store.keys.revoke(service.keys["student"].partition(".")[0])
    time.sleep(1.1)
    assert service.get(path, "student").status_code == 401


def test_a_busy_key_asks_the_database_once_a_second(service):
    clock = [0.0]
    asked = []
    service.store.keys.check, check = lambda text: asked.append(text) or check(text), service.store.keys.check
    keyring = Keyring(service.store, lambda: clock[0])
    for moment in (0.0, 0.5, 0.99, 1.01, 1.5):
        clock[0] = moment
        assert keyring.find(f"Bearer {service.keys['lms']}").scope == "lms"
    assert len(asked) == 2


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("", 200),
        ("*/*", 200),
        ("application/*", 200),
        ("text/html, application/json;q=0.5", 200),
        ("text/html", 406),
        ("application/json; charset=utf-8", 200),
        ("Application/JSON;Charset=UTF-8;q=0.5", 200),
        ("application/json; charset=utf-8;q=0", 406),
        ("application/json;q=0", 406),
        ("image/png, application/xml", 406),
        (",;=q", 406),
    ],
)
def test_only_json_is_on_offer(service, choice, accept, status):
    assert service.get(f"/v1/variants/{choice}", headers={"Accept": accept}).status_code == status
    assert takes_json(accept) is (status == 200)


@pytest.mark.parametrize("accept", ["text/html", "application/xml"])
def test_health_and_figures_are_told_in_their_own_form(service, accept):
    assert service.get("/healthz", None, headers={"Accept": accept}).status_code == 200

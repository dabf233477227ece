"""The record and its jobs as lists: filters, pages, cursors."""

from base64 import urlsafe_b64encode
from datetime import datetime
from functools import partial

import pytest
from sqlalchemy import update

from api import lists
from bank import registry
from bank.store import Place, Wish
from bank.store.tables import VARIANTS
from tests.api.conftest import RATIO
from tests.secret import named

RATE = registry.get("gd_rate")
LISTS = ("/v1/variants", "/v1/jobs")


@pytest.fixture
def record(service):
    """Ids by state: verified, disputed and drawn ones of two families, in the order in which they came."""
    found = {"verified": [], "disputed": [], "drawn": []}
    for seed in range(3):
        for family in (RATIO, RATE):
            state, variant = list(found)[(2 * seed + (family is RATE)) % 3], named(family.draft(seed))
            waits = partial(service.drawn, queue="interactive")  # where judging the others leaves it
            keep = waits if state == "drawn" else partial(service.verified, state=state)
            found[state].append(keep(variant))
    return found


@pytest.fixture
def two_a_page(monkeypatch):
    monkeypatch.setattr(lists, "ITEMS_A_PAGE", 2)
    monkeypatch.setattr(lists, "FETCHED", 3)


def names(service, path):
    found = service.get(path)
    assert found.status_code == 200, found.json
    return [item["id"] for item in found.json["items"]]


def pages(service, path):
    while path:
        found = service.get(path)
        yield [item["id"] for item in found.json["items"]]
        link = found.headers.get("Link")
        assert (link is None) == (found.json["next"] is None)
        assert link is None or found.json["next"] in link
        path = link and link.removeprefix("<").removesuffix('>; rel="next"')


def test_the_record_is_listed_newest_first(service, record):
    items = service.get("/v1/variants").json["items"]
    assert {item["id"] for item in items} == {name for some in record.values() for name in some}
    times = [datetime.fromisoformat(item["created"]) for item in items]
    assert times == sorted(times, reverse=True)
    assert all(time.utcoffset().total_seconds() == 0 for time in times)
    members = {"id", "family", "kind", "state", "version", "created", "superseded_by"}
    assert all(set(item) == members for item in items)
    newest = service.store.variants.find(items[0]["id"])
    assert [items[0][name] for name in ("family", "kind", "state", "version")] == [
        newest.family,
        newest.kind,
        newest.state,
        newest.version,
    ]


def test_filters_narrow_it_down(service, record):
    for state, expected in record.items():
        assert set(names(service, f"/v1/variants?state={state}")) == set(expected)
    ours = {name for some in record.values() for name in some if name.startswith("gd_rate")}
    assert set(names(service, "/v1/variants?family=gd_rate")) == ours
    assert set(names(service, "/v1/variants?family=gd_rate&state=drawn")) == ours & set(record["drawn"])
    assert names(service, "/v1/variants?family=mlp_defects") == []


def test_a_disputed_one_names_what_took_its_place(service, record):
    disputed, mended = record["disputed"][0], record["verified"][0]
    with service.store.database.writing() as connection:
        connection.execute(update(VARIANTS).where(VARIANTS.c.id == disputed).values(superseded_by=mended))
    found = {item["id"]: item["superseded_by"] for item in service.get("/v1/variants?state=disputed").json["items"]}
    assert found == {disputed: mended, record["disputed"][1]: None}


def test_stale_is_what_its_family_would_not_draw_any_more(service, record):
    old, gone = record["verified"][0], record["drawn"][0]
    assert names(service, "/v1/variants?stale=true") == []
    with service.store.database.writing() as connection:
        connection.execute(update(VARIANTS).where(VARIANTS.c.id == old).values(version="of old"))
        connection.execute(update(VARIANTS).where(VARIANTS.c.id == gone).values(family="a_family_of_old"))
    assert set(names(service, "/v1/variants?stale=true")) == {old, gone}
    assert set(names(service, "/v1/variants?stale=false")) == {
        name for some in record.values() for name in some if name not in (old, gone)
    }
    assert names(service, "/v1/variants?stale=true&family=a_family_of_old") == [gone]
    assert names(service, "/v1/variants?stale=true&state=verified") == [old]


def test_jobs_are_listed_newest_first_each_as_it_is_alone(service, record):
    items = service.get("/v1/jobs").json["items"]
    assert len(items) == 6
    assert [item["created"] for item in items] == sorted((item["created"] for item in items), reverse=True)
    assert all(service.get(f"/v1/jobs/{item['id']}").json == item for item in items)


def test_jobs_are_found_by_their_state(service, record):
    cancelled, running = (service.store.variants.find(name).job for name in record["drawn"])
    service.store.jobs.cancel(cancelled)
    assert service.store.work.lease("interactive", 1, 60, 1.0) is not None
    failing = service.store.variants.add([named(RATIO.draft(9))], "bulk")
    while lease := service.store.work.lease("bulk", 1, 60, 1.0):
        service.store.work.fail(lease, "it took too long")
    queued = service.store.variants.add([named(RATIO.draft(10))], "bulk")
    for state, expected in {"cancelled": cancelled, "running": running, "failed": failing, "queued": queued}.items():
        (found,) = service.get(f"/v1/jobs?state={state}").json["items"]
        assert (found["id"], found["state"]) == (expected, state)
    assert found["failed"] == []
    assert service.get("/v1/jobs?state=failed").json["items"][0]["failed"] == [
        {"reason": "it took too long", "count": 1}
    ]
    assert {item["state"] for item in service.get("/v1/jobs?state=succeeded").json["items"]} == {"succeeded"}


def test_pages_follow_one_another_whatever_comes_anew(service, record, two_a_page):
    for already, path in enumerate((*LISTS, "/v1/variants?stale=false")):
        there = [name for page in pages(service, path) for name in page]
        assert len(set(there)) == len(there) == 6 + already
        walk = pages(service, path)
        first = next(walk)
        service.drawn(named(RATIO.draft(100 + already)))
        assert [*first, *(name for page in walk for name in page)] == there


def test_a_hundred_make_a_page(service):
    service.drawn(*(named(RATIO.draft(seed)) for seed in range(101)))
    assert [len(page) for page in pages(service, "/v1/variants?family=quadratic_layer_ratio&state=drawn")] == [100, 1]


def encoded(content):
    return urlsafe_b64encode(content).decode()


NEVER_GIVEN = [
    *("", "x", "\0", "é", "=", "a" * 5000, "[1]", "e30", "W10", "quadratic_layer_ratio"),
    encoded(b'["variants",1.0]'),
    encoded(b'["variants",NaN,"x"]'),
    encoded(b'["variants",1e999,"x"]'),
    encoded(b'["variants",1,"x"]'),
    encoded(b'["variants",1.0,"\\u0000"]'),
    encoded(b"[" * 250),
    lists.written("elsewhere", Place(1.0, "x")),
]


@pytest.mark.parametrize("cursor", NEVER_GIVEN, ids=lambda cursor: ascii(cursor)[:30])
def test_a_cursor_that_cannot_be_read_is_named(service, cursor):
    for path in (*LISTS, "/v1/families"):
        found = service.get(path, query_string={"cursor": cursor})
        assert found.status_code == 422, found.json
        assert [error["pointer"] for error in found.json["errors"]] == ["/cursor"]


def test_a_cursor_of_a_row_that_is_gone_leads_on(service, record):
    middle = Place(service.store.variants.newest(Wish(), None, 6)[2].place.created, "gone")
    found = service.get("/v1/variants", query_string={"cursor": lists.written("variants", middle)})
    assert 3 <= len(found.json["items"]) <= 4


@pytest.mark.parametrize(
    ("path", "pointer"),
    [
        ("/v1/variants?famly=x", "/famly"),
        ("/v1/variants?family=nonsense", "/family"),
        ("/v1/variants?family=", "/family"),
        ("/v1/variants?family=%00", "/family"),
        ("/v1/variants?family=gd_rate%0a", "/family"),
        ("/v1/variants?state=Verified", "/state"),
        ("/v1/variants?state=queued", "/state"),
        ("/v1/variants?stale=maybe", "/stale"),
        ("/v1/variants?view=full", "/view"),
        ("/v1/jobs?state=drawn", "/state"),
        ("/v1/jobs?kind=verify", "/kind"),
    ],
)
def test_a_filter_that_cannot_be_is_named(service, path, pointer):
    found = service.get(path)
    assert found.status_code == 422
    assert [error["pointer"] for error in found.json["errors"]] == [pointer]


def test_a_prefix_stands_before_the_way_to_the_next_page(service_with, two_a_page):
    service = service_with(prefix="/resit")
    service.drawn(*(named(RATIO.draft(seed)) for seed in range(3)))
    walked = list(pages(service, "/resit/v1/variants?state=drawn"))
    assert [len(page) for page in walked] == [2, 1]
    link = service.get("/resit/v1/families").headers["Link"]
    assert link.startswith("</resit/v1/families?cursor=")


def test_an_lms_may_watch_the_job_that_its_own_answer_named(service):
    path = "/v1/families/quadratic_layer_ratio/variants/3"
    service.keys["other"] = service.store.keys.create("lms", "other")
    job = service.get(path, "lms").json["job"]
    watched = service.get(f"/v1/jobs/{job}", "lms")
    assert (watched.status_code, watched.json) == (200, service.get(f"/v1/jobs/{job}").json)
    hidden, absent = service.get(f"/v1/jobs/{job}", "other"), service.get("/v1/jobs/job-0000000000000000", "other")
    assert hidden.status_code == absent.status_code == 404
    assert {**hidden.json, "instance": ""} == {**absent.json, "instance": ""}
    assert service.get(f"/v1/jobs/{job}", "student").status_code == 403
    assert service.call("DELETE", f"/v1/jobs/{job}", "lms").status_code == 403
    assert service.get(path, "other").json["job"] == job  # now it was named to the other one as well
    assert service.get(f"/v1/jobs/{job}", "other").status_code == 200


def test_an_lms_may_watch_what_an_instructor_began_once_it_was_told(service):
    made = service.post("/v1/variants", json={"family": "quadratic_layer_ratio", "seed": 4})
    assert service.get(f"/v1/jobs/{made.json['job']}", "lms").status_code == 404
    assert service.get(made.headers["Location"], "lms").json["job"] == made.json["job"]
    assert service.get(f"/v1/jobs/{made.json['job']}", "lms").status_code == 200

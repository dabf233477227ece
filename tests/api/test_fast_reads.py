"""The warm path answers as Flask does."""

import pytest

from api.fast_reads import FastReads

OWN = {"X-Request-Id", "RateLimit-Remaining", "RateLimit-Reset"}  # differ from call to call anyway


@pytest.fixture
def both(service, choice):
    """The same call on both ways; the query turns one of them away from the fast reads."""
    service.get(f"/v1/variants/{choice}")

    def call(scope="student", **headers):
        return [service.get(f"/v1/variants/{choice}{query}", scope, headers=headers) for query in ("", "?view=public")]

    return call


@pytest.mark.parametrize("scope", ["student", "lms", "instructor", "admin"])
def test_bytes_and_headers_are_the_same(both, scope):
    warm, flask = both(scope)
    assert warm.status == flask.status == "200 OK"
    assert warm.data == flask.data
    assert {n: v for n, v in warm.headers if n not in OWN} == {n: v for n, v in flask.headers if n not in OWN}
    assert {n for n, _ in warm.headers} == {n for n, _ in flask.headers}


@pytest.mark.parametrize("headers", [{"Accept": "text/html"}, {"If-None-Match": "*"}, {"Authorization": "Bearer x"}])
def test_whoever_wants_something_else_gets_it(both, headers):
    warm, flask = both(None if "Authorization" in headers else "student", **headers)
    assert warm.status_code == flask.status_code != 200


def test_both_ways_count_and_limit(service_with, choice):
    service = service_with(rate_limit=4)
    service.get(f"/v1/variants/{choice}", "lms")
    for path in (f"/v1/variants/{choice}", f"/v1/variants/{choice}?view=public") * 2:
        assert service.get(path, "student").status_code == 200
    assert service.get(f"/v1/variants/{choice}", "student").status_code == 429
    assert service.get(f"/v1/variants/{choice}?view=public", "student").status_code == 429
    counted = 'route="/v1/variants/<variant_id>",status="200"} 5.0'
    assert counted in service.get("/metrics", None).get_data(as_text=True)


def test_the_plain_case_does_not_reach_flask(service, choice):
    service.get(f"/v1/variants/{choice}")
    fast_reads = service.app.wsgi_app
    assert isinstance(fast_reads, FastReads)
    fast_reads._flask = None
    assert service.get(f"/v1/variants/{choice}", "student", headers={"X-Request-Id": "0123abcd"}).headers[
        "X-Request-Id"
    ]

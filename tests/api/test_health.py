"""Alive, ready, degraded; and what Prometheus reads."""

from itertools import count

import pytest

from api.readiness import Readiness
from bank.cache import Cache
from bank.store import Store
from settings import Settings
from tests.api.conftest import NOWHERE, RATIO, Service
from tests.secret import SECRET, named


def test_the_process_is_alive(service):
    assert service.get("/healthz", None).json == {"status": "alive"}


def test_without_redis_it_is_ready_and_says_what_is_missing(service):
    found = service.get("/readyz", None)
    assert found.status_code == 200
    assert found.json == {"status": "degraded", "degraded": ["redis"]}


def test_with_redis_it_waits_for_a_sign_of_life_of_the_workers(missing_with, redis_server):
    missing = missing_with(redis_server.broker_url, redis_server.cache_url)
    assert missing() == ["workers"]
    Cache(redis_server.cache_url).beat("elsewhere", ["bulk", "training"], 60)
    assert missing() == ["workers"]
    Cache(redis_server.cache_url).beat("here", ["interactive"], 60)
    assert missing() == []


def test_without_a_worker_for_trainings_workers_are_missing(missing_with, redis_server):
    missing = missing_with(redis_server.broker_url, redis_server.cache_url)
    Cache(redis_server.cache_url).beat("here", ["interactive", "bulk"], 60)
    assert missing() == ["workers"]


def test_broker_and_cache_are_named_apart(missing_with, redis_server):
    missing = missing_with(NOWHERE, redis_server.cache_url)
    Cache(redis_server.cache_url).beat("here", ["interactive", "bulk", "training"], 60)
    assert missing() == ["broker"]
    missing = missing_with(redis_server.broker_url, NOWHERE)
    assert missing() == ["cache"]
    redis_server.freeze()
    assert missing() == ["redis"]
    redis_server.thaw()
    assert missing() == ["cache"]


def test_a_second_of_calls_costs_one_look(sqlite_store, redis_server):
    clock, looks = [0.0], []
    readiness = Readiness(sqlite_store, redis_server.broker_url, redis_server.cache_url, lambda: clock[0])
    sqlite_store.ready, ready = lambda: looks.append(ready()), sqlite_store.ready
    for clock[0] in (0.0, 0.5, 0.99, 1.0, 1.5):
        assert readiness.missing() == ["workers"]
    assert len(looks) == 2


@pytest.fixture
def missing_with(sqlite_store):
    """What is missing, looked up anew at each call."""

    def made(broker_url, cache_url):
        ticks = count()
        return Readiness(sqlite_store, broker_url, cache_url, lambda: 10.0 * next(ticks)).missing

    return made


def test_a_database_that_is_not_migrated_is_not_ready(tmp_path):
    url = f"sqlite:///{tmp_path / 'empty.sqlite'}"
    service = object.__new__(Service)
    service.store, service.keys = Store(url), {}
    service.app = _app(url)
    found = service.get("/readyz", None)
    assert (found.status_code, found.headers["Retry-After"]) == (503, "2")
    service.store.close()


def _app(url):
    from api import create_app

    return create_app(Settings(database_url=url, cache_url=NOWHERE, secret=SECRET))


@pytest.mark.parametrize("path", ["/v1/families", "/v1/variants/quadratic_layer_ratio-0000000000000000", "/v1/jobs/x"])
def test_a_database_out_of_reach_is_503_on_every_call_with_a_key(service, path):
    away = _app("sqlite:////dev/null/x.sqlite").test_client()
    found = away.get(path, headers={"Authorization": f"Bearer {service.keys['student']}"})
    assert (found.status_code, found.headers["Retry-After"]) == (503, "2")
    assert found.json["detail"] == "the database cannot be reached"
    assert away.get("/readyz").status_code == 503
    assert away.get(f"/v1/assets/{'a' * 64}.svg").status_code == 503
    assert away.get("/healthz").status_code == away.get("/metrics").status_code == 200


def test_metrics_count_requests_by_route_and_work_by_queue(service, choice):
    service.drawn(named(RATIO.draft(2)))
    for _ in range(3):
        service.get(f"/v1/variants/{choice}", "student")
    service.get("/nonsense", None)
    found = service.get("/metrics", None)
    text = found.get_data(as_text=True)
    assert found.content_type.startswith("text/plain")
    assert 'resit_requests_total{method="GET",route="/v1/variants/<variant_id>",status="200"} 3.0' in text
    assert 'resit_requests_total{method="GET",route="none",status="404"} 1.0' in text
    assert 'resit_request_seconds_count{route="/v1/variants/<variant_id>"} 3.0' in text
    assert 'resit_variants{state="verified"} 1.0' in text
    assert 'resit_work_waiting{queue="bulk"} 1.0' in text
    assert "nonsense" not in text


def test_what_an_exam_is_made_of_is_told_to_those_who_set_it(service, choice):
    by_family = 'resit_variants{family="quadratic_layer_ratio",state="verified"} 1.0'
    told = {scope: service.get("/metrics", scope).get_data(as_text=True) for scope in (None, *service.keys)}
    assert {scope for scope, text in told.items() if by_family in text} == {"instructor", "admin"}
    assert all('resit_variants{state="verified"} 1.0' in told[scope] for scope in (None, "student", "lms"))
    assert "quadratic_layer_ratio" not in told[None] + told["student"]


def test_all_processes_tell_the_same_census(service_with, redis_server):
    one, other = (service_with(cache_url=redis_server.cache_url) for _ in range(2))
    one.drawn(named(RATIO.draft(1)))
    before = one.get("/metrics", None).get_data(as_text=True)
    one.drawn(named(RATIO.draft(2)))
    for _ in range(2):
        assert census(other.get("/metrics", None)) == census(one.get("/metrics", None)) == census_of(before)


def census(answer):
    return census_of(answer.get_data(as_text=True))


def census_of(text):
    return [line for line in text.splitlines() if line.startswith(("resit_variants", "resit_work"))]

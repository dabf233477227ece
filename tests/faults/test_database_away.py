"""PostgreSQL freezes, or is cut off: everybody is answered soon, what needs no database goes on, and it comes back."""

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from bank import registry
from bank.errors import StoreUnavailable
from bank.store import Outcome, Store
from bank.variant import ready
from tests.secret import named
from tests.servers.api import Api
from tests.servers.processes import wait_for
from tests.servers.workers import environment

LONGEST_SECONDS = 8  # for an answer: 5 on a machine that has nothing else to do
NEEDS_NONE = ("/healthz", "/metrics", "/v1/families", "/openapi.json")  # beside a key that is known
PATHS = (*NEEDS_NONE, "/readyz", f"/v1/assets/{'a' * 64}.svg")


@contextmanager
def frozen(server):
    server.freeze()
    try:
        yield
    finally:
        server.thaw()


@pytest.fixture
def store(postgres_url):
    opened = Store(postgres_url)
    opened.migrate()
    yield opened
    opened.close()


@pytest.fixture
def verified(store):
    """The ids of two verified questions."""
    family = registry.get("quadratic_layer_ratio")
    variants = [named(family.draft(seed)) for seed in (1, 2)]
    store.variants.add(variants, "bulk")
    lease = store.work.lease("bulk", 10, 60, 1e6)
    evidence = ready({"verdict": "confirmed"})
    store.verdicts.keep(lease, {piece.subject: Outcome("verified", evidence, {}) for piece in lease.pieces})
    return [variant.id for variant in variants]


@pytest.fixture
def api(store, postgres_url, redis_server, tmp_path):
    running = Api(tmp_path, environment(postgres_url, redis_server) | {"WEB_CONCURRENCY": "2"}, store)
    yield running.start()
    running.stop()


def timed(call, *words):
    started = time.monotonic()
    return call(*words), time.monotonic() - started


def test_a_frozen_database_keeps_nobody_waiting(api, postgres_server, verified):
    warm, cold = (f"/v1/variants/{name}" for name in verified)
    for _ in range(20):  # both processes have read it, and know the key
        assert api.get("student", warm).status_code == api.get("student", "/v1/families").status_code == 200
    calls = [(api.get, "student", path) for path in (warm, cold, *PATHS) * 3]
    calls += [(api.post, "instructor", "/v1/variants", {"family": "quadratic_layer_ratio"})] * 2
    calls += [(api.post, "lms", f"{warm}/grade", {"response": {"choice": "a"}, "learner": "anna"})] * 2
    assert len(calls) == 28
    with frozen(postgres_server), ThreadPoolExecutor(28) as many:
        answers = [future.result() for future in [many.submit(timed, *call) for call in calls]]
        assert max(seconds for _, seconds in answers) < LONGEST_SECONDS
        for (_, _, path, *_), (answer, _) in zip(calls, answers, strict=True):
            if path in (warm, *NEEDS_NONE):
                assert answer.status_code == 200, path
            elif path != cold:  # which may be known from Redis
                assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2"), path
        going_on = [timed(api.get, "student", warm) for _ in range(30)]
        assert {answer.status_code for answer, _ in going_on} == {200}
        assert {answer.headers["Resit-Degraded"] for answer, _ in going_on} == {"database"}
        assert sum(seconds > 1 for _, seconds in going_on) <= 2  # whoever saw it first, once a process
        assert timed(api.get, "student", "/readyz")[0].status_code == 503
    thawed = time.monotonic()
    wait_for(lambda: api.get("student", "/readyz").status_code == 200, "the database", 10)
    answer = api.post("instructor", "/v1/variants", {"family": "quadratic_layer_ratio"})
    assert answer.status_code == 202
    assert time.monotonic() - thawed < 10
    wait_for(lambda: "Resit-Degraded" not in api.get("student", warm).headers, "all as before", 10)


def test_a_transaction_in_its_middle_is_given_up_and_its_connection_with_it(store, postgres_server, verified):
    with frozen(postgres_server):
        started = time.monotonic()
        for _ in range(100):
            with pytest.raises(StoreUnavailable):
                store.ready()
        assert time.monotonic() - started < LONGEST_SECONDS
    wait_for(lambda: is_ready(store), "the database", 10)
    assert store.variants.find(verified[0]).state == "verified"


def test_a_network_that_swallows_everything_is_noticed():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        store = Store(f"postgresql://resit@127.0.0.1:{silent.getsockname()[1]}/resit")
        started = time.monotonic()
        for _ in range(100):
            with pytest.raises(StoreUnavailable):
                store.keys.check("0123456789ab.x")
        assert time.monotonic() - started < LONGEST_SECONDS
        store.close()


def test_a_statement_that_takes_long_is_waited_for_where_it_may(store):
    with store.database.writing(statement_seconds=60) as connection:
        connection.exec_driver_sql("SELECT pg_sleep(5)")
    with pytest.raises(StoreUnavailable), store.database.writing() as connection:
        connection.exec_driver_sql("SELECT pg_sleep(5)")
    store.ready()


def is_ready(store):
    try:
        store.ready()
    except StoreUnavailable:
        return False
    return True

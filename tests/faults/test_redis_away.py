"""Redis dies or freezes while students work: nobody notices, and nothing is lost."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from tests.servers.api import Api
from tests.servers.processes import wait_for
from tests.servers.workers import Workers, environment


@pytest.fixture
def parts(sqlite_store, sqlite_url, redis_server, tmp_path):
    environ = environment(sqlite_url, redis_server, SWEEP_SECONDS=0.5, LEASE_SECONDS=10)
    workers, api = Workers(tmp_path, environ).start(), Api(tmp_path, environ, sqlite_store)
    api.start()
    wait_for(lambda: api.get("student", "/readyz").json().get("degraded") == [], "a service that lacks nothing")
    yield api, redis_server, sqlite_store
    api.stop()
    workers.stop()


class Load:
    """Students who read and answer all the time; every answer is kept."""

    def __init__(self, api, variant):
        self._api, self._variant, self._over = api, variant, Event()
        self._pool = ThreadPoolExecutor(4)
        self._seen = [self._pool.submit(self._work, number) for number in range(4)]

    def _work(self, number):
        seen, path = [], f"/v1/variants/{self._variant}"
        while not self._over.is_set():
            started = time.monotonic()
            read = self._api.get("student", path)
            graded = self._api.post("lms", f"{path}/grade", {"response": {"choice": "a"}})
            seen.append((read.status_code, graded.status_code, time.monotonic() - started))
            time.sleep(0.02)
        return seen

    def end(self):
        self._over.set()
        return [answer for future in self._seen for answer in future.result()]


@pytest.mark.parametrize("fault", ["killed", "frozen"])
def test_the_service_goes_on_without_redis_and_catches_up(parts, fault):
    api, redis, store = parts
    wish = {"family": "quadratic_layer_ratio", "kind": "single_choice"}
    first = api.post("instructor", "/v1/variants", wish | {"seed": 1}, headers={"Prefer": "wait=20"})
    assert first.status_code == 201
    load = Load(api, first.json()["id"])
    redis.kill() if fault == "killed" else redis.freeze()
    asked = [api.post("instructor", "/v1/variants", wish | {"seed": seed}) for seed in range(100, 110)]
    assert {answer.status_code for answer in asked} == {202}
    time.sleep(1.1)  # for which a look is remembered
    ready = api.get("student", "/readyz")
    assert ready.status_code == 200
    assert "redis" in ready.json()["degraded"]
    assert all(store.variants.find(answer.json()["id"]).state == "drawn" for answer in asked)
    time.sleep(2)
    redis.start() if fault == "killed" else redis.thaw()
    done = [wait_for(lambda a=a: store.jobs.find(a.json()["job"]).state == "succeeded", "a job", 60) for a in asked]
    assert len(done) == 10
    seen = load.end()
    assert {(read, graded) for read, graded, _ in seen} == {(200, 200)}
    assert len(seen) > 40
    wait_for(lambda: api.get("student", "/readyz").json()["degraded"] == [], "a service that lacks nothing")

"""The whole way: a variant asked for over HTTP, proven by real workers, and answered."""

import json
import time

import pytest

from api.schemas import sent
from bank import registry
from tests.api.conftest import Service
from tests.servers.gunicorn import Gunicorn
from tests.servers.workers import Workers, environment

JSON = {"Content-Type": "application/json"}


@pytest.fixture
def api(service: Service, sqlite_url, redis_server, tmp_path):
    environ = environment(sqlite_url, redis_server, SWEEP_SECONDS=1)
    workers = Workers(tmp_path, environ).start()
    running = Gunicorn(tmp_path, environ, "--workers", "2").start()
    yield running
    running.stop()
    workers.stop()


def draw(api, service, family, wait=25):
    body = json.dumps({"family": family, "seed": 1}).encode()
    key = service.keys["instructor"]
    status, _, answer = api.get("/v1/variants", key, "POST", body, Prefer=f"wait={wait}", **JSON)
    return status, json.loads(answer)


def test_who_waits_gets_a_proven_variant(api, service):
    quick = [name for name, family in registry.all_families().items() if "training" not in family.tiers]
    for name in quick[:4]:
        status, variant = draw(api, service, name)
        assert (status, variant["evidence"]["verdict"]) == (201, "confirmed"), variant
        assert sent.FullVariant().validate(variant) == {}


def test_a_frozen_redis_delays_neither_reads_nor_posts(api, service, redis_server):
    _, variant = draw(api, service, "quadratic_layer_ratio")
    redis_server.freeze()
    slowest = 0.0
    for seed in range(20):
        started = time.monotonic()
        body = json.dumps({"family": "quadratic_layer_ratio", "seed": 100 + seed}).encode()
        assert api.get("/v1/variants", service.keys["instructor"], "POST", body, **JSON)[0] == 202
        assert api.get(f"/v1/variants/{variant['id']}", service.keys["student"])[0] == 200
        slowest = max(slowest, time.monotonic() - started)
        time.sleep(0.1)
    assert json.loads(api.get("/readyz")[2])["degraded"] == ["redis"]
    redis_server.thaw()
    assert slowest < 2
    assert draw(api, service, "quadratic_layer_ratio")[0] == 201

"""How often a key may call."""

import time

import pytest

from api.limits import WINDOW_SECONDS, Limiter
from bank.cache import Cache
from tests.api.conftest import NOWHERE

SECONDS_OF_A_TEST = 10


@pytest.fixture(autouse=True)
def one_minute():
    """Calls are counted by the minute: none of these tests begins in one and ends in the next."""
    left = WINDOW_SECONDS - time.time() % WINDOW_SECONDS
    if left < SECONDS_OF_A_TEST:
        time.sleep(left)


def test_every_answer_tells_what_is_left(service_with):
    service = service_with(rate_limit=5)
    left = [service.get("/v1/families/gd_rate").headers["RateLimit-Remaining"] for _ in range(3)]
    assert left == ["4", "3", "2"]
    assert service.get("/v1/families/gd_rate").headers["RateLimit-Limit"] == "5"
    assert 1 <= int(service.get("/v1/families/gd_rate").headers["RateLimit-Reset"]) <= 60


@pytest.mark.parametrize("path", ["/v1/families/gd_rate", "/v1/variants/quadratic_layer_ratio-0000000000000000"])
def test_who_calls_too_often_waits(service_with, path):
    service = service_with(rate_limit=3)
    for _ in range(3):
        service.get(path)
    over = service.get(path)
    assert (over.status_code, over.content_type) == (429, "application/problem+json")
    assert over.headers["Retry-After"] == over.headers["RateLimit-Reset"]
    assert over.headers["RateLimit-Remaining"] == "0"
    assert service.get(path, "lms").status_code != 429
    assert service.get("/healthz", None).status_code == 200


def test_what_is_refused_counts_as_well(service_with):
    service = service_with(rate_limit=3)
    found = [service.post("/v1/variants", "student", json={}).status_code for _ in range(4)]
    assert found == [403, 403, 403, 429]


def test_a_new_minute_is_a_new_start():
    clock = [59.0]
    limiter = Limiter(Cache(NOWHERE), 2, lambda: clock[0])
    assert [limiter.spend("a").left for _ in range(3)] == [1, 0, -1]
    clock[0] = 60.0
    assert limiter.spend("a") == (2, 1, 60)


def test_processes_add_up_their_counts(redis_server):
    clock = [0.0]
    one, other = (Limiter(Cache(redis_server.cache_url), 10, lambda: clock[0]) for _ in range(2))
    for _ in range(5):
        one.spend("a")
    assert other.spend("a").left == 4


def test_a_busy_process_settles_in_batches():
    class Counted(Cache):
        asked = 0

        def count(self, name, amount, seconds):
            self.asked += 1
            return

    cache = Counted(NOWHERE)
    limiter = Limiter(cache, 10_000, lambda: 5.0)
    for _ in range(1000):
        limiter.spend("a")
    assert cache.asked == 1 + 9  # the first at once, then every hundred

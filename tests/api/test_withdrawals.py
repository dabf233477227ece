"""A variant that is withdrawn or disputed later is not served any more, whatever processes and Redis hold of it."""

import time
from dataclasses import replace

import pytest
from redis import Redis

from api.variant_cache import cache_key
from api.withdrawn import Withdrawn
from bank.store import Outcome
from bank.variant import ready
from tests.api.conftest import EVIDENCE, RATIO, Service
from tests.secret import named
from tests.servers.gunicorn import Gunicorn
from tests.servers.workers import environment

JSON = {"Content-Type": "application/json"}
WITHIN = 1.0  # seconds


def withdraw(service, variant, **body):
    return service.post(f"/v1/variants/{variant}/withdraw", json={"reason": "a misprint", **body})


def test_it_is_told_why_once_and_only_to_those_who_set_exams(service, choice):
    first = withdraw(service, choice)
    assert (first.status_code, first.json["id"], first.json["state"]) == (200, choice, "withdrawn")
    assert (first.json["reason"], first.json["superseded_by"]) == ("a misprint", None)
    assert first.json["who"].endswith(" instructor")
    assert withdraw(service, choice, reason="another one").json == first.json
    for scope in ("student", "lms"):
        found = service.get(f"/v1/variants/{choice}?view=public", scope)
        assert (found.status_code, found.json["state"]) == (409, "withdrawn")
        assert "misprint" not in found.text
    full = service.get(f"/v1/variants/{choice}?view=full").json
    assert (full["state"], full["withdrawn"]["reason"]) == ("withdrawn", "a misprint")
    assert [each["id"] for each in service.get("/v1/variants?state=withdrawn").json["items"]] == [choice]


def test_it_is_neither_graded_nor_explained_nor_drawn_again(service, choice):
    withdraw(service, choice)
    body = {"response": {"choice": "a"}}
    assert service.post(f"/v1/variants/{choice}/grade", "lms", json=body).status_code == 409
    assert service.post(f"/v1/variants/{choice}/validate", "student", json=body).status_code == 409
    assert service.get(f"/v1/variants/{choice}/solution?learner=eve", "lms").status_code == 409
    assert service.post("/v1/variants", json={"family": RATIO.name(), "seed": 1}).status_code == 409


def test_what_the_lab_refutes_is_disputed_and_stays_so(service, choice):
    other = service.verified(named(RATIO.draft(2)), state="disputed")
    assert withdraw(service, other).status_code == 409
    assert service.get(f"/v1/variants/{other}?view=full").json["withdrawn"] is None
    assert withdraw(service, "quadratic_layer_ratio-0000000000000000").status_code == 404


def test_a_verdict_does_not_bring_a_withdrawn_one_back(service):
    name = service.drawn(named(RATIO.draft(1)))
    assert withdraw(service, name).status_code == 200
    service.judge("bulk")
    assert service.store.variants.find(name).state == "withdrawn"


@pytest.mark.parametrize("reason", ["", " ", "\x00", "x" * 1001, None, 7])
def test_a_reason_is_asked_for(service, choice, reason):
    found = withdraw(service, choice, reason=reason)
    assert (found.status_code, found.json["errors"][0]["pointer"]) == (422, "/reason")
    assert service.get(f"/v1/variants/{choice}", "student").status_code == 200


def test_numbers_lead_from_one_look_to_the_next(store):
    variants = [named(RATIO.draft(seed)) for seed in range(3)]
    store.variants.add(variants, "bulk")
    first, second, third = (variant.id for variant in variants)
    assert store.withdrawals.after(0) == []
    store.withdrawals.add(first, "x", "nobody")
    assert not store.withdrawals.add(first, "x", "nobody")
    (seen,) = store.withdrawals.after(0)
    store.withdrawals.add(third, "x", "nobody")
    store.withdrawals.add(second, "x", "nobody")
    assert [each.variant for each in store.withdrawals.after(seen.number)] == [third, second]
    assert (store.withdrawals.last_before(-60), store.withdrawals.last_before(60)) == (seen.number + 2, 0)


def dispute(store, variant):
    """The lab looks at it again, by whatever way, and refutes it."""
    with store.database.writing() as connection:
        outcome = Outcome("disputed", ready(EVIDENCE | {"verdict": "refuted"}), {})
        store.verdicts._write({variant: outcome}, connection, [variant])


def test_one_that_is_disputed_after_it_was_served_is_forgotten_too(store):
    variant = named(RATIO.draft(1))
    store.variants.add([variant], "bulk")
    dispute(store, variant.id)
    assert store.withdrawals.after(0) == []
    with store.database.writing() as connection:
        store.verdicts._write({variant.id: Outcome("verified", ready(EVIDENCE), {})}, connection, [variant.id])
    dispute(store, variant.id)
    assert [each.variant for each in store.withdrawals.after(0)] == [variant.id]


def test_what_was_read_before_and_is_kept_afterwards_is_taken_out_again(service, choice):
    """A request that was slow between the database and the caches."""
    cache, store = service.parts.variant_cache, service.store
    read = store.variants.find(choice)
    withdraw(service, choice)
    service.parts.store.variants.find = lambda name: replace(read)
    cache.find(choice)
    assert (cache.in_process(choice), cache.private(choice)) == (None, None)


def test_what_was_withdrawn_before_a_process_began_is_known_to_it_and_told_once(service, choice):
    withdraw(service, choice)
    forgotten = []
    known = Withdrawn(service.store, forgotten.extend)
    known.look()
    assert (choice in known, known.is_known, forgotten) == (True, True, [choice])
    known.look()
    assert forgotten == [choice]


@pytest.fixture
def servers(service: Service, sqlite_url, redis_server, tmp_path):
    """Two APIs of two processes each, on one record and one Redis."""
    running = []
    for name in ("one", "other"):
        folder = tmp_path / name
        folder.mkdir()
        environ = environment(sqlite_url, redis_server, RATE_LIMIT=100_000)
        running.append(Gunicorn(folder, environ, "--workers", "2"))
    for server in running:
        server.start()
    yield running
    for server in running:
        server.stop()


def statuses(servers, service, choice, calls=20):
    """Of so many calls to each; every one is a connection of its own, so that all processes are met."""
    key = service.keys["lms"]
    body = b'{"response":{"choice":"a"}}'
    for server in servers:
        for _ in range(calls):
            yield server.get(f"/v1/variants/{choice}", service.keys["student"])[0]
            yield server.get(f"/v1/variants/{choice}/grade", key, "POST", body, **JSON)[0]


@pytest.mark.parametrize("way", ["withdrawn", "disputed"])
def test_every_process_forgets_it_within_a_second_though_redis_holds_its_bytes(
    servers, service, choice, redis_server, way
):
    assert set(statuses(servers, service, choice)) == {200}
    with Redis(unix_socket_path=str(redis_server.socket), db=1) as redis:
        public = redis.get(cache_key(choice))
        assert public
        if way == "withdrawn":
            assert withdraw(service, choice).status_code == 200
        else:
            dispute(service.store, choice)
        time.sleep(WITHIN)
        assert redis.get(cache_key(choice)) is None
        redis.set(cache_key(choice), public)  # as a process would that was stopped in between
        assert set(statuses(servers, service, choice)) == {409}
    late = Gunicorn(servers[0].folder, servers[0]._environ, "--workers", "1").start()
    try:
        assert set(statuses([late], service, choice, calls=3)) == {409}
    finally:
        late.stop()

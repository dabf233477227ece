"""A bank of a thousand variants, while whoever builds it, wakes them up or keeps it is killed again and again."""

from collections import Counter

import pytest

from bank.exams.selection import TWICE
from bank.store import Store
from bank.store.work import DIED
from tests.banks import ordered
from tests.faults.conftest import poison_path
from tests.servers.postgresql import DURABLE, PostgresServer, programs
from tests.servers.processes import wait_for
from tests.servers.workers import Workers, environment

VARIANTS = 1000
ITEMS = [
    {"family": name, "count": VARIANTS // 4, "kind": "numeric"}
    for name in ("quadratic_layer_ratio", "gd_rate", "widest_hidden_layer", "model_parameter_count")
]
GOOD = 20
LIMITS = {"LEASE_SECONDS": 2, "TASK_SECONDS": 20, "SWEEP_SECONDS": 0.2}


@pytest.fixture
def crew(tmp_path, redis_server):
    running = []

    def start(url, **more):
        running.append(Workers(tmp_path, environment(url, redis_server, **LIMITS | more)).start())
        return running[-1]

    yield start
    for workers in running:
        workers.stop()


def built(store, made):
    return sum(item.built for item in store.banks.items(made["bank"], 1))


def members(store, made):
    return store.banks.members(made["bank"], 1, None, 2 * VARIANTS)


def strike(store, made, kill, times):
    """Kill so many times, spread over the build."""
    for number in range(times):
        goal = VARIANTS * number // (times + 1)
        wait_for(lambda goal=goal: built(store, made) >= goal, f"{goal} variants", 120)
        kill()


def demand_whole(store, made):
    job = made["job"]
    wait_for(lambda: store.jobs.find(job).state not in ("queued", "running"), "the end of the build", 240)
    found, end = members(store, made), store.jobs.find(job)
    assert (end.state, end.done, end.total) == ("succeeded", VARIANTS, VARIANTS)
    assert len(found) == len({member.variant for member in found}) == VARIANTS
    assert {member.state for member in found} == {"verified"}
    assert Counter(member.item for member in found) == Counter(dict.fromkeys(range(4), VARIANTS // 4))


def test_twenty_kills_of_the_workers_lose_and_double_nothing(sqlite_store, sqlite_url, crew):
    workers = crew(sqlite_url)
    made = ordered(sqlite_store, ITEMS)
    strike(sqlite_store, made, workers.kill, 20)
    demand_whole(sqlite_store, made)


def test_twenty_kills_of_a_redis_that_keeps_nothing_lose_and_double_nothing(
    sqlite_store, sqlite_url, crew, redis_server
):
    crew(sqlite_url)
    made = ordered(sqlite_store, ITEMS)

    def kill():
        redis_server.kill()
        redis_server.start()

    strike(sqlite_store, made, kill, 20)
    demand_whole(sqlite_store, made)


@pytest.mark.skipif(programs() is None, reason="PostgreSQL is not installed")
def test_five_kills_of_the_database_lose_and_double_nothing(short_folder, crew):
    folder = short_folder / "durable"
    folder.mkdir()
    server = PostgresServer(folder, DURABLE).start()
    url = server.database("bank")
    store = Store(url)
    store.migrate()
    crew(url)
    made = ordered(store, ITEMS)

    def kill():
        server.kill()
        server.start_again()

    try:
        strike(store, made, kill, 5)
        demand_whole(store, made)
    finally:
        store.close()
        server.stop()


def test_poison_is_left_out_with_its_reason_and_the_bank_is_whole_all_the_same(
    sqlite_store, sqlite_url, redis_server, tmp_path, venomous
):
    """Of nine candidates one kills, crashes or hangs whoever proves it, or takes all of its memory."""
    harms = ["nothing"] * 30 + ["dies", "crashes", "raises", "loops"]
    items = [
        {"family": venomous.name(), "count": GOOD, "params": {"harm": {"from": harms}}},
        {"family": "gd_rate", "count": GOOD},
    ]
    limits = {"TASK_SECONDS": 3, "LEASE_SECONDS": 6, "SWEEP_SECONDS": 0.2, "WORKER_GIB": 3}
    workers = Workers(tmp_path, environment(sqlite_url, redis_server, **limits) | poison_path(), processes=2)
    made = ordered(sqlite_store, items)
    try:
        workers.start()
        wait_for(lambda: sqlite_store.jobs.find(made["job"]).state not in ("queued", "running"), "the end", 300)
    finally:
        workers.stop()
    end = sqlite_store.jobs.find(made["job"])
    assert (end.state, end.done, end.failed) == ("succeeded", 2 * GOOD, ())
    venom, others = sqlite_store.banks.items(made["bank"], 1)
    refused = {name: count for name, count in venom.refused.items() if name != TWICE}
    assert set(refused) <= {DIED, "it took too long", "MemoryError: poison"}
    assert sum(refused.values()) >= 2
    assert (venom.built, others.built) == (GOOD, GOOD)
    harm = {sqlite_store.variants.find(member.variant).params["harm"] for member in members(sqlite_store, made)[:GOOD]}
    assert harm == {"nothing"}

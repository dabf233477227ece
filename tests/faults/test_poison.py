"""Questions that kill whoever measures them end with a reason, and the others are verified all the same."""

import pytest

from tests.faults.conftest import poison_path
from tests.secret import named
from tests.servers.processes import wait_for
from tests.servers.workers import Workers, environment

GOOD = 150


@pytest.fixture
def workers(sqlite_store, sqlite_url, redis_server, tmp_path):
    """They know the family too, and lose their patience early; one that is new takes a second to begin."""
    limits = {"TASK_SECONDS": 3, "LEASE_SECONDS": 8, "SWEEP_SECONDS": 0.2, "WORKER_GIB": 3}
    running = Workers(tmp_path, environment(sqlite_url, redis_server, **limits) | poison_path(), processes=2)
    yield running.start()
    running.stop()


def test_poison_is_given_up_with_its_reason_and_spreads_to_nobody(sqlite_store, workers, venomous):
    harms = [name for name in venomous.domains()["harm"].values if name not in ("nothing", "lingers")]
    poison = {name: named(venomous.draft(0, params={"n": 9001 + i, "harm": name})) for i, name in enumerate(harms)}
    good = [named(venomous.draft(0, params={"n": n, "harm": "nothing"})) for n in range(1, GOOD + 1)]
    variants = [*good[:70], *poison.values(), *good[70:]]
    job = sqlite_store.variants.add(variants, "bulk")
    wait_for(lambda: sqlite_store.jobs.find(job).state == "failed", "the end of the job", 300)
    found = sqlite_store.jobs.find(job)
    assert {sqlite_store.variants.find(variant.id).state for variant in good} == {"verified"}
    assert {sqlite_store.variants.find(variant.id).state for variant in poison.values()} == {"drawn"}
    assert found.done == GOOD
    assert sum(count for _, count in found.failed) == len(harms)
    reasons = " ".join(reason for reason, _ in found.failed)
    for said in ("no worker survived it", "MemoryError", "it took too long"):
        assert said in reasons

"""What the workers survive: their own deaths, and those of Redis."""

import time
from random import Random

from sqlalchemy import func, select

from bank import registry
from bank.cache import Cache
from bank.store.tables import WORK
from bank.store.work import MOST_ATTEMPTS
from tests.secret import named
from tests.servers.processes import wait_for

RATIO = registry.get("quadratic_layer_ratio")


def distinct_variants(count):
    found, seed = {}, 0
    while len(found) < count:
        variant = named(RATIO.draft(seed))
        found[variant.id] = variant
        seed += 1
    return list(found.values())


def leased(store):
    """Pieces that some worker has right now."""
    with store.database.reading() as connection:
        held = (WORK.c.state == "open", WORK.c.lease_until > time.time())
        return connection.execute(select(func.count()).where(*held)).scalar()


def held_for_the_last_time(store):
    """Whether a worker has a piece that is given up when it dies over it: four deaths in a row are poison."""
    with store.database.reading() as connection:
        held = (WORK.c.state == "open", WORK.c.lease_until > time.time(), WORK.c.attempts >= MOST_ATTEMPTS)
        return connection.execute(select(func.count()).where(*held)).scalar() > 0


def all_done(store, jobs):
    return all(store.jobs.find(job).state == "succeeded" for job in jobs)


def test_twenty_kills_during_five_hundred_verifications_lose_and_double_nothing(sqlite_store, workers):
    dice, variants, jobs, struck = Random(20), distinct_variants(500), [], 0
    for kill in range(20):
        jobs.append(sqlite_store.variants.add(variants[kill * 25 : kill * 25 + 25], "bulk"))
        if kill % 4 == 3:
            time.sleep(dice.uniform(0, 5))  # wherever it is: starting, waiting, measuring
        else:
            _until(lambda: leased(sqlite_store), 20)
        _until(lambda: not held_for_the_last_time(sqlite_store), 20)
        struck += leased(sqlite_store) > 0
        workers.kill()
    assert struck >= 5, "too few kills met a worker at its work to prove anything"
    wait_for(lambda: all_done(sqlite_store, jobs), "every job", 120)
    assert {sqlite_store.variants.find(variant.id).state for variant in variants} == {"verified"}
    assert sum(sqlite_store.jobs.find(job).done for job in jobs) == 500


def test_work_is_finished_by_itself_after_redis_was_away(sqlite_store, workers, redis_server):
    variants = distinct_variants(200)
    wait_for(lambda: "worker warm" in workers.log(), "a worker")
    redis_server.kill()
    jobs = [sqlite_store.variants.add(variants[:40], "bulk")]
    while not _lies_waiting(sqlite_store, jobs[-1]):  # a worker had a wake-up in hand when Redis died
        jobs.append(sqlite_store.variants.add(variants[40 * len(jobs) : 40 * len(jobs) + 40], "bulk"))
    redis_server.start()
    wait_for(lambda: all_done(sqlite_store, jobs), "the jobs", 60)


def test_a_living_worker_shows_which_queues_it_serves(workers, redis_server):
    cache = Cache(redis_server.cache_url)
    wait_for(lambda: cache.beating() == {"interactive", "bulk", "training"}, "a sign of life")
    workers.stop()
    wait_for(lambda: not cache.beating(), "its end", 15)


def _lies_waiting(store, job):
    """Whether nobody touches this job for a second."""
    time.sleep(1)
    return store.jobs.find(job).done == 0


def _until(condition, seconds):
    """As closely as can be watched."""
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.001)

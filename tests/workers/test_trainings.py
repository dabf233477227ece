"""Trainings in the hands of real workers: killed, cancelled, wanted by two at once, and in nobody's way."""

import json
import time
from itertools import combinations
from random import Random

import pytest
from sqlalchemy import select

from bank import registry
from bank.store.tables import RESULTS
from tests.secret import named
from tests.servers.processes import wait_for
from tests.servers.workers import APART, Workers, environment
from tests.workers.test_faults import all_done, held_for_the_last_time, leased

FAMILY = "mlp_defects"
DEFECTS = ("learning_rate_0.1", "tanh_on_logits", "weights_zero", "dropout_0.9")
HARMLESS = ("beta2_0.99", "bias_0.01")


def trained_variants(count):
    """Each with runs of its own: other edits."""
    pairs = [(*pair, *HARMLESS) for pair in combinations(DEFECTS, 2)]
    return [_variant(edits) for edits in pairs[:count]]


def _variant(edits, seed=0):
    return named(registry.get(FAMILY).draft(seed, params={"edits": list(edits), "widths": [48, 24]}))


def results(store):
    """What the record holds of experiments, and what is claimed and not computed."""
    with store.database.reading() as connection:
        rows = connection.execute(select(RESULTS.c.key, RESULTS.c.value, RESULTS.c.claimed_until)).all()
    return {row.key: row for row in rows}


def test_workers_that_are_killed_in_the_middle_of_trainings_end_every_job_and_leave_nothing_half_written(
    sqlite_store, workers
):
    dice, jobs = Random(11), [sqlite_store.variants.add([each], "training") for each in trained_variants(6)]
    struck = 0
    while struck < 10 and not all_done(sqlite_store, jobs):
        wait_for(lambda: leased(sqlite_store) or all_done(sqlite_store, jobs), "a training", 60)
        time.sleep(dice.uniform(0, 1.5))
        if leased(sqlite_store) and not held_for_the_last_time(sqlite_store):
            workers.kill()
            struck += 1
    assert struck >= 3, "too few kills met a training to prove anything"
    wait_for(lambda: all_done(sqlite_store, jobs), "every job", 240)
    found = results(sqlite_store)
    assert all(row.value is not None and row.claimed_until is None for row in found.values())
    assert all(json.loads(row.value) for row in found.values())


def test_a_cancelled_job_ends_its_training_and_the_claim_on_its_results(sqlite_store, workers):
    (variant,) = trained_variants(1)
    job = sqlite_store.variants.add([variant], "training")
    wait_for(lambda: any(row.value is None for row in results(sqlite_store).values()), "a training", 60)
    sqlite_store.jobs.cancel(job)
    wait_for(lambda: "lease lost" in workers.log(), "the end of the training", 60)
    wait_for(lambda: all(row.value is not None for row in results(sqlite_store).values()), "the end of its claims")
    assert sqlite_store.jobs.find(job).state == "cancelled"
    assert sqlite_store.variants.find(variant.id).state == "drawn"


@pytest.fixture
def two_at_once(sqlite_store, sqlite_url, redis_server, tmp_path):
    running = Workers(tmp_path, environment(sqlite_url, redis_server, SWEEP_SECONDS=0.2), processes=2)
    yield running.start()
    running.stop()


def test_of_two_workers_that_want_one_run_one_computes_it(sqlite_store, two_at_once):
    edits = (*DEFECTS[:2], *HARMLESS)
    first, second = (_variant(order) for order in (edits, edits[::-1]))
    jobs = [sqlite_store.variants.add([first], "training")]
    wait_for(lambda: leased(sqlite_store), "the first worker", 60)
    jobs.append(sqlite_store.variants.add([second], "training"))
    wait_for(lambda: leased(sqlite_store) == 2, "the second worker", 60)
    wait_for(lambda: all_done(sqlite_store, jobs), "both", 120)
    one, other = (json.loads(sqlite_store.variants.find(each.id).evidence) for each in (first, second))
    assert one["results"] and {result["key"] for result in one["results"]} == {
        result["key"] for result in other["results"]
    }
    kept = [line for line in two_at_once.log().splitlines() if '"event": "result kept"' in line]
    keys = [key for line in kept if not (key := json.loads(line)["key"]).startswith("judged/")]
    assert len(keys) == len(set(keys)) > 0


@pytest.fixture
def as_in_service(sqlite_store, sqlite_url, redis_server, tmp_path):
    running = Workers(tmp_path, environment(sqlite_url, redis_server, SWEEP_SECONDS=0.2), queues=APART)
    yield running.start()
    running.stop()


def test_light_questions_are_confirmed_while_trainings_go_on(sqlite_store, as_in_service):
    trainings = sqlite_store.variants.add(trained_variants(6), "training")
    wait_for(lambda: leased(sqlite_store), "a training", 60)
    light = [named(registry.get("quadratic_layer_ratio").draft(seed)) for seed in range(60)]
    jobs = [sqlite_store.variants.add([each], ("interactive", "bulk")[i % 2]) for i, each in enumerate(light)]
    wait_for(lambda: all_done(sqlite_store, jobs), "the light ones", 60)
    assert sqlite_store.jobs.find(trainings).done == 0, "or the trainings were over before the light ones"
    sqlite_store.jobs.cancel(trainings)

"""A record of before work had tasks: what was done stays done, and what was open is finished by a worker."""

import json

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import column, table

from bank import registry
from bank.identity import public
from bank.store import MIGRATIONS, Store
from tests.worker import worker_on
from workers.working import work_off_queue

RATIO = registry.get("quadratic_layer_ratio")
STATES = {"open": 5, "leased": 3, "done": 4, "failed": 2, "cancelled": 2}
LONG_AGO = 1.0


def variant_row(draft, name, state):
    return {
        "id": name, "family": draft.family, "version": draft.version, "kind": draft.kind, "seed": draft.seed,
        "params": json.dumps(draft.params), "state": "verified" if state == "done" else "drawn",
        "public": public(name, draft.seen), "private": draft.private, "evidence": None, "created": LONG_AGO,
    }  # fmt: skip


def work_row(name, state):
    held = state == "leased"
    return {
        "variant": name, "job": f"job-{state}", "queue": "bulk", "family": "quadratic_layer_ratio",
        "state": "open" if held else state, "attempts": int(state != "open"), "lease": "dead" if held else None,
        "lease_until": LONG_AGO if held else None, "reason": "poison" if state == "failed" else None,
        "queued": LONG_AGO,
    }  # fmt: skip


def job_row(state, total):
    ended = {"done": total if state == "done" else 0, "failed": total if state == "failed" else 0}
    cancelled = LONG_AGO if state == "cancelled" else None
    return {"id": f"job-{state}", "total": total, **ended, "created": LONG_AGO, "started": None, "cancelled": cancelled}


def rows():
    """Variants and work, as the code of revision 0001 named and wrote them."""
    states = [state for state, count in STATES.items() for _ in range(count)]
    for seed, state in enumerate(states):
        draft = RATIO.draft(seed)
        yield variant_row(draft, name_of(seed), state), work_row(name_of(seed), state)


def name_of(seed):
    return f"quadratic_layer_ratio-{seed:016x}"


@pytest.fixture
def store(database_url):
    store = Store(database_url)
    store.migrate("0001")
    variants, work = zip(*rows(), strict=True)
    jobs = [job_row(state, total) for state, total in STATES.items()]
    with store.database.writing() as connection:
        for name, many in (("variants", variants), ("jobs", jobs), ("work", work)):
            connection.execute(table(name, *map(column, many[0])).insert(), list(many))
    store.migrate()
    store.ready()
    yield store
    store.close()


def test_jobs_and_work_are_what_they_were(store):
    found = {state: store.jobs.find(f"job-{state}") for state in STATES}
    assert {state: job.state for state, job in found.items()} == {
        "open": "queued", "leased": "queued", "done": "succeeded", "failed": "failed", "cancelled": "cancelled",
    }  # fmt: skip
    assert found["failed"].failed == (("poison", 2),)
    assert {(job.kind, job.result) for job in found.values()} == {("verify", None)}
    assert store.work.waiting() == {"bulk": STATES["open"] + STATES["leased"]}
    assert store.variants.find(name_of(0)).job == "job-open"


def test_a_worker_finishes_what_was_open(store):
    assert not work_off_queue(worker_on(store), "bulk")
    assert store.work.waiting() == {}
    for state in ("open", "leased", "done"):
        job = store.jobs.find(f"job-{state}")
        assert (job.state, job.done) == ("succeeded", STATES[state])
    verified = [name for name in map(name_of, range(16)) if store.variants.find(name).state == "verified"]
    assert verified == [name_of(seed) for seed in range(12)]
    assert store.variants.find(name_of(0)).evidence is not None


def test_the_way_back_keeps_the_work(store):
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with store.database.writing() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0002")
        kept = connection.exec_driver_sql("SELECT count(variant) FROM work").scalar()
    assert kept == sum(STATES.values())

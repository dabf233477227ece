"""Workers and their parts die, freeze or turn in circles: whoever waits is served by others, and all of it heals."""

import contextlib
import json
import os
import signal
import time
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import select

from bank import beats
from bank.store.tables import WORK
from tests.faults.conftest import poison_path
from tests.secret import named
from tests.servers.processes import wait_for
from tests.servers.workers import APART, Workers, environment

SOON = 15  # seconds: a few on a machine that has nothing else to do
LATER = 60  # for a process that is found frozen, ended, and started again
NUMBERS = count(1)


@pytest.fixture
def beats_dir(tmp_path):
    return tmp_path / "beats"


@pytest.fixture
def workers(sqlite_store, sqlite_url, redis_server, tmp_path, beats_dir):
    environ = environment(sqlite_url, redis_server, BEATS_DIR=beats_dir, SWEEP_SECONDS=1)
    running = Workers(tmp_path, environ | poison_path(), queues=APART).start()
    for name in APART:
        wait_for(lambda n=name: "worker warm" in running.log(n), "a worker", LATER)
    wait_for(lambda: {sign.role for sign in beats.signs(beats_dir)} == {"worker", "child", "sweeper"}, "their beats")
    yield running
    for sign in beats.signs(beats_dir):
        _send(sign.pid, signal.SIGCONT)
    running.stop()


@pytest.fixture
def asked(sqlite_store, venomous):
    """Questions that somebody waits for; returns the job."""

    def ask(harm, pieces, queue="interactive"):
        params = [{"n": next(NUMBERS), "harm": harm} for _ in range(pieces)]
        return sqlite_store.variants.add([named(venomous.draft(0, params=each)) for each in params], queue)

    return ask


def _send(pid, number):
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def holder(store):
    """The process that has a piece right now."""
    with store.database.reading() as connection:
        held = select(WORK.c.holder).where(WORK.c.state == "open", WORK.c.lease_until > time.time())
        found = connection.execute(held.limit(1)).scalar()
    return int(found.rpartition(":")[2]) if found else None


def is_done(store, job):
    return store.jobs.find(job).state == "succeeded"


def said_by_all(workers):
    return "".join(map(workers.log, APART))


@pytest.mark.parametrize("fault", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "frozen"])
def test_what_a_dead_or_frozen_child_had_is_soon_done_by_another(sqlite_store, workers, asked, fault):
    job = asked("lingers", 5)
    child = wait_for(lambda: holder(sqlite_store), "a worker at work")
    _send(child, fault)
    started = time.monotonic()
    wait_for(lambda: is_done(sqlite_store, job), "the job", SOON)
    print(f"done {time.monotonic() - started:.1f} s after")  # noqa: T201 - the figure, for whoever runs it alone
    wait_for(lambda: not Path(f"/proc/{child}").exists(), "the end of the child", LATER)
    wait_for(lambda: said_by_all(workers).count("worker warm") == len(APART) + 1, "another child", LATER)
    assert (sqlite_store.jobs.find(job).done, sqlite_store.jobs.find(job).total) == (5, 5)


def test_a_child_that_wakes_late_doubles_nothing(sqlite_store, workers, asked):
    job = asked("lingers", 5)
    child = wait_for(lambda: holder(sqlite_store), "a worker at work")
    _send(child, signal.SIGSTOP)
    wait_for(lambda: is_done(sqlite_store, job), "the job", SOON)
    _send(child, signal.SIGCONT)
    said = ("lease lost", '"kept": 0', "work interrupted")  # its time may be up, or even its process have ended
    gone = Path(f"/proc/{child}")
    wait_for(lambda: not gone.exists() or any(words in said_by_all(workers) for words in said), "the end of its work")
    assert (sqlite_store.jobs.find(job).done, sqlite_store.jobs.find(job).total) == (5, 5)


def test_while_a_main_process_is_frozen_others_serve_who_waits_and_it_is_ended(sqlite_store, workers, asked):
    main = workers.pid("interactive")
    _send(main, signal.SIGSTOP)
    started = time.monotonic()
    job = asked("nothing", 3)
    wait_for(lambda: is_done(sqlite_store, job), "the job", SOON)
    print(f"done {time.monotonic() - started:.1f} s after")  # noqa: T201 - as above
    wait_for(lambda: workers.pid("interactive") != main, "another main process", LATER)
    wait_for(lambda: workers.log("interactive").count("worker warm") == 2, "another child", LATER)
    print(f"healed {time.monotonic() - started:.1f} s after")  # noqa: T201 - as above


def test_one_endless_loop_delays_nobody_for_long(sqlite_store, workers, asked):
    poison = asked("loops", 1)
    wait_for(lambda: holder(sqlite_store), "a worker in the loop")
    started = time.monotonic()
    job = asked("nothing", 20)
    wait_for(lambda: is_done(sqlite_store, job), "the job", SOON)
    print(f"done {time.monotonic() - started:.1f} s after")  # noqa: T201 - as above
    assert sqlite_store.jobs.find(poison).done == 0


def test_while_the_sweeper_is_frozen_workers_sweep(sqlite_store, workers, asked):
    _send(workers.pid("sweeper"), signal.SIGSTOP)
    time.sleep(1)
    job = asked("nothing", 3, queue="bulk")
    wait_for(lambda: is_done(sqlite_store, job), "the job", LATER)


def test_all_that_workers_say_is_json(sqlite_store, workers, asked):
    job = asked("nothing", 3)
    wait_for(lambda: is_done(sqlite_store, job), "the job", LATER)
    for name in (*APART, "sweeper"):
        lines = workers.log(name).splitlines()
        assert [line for line in lines if "event" not in json.loads(line)] == []
    assert "interactive@" in workers.log("interactive")


def test_a_frozen_broker_ends_nobody(sqlite_store, workers, asked, redis_server):
    before = {name: workers.pid(name) for name in (*APART, "sweeper")}
    redis_server.freeze()
    time.sleep(3 * beats.STALE_SECONDS)
    redis_server.thaw()
    job = asked("nothing", 3)
    wait_for(lambda: is_done(sqlite_store, job), "the job", LATER)
    assert {name: workers.pid(name) for name in before} == before
    assert "is ended" not in said_by_all(workers)

"""A lease worked off: what interrupts it, what keeps it, and what no worker knows."""

import subprocess
import sys
import time

import pytest

from bank.kept import Kept
from bank.store import Order, Results, Wanted
from tests.servers.processes import wait_for
from tests.worker import worker_on
from workers import working

CLINGING = """
import time
from workers import limits
limits.GRACE_SECONDS = 0.3
with limits.interrupted_after(0.1):
    while True:
        try:
            time.sleep(0.01)
        except BaseException:
            pass
"""


@pytest.fixture
def worker(sqlite_store):
    return worker_on(sqlite_store, lease_seconds=0.6, task_seconds=0.3)


@pytest.fixture
def does(monkeypatch):
    """Let the task "try" be what it is told."""
    return lambda what: monkeypatch.setitem(working.TASKS, "try", what)


def ordered(store, task="try", seconds=0.01, queue="bulk", subject="it"):
    return store.work.add(Order(task, queue, "test", {}), [Wanted(subject, "all", seconds)])


def test_work_that_takes_too_long_is_interrupted_whatever_it_catches(worker, does):
    interrupted = []

    def sleep(worker, lease, log):
        interrupted.append(lease.token)
        try:
            time.sleep(60)
        except Exception:  # noqa: BLE001 - as some family or library might
            worker.store.work.finish(lease, ["it"], lambda *_: None)

    does(sleep)
    job = ordered(worker.store)
    assert not working.work_off_queue(worker, "bulk")
    assert worker.store.jobs.find(job).failed == (("it took too long", 1),)
    assert len(interrupted) == 4


def test_work_may_take_the_longer_the_more_is_expected_of_it(worker, does):
    def sleep(worker, lease, log):
        time.sleep(1)
        worker.store.work.finish(lease, ["it"], lambda *_: None)

    does(sleep)
    job = ordered(worker.store, seconds=1.0)
    working.work_off_queue(worker, "bulk")
    assert worker.store.jobs.find(job).state == "succeeded"


def test_what_is_interrupted_in_vain_ends_with_its_process_and_tells_where_it_was():
    ended = subprocess.run([sys.executable, "-c", CLINGING], capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1
    assert "in <module>" in ended.stderr


def test_a_lease_lasts_as_long_as_the_work_whether_it_reports_or_not(worker, does):
    held = []

    def train(worker, lease, log):
        for _ in range(25):
            time.sleep(0.04)
            held.append(worker.store.work.lease("bulk", 1, 60, 1.0) is None)
        worker.store.work.finish(lease, ["it"], lambda *_: None)

    does(train)
    job = ordered(worker.store, seconds=1.0)
    working.work_off(worker, worker.store.work.lease("bulk", 1, 0.6, 60.0))
    assert held == [True] * 25
    assert worker.store.jobs.find(job).state == "succeeded"


def test_work_that_is_cancelled_stops_and_gives_up_what_it_claimed(worker, does):
    reached = []

    def train(worker, lease, log):
        worker.results.claim(["kept", "given up"])
        worker.results.keep("kept", Kept(1, 0.1, "cpu"))
        worker.store.jobs.cancel(job)
        for step in range(1000):
            time.sleep(0.01)
            worker.lab.on_progress(step, 1000)
        reached.append("the end")

    does(train)
    job = ordered(worker.store, seconds=10.0)
    working.work_off_queue(worker, "bulk")
    assert reached == []
    assert worker.store.jobs.find(job).state == "cancelled"
    assert Results(worker.store.database).claim(["kept", "given up"], 60) == {"given up"}


def test_who_waits_comes_before_a_batch_and_the_batch_is_finished_after(worker, does):
    steps, jobs = [], {}

    def train(worker, lease, log):
        steps.append(lease.queue)
        if lease.queue == "bulk" and "student" not in jobs:
            jobs["student"] = ordered(worker.store, queue="interactive", subject="another")
            for step in range(1000):
                time.sleep(0.01)
                worker.lab.on_progress(step, 1000)
        worker.store.work.finish(lease, [piece.subject for piece in lease.pieces], lambda *_: None)

    does(train)
    jobs["batch"] = ordered(worker.store, seconds=10.0)
    assert not working.work_off_queue(worker, "bulk")
    assert steps == ["bulk", "interactive", "bulk"]
    assert {worker.store.jobs.find(job).state for job in jobs.values()} == {"succeeded"}
    assert not worker.may_yield()


def test_what_takes_too_long_alone_in_interactive_has_more_time_elsewhere(worker, does):
    queues = []

    def train(worker, lease, log):
        queues.append(lease.queue)
        time.sleep(0 if lease.queue == "bulk" else 60)
        worker.store.work.finish(lease, ["it"], lambda *_: None)

    does(train)
    job = ordered(worker.store, queue="interactive")
    assert not working.work_off_queue(worker, "interactive")
    assert not working.work_off_queue(worker, "bulk")
    assert queues == ["interactive", "bulk"]
    assert worker.store.jobs.find(job).state == "succeeded"


def test_a_task_that_no_worker_knows_fails_with_that_reason(sqlite_store, workers):
    job = ordered(sqlite_store, task="dance")
    wait_for(lambda: sqlite_store.jobs.find(job).state == "failed", "the end of the job", 60)
    assert sqlite_store.jobs.find(job).failed == (("UnknownTask: no worker knows the task 'dance'", 1),)

"""Leases: nothing is lost, nothing is done twice, poison is given up."""

import time

import pytest

from bank import registry
from bank.store import Asset, Order, Outcome, Wanted
from bank.store.jobs import set_result
from bank.store.work import MOST_ATTEMPTS
from tests.at_once import at_once
from tests.secret import named

RATIO = registry.get("quadratic_layer_ratio")
VERIFIED = Outcome("verified", b'{"verdict":"confirmed"}', {})
LONG = 60


def variants(count):
    return [named(RATIO.draft(seed)) for seed in range(count)]


def take(store, size, seconds=LONG, budget=1e6):
    return store.work.lease("bulk", size, seconds, budget)


def settle(store, lease, outcome=VERIFIED):
    return store.verdicts.keep(lease, {piece.subject: outcome for piece in lease.pieces})


def costly(*seconds, task="train", batch="b"):
    return [Wanted(f"{task}-{place}", batch, each) for place, each in enumerate(seconds)]


def ordered(store, pieces, task="train", queue="bulk"):
    return store.work.add(Order(task, queue, task, {"of": "a test"}), pieces)


def test_a_lease_holds_one_family_and_hides_its_pieces_from_others(store):
    store.variants.add(variants(10), "bulk")
    lease = take(store, 6)
    assert (lease.task, lease.batch) == ("verify", "quadratic_layer_ratio")
    assert len(lease.pieces) == 6
    assert store.work.waiting() == {"bulk": 4}
    assert len(take(store, 6).pieces) == 4
    assert take(store, 6) is None


def test_a_finished_lease_leaves_verdict_evidence_and_figures(store):
    (variant,) = variants(1)
    job = store.variants.add([variant], "bulk")
    figure = {"f" * 64: Asset("image/svg+xml", b"<svg/>")}
    lease = take(store, 1)
    assert settle(store, lease, Outcome("verified", b"{}", figure)) == [variant.id]
    found = store.variants.find(variant.id)
    assert (found.state, found.evidence, found.job) == ("verified", b"{}", job)
    assert store.assets.find("f" * 64) == figure["f" * 64]
    assert store.jobs.find(job).state == "succeeded"


def test_a_lease_that_ran_out_goes_to_the_next_and_the_late_one_counts_for_nothing(store):
    job = store.variants.add(variants(1), "bulk")
    late = take(store, 1, 0.01)
    time.sleep(0.05)
    next_one = take(store, 1)
    assert settle(store, late) == []
    assert len(settle(store, next_one)) == 1
    assert settle(store, next_one) == []
    assert (store.jobs.find(job).done, store.jobs.find(job).total) == (1, 1)


def test_what_fails_comes_back_in_smaller_batches_and_is_given_up_in_the_end(store):
    job = store.variants.add(variants(40), "bulk")
    sizes = []
    while lease := take(store, 40):
        sizes.append(len(lease.pieces))
        store.work.fail(lease, "MemoryError: too large")
    assert sizes[0] == 40
    assert sizes[1] == 2
    assert sizes[-1] == 1
    found = store.jobs.find(job)
    assert (found.state, found.failed) == ("failed", (("MemoryError: too large", 40),))


def test_pieces_whose_workers_died_are_given_up_with_a_reason(store):
    job = store.variants.add(variants(1), "bulk")
    for _ in range(MOST_ATTEMPTS):
        assert take(store, 1, 0.001)
        time.sleep(0.01)
    assert take(store, 1) is None
    assert store.jobs.find(job).failed == (("no worker survived it", 1),)


def test_what_an_earlier_worker_said_is_not_why_the_last_one_died(store):
    job = store.variants.add(variants(1), "bulk")
    store.work.fail(take(store, 1), "it took too long")
    assert take(store, 1, 0.001).pieces[0].reason == "it took too long"
    for _ in range(MOST_ATTEMPTS - 2):
        time.sleep(0.01)
        assert take(store, 1, 0.001).pieces[0].reason is None
    time.sleep(0.01)
    assert take(store, 1) is None
    assert store.jobs.find(job).failed == (("no worker survived it", 1),)


def test_many_workers_at_once_share_the_work_out(store):
    job = store.variants.add(variants(120), "bulk")

    def work():
        done = []
        while lease := take(store, 7):
            done += settle(store, lease)
        return done

    done = [name for found in at_once(work, [()] * 6) for name in found]
    assert len(done) == len(set(done)) == store.jobs.find(job).done == 120


def test_cancelling_keeps_what_was_done(store):
    job = store.variants.add(variants(5), "bulk")
    settle(store, take(store, 2))
    held = take(store, 2)
    assert store.jobs.cancel(job).state == "cancelled"
    assert settle(store, held) == []
    assert take(store, 5) is None
    assert store.jobs.find(job).done == 2


def test_leases_of_workers_that_are_gone_can_be_ended_at_once(store):
    store.variants.add(variants(3), "bulk")
    gone = take(store, 3)
    store.work.release_all()
    assert store.work.waiting() == {"bulk": 3}
    assert settle(store, gone) == []
    assert len(take(store, 100).pieces) == 3


def test_a_lease_holds_what_fits_its_budget_and_always_something(store):
    ordered(store, costly(60.0, 1.0, 1.0, 1.0))
    sizes = []
    while lease := take(store, 100, budget=2.0):
        sizes.append([piece.seconds for piece in lease.pieces])
    assert sizes == [[60.0], [1.0, 1.0], [1.0]]


def test_a_lease_holds_one_task_and_one_batch(store):
    ordered(store, costly(1.0, 1.0))
    ordered(store, costly(1.0, 1.0, batch="c", task="export"), task="export")
    ordered(store, [Wanted("train-0", "b", 1.0), Wanted("train-7", "c", 1.0)])
    found = []
    while lease := take(store, 100):
        found.append((lease.task, lease.batch, len(lease.pieces)))
    assert found == [("train", "b", 2), ("export", "c", 2), ("train", "c", 1)]


def test_the_same_subject_may_be_worked_on_by_several_tasks(store):
    (variant,) = variants(1)
    verifying = store.variants.add([variant], "bulk")
    grading = ordered(store, [Wanted(variant.id, "b", 1.0)], task="regrade")
    settle(store, take(store, 1))
    assert (store.jobs.find(verifying).state, store.jobs.find(grading).state) == ("succeeded", "queued")
    assert store.variants.find(variant.id).job == verifying


def test_a_job_tells_what_was_asked_for_and_what_came_of_it(store):
    job = ordered(store, costly(1.0), task="export")
    assert ordered(store, costly(1.0), task="export") is None
    asked = store.jobs.find(job)
    assert (asked.kind, asked.request, asked.result) == ("export", {"of": "a test"}, None)
    lease = take(store, 1)
    store.work.finish(lease, ["train-0"], lambda connection, _: set_result(connection, job, {"files": ["a.zip"]}))
    assert store.jobs.find(job).result == {"files": ["a.zip"]}


def test_what_is_kept_with_the_end_of_work_is_kept_together_with_it_or_not_at_all(store):
    job, lease = ordered(store, costly(1.0)), take(store, 1)

    def fail(connection, subjects):
        set_result(connection, job, subjects)
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        store.work.finish(lease, ["train-0"], fail)
    assert (store.jobs.find(job).state, store.jobs.find(job).result) == ("running", None)


def test_a_lease_that_is_extended_stays_and_one_that_is_lost_is_told(store):
    job = ordered(store, costly(1.0))
    lease = take(store, 1, 0.2)
    assert store.work.extend(lease, LONG)
    time.sleep(0.3)
    assert take(store, 1) is None
    store.jobs.cancel(job)
    assert not store.work.extend(lease, LONG)


def test_a_lease_that_others_have_taken_cannot_be_extended(store):
    ordered(store, costly(1.0))
    late = take(store, 1, 0.01)
    time.sleep(0.05)
    assert take(store, 1)
    assert not store.work.extend(late, LONG)


def test_the_time_that_is_left_moves_with_the_progress_of_what_is_under_way(store):
    job = ordered(store, costly(10.0, 10.0))
    lease = take(store, 1)
    assert store.jobs.find(job).eta_seconds is None
    time.sleep(0.1)
    store.work.extend(lease, LONG, 0.01)
    early = store.jobs.find(job).eta_seconds
    store.work.extend(lease, LONG, 0.9)
    assert 0 < store.jobs.find(job).eta_seconds < early
    store.work.fail(lease, "again")
    assert store.jobs.find(job).eta_seconds is None


def test_what_a_process_that_is_gone_held_is_free_at_once_and_counts_as_tried(store):
    store.variants.add(variants(6), "bulk")
    gone = store.work.lease("bulk", 3, LONG, 1e6, holder="host:1:2")
    other = store.work.lease("bulk", 3, LONG, 1e6, holder="host:1:3")
    assert store.work.release("host:1:2") == 3
    assert store.work.release("host:1:2") == 0
    assert settle(store, gone) == []
    assert len(settle(store, other)) == 3
    assert len(take(store, 100).pieces) == 3


def test_what_is_put_back_does_not_count_as_tried(store):
    ordered(store, costly(1.0))
    for _ in range(MOST_ATTEMPTS + 2):
        lease = take(store, 1)
        store.work.put_back(lease)
        assert not store.work.extend(lease, LONG)
    assert len(settle_all(store)) == 1


def settle_all(store):
    lease = take(store, 100)
    return store.work.finish(lease, [piece.subject for piece in lease.pieces], lambda *_: None)


def test_what_fails_may_go_to_another_queue(store):
    ordered(store, costly(1.0), queue="interactive")
    lease = store.work.lease("interactive", 1, LONG, 1.0)
    assert lease.queue == "interactive"
    store.work.fail(lease, "it took too long", queue="bulk")
    assert store.work.waiting() == {"bulk": 1}


def test_work_is_overdue_when_it_has_waited_long_or_lost_its_worker(store):
    ordered(store, costly(1.0), queue="interactive")
    assert not store.work.overdue("interactive", LONG)
    assert not store.work.overdue("bulk", 0)
    time.sleep(0.02)
    assert store.work.overdue("interactive", 0.01)
    store.work.lease("interactive", 1, LONG, 1.0, holder="host:1:2")
    assert not store.work.overdue("interactive", 0.01)
    store.work.release("host:1:2")
    assert store.work.overdue("interactive", LONG)

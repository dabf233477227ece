"""Leases: nothing is lost, nothing is done twice, poison is given up."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from bank import registry
from bank.store.assets import Asset
from bank.store.work import MOST_ATTEMPTS, Outcome
from tests.secret import named

RATIO = registry.get("quadratic_layer_ratio")
VERIFIED = Outcome("verified", b'{"verdict":"confirmed"}', {})
LONG = 60


def variants(count):
    return [named(RATIO.draft(seed)) for seed in range(count)]


def settle(store, lease, outcome=VERIFIED):
    return store.work.finish(lease, {piece.variant: outcome for piece in lease.pieces})


def test_a_lease_holds_one_family_and_hides_its_pieces_from_others(store):
    store.variants.add(variants(10), "bulk")
    lease = store.work.lease("bulk", 6, LONG)
    assert lease.family == "quadratic_layer_ratio"
    assert len(lease.pieces) == 6
    assert store.work.waiting() == {"bulk": 4}
    assert len(store.work.lease("bulk", 6, LONG).pieces) == 4
    assert store.work.lease("bulk", 6, LONG) is None


def test_a_finished_lease_leaves_verdict_evidence_and_figures(store):
    (variant,) = variants(1)
    job = store.variants.add([variant], "bulk")
    figure = {"f" * 64: Asset("image/svg+xml", b"<svg/>")}
    lease = store.work.lease("bulk", 1, LONG)
    assert settle(store, lease, Outcome("verified", b"{}", figure)) == [variant.id]
    found = store.variants.find(variant.id)
    assert (found.state, found.evidence, found.job) == ("verified", b"{}", job)
    assert store.assets.find("f" * 64) == figure["f" * 64]
    assert store.jobs.find(job).state == "succeeded"


def test_a_lease_that_ran_out_goes_to_the_next_and_the_late_one_counts_for_nothing(store):
    job = store.variants.add(variants(1), "bulk")
    late = store.work.lease("bulk", 1, 0.01)
    time.sleep(0.05)
    next_one = store.work.lease("bulk", 1, LONG)
    assert settle(store, late) == []
    assert len(settle(store, next_one)) == 1
    assert settle(store, next_one) == []
    assert (store.jobs.find(job).done, store.jobs.find(job).total) == (1, 1)


def test_what_fails_comes_back_in_smaller_batches_and_is_given_up_in_the_end(store):
    job = store.variants.add(variants(40), "bulk")
    sizes = []
    while lease := store.work.lease("bulk", 40, LONG):
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
        assert store.work.lease("bulk", 1, 0.001)
        time.sleep(0.01)
    assert store.work.lease("bulk", 1, LONG) is None
    assert store.jobs.find(job).failed == (("no worker survived it", 1),)


def test_many_workers_at_once_share_the_work_out(store):
    job = store.variants.add(variants(120), "bulk")
    together = Barrier(6)

    def work():
        together.wait()
        done = []
        while lease := store.work.lease("bulk", 7, LONG):
            done += settle(store, lease)
        return done

    with ThreadPoolExecutor(6) as workers:
        done = [name for future in [workers.submit(work) for _ in range(6)] for name in future.result()]
    assert len(done) == len(set(done)) == store.jobs.find(job).done == 120


def test_cancelling_keeps_what_was_done(store):
    job = store.variants.add(variants(5), "bulk")
    settle(store, store.work.lease("bulk", 2, LONG))
    held = store.work.lease("bulk", 2, LONG)
    assert store.jobs.cancel(job).state == "cancelled"
    assert settle(store, held) == []
    assert store.work.lease("bulk", 5, LONG) is None
    assert store.jobs.find(job).done == 2


def test_leases_of_workers_that_are_gone_can_be_ended_at_once(store):
    store.variants.add(variants(3), "bulk")
    gone = store.work.lease("bulk", 3, LONG)
    store.work.release_all()
    assert store.work.waiting() == {"bulk": 3}
    assert settle(store, gone) == []
    assert len(store.work.lease("bulk", 100, LONG).pieces) == 3

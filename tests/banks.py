"""Banks for tests: built by a worker in the process of the test, without a Redis."""

from bank.exams import building, reading
from tests.worker import worker_on
from workers.working import work_off_queue

ITEMS = ({"family": "quadratic_layer_ratio", "count": 6}, {"family": "gd_rate", "count": 4, "kind": "numeric"})
QUEUES = ("bulk", "training")


def ordered(store, items=ITEMS, seed=7, name="Resit", **more):
    """A new bank that nobody has begun to build; returns {bank, revision, job}."""
    return store.banks.create(name, building.plan(reading.read({"items": list(items), **more}), seed))


def build(store):
    """Do all that waits, as workers would."""
    worker = worker_on(store)
    while any(store.work.waiting().get(queue) for queue in QUEUES):
        for queue in QUEUES:
            work_off_queue(worker, queue)


def bank_on(store, items=ITEMS, **more):
    """The id of a published bank with verified variants."""
    made = ordered(store, items, **more)
    build(store)
    store.banks.publish(made["bank"], made["revision"])
    return made["bank"]

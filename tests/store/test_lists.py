"""Lists of the record, on both databases."""

from itertools import pairwise

import pytest
from sqlalchemy import insert, update

from bank import registry
from bank.store import Order, Place, Wanted, Wish
from bank.store.jobs import STATES
from bank.store.tables import JOBS, VARIANTS
from tests.secret import named

RATIO = registry.get("quadratic_layer_ratio")
ROWS = 5000
COUNTS = [  # of jobs of two pieces: when it was started, how many are done and failed, when it was cancelled
    *((None, 0, 0, None), (None, 0, 0, 3.0), (2.0, 0, 0, None), (2.0, 1, 0, None), (2.0, 1, 1, None)),
    *((2.0, 2, 0, None), (2.0, 0, 2, None), (2.0, 1, 0, 3.0), (2.0, 1, 1, 3.0), (None, 2, 0, None)),
]


def walked(fetch, most):
    """All of a list, in pages of so many."""
    found, after = [], None
    while page := fetch(after, most):
        found += page
        after = page[-1].place
    return found


def test_rows_of_one_moment_are_listed_once_each(store):
    store.variants.add([named(RATIO.draft(seed)) for seed in range(9)], "bulk")
    with store.database.writing() as connection:
        connection.execute(update(VARIANTS).values(created=1764172800.1234567))
    found = walked(lambda after, most: store.variants.newest(Wish(), after, most), 2)
    assert [row.id for row in found] == sorted((named(RATIO.draft(seed)).id for seed in range(9)), reverse=True)


def test_each_state_of_a_job_is_found_as_it_is_told(store):
    for number, (started, done, failed, cancelled) in enumerate(COUNTS):
        times = {"created": float(number), "started": started, "cancelled": cancelled}
        row = {"id": f"job-{number}", "total": 2, "done": done, "failed": failed, **times}
        with store.database.writing() as connection:
            connection.execute(JOBS.insert().values(**row))
    everyone = store.jobs.newest(None, None, 100)
    assert [job.place.created for job in everyone] == [float(number) for number in reversed(range(10))]
    by_state = {state: store.jobs.newest(state, None, 100) for state in STATES}
    assert all(job.state == state for state, jobs in by_state.items() for job in jobs)
    assert all(by_state.values())
    assert sum(map(len, by_state.values())) == 10


def test_a_list_tells_of_each_job_what_it_tells_alone(store):
    names = [
        store.work.add(Order("t", "bulk", "t"), [Wanted(f"{job}-{n}", "b", 1.0) for n in range(4)]) for job in "abc"
    ]
    lease = store.work.lease("bulk", 5, 60, 100.0)
    store.work.finish(lease, [lease.pieces[0].subject], lambda connection, subjects: None)
    for _ in range(4):
        store.work.fail(store.work.lease("bulk", 1, 60, 1.0), "too long")
    listed = {job.id: job for job in store.jobs.newest(None, None, 10)}
    assert set(listed) == set(names)
    for name in names:
        alone = store.jobs.find(name)
        assert (listed[name].state, listed[name].done, listed[name].failed) == (alone.state, alone.done, alone.failed)
        assert (listed[name].eta_seconds is None) == (alone.eta_seconds is None)


def test_who_was_named_a_job_may_watch_it(store):
    job = store.variants.add([named(RATIO.draft(1))], "bulk")
    for _ in range(2):
        store.jobs.let_watch(job, "abc")
    assert store.jobs.may_watch(job, "abc")
    assert not store.jobs.may_watch(job, "abd")
    assert not store.jobs.may_watch("job-0", "abc")


@pytest.fixture
def long_record(sqlite_store):
    """Rows enough that a plan matters."""
    row = {"version": "1", "kind": "numeric", "params": "{}", "public": b"x" * 2000, "private": b""}
    rows = [
        {
            "id": f"v{n:05d}",
            "family": f"f{n % 7}",
            "state": "verified" if n % 9 else "drawn",
            "created": float(n),
            **row,
        }
        for n in range(ROWS)
    ]
    with sqlite_store.database.writing() as connection:
        connection.execute(insert(VARIANTS), rows)
    return sqlite_store


@pytest.mark.parametrize("state", [None, "drawn"])
@pytest.mark.parametrize("family", [None, "f3"])
def test_a_page_is_read_from_an_index_in_its_order(long_record, monkeypatch, family, state):
    plans, place = [], Place(ROWS / 2, "v")
    with long_record.database.reading() as connection:
        explain = connection.exec_driver_sql
        monkeypatch.setattr(type(connection), "execute", explained(explain, plans))
        long_record.variants.newest(Wish(family, state), place, 101)
    (plan,) = plans
    assert "USING INDEX variants_" in plan
    assert "(created,id)<" in plan
    assert "TEMP B-TREE" not in plan


def explained(explain, plans):
    """In the place of `Connection.execute`: notes the plan of a statement, and runs it."""

    def execute(connection, statement, *args, **kwargs):
        compiled = statement.compile(connection.engine, compile_kwargs={"literal_binds": True})
        plans.append("; ".join(row[3] for row in explain(f"EXPLAIN QUERY PLAN {compiled}")))
        return connection.exec_driver_sql(str(compiled))

    return execute


def test_pages_of_a_long_record_have_each_row_once(long_record):
    found = walked(lambda after, most: long_record.variants.newest(Wish(family="f3"), after, most), 100)
    assert [row.id for row in found] == [f"v{n:05d}" for n in reversed(range(ROWS)) if n % 7 == 3]
    assert all(a.place > b.place for a, b in pairwise(found))

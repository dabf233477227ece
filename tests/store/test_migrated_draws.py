"""A record of before there were banks: nothing of it is lost on the way up, on the way back, and up again."""

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, select

from bank.attempts import Standing
from bank.errors import IdempotencyKeyReused, StoreUnavailable
from bank.kept import Kept
from bank.store import MIGRATIONS, Answer, Call, Store
from bank.store.exam_tables import BANKS, DRAWS
from bank.store.tables import ATTEMPTS, METADATA, RESPONSES, VARIANTS, WORK
from tests.banks import bank_on, ordered
from tests.store import record_0006
from tests.store.record_0006 import REVISION, SCORES, contents, response, told
from tests.worker import worker_on
from workers.working import work_off_queue

GIVEN = sum(map(len, SCORES.values()))
DRAW = "draw-0123456789abcdef"
WITHDRAWN = record_0006.VARIANTS[1].id


@pytest.fixture
def old_store(database_url):
    """A record of revision 0006, not migrated yet."""
    store = Store(database_url)
    store.migrate(REVISION)
    with store.database.writing() as connection:
        record_0006.fill(connection)
    yield store
    store.close()


@pytest.fixture
def before(old_store):
    """The rows, the columns that they have, and the tables with all their keys and indexes."""
    tables = MetaData()
    with old_store.database.reading() as connection:
        tables.reflect(connection)
        return *contents(connection), tables


@pytest.fixture
def store(old_store, before):
    old_store.migrate()
    return old_store


def downgrade(store):
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with store.database.writing() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, REVISION)


def responses(store):
    with store.database.reading() as connection:
        return connection.execute(select(RESPONSES)).all()


def answer(place, learner, attempt, call=None, draw=""):
    return Answer(record_0006.VARIANTS[place].id, learner, response(learner, attempt), call, draw)


def use_banks(store):
    """A published bank, a draw of it with an answer, a withdrawn variant; the job of a bank that is not built."""
    about = {"bank": bank_on(store), "revision": 1, "learner": "ada", "pool": "exam", "occasion": 1, "place": 0}
    with store.database.writing() as connection:
        connection.execute(DRAWS.insert().values(id=DRAW, made=1.0, **about))
        connection.execute(VARIANTS.update().where(VARIANTS.c.id == WITHDRAWN).values(state="withdrawn"))
    given = answer(0, "ada", 1, Call("moodle", "in a draw"), DRAW)
    store.attempts.spend(given, lambda standing: (told("ada", 0, 1), Standing(1, 1, 0.0)))
    return ordered(store)["job"]


def test_every_row_of_every_table_is_there(store, before):
    rows, columns, _ = before
    with store.database.reading() as connection:
        assert contents(connection, columns)[0] == rows
    assert all(rows[name] for name in record_0006.ROWS)
    store.ready()


def test_what_is_new_of_old_rows_is_empty_and_every_response_has_its_own_id(store):
    kept = responses(store)
    assert len({row.id for row in kept}) == len(kept) == GIVEN
    assert all(len(row.id) == 25 and row.id.startswith("response-") and int(row.id[9:], 16) >= 0 for row in kept)
    with store.database.reading() as connection:
        assert set(connection.execute(select(ATTEMPTS.c.draw).union(select(RESPONSES.c.draw))).scalars()) == {""}
        assert set(connection.execute(select(WORK.c.units, WORK.c.counted)).all()) == {(1, 0)}
        assert connection.execute(select(BANKS)).all() == []


def test_learners_stand_where_they_stood(store):
    first, second, third = (variant.id for variant in record_0006.VARIANTS[:3])
    assert store.attempts.standing(first, "ada") == Standing(2, 2, 3.0, closed=True)
    assert store.attempts.standing(first, "grace") == Standing(3, 3, 0.0)
    assert store.attempts.standing(second, "Zoë") == Standing(1, 2, 1.5)
    assert store.attempts.standing(third, "eve") == Standing()
    assert store.attempts.standing(first, "ada", DRAW) == Standing()


@pytest.mark.parametrize(("api_key", "name", "learner", "place", "attempt"), record_0006.CALLS)
def test_a_call_that_is_repeated_is_told_the_same(store, api_key, name, learner, place, attempt):
    again = answer(place, learner, attempt, Call(api_key, name))
    assert store.attempts.spend(again, pytest.fail) == told(learner, place, attempt)
    with pytest.raises(IdempotencyKeyReused):
        store.attempts.spend(answer(place - 1, learner, attempt, Call(api_key, name)), pytest.fail)
    assert len(responses(store)) == GIVEN


def test_a_response_that_is_given_again_is_told_the_same_and_the_next_one_follows_it(store):
    assert store.attempts.spend(answer(1, "Zoë", 2), pytest.fail) == told("Zoë", 1, 2)
    store.attempts.spend(answer(1, "Zoë", 3), lambda standing: (told("Zoë", 1, 2), Standing(2, 3, 1.5)))
    kept = responses(store)
    assert sorted(row.attempt for row in kept if row.learner == "Zoë") == [1, 2, 3]
    assert len({row.id for row in kept}) == GIVEN + 1


def test_jobs_are_what_they_were_and_open_work_is_finished(store):
    states = {"open": "queued", "leased": "queued", "done": "succeeded", "failed": "failed", "cancelled": "cancelled"}
    assert {name: store.jobs.find(f"job-{name}").state for name in states} == states
    assert store.jobs.find("job-failed").failed == (("poison", 1),)
    assert store.jobs.may_watch("job-done", "moodle")
    assert not work_off_queue(worker_on(store), "bulk")
    assert {store.jobs.find(f"job-{name}").state for name in ("open", "leased")} == {"succeeded"}
    assert store.results.find(["training/1", "training/2"]) == {"training/1": Kept({"loss": [0.5]}, 12.5, "cpu")}


def test_the_way_back_and_up_again_changes_nothing(store, before):
    rows, columns, tables = before
    downgrade(store)
    with store.database.reading() as connection:
        assert contents(connection) == (rows, columns)
        assert compare_metadata(MigrationContext.configure(connection), tables) == []
    store.migrate()
    with store.database.reading() as connection:
        assert contents(connection, columns)[0] == rows
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
    store.ready()


def test_the_way_back_takes_banks_and_what_was_answered_in_draws_and_nothing_else(store, before):
    rows, columns, _ = before
    unbuilt = use_banks(store)
    downgrade(store)
    with store.database.reading() as connection:
        kept, _ = contents(connection, columns)
    assert set(rows["results"]) <= set(kept["results"])
    for name in ("attempts", "responses", "calls", "keys", "watchers", "assets"):
        assert kept[name] == rows[name]
    for name in ("variants", "jobs"):
        assert {row[0] for row in rows[name]} < {row[0] for row in kept[name]}
    assert {row[:2] for row in kept["work"]} == {row[:2] for row in rows["work"]}
    states = {row[0]: row[columns["variants"].index("state")] for row in kept["variants"]}
    assert states[WITHDRAWN] == "disputed"
    assert set(states.values()) == {"drawn", "verified", "disputed"}
    store.migrate()
    assert len(responses(store)) == GIVEN
    assert store.jobs.find(unbuilt).state == "cancelled"


def test_a_migration_that_fails_half_way_leaves_the_record_as_it_was(old_store, before):
    rows, columns, _ = before
    with old_store.database.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE orders (obstacle INTEGER)")
    with pytest.raises(StoreUnavailable):
        old_store.migrate()
    assert old_store.revision() == REVISION
    with old_store.database.writing() as connection:
        connection.exec_driver_sql("DROP TABLE orders")
        assert contents(connection) == (rows, columns)
    old_store.migrate()
    old_store.ready()

"""A record of before attempts had a worth: who has answered right is done, and names differ by no white space."""

import json

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import column, table

from bank import registry
from bank.attempts import Standing
from bank.store import MIGRATIONS, Answer, Store
from bank.store.tables import METADATA
from tests.store.test_migrated_work import name_of, variant_row

RATIO = registry.get("quadratic_layer_ratio")
ANSWERED = {  # the scores of 3, in the order given
    ("ada", 0): [0, 3],
    ("eve", 0): [1],
    ("eve ", 0): [0, 2],
    (" grace", 0): [0],
    ("Zoe\u0308", 0): [3],
    (" ", 0): [0],
    ("words", 1): [None],
}


def rows():
    for (learner, seed), scores in ANSWERED.items():
        yield "attempts", {"variant": name_of(seed), "learner": learner, "used": len(scores)}
        for attempt, score in enumerate(scores, 1):
            result = {"score": score, "max_score": 3, "correct": None if score is None else score == 3, "parts": []}
            where = {"variant": name_of(seed), "learner": learner, "attempt": attempt}
            response = json.dumps({"value": f"{learner} {attempt}"})
            yield "responses", {**where, "response": response, "result": json.dumps(result), "given": float(attempt)}


@pytest.fixture
def store(database_url):
    store = Store(database_url)
    store.migrate("0001")
    with store.database.writing() as connection:
        for seed in range(2):
            row = variant_row(RATIO.draft(seed), name_of(seed), "done")
            connection.execute(table("variants", *map(column, row)).insert(), row)
    store.migrate("0003")
    with store.database.writing() as connection:
        for name, row in rows():
            connection.execute(table(name, *map(column, row)).insert(), row)
    store.migrate()
    store.ready()
    yield store
    store.close()


def test_learners_stand_where_their_answers_have_brought_them(store):
    first, second = name_of(0), name_of(1)
    assert store.attempts.standing(first, "ada") == Standing(2, 2, 3.0, closed=True)
    assert store.attempts.standing(first, "eve") == Standing(3, 3, 2.0)
    assert store.attempts.standing(first, "grace") == Standing(1, 1, 0.0)
    assert store.attempts.standing(first, "Zoë") == Standing(1, 1, 3.0, closed=True)
    assert store.attempts.standing(second, "words") == Standing(1, 1)
    assert store.attempts.standing(first, "eve ") == store.attempts.standing(first, "Zoe\u0308") == Standing()


def test_every_response_is_there_and_told_again_in_the_new_form(store):
    with store.database.reading() as connection:
        kept = connection.execute(METADATA.tables["responses"].select()).all()
    assert len(kept) == sum(map(len, ANSWERED.values()))
    assert all(row.counted for row in kept)
    last = next(row for row in kept if (row.learner, row.attempt) == ("ada", 2))
    told = store.attempts.spend(Answer(last.variant, "ada", json.loads(last.response)), pytest.fail)
    assert (told["score"], told["worth"], told["best_score"], told["attempts_left"]) == (3, 1, 3, None)


def test_the_way_back_keeps_every_response(store):
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with store.database.writing() as connection:
        connection.exec_driver_sql("UPDATE attempts SET given = 3 WHERE learner = 'ada'")
        config.attributes["connection"] = connection
        command.downgrade(config, "0003")
        assert connection.exec_driver_sql("SELECT used FROM attempts WHERE learner = 'ada'").scalar() == 3
        kept = connection.exec_driver_sql("SELECT count(*) FROM responses").scalar()
    assert kept == sum(map(len, ANSWERED.values()))

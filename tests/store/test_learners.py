"""What is kept of learners, and what is left once they are erased; on both databases."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from bank import registry
from bank.attempts import Standing
from bank.errors import BadParams, NotForPersons, UnknownDraw, UnknownLearner, UnknownResponse
from bank.store import Answer, Call, Filter
from bank.store.exam_tables import ERASURES
from bank.store.tables import METADATA, RESPONSES, VARIANTS
from tests.learners import given_draw, marks, regrade
from tests.secret import named

RATIO = registry.get("quadratic_layer_ratio")
NAME = "Zoë Aardvark-Featherstonehaugh"


def told(score=None):
    reading = {"text": "as read", "html": "as read"}
    return {"score": score, "max_score": 3, "correct": None if score is None else score == 3, "reading": reading}


def answered(store, variant, learner, score=None, draw="", response="4"):
    """One more response, graded so; None waits for a person."""

    def judge(before):
        best = max((s for s in (before.best, score) if s is not None), default=None)
        return told(score), Standing(before.used + 1, before.given + 1, best, score == 3)

    number = store.attempts.standing(variant, learner, draw).given
    call = Call("key", f"{learner} {draw} {number}")
    store.attempts.spend(Answer(variant, learner, {"text": f"{response} {number}"}, call, draw), judge)
    return store.responses.newest(Filter(learner=learner), None, 1)[0]


@pytest.fixture
def variant(store):
    draft = named(RATIO.draft(1))
    store.variants.add([draft], "bulk")
    return draft.id


def test_a_response_is_not_kept_under_a_draw_that_was_erased_meanwhile(store, variant):
    _, draw = given_draw(store, NAME, variant)
    answered(store, variant, NAME, 0.0, draw)
    store.learners.erase(NAME, "key ada")
    with pytest.raises(UnknownDraw):
        answered(store, variant, NAME, 0.0, draw)
    assert store.learners.kept(NAME) is None


def test_who_answers_and_is_erased_at_once_has_no_name_afterwards(store, variant):
    _, draw = given_draw(store, NAME, variant)

    def act(number):
        if number == 10:
            return store.learners.erase(NAME, "key ada").draws
        with suppress(UnknownDraw):
            store.attempts.spend(Answer(variant, NAME, {"text": f"{number}"}, draw=draw), count_one)
        return 0

    with ThreadPoolExecutor(10) as many:
        assert sum(many.map(act, range(30))) == 1
    assert store.learners.kept(NAME) is None
    found = store.responses.newest(Filter(), None, 100)
    assert len({response.learner for response in found}) <= 1
    assert [response.bank for response in found].count(None) == 0


def count_one(before):
    return told(0.0), Standing(before.used + 1, before.given + 1, 0.0)


def place_of(found):
    return {name: getattr(found, name) for name in ("draw", "variant", "learner", "attempt")}


def test_the_last_word_on_a_response_holds(store, variant):
    bank, draw = given_draw(store, NAME, variant)
    answered(store, variant, NAME, 0.0, draw)
    found = answered(store, variant, NAME, 1.0, draw)
    for moment, score in ((2.0, 3.0), (1.0, 2.0)):
        regrade(store, bank, place_of(found), score, moment)
    last, first = store.responses.newest(Filter(bank=bank), None, 10)
    assert (last.told["score"], last.effective.score, first.effective.score) == (1.0, 3.0, 0.0)
    assert [(change.score, change.who, change.why) for change in last.changes] == [
        (2.0, "key ada", "a wrong key"),
        (3.0, "key ada", "a wrong key"),
    ]


def test_a_person_grades_what_waits_and_the_standing_follows(store, variant):
    found = answered(store, variant, "eve")
    assert [each.id for each in store.responses.newest(Filter(graded=False), None, 10)] == [found.id]
    for points in (1.0, 3.0, 2.0):
        marked = store.responses.mark(found.id, points, "so", "key ada")
        assert (marked.effective.score, marked.needs_grading) == (points, False)
        assert store.attempts.standing(variant, "eve") == Standing(1, 1, points, points == 3)
    assert [row.points for row in marks(store)] == [1.0, 3.0, 2.0]
    assert store.responses.newest(Filter(graded=False), None, 10) == []
    assert len(store.responses.newest(Filter(graded=True), None, 10)) == 1


def test_what_is_not_for_a_person_is_refused(store, variant):
    by_key, by_person = answered(store, variant, "eve", 1.0), answered(store, variant, "bob")
    with pytest.raises(NotForPersons):
        store.responses.mark(by_key.id, 1.0, "", "key")
    with pytest.raises(BadParams, match="points must be 0 to 3"):
        store.responses.mark(by_person.id, 3.5, "", "key")
    with pytest.raises(UnknownResponse):
        store.responses.mark("response-0", 1.0, "", "key")
    assert marks(store) == []


def test_points_without_a_response_count_beside_a_mark(store, variant):
    bank, draw = given_draw(store, "eve", variant)
    found = answered(store, variant, "eve", None, draw)
    regrade(store, bank, place_of(found) | {"attempt": 0}, 3, 1.0)
    store.responses.mark(found.id, 1.0, "", "key")
    assert store.attempts.standing(variant, "eve", draw).best == 3


def everything(store):
    """The text of all rows of all tables."""
    with store.database.reading() as connection:
        return repr([connection.execute(select(table)).all() for table in METADATA.sorted_tables])


def test_erasing_leaves_results_and_no_name(store, variant):
    with store.database.writing() as connection:
        connection.execute(update(VARIANTS).values(kind="text"))
    bank, draw = given_draw(store, NAME, variant)
    found = answered(store, variant, NAME, None, draw, f"I am {NAME}")
    answered(store, variant, NAME, None, "", "elsewhere")
    regrade(store, bank, place_of(found), 2, 1.0)
    store.responses.mark(found.id, 1.0, f"better than ever, {NAME}", "key")
    kept = answered(store, variant, "bob")
    before = {each.id: each.effective for each in store.responses.all(Filter())}
    erased = store.learners.erase(NAME, "key ada")
    assert (erased.responses, erased.draws, erased.texts) == (2, 1, 2)
    left = everything(store)
    assert NAME not in left
    assert "Aardvark" not in left
    assert "elsewhere" not in left
    assert draw not in left
    assert {each.id: each.effective for each in store.responses.all(Filter())} == before
    assert store.responses.newest(Filter(learner="bob"), None, 2) == [kept]
    (after,) = {each.learner for each in store.responses.all(Filter())} - {"bob"}
    assert {row.bank for row in store.responses.all(Filter(learner=after))} == {bank, None}
    assert [len(rows) for rows in store.learners.kept(after).values()] == [1, 1, 1, 2, 1]
    with pytest.raises(UnknownLearner):
        store.learners.erase(NAME, "key ada")


def test_written_answers_may_stay(store, variant):
    with store.database.writing() as connection:
        connection.execute(update(VARIANTS).values(kind="text"))
    found = answered(store, variant, "eve", response="words")
    store.learners.erase("eve", "key", texts=False)
    (left,) = store.responses.all(Filter())
    assert replace(left, learner="eve") == found


def test_who_was_heard_of_late_keeps_the_name(store, variant):
    for learner in ("old", "new", "both"):
        answered(store, variant, learner)
    given_draw(store, "drew", variant)
    with store.database.writing() as connection:
        connection.execute(update(RESPONSES).where(RESPONSES.c.learner != "new").values(given=5.0))
    answered(store, variant, "both")
    assert sorted(store.learners.expired(10.0, 9)) == ["drew", "old"]
    for learner in store.learners.expired(10.0, 9):
        store.learners.erase(learner, "retention")
    assert store.learners.expired(10.0, 9) == []
    with store.database.reading() as connection:
        assert len(connection.execute(select(ERASURES)).all()) == 2


def test_the_file_holds_no_name_once_it_is_erased(sqlite_store):
    """Of many learners, so that pages were split and rows moved before."""
    draft = named(RATIO.draft(1))
    sqlite_store.variants.add([draft], "bulk")
    names = [f"{number * 7919 % 1000:03d} {NAME} {number * 7919 % 1000:03d}" for number in range(300)]
    for name in names:
        answered(sqlite_store, draft.id, name)
    file = sqlite_store.database.file
    files = [file, *(file.with_name(f"{file.name}-{end}") for end in ("wal", "shm"))]
    gone = names[100:110]
    for name in gone:
        sqlite_store.learners.erase(name, "key")
    content = b"".join(path.read_bytes() for path in files if path.exists())
    assert [name for name in gone if name.encode() in content] == []
    assert all(name.encode() in content for name in names[:100])

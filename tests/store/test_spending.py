"""Attempts in the record, on both databases: counted exactly, told again to whoever repeats a call."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from bank import registry
from bank.attempts import AttemptRules, Standing, judge
from bank.errors import AlreadyAnswered, AttemptsExhausted, Closed, IdempotencyKeyReused
from bank.store import Answer, Call
from bank.store.spending import rounds
from tests.secret import named

RATIO = registry.get("quadratic_layer_ratio")
TYPED = {"shape": {}}
WRONG = {"score": 0.0, "correct": False, "parts": [], "feedback": []}
RIGHT = {"score": 3.0, "correct": True, "parts": [], "feedback": []}
UNJUDGED = {"score": None, "correct": None, "parts": [], "feedback": []}


@pytest.fixture
def variants(store):
    kept = [named(RATIO.draft(seed)) for seed in (1, 2)]
    store.variants.add(kept, "bulk")
    return [variant.id for variant in kept]


@pytest.fixture
def spend(store, variants):
    """Give a response, which is graded `result`."""

    def give(value, result=WRONG, call=None, learner="ada", variant=variants[0]):
        answer = Answer(variant, learner, {"value": value}, call and Call("key", call))
        return store.attempts.spend(answer, partial(judge, AttemptRules(), TYPED, result))

    return give


def at_once(spend, calls):
    """What many calls at the same moment are told, or how they were refused."""

    def outcome(call):
        try:
            return spend(*call)
        except (AttemptsExhausted, AlreadyAnswered, IdempotencyKeyReused) as error:
            return type(error)

    with ThreadPoolExecutor(10) as many:
        return list(many.map(outcome, calls))


def test_a_hundred_at_once_get_exactly_as_many_attempts_as_there_are(store, spend, variants):
    found = at_once(spend, [(f"{n}",) for n in range(100)])
    assert sorted(told["attempts_left"] for told in found if isinstance(told, dict)) == [0, 1, 2]
    assert found.count(AttemptsExhausted) == 97
    assert store.attempts.standing(variants[0], "ada") == Standing(3, 3, 0.0)
    assert store.attempts.standing(variants[0], "grace") == Standing()


@pytest.mark.parametrize("call", [None, "call"])
def test_one_response_a_hundred_times_at_once_is_one_attempt(store, spend, variants, call):
    found = at_once(spend, [("1", WRONG, call)] * 100)
    assert {told["attempts_left"] for told in found} == {2}
    assert store.attempts.standing(variants[0], "ada").given == 1


def test_one_key_for_many_calls_at_once_is_for_the_first_alone(store, spend, variants):
    found = at_once(spend, [("1", WRONG, "call", f"learner {n}", variants[n % 2]) for n in range(40)])
    assert found.count(IdempotencyKeyReused) == 39
    given = [store.attempts.standing(variants[n % 2], f"learner {n}").given for n in range(40)]
    assert sorted(given) == [0] * 39 + [1]


def test_right_and_wrong_at_once_end_with_one_right_answer(store, spend, variants):
    found = at_once(spend, [(f"{n}", RIGHT) for n in range(30)])
    assert found.count(AlreadyAnswered) == 29
    assert store.attempts.standing(variants[0], "ada") == Standing(1, 1, 3.0, closed=True)


def test_what_is_refused_leaves_nothing_behind(store, spend, variants):
    spend("1", call="call")
    for refused in ({"value": "2"}, {"value": "1", "learner": "grace"}, {"value": "1", "variant": variants[1]}):
        with pytest.raises(IdempotencyKeyReused):
            spend(**refused, call="call")
    assert store.attempts.standing(variants[0], "grace") == store.attempts.standing(variants[1], "ada") == Standing()
    with store.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM attempts").scalar() == 1


def test_what_waits_for_a_person_does_not_count(store, spend, variants):
    told = [spend(f"{n}", UNJUDGED)["attempts_left"] for n in range(10)]
    assert told == [3] * 10
    with pytest.raises(AttemptsExhausted, match="10 responses of this learner wait"):
        spend("10", UNJUDGED)
    assert spend("11", RIGHT)["best_score"] == 3
    assert store.attempts.standing(variants[0], "ada") == Standing(1, 11, 3.0, closed=True)


def test_one_that_fails_takes_no_other_with_it(store, spend, variants):
    def break_down(_):
        raise ZeroDivisionError

    def attempt(number):
        if number % 4:
            return spend("1", learner=f"learner {number}")["attempts_left"]
        with pytest.raises(ZeroDivisionError):
            store.attempts.spend(Answer(variants[0], f"learner {number}", {"value": "1"}), break_down)
        return None

    with ThreadPoolExecutor(10) as many:
        found = list(many.map(attempt, range(40)))
    assert found == [None, 2, 2, 2] * 10
    with store.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM attempts").scalar() == 30


def test_who_is_refused_at_the_first_response_leaves_nothing_behind(store, variants):
    def refuse(_):
        raise Closed("too late")

    with pytest.raises(Closed):
        store.attempts.spend(Answer(variants[0], "ada", {"value": "1"}), refuse)
    with store.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM attempts").scalar() == 0


def test_answers_that_must_see_one_another_are_not_judged_side_by_side():
    call = Call("key", "call")
    answers = [
        Answer("v", "ada", 1),
        Answer("v", "ada", 2),
        Answer("w", "ada", 3, call),
        Answer("v", "grace", 4, call),
        Answer("v", "ada", 5),
    ]
    assert list(rounds(answers)) == [[0, 2], [1, 3], [4]]


def test_members_of_a_response_have_no_order(store, variants):
    rules = partial(judge, AttemptRules(), TYPED, WRONG)
    for response in ({"a": "1", "b": "2"}, {"b": "2", "a": "1"}):
        assert store.attempts.spend(Answer(variants[0], "ada", response), rules)["attempts_left"] == 2
    assert store.attempts.spend(Answer(variants[0], "ada", {"a": "2", "b": "1"}), rules)["attempts_left"] == 1

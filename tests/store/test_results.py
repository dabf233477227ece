"""Results of experiments: computed once, kept in the record, read through Redis as long as there is one."""

import time

import pytest

from bank.cache import Cache
from bank.errors import UnkeepableResult
from bank.kept import Kept
from bank.results import KeptResults
from bank.store import Results

LONG = 60
TRAINED = Kept({"loss": [0.5, 0.25]}, seconds=12.5, device="cpu")


@pytest.fixture
def others(store):
    """Another process on the same record."""
    return Results(store.database)


def test_of_two_who_want_one_run_one_gets_it(store, others):
    assert store.results.claim(["a", "b"], LONG) == {"a", "b"}
    assert others.claim(["b", "c"], LONG) == {"c"}
    assert store.results.claim(["a", "a"], LONG) == {"a"}
    assert store.results.find(["a", "b", "c"]) == {}
    assert store.results.claim([], LONG) == set()


def test_what_is_kept_is_found_by_all_and_claimed_by_nobody(store, others):
    store.results.claim(["a"], LONG)
    store.results.keep("a", TRAINED)
    assert others.find(["a", "b"]) == {"a": TRAINED}
    assert others.claim(["a"], LONG) == set()


def test_a_claim_that_ran_out_is_taken_over_and_the_first_result_stays(store, others):
    store.results.claim(["a"], 0.01)
    time.sleep(0.05)
    assert others.claim(["a"], LONG) == {"a"}
    store.results.extend(["a"], LONG)
    store.results.release(["a"])
    assert store.results.claim(["a"], LONG) == set()
    others.keep("a", TRAINED)
    store.results.keep("a", Kept(None, 0.0, "cuda"))
    assert store.results.find(["a"]) == {"a": TRAINED}


def test_a_claim_that_is_extended_stays_and_one_that_is_given_up_is_free(store, others):
    store.results.claim(["a", "b"], 0.2)
    store.results.extend(["a"], LONG)
    store.results.release(["b"])
    time.sleep(0.3)
    assert others.claim(["a", "b"], LONG) == {"b"}


def test_when_all_who_claimed_are_gone_every_claim_is_free_and_every_result_stays(store, others):
    store.results.claim(["a", "b"], LONG)
    store.results.keep("b", TRAINED)
    others.release_all()
    assert others.claim(["a", "b"], LONG) == {"a"}


def test_null_is_a_result(store, others):
    store.results.keep("a", Kept(None, 0.0, "cpu"))
    assert others.find(["a"]) == {"a": Kept(None, 0.0, "cpu")}
    assert others.claim(["a"], LONG) == set()


@pytest.mark.parametrize("value", ["x" * (256 * 1024), float("nan"), {1, 2}], ids=["too large", "nan", "a set"])
def test_what_is_too_large_or_no_json_is_refused(store, value):
    store.results.claim(["a"], LONG)
    with pytest.raises(UnkeepableResult):
        store.results.keep("a", Kept(value, 1.0, "cpu"))
    with pytest.raises(UnkeepableResult):
        store.results.claim(["a" * 2000], LONG)
    assert store.results.find(["a"]) == {}


@pytest.fixture
def memory(store, redis_server):
    return KeptResults(store.results, Cache(redis_server.cache_url), LONG)


def test_redis_answers_first_and_the_record_after_it_was_emptied(store, others, memory, redis_server):
    assert memory.claim(["a"]) == {"a"}
    memory.keep("a", TRAINED)
    cached = KeptResults(Nothing(), Cache(redis_server.cache_url), LONG)
    assert cached.find(["a"]) == {"a": TRAINED}
    redis_server.flush()
    with pytest.raises(AssertionError):
        cached.find(["a"])
    assert memory.find(["a", "b"]) == {"a": TRAINED}
    assert cached.find(["a"]) == {"a": TRAINED}, "it was read through"


def test_without_redis_the_record_answers(store, memory, redis_server):
    redis_server.kill()
    assert memory.claim(["a"]) == {"a"}
    memory.keep("a", TRAINED)
    assert memory.find(["a", "b"]) == {"a": TRAINED}


def test_work_that_has_ended_leaves_no_claims(store, others, memory):
    memory.claim(["a", "b"])
    memory.keep("a", TRAINED)
    memory.release_all()
    memory.extend()
    assert others.claim(["a", "b"], LONG) == {"b"}


class Nothing:
    """In the place of the record where it must not be asked."""

    def find(self, keys):
        raise AssertionError(f"the record was asked for {keys}")

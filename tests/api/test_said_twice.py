"""A page that says it twice: over four processes of the API, on both databases, it costs one attempt."""

import contextlib
import json
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from threading import Event, Thread

import pytest

from bank.attempts import Standing
from tests.api.conftest import RATIO
from tests.api.test_gunicorn import processes
from tests.at_once import at_once
from tests.secret import named

ROUNDS = 8  # of the same, each with a learner of its own
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def service(service_on_each):
    return service_on_each


@pytest.fixture
def variant(service):
    return service.verified(named(RATIO.draft(1, "numeric")))


@pytest.fixture
def api(api_on_each):
    return api_on_each


class Page:
    """What a learner's page sends: a value, under a name for the call where it has one."""

    def __init__(self, api, service, variant):
        self._api, self._key, self._path = api, service.keys["lms"], f"/v1/variants/{variant}/grade"

    def send(self, learner, value, call=None):
        body = json.dumps({"response": {"value": value}, "learner": learner}).encode()
        named = {} if call is None else {"Idempotency-Key": call}
        status, _, told = self._api.get(self._path, self._key, "POST", body, **JSON, **named)
        return status, told

    def send_at_once(self, *calls):
        return at_once(self.send, calls)


@pytest.fixture
def page(api, service, variant):
    return Page(api, service, variant)


@pytest.mark.parametrize("call", [None, "call"])
def test_a_double_click_is_one_attempt(page, service, variant, call):
    for number in range(ROUNDS):
        learner = f"learner {number}"
        found = page.send_at_once(*[(learner, "1001", call and f"{call} {number}")] * 8)
        assert len(set(found)) == 1
        status, told = found[0]
        assert (status, json.loads(told)["attempts_left"]) == (200, 2)
        assert service.store.attempts.standing(variant, learner).given == 1


def test_two_tabs_with_one_response_are_one_attempt_and_with_two_are_two(page, service, variant):
    for number in range(ROUNDS):
        learner = f"learner {number}"
        page.send_at_once((learner, "1001", f"tab 1 {number}"), (learner, "1001", f"tab 2 {number}"))
        assert service.store.attempts.standing(variant, learner).used == 1
        found = page.send_at_once((learner, "1002"), (learner, "1003"))
        assert sorted(json.loads(told)["attempts_left"] for _, told in found) == [0, 1]
        assert page.send(learner, "1004")[0] == 409


def test_a_call_that_is_repeated_later_is_told_the_same_bytes(page, service, variant):
    first = page.send("ada", "1001", "call 1")
    assert page.send("ada", "1002", "call 2")[0] == 200
    repeated = page.send_at_once(*[("ada", "1001", "call 1"), ("ada", "1003", "call 1")] * 8)
    assert set(repeated[::2]) == {first}
    assert {status for status, _ in repeated[1::2]} == {422}
    assert service.store.attempts.standing(variant, "ada") == Standing(2, 2, 0.0)


def test_of_a_hundred_different_ones_three_are_graded(page, service, variant):
    found = page.send_at_once(*(("ada", f"{1001 + number}") for number in range(100)))
    statuses = [status for status, _ in found]
    assert (statuses.count(200), statuses.count(409)) == (3, 97)
    assert service.store.attempts.standing(variant, "ada").used == 3


def test_a_call_that_died_with_its_process_is_sent_again_and_costs_one_attempt(page, service, variant, api):
    answered, over = Event(), Event()

    def kill_after_answers():
        """Two processes, once those of before have answered something: however slow they are, it goes on."""
        while not over.is_set():
            if answered.wait(0.05):
                answered.clear()
                for pid in processes(api)[:2]:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)

    def answer(number):
        """Three responses, one after the other."""
        three = []
        for n in range(3):
            three.append(persevere(page, f"learner {number}", f"{1001 + n}", f"{number}.{n}"))
            answered.set()
        return three

    killer = Thread(target=kill_after_answers)
    killer.start()
    try:
        with ThreadPoolExecutor(8) as many:
            found = list(many.map(answer, range(40)))
    finally:
        over.set()
        killer.join()
    assert [[json.loads(told)["attempts_left"] for _, told in three] for three in found] == [[2, 1, 0]] * 40
    assert max(tries for three in found for tries, _ in three) > 1  # some did die
    for number in range(40):
        assert service.store.attempts.standing(variant, f"learner {number}") == Standing(3, 3, 0.0)


def persevere(page, *call):
    """Send a call until it is answered; how often that was, and the answer."""
    for tries in range(1, 100):
        with contextlib.suppress(OSError, HTTPException):
            status, told = page.send(*call)
            assert status == 200, told
            return tries, told
    return pytest.fail("a hundred calls were not answered")

"""An exam opens over four processes, on both databases: one draw for everybody, and no attempt more than there are."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.api.test_said_twice import JSON, Page
from tests.drawn_banks import laid_out, some

VARIANTS = some(9)


@pytest.fixture
def service(service_on_each):
    return service_on_each


@pytest.fixture
def api(api_on_each):
    return api_on_each


def test_everybody_gets_one_draw_and_every_variant_its_share(api, service):
    bank = laid_out(service.store, [VARIANTS[:4], VARIANTS[4:]])

    def draw(number):
        """Each learner asks four times."""
        body = json.dumps({"learner": f"learner {number % 50}"}).encode()
        status, _, told = api.get(f"/v1/banks/{bank}/draws", service.keys["lms"], "POST", body, **JSON)
        return status, told

    with ThreadPoolExecutor(32) as many:
        found = list(many.map(draw, range(200)))
    assert Counter(status for status, _ in found) == {201: 50, 200: 150}
    told = {body for _, body in found}
    assert len(told) == 50
    given = Counter(item["variants"][0]["id"] for body in told for item in json.loads(body)["items"])
    assert sorted(given.values()) == [10] * 5 + [12, 12, 13, 13]


def test_of_a_hundred_responses_at_once_three_are_graded(api, service):
    bank = laid_out(service.store, [VARIANTS])
    body = {"learner": "ada"}
    drawn = service.post(f"/v1/banks/{bank}/draws", "lms", json=body).json
    variant = drawn["items"][0]["variants"][0]["id"]
    found = Page(api, service, variant).send_at_once(*(("ada", f"{1001 + number}") for number in range(100)))
    statuses = [status for status, _ in found]
    assert (statuses.count(200), statuses.count(409)) == (3, 97)
    assert service.store.attempts.standing(variant, "ada", drawn["id"]).used == 3
    assert service.store.attempts.standing(variant, "ada").given == 0

"""A solver that is broken, and a measurement that shares its fault: published, answered, mended, put right."""

import json
import time

import pytest

from bank.store import Store
from bank.store.exam_tables import REGRADES
from bank.store.tables import ATTEMPTS
from tests.api.conftest import empty_record, sqlite_store  # noqa: F401 - fixtures
from tests.corrected import rows, told
from tests.course import DOUBLING, write_course
from tests.servers.gunicorn import Gunicorn
from tests.servers.processes import wait_for
from tests.servers.workers import Workers, environment

BROKEN = (
    DOUBLING.replace("return 2 * self.n\n", "return 2 * self.n + 2\n")
    .replace("Wrong(2 * self.n + 2,", "Wrong(2 * self.n,")
    .replace("len([0] * self.n + [0] * self.n)", "len([0] * self.n + [0] * self.n + [0] * 2)")
)
ITEMS = [
    {"family": "doubling", "count": 12, "kind": "numeric", "points": 4},
    {"family": "doubling", "count": 12, "kind": "single_choice", "points": 2},
]
JSON = {"Content-Type": "application/json"}
WITHIN = 1.0  # seconds
KILLS = 4
LEARNERS = 24


class Instance:
    """Two processes of the API, and a worker, on one record and one Redis."""

    def __init__(self, folder, environ, store):
        self.folder, self.environ, self.store = folder, environ, store
        self.keys = {scope: store.keys.create(scope, scope) for scope in ("student", "lms", "instructor")}
        self.start()

    def start(self):
        self.workers = Workers(self.folder, self.environ).start()
        self.api = Gunicorn(self.folder, self.environ, "--workers", "2").start()

    def stop(self):
        self.api.stop()
        self.workers.stop()

    def get(self, path, scope="instructor"):
        return json.loads(self.api.get(path, self.keys[scope])[2])

    def post(self, path, scope="instructor", **body):
        status, _, found = self.api.get(path, self.keys[scope], "POST", json.dumps(body).encode(), **JSON)
        assert status in (200, 201, 202), found
        return json.loads(found)

    def statuses(self, variant, calls=16):
        """Every call is a connection of its own, so that all processes are met."""
        body = b'{"response":{"value":"1"}}'
        for _ in range(calls):
            yield self.api.get(f"/v1/variants/{variant}", self.keys["student"])[0]
            yield self.api.get(f"/v1/variants/{variant}/grade", self.keys["lms"], "POST", body, **JSON)[0]


@pytest.fixture
def instance(sqlite_store: Store, sqlite_url, redis_server, tmp_path):  # noqa: F811 - the fixture
    package = write_course(tmp_path, source=BROKEN)
    environ = environment(sqlite_url, redis_server, FAMILIES=package, LEASE_SECONDS=2, SWEEP_SECONDS=0.2)
    running = Instance(tmp_path, environ | {"PYTHONPATH": str(tmp_path)}, sqlite_store)
    yield running
    running.stop()


def published(instance):
    """A bank, and its variants by kind."""
    made = instance.post("/v1/banks", name="Resit", items=ITEMS)
    wait_for(lambda: instance.get(f"/v1/jobs/{made['job']}")["state"] == "succeeded", "the bank", 60)
    instance.post(f"/v1/banks/{made['bank']}/publish")
    members = instance.get(f"/v1/banks/{made['bank']}")["variants"]
    return made["bank"], {
        kind: [each["variant"] for each in members if each["kind"] == kind] for kind in ("numeric", "single_choice")
    }


def response_to(store, variant, number):
    """The response that says this number; None where it is not on offer."""
    found = store.variants.find(variant)
    if found.kind == "numeric":
        return {"value": str(number)}
    offered = {choice["text"]: choice["id"] for choice in json.loads(found.public)["choices"]}
    letter = offered.get(rf"\({number}\)")
    return letter and {"choice": letter}


def answered(instance, bank):
    """Learners draw and answer, some by doubling, some with two more than that: by learner and variant, who was right.

    None of those who were is told so.
    """
    found = {}
    for number in range(LEARNERS):
        learner = f"{('right', 'wrong')[number % 2]} {number}"
        drawn = instance.post(f"/v1/banks/{bank}/draws", "lms", learner=learner)
        for variant in (each["id"] for item in drawn["items"] for each in item["variants"]):
            value = 2 * instance.store.variants.find(variant).params["n"] + 2 * (number % 2)
            if response := response_to(instance.store, variant, value):
                told = instance.post(f"/v1/variants/{variant}/grade", "lms", learner=learner, response=response)
                assert told["correct"] is bool(number % 2)
                found[learner, variant] = not number % 2
    return found


def mend(instance):
    """The package as it should have been, and processes that know it."""
    instance.stop()
    write = instance.folder / "mycourse" / "families" / "counting" / "doubling.py"
    write.write_text(DOUBLING.replace("{name}", "Doubling"))
    instance.start()


def test_from_a_broken_solver_to_points_put_right(instance):
    store = instance.store
    bank, variants = published(instance)
    learners = answered(instance, bank)
    before = told(store)
    mend(instance)
    stale = {each["id"] for each in instance.get("/v1/variants?stale=true")["items"]}
    assert stale == {name for names in variants.values() for name in names}

    made = instance.post(f"/v1/banks/{bank}/corrections", reason="twice is not twice and two more")
    path = f"/v1/corrections/{made['correction']}"
    wait_for(lambda: instance.get(path)["state"] == "proposed", "the proposal", 60)
    found = instance.get(path)
    assert (found["totals"]["changed"], found["totals"]["learners"]) == (24, LEARNERS)
    for each in found["variants"]:
        number = 2 * store.variants.find(each["variant"]).params["n"]
        assert (each["before"]["value"], each["after"]["value"]) == (number + 2, number)
        assert instance.get(f"/v1/variants/{each['successor']}?view=full")["answer"]["value"] == number

    first = variants["numeric"][0]
    assert set(instance.statuses(first)) == {200}
    confirmed = instance.post(f"{path}/confirm")
    time.sleep(WITHIN)
    assert set(instance.statuses(first)) == {409}
    assert confirmed["correction"] == made["correction"]
    for _ in range(KILLS):
        instance.workers.kill()
        time.sleep(0.7)
    wait_for(lambda: instance.get(path)["state"] == "applied", "the correction", 60)

    successors = {each["variant"]: each["successor"] for each in found["variants"]}
    assert successors == {name: store.variants.find(name).superseded_by for name in stale}
    assert told(store) == before
    best = {(row["learner"], row["variant"]): row["best"] for row in rows(store, ATTEMPTS)}
    full = {name: ITEMS[kind == "single_choice"]["points"] for kind, names in variants.items() for name in names}
    assert best == {(learner, name): full[name] for learner, name in learners}
    audit = {(row["learner"], row["variant"]): row for row in rows(store, REGRADES)}
    assert set(audit) == {whose for whose, was_right in learners.items() if was_right}
    assert len(rows(store, REGRADES)) == len(audit) == instance.get(path)["totals"]["regraded"]
    for (_, name), row in audit.items():
        changes = [json.loads(row[when])["score"] for when in ("before", "after")]
        assert changes == [0, full[name]]
        assert (row["reason"], row["correction"]) == ("twice is not twice and two more", made["correction"])
        assert row["who"].endswith(" instructor")

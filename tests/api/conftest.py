"""The application on a record of its own, with no Redis behind it, and callers with a key of each scope."""

import json
import os
import shutil
from dataclasses import replace

import pytest

from api import app, create_app
from bank import registry
from bank.authoring.composing import Heading, Text, compose
from bank.kinds.posing import Posed
from bank.store import Outcome, Store
from bank.variant import ready
from settings import Settings
from tests.secret import SECRET, named
from tests.servers.gunicorn import Gunicorn

NOWHERE = "unix:///nonexistent/redis.sock"
RATIO = registry.get("quadratic_layer_ratio")
EVIDENCE = {
    "verdict": "confirmed",
    "tier": "exact",
    "claimed": "4",
    "measured": "4",
    "tolerance": 0.0,
    "distractors": [],
    "experiment": "both layers built, their parameters counted",
    "seeds": [0],
    "seconds": 0.01,
    "versions": {"family": RATIO.version()},
    "device": "cpu",
    "series": None,
}


class Messages:
    """In the place of the thread that publishes wake-ups."""

    def __init__(self, *_):
        self.sent = []

    def send(self, queue):
        self.sent.append(queue)


class Service:
    """An application, its record, and a key of each scope."""

    def __init__(self, settings, store):
        self.settings, self.store = settings, store
        self.app = create_app(settings)
        self.parts = self.app.extensions["resit"]
        self.keys = {scope: store.keys.create(scope, scope) for scope in ("student", "lms", "instructor", "admin")}

    def call(self, method, path, scope=None, **options):
        headers = options.pop("headers", {})
        if scope:
            headers = {"Authorization": f"Bearer {self.keys[scope]}", **headers}
        return self.app.test_client().open(path, method=method, headers=headers, **options)

    def get(self, path, scope="instructor", **options):
        return self.call("GET", path, scope, **options)

    def post(self, path, scope="instructor", **options):
        return self.call("POST", path, scope, **options)

    def drawn(self, *variants, queue="bulk"):
        """Keep variants as drawn; returns the id of the first."""
        self.store.variants.add(variants, queue)
        return variants[0].id

    def verified(self, *variants, state="verified", evidence=EVIDENCE, assets=()):
        """Keep variants with a verdict; returns the id of the first."""
        self.drawn(*variants)
        self.judge("bulk", state, evidence, assets)
        return variants[0].id

    def judge(self, queue="interactive", state="verified", evidence=EVIDENCE, assets=()):
        """What a worker does, without its lab."""
        while lease := self.store.work.lease(queue, 100, 60, 1e6):
            outcome = Outcome(state, ready(evidence), dict(assets))
            self.store.verdicts.keep(lease, {piece.subject: outcome for piece in lease.pieces})

    def close(self):
        self.parts.variant_cache.withdrawn.close()
        self.parts.store.close()

    def answer_to(self, variant_id):
        return json.loads(self.store.variants.find(variant_id).private)["answer"]


@pytest.fixture(scope="session")
def empty_record(tmp_path_factory):
    """A migrated database file, to be copied: a migration takes longer than most tests."""
    path = tmp_path_factory.mktemp("record") / "empty.sqlite"
    store = Store(f"sqlite:///{path}")
    store.migrate()
    store.close()
    return path


@pytest.fixture
def sqlite_store(sqlite_url, empty_record):
    shutil.copy(empty_record, sqlite_url.removeprefix("sqlite:///"))
    store = Store(sqlite_url)
    yield store
    store.close()


@pytest.fixture(autouse=True)
def no_broker(monkeypatch):
    monkeypatch.setattr(app, "Wakeups", Messages)


@pytest.fixture
def settings(sqlite_url):
    return Settings(database_url=sqlite_url, cache_url=NOWHERE, broker_url=f"redis+socket:///{NOWHERE}", secret=SECRET)


@pytest.fixture
def service(service_with):
    return service_with()


@pytest.fixture
def service_with(settings, sqlite_store):
    """The same with other settings."""
    made = []

    def make(**changes):
        made.append(Service(replace(settings, **changes), sqlite_store))
        return made[-1]

    yield make
    for service in made:
        service.close()


@pytest.fixture
def service_on_each(store, database_url):
    """The application on each database in turn."""
    service = Service(Settings(database_url=database_url, cache_url=NOWHERE, secret=SECRET), store)
    yield service
    service.close()


@pytest.fixture
def choice(service):
    """The id of a verified single choice question."""
    return service.verified(named(RATIO.draft(1)))


@pytest.fixture
def number(service):
    """The id of a verified question that asks for a number: no whole one from 1000 to 1100."""
    return service.verified(named(RATIO.draft(1, "numeric")))


@pytest.fixture
def words(service):
    """The id of a verified question that is answered in words."""
    heading = Heading("in_words", "In words", "words", ("1",), 2, 0.01)
    rubric = [{"id": "R1", "points": 1, "criterion": "names the reason"}]
    posed = Posed(shape={}, answer={"model": "Because.", "rubric": rubric})
    origin = {"seed": 1, "version": "1", "params": {}}
    return service.verified(named(compose(heading, "text", Text("", "Why?", "Because."), posed, origin)))


@pytest.fixture
def environ(sqlite_url, tmp_path):
    return {
        **os.environ,
        "RESIT_DATABASE_URL": sqlite_url,
        "RESIT_CACHE_URL": NOWHERE,
        "RESIT_SECRET": SECRET,
        "RESIT_BROKER_URL": "redis+socket:///nonexistent/redis.sock",
        "PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "metrics"),
    }


@pytest.fixture
def api_with(service: Service, environ, tmp_path):
    """Started with further options of gunicorn."""
    running = []

    def start(*options):
        running.append(Gunicorn(tmp_path, environ, "--workers", "2", *options).start())
        return running[-1]

    yield start
    for server in running:
        server.stop()


@pytest.fixture
def api(api_with):
    return api_with()


@pytest.fixture
def api_on_each(service_on_each, environ, database_url, tmp_path):
    """Four processes of the application on each database in turn."""
    running = Gunicorn(tmp_path, environ | {"RESIT_DATABASE_URL": database_url}, "--workers", "4").start()
    yield running
    running.stop()

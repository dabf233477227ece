"""Names go after the time that the settings say, whatever happens to the sweeper."""

import json
import signal
import sys

from sqlalchemy import update

from bank import registry
from bank.attempts import Standing
from bank.store import Answer, Filter
from bank.store.tables import RESPONSES
from tests.secret import named
from tests.servers.processes import kill_group, start, stop, wait_for
from tests.servers.workers import environment
from workers.retention import NAMES_AT_ONCE

RATIO = registry.get("quadratic_layer_ratio")
DAY_SECONDS = 86400.0
RESULT = {"score": 1, "max_score": 3, "correct": False}


def test_the_sweeper_replaces_old_names_and_goes_on_after_a_kill(sqlite_store, sqlite_url, redis_server, tmp_path):
    draft = named(RATIO.draft(1))
    sqlite_store.variants.add([draft], "bulk")
    for number in range(2 * NAMES_AT_ONCE + 5):
        answer = Answer(draft.id, f"old {number}", {"value": "1"})
        sqlite_store.attempts.spend(answer, lambda _: (RESULT, Standing(1, 1, 1.0)))
    with sqlite_store.database.writing() as connection:
        connection.execute(update(RESPONSES).values(given=RESPONSES.c.given - 3 * DAY_SECONDS))
    sqlite_store.attempts.spend(Answer(draft.id, "new", {"value": "1"}), lambda _: (RESULT, Standing(1, 1, 1.0)))
    environ = environment(sqlite_url, redis_server, RETENTION_DAYS=2, SWEEP_SECONDS=0.2)
    command = [sys.executable, "-m", "workers.sweeper"]

    def old_names():
        return sum(found.learner.startswith("old") for found in sqlite_store.responses.all(Filter()))

    first = start(command, tmp_path / "sweeper.log", env=environ)
    wait_for(lambda: old_names() < 2 * NAMES_AT_ONCE + 5, "the first name to go")
    kill_group(first, signal.SIGKILL)
    first.wait()
    redis_server.stop()
    second = start(command, tmp_path / "sweeper.log", env=environ)
    try:
        wait_for(lambda: old_names() == 0, "all old names to go, without a Redis")
    finally:
        stop(second)
    assert "new" in {found.learner for found in sqlite_store.responses.all(Filter())}
    lines = [json.loads(line) for line in (tmp_path / "sweeper.log").read_text().splitlines()]
    assert any(line["event"] == "forgotten" for line in lines)

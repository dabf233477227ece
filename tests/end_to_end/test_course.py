"""A course's own package of families, served, proven and held to the contract; refused at start where it cannot be."""

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

import cli
from bank.store import Store
from tests.course import DOUBLING, write_course
from tests.end_to_end.readme import ROOT
from tests.servers.gunicorn import Gunicorn
from tests.servers.workers import Workers, environment

STARTS = {
    "The API": [sys.executable, "-m", "gunicorn", "-c", "python:api.gunicorn.serving", "api.wsgi:app"],
    "The worker": [sys.executable, "-m", "celery", "-A", "workers.main", "worker"],
    "Error": [sys.executable, "-m", "cli", "keys", "list"],
}
REFUSED = {
    "nowhere.families": "the package of families nowhere.families cannot be imported",
    "clashing.families": "are both called gd_rate",
    "unfinished.families": "unfinished.families.counting.doubling holds 0 families, not one; solve is not written",
}


@pytest.fixture
def environ(sqlite_url, redis_server, tmp_path):
    """Of a process that finds the courses of a test, and honours one of them."""

    def of(package):
        return environment(sqlite_url, redis_server, FAMILIES=package) | {"PYTHONPATH": str(tmp_path)}

    return of


def test_the_families_of_a_course_are_served_and_proven(environ, sqlite_store: Store, tmp_path):
    setting = environ(write_course(tmp_path))
    workers, api = Workers(tmp_path, setting).start(), Gunicorn(tmp_path, setting)
    try:
        api.start()
        key = sqlite_store.keys.create("instructor", "tests")
        status, _, answer = api.get("/v1/families/doubling/variants/3", key, Prefer="wait=25")
    finally:
        api.stop()
        workers.stop()
    assert (status, json.loads(answer).get("state")) == (200, "verified"), answer


@pytest.mark.parametrize("package", REFUSED)
@pytest.mark.parametrize("part", STARTS)
def test_a_package_that_cannot_be_used_is_refused_at_start_in_one_line(environ, tmp_path, part, package):
    write_course(tmp_path, "clashing", "gd_rate")
    write_course(tmp_path, "unfinished", source=DOUBLING.replace("def solve", "def guess"))
    done = subprocess.run(
        STARTS[part], cwd=ROOT, env=environ(package), capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode != 0
    (line,) = [line for line in done.stderr.splitlines() if line.startswith(part)]
    assert REFUSED[package] in line
    assert "Traceback" not in done.stderr


@pytest.fixture
def contract(tmp_path, monkeypatch):
    """Runs `resit contract` on a course of its own, in the course's folder, as a process of its own."""

    def run(*names, source=DOUBLING):
        write_course(tmp_path, source=source)
        command = [sys.executable, "-m", "cli", "contract", *names]
        environ = {"PYTHONPATH": str(ROOT), "PATH": "", "COLUMNS": "140"}
        return subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True, timeout=120)

    return run


def test_a_course_is_held_to_the_contract(contract):
    done = contract("mycourse.families")
    assert done.returncode == 0, done.stderr
    rows = [line.split() for line in done.stdout.splitlines() if line.startswith("doubling")]
    assert [row[1:5] for row in rows] == [[kind, "26", "of", "26"] for kind in ("numeric", "single_choice")]


def test_a_broken_promise_is_told_and_ends_in_an_error(contract):
    done = contract("mycourse.families", source=DOUBLING.replace("return 2 * self.n", "return 2 * self.n + 3"))
    assert done.returncode == 1
    assert "doubling · numeric, single_choice: the lab confirms twenty keys?" in done.stdout
    assert "seed 0, answer: the lab says refuted" in done.stdout


def test_what_is_not_written_yet_is_held_to_nothing_else(contract):
    done = contract("mycourse.families", source=DOUBLING.replace('"Doubling"', 'unwritten("title: of a line")'))
    assert done.returncode == 1
    assert "doubling.py:10: title: of a line" in done.stdout
    assert "0 of 26" in done.stdout
    assert "confirms" not in done.stdout


def test_names_that_nothing_bears_are_refused():
    refused = CliRunner().invoke(cli.main, ["contract", "nothing"])
    assert (refused.exit_code, refused.output) == (1, "Error: no family goes by that name\n")

"""The health check, as a container runs it."""

import os
import subprocess
import sys
import time

import pytest

from bank import beats
from bank.beats import Beat
from workers import health


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "beats"


def checked(*roles, **settings):
    known = {name: value for name, value in os.environ.items() if name != "RESIT_BEATS_DIR"}
    command = [sys.executable, "-m", "workers.health", *roles]
    return subprocess.run(command, env={**known, **settings}, capture_output=True, text=True, timeout=60)


def test_healthy_is_who_beats_in_each_role(folder):
    where = {"RESIT_BEATS_DIR": str(folder)}
    assert checked("worker", **where).stderr == "no worker beats\n"
    Beat(folder, "worker")()
    assert checked("worker", **where).returncode == 0
    half = checked("worker", "child", **where)
    assert (half.returncode, half.stderr) == (1, "no child beats\n")


def test_who_has_fallen_silent_is_named_where_its_role_is_asked_for(folder, monkeypatch):
    monkeypatch.setattr(beats, "STALE_SECONDS", 0.5)
    for role in ("child", "sweeper"):
        Beat(folder, role)()
    assert health.complaints(folder, ["child", "sweeper"]) == []
    time.sleep(0.6)
    Beat(folder, "sweeper")()
    assert health.complaints(folder, ["sweeper"]) == []
    assert health.complaints(folder, ["child", "sweeper"]) == [f"child {os.getpid()} has been silent for 1 s"]


def test_without_a_folder_nobody_is_healthy():
    done = checked("worker")
    assert done.returncode == 1
    assert "RESIT_BEATS_DIR is not set" in done.stderr


def test_the_check_loads_nothing_that_takes_long():
    heavy = "import sys, workers.health; print({'celery', 'torch', 'sqlalchemy', 'redis'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True).stdout == "set()\n"

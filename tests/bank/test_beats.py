"""Signs of life: who beats, who is frozen, and who only bears a number that another had."""

import os
import signal
import subprocess
import sys
import time

import pytest

from bank import beats
from bank.beats import Beat, Sign, Watch
from tests.servers.processes import wait_for

BEATING = """
import sys, time
from pathlib import Path
from bank.beats import Beat
beat = Beat(Path(sys.argv[1]), "child")
while True:
    beat()
    time.sleep(0.05)
"""


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "beats"


@pytest.fixture
def beating(folder):
    process = subprocess.Popen([sys.executable, "-c", BEATING, folder])
    wait_for(lambda: beats.signs(folder), "a beat")
    yield process
    process.send_signal(signal.SIGCONT)
    process.kill()
    process.wait()


def test_a_process_beats_in_a_file_that_bears_its_number_and_its_role(folder):
    Beat(folder, "sweeper")()
    assert [path.name for path in folder.iterdir()] == [f"{os.getpid()}.sweeper"]
    (sign,) = beats.signs(folder)
    assert (sign.pid, sign.role) == (os.getpid(), "sweeper")
    assert 0 <= sign.age < 5
    assert beats.stale(folder) == []


def test_without_a_folder_nobody_beats_and_a_folder_that_cannot_be_written_ends_nobody(folder):
    Beat(None, "sweeper")()
    folder.write_text("no folder")
    Beat(folder, "sweeper")()
    assert beats.signs(folder) == []


def test_a_frozen_process_is_stale_and_one_that_wakes_is_not(folder, beating):
    watch = Watch(folder, seconds=0.5)
    assert watch.stale() == []
    beating.send_signal(signal.SIGSTOP)
    assert [sign.pid for sign in wait_for(watch.stale, "its silence")] == [beating.pid]
    assert beats.stale(folder, 0.5) == [beating.pid]
    beating.send_signal(signal.SIGCONT)
    wait_for(lambda: watch.stale() == beats.stale(folder, 5) == [], "its beat")


def test_who_is_gone_is_neither_stale_nor_kept(folder, beating):
    beating.kill()
    time.sleep(0.1)
    assert beats.stale(folder, 0) == []  # nobody has waited for it yet
    beating.wait()
    assert beats.stale(folder, 0) == []
    Beat(folder, "sweeper")()
    assert [path.name for path in folder.iterdir()] == [f"{os.getpid()}.sweeper"]


def test_a_later_process_of_the_same_number_is_left_alone(folder):
    folder.mkdir()
    left_behind = folder / f"{os.getpid()}.child"
    left_behind.touch()
    os.utime(left_behind, (1e9, 1e9))
    assert beats.stale(folder) == []


def test_a_watcher_that_was_frozen_itself_blames_nobody(folder, monkeypatch):
    clock = iter([0.0, 1.0, 500.0, 502.0, 504.0])
    monkeypatch.setattr(beats.time, "monotonic", lambda: next(clock))
    monkeypatch.setattr(beats, "signs", lambda _: [Sign(7, "child", 3.0, 400.0)])
    watch = Watch(folder, seconds=5.0)
    assert [len(watch.stale()) for _ in range(4)] == [0, 0, 0, 1]

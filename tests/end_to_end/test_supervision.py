"""What the supervisor does about processes that do not live, and about those that it finds."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from functools import partial

import pytest

from embedded import orphans, process_table, watch
from embedded.home import INSTANCE_VARIABLE, Home
from embedded.leftovers import GRACE_SECONDS, Leftovers
from embedded.watch import Watch
from tests.servers.processes import wait_for
from tests.servers.redis import QUIET, binary

READY = "import time; print(flush=True); time.sleep(600)"
SLEEP = [sys.executable, "-c", READY]
WITH_A_CHILD = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", sys.argv[1]], stdout=subprocess.PIPE)
child.stdout.readline()
print(child.pid, flush=True)
sys.stdin.read()
"""
ONE_BEAT = f"import sys; from bank.beats import Beat, Path; Beat(Path(sys.argv[1]), 'child')(); {READY}"
ENDED = ("", "Z")


@pytest.fixture
def home(short_folder, tmp_path):
    """In a path that is short enough for a socket."""
    made = Home(short_folder / tmp_path.name[-20:])
    made.make()
    return made


@pytest.fixture
def started():
    """Starts a process in a group of its own, as the supervisor does; nothing of the groups is left."""
    running = []

    def start(command, **options):
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        running.append(subprocess.Popen(list(map(str, command)), process_group=0, **pipes, **options))
        return running[-1]

    yield start
    for process in running:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            assert process.poll() is not None
        process.communicate()


@pytest.fixture
def parent(started):
    """Starts a process with a child; returns it with the child's pid."""

    def start():
        process = started([sys.executable, "-c", WITH_A_CHILD, READY])
        return process, int(process.stdout.readline())

    return start


def redis(home, started):
    """One that writes its title over its environment, as Redis does."""
    server = started([binary(), *QUIET, "--unixsocket", home.socket, "--dir", home.redis])
    wait_for(home.socket.exists, "its socket")
    return server


def freeze(*pids):
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    wait_for(lambda: {status(pid) for pid in pids} == {"T"}, "their standstill")


def status(pid):
    """One letter; nothing of a process that is gone."""
    return process_table.status(pid).get("State", "")[:1]


class Clock:
    """A look is a second after the one before."""

    moment = 0.0

    def __call__(self):
        self.moment += 1.0
        return self.moment


def looks(watching, programs, times):
    """What is said in so many looks; Redis needs a moment to answer."""
    told = []
    for _ in range(times):
        told += watching.look(programs)
        time.sleep(0.02)
    return told


def test_a_frozen_redis_is_found_by_its_socket_and_any_other_by_its_environment(home, started):
    server = redis(home, started)
    marked = started(SLEEP, env={**os.environ, INSTANCE_VARIABLE: str(home.folder)})
    another = started(SLEEP, env={**os.environ, INSTANCE_VARIABLE: f"{home.folder}-2"})
    marked.stdout.readline()
    home.socket.unlink()
    freeze(server.pid)
    orphans.end(Home(home.folder))
    assert server.wait(5) == -signal.SIGKILL
    assert marked.wait(5) == -signal.SIGTERM
    assert another.poll() is None


def test_a_program_that_was_stopped_is_killed_and_so_is_a_child(home, parent):
    (first, _), (second, child) = parent(), parent()
    programs, watching = {"first": first.pid, "second": second.pid}, Watch(home, Clock())
    assert looks(watching, programs, 10) == []
    freeze(first.pid, child)
    assert sorted(looks(watching, programs, 4)) == [
        f"killed a child ({child}): stopped by a signal",
        f"killed first ({first.pid}): stopped by a signal",
    ]
    assert first.wait(5) == -signal.SIGKILL
    wait_for(lambda: status(child) in ENDED, "its end")
    assert second.poll() is None


def test_a_program_that_goes_on_is_not_killed_for_having_been_stopped(home, started):
    program, watching = started(SLEEP), Watch(home, Clock())
    for _ in range(5):
        freeze(program.pid)
        assert looks(watching, {"it": program.pid}, 3) == []
        program.send_signal(signal.SIGCONT)
        wait_for(lambda: status(program.pid) != "T", "it to go on")
        assert looks(watching, {"it": program.pid}, 1) == []


def test_time_in_which_nobody_looked_does_not_count(home, started):
    program, moments = started(SLEEP), iter([0.0, 1.0, 1000.0, 2000.0])
    watching = Watch(home, moments.__next__)
    freeze(program.pid)
    assert [len(watching.look({"it": program.pid})) for _ in range(3)] == [0, 0, 1]


def test_one_of_ours_that_beats_no_more_is_killed_and_a_stranger_is_not(home, started, monkeypatch):
    monkeypatch.setattr(watch.beats, "Watch", partial(watch.beats.Watch, seconds=0.3))
    words = [sys.executable, "-c", ONE_BEAT, home.beats]
    ours, stranger, watching = started(words), started(words), Watch(home, Clock())
    for process in (ours, stranger):
        process.stdout.readline()
    told = wait_for(lambda: looks(watching, {"ours": ours.pid}, 1), "the end of ours")
    assert told == [f"killed ours ({ours.pid}): no sign of life as child"]
    assert ours.wait(5) == -signal.SIGKILL
    assert stranger.poll() is None


@pytest.mark.parametrize(("harm", "reason"), [("remove", "its socket is gone"), ("occupy", "no answer")])
def test_a_redis_that_nobody_can_reach_is_killed(home, started, harm, reason):
    server, watching = redis(home, started), Watch(home, Clock())
    assert looks(watching, {"redis": server.pid}, 20) == []
    with closing(watching), socket.socket(socket.AF_UNIX) as client:
        client.connect(str(home.socket))
        if harm == "remove":
            shutil.rmtree(home.redis)
        else:
            client.send(b'EVAL "while true do end" 0\r\n')
        told = wait_for(lambda: looks(watching, {"redis": server.pid}, 1), "its end")
    assert told == [f"killed redis ({server.pid}): {reason}"]
    assert server.wait(5) == -signal.SIGKILL
    assert home.redis.is_dir()


def test_a_redis_that_is_starting_is_left_alone(home, started):
    assert looks(Watch(home, Clock()), {"redis": started(SLEEP).pid}, 20) == []


def test_what_a_program_left_is_killed_when_it_has_had_time_to_end(parent):
    leftovers = Leftovers(iter([0.0, GRACE_SECONDS / 2, GRACE_SECONDS]).__next__)
    program, child = parent()
    program.communicate("")
    leftovers.add(program.pid)
    leftovers.look()
    assert status(child) not in ENDED
    leftovers.look()
    wait_for(lambda: status(child) in ENDED, "its end")


def test_what_is_left_when_nobody_will_look_again_is_killed_at_once(parent, started):
    leftovers = Leftovers()
    (program, child), alone = parent(), started(["true"])
    for ended in (program, alone):
        ended.communicate("")
        leftovers.add(ended.pid)
    leftovers.add(0)
    leftovers.look()
    assert status(child) not in ENDED
    leftovers.end()
    wait_for(lambda: status(child) in ENDED, "its end")

"""`make up`: it comes up by itself, heals, stops without a trace, and comes back with what it had."""

import json
import os
import signal
import stat
import subprocess
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest

from bank import registry
from bank.store import Store
from embedded.home import Home
from tests.end_to_end.instance import RESIT, Instance, words
from tests.secret import named
from tests.servers.processes import wait_for

ROOT = Path(__file__).parents[2]
PROMISED = 10  # seconds to stop, and to be ready again
PROGRAMS = ("redis", "worker-interactive", "worker-bulk", "worker-training", "sweeper", "api")
A_QUESTION = {"family": "quadratic_layer_ratio"}


def is_whole(service):
    """Everything is there and answers."""
    try:
        return service.get("/readyz", scope=None).json()["degraded"] == []
    except (OSError, KeyError, ValueError):
        return False


def test_the_printed_curl_line_returns_a_verified_variant(service):
    shown = json.loads(service.run(service.curl))
    assert (shown["family"], shown["state"]) == ("quadratic_layer_ratio", "verified")


def test_the_keys_are_printed_once(service):
    assert set(service.keys) == {"student", "lms", "instructor", "admin"}
    assert all(key in service.output for key in service.keys.values())


def test_all_that_is_made_is_for_its_owner_only(service):
    assert rights(service.home) == 0o700
    assert_all_is_private(service.home)
    assert any((service.home / "metrics").iterdir())


def assert_all_is_private(home):
    made = list(home.rglob("*"))
    assert {"resit.sqlite", "keys.env", "supervisord.conf", "api.log"} < {path.name for path in made}
    assert {path.name: oct(rights(path)) for path in made if rights(path) & 0o077} == {}


def rights(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_a_question_that_was_just_asked_for_is_confirmed_while_the_client_waits(service):
    asked = {**A_QUESTION, "params": {"M": 6, "N": 5, "layer": "sym"}}
    made = service.post("/v1/variants", asked, headers={"Prefer": "wait=30"})
    assert made.status_code == 201
    assert made.json()["answer"]["exact"] == "4"


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_that_is_killed_is_back_and_the_service_answers(service, name):
    wait_for(lambda: is_whole(service), "a whole service")
    killed = service.program(name)
    os.kill(killed, signal.SIGKILL)
    wait_for(lambda: service.program(name) != killed, f"another {name}")
    wait_for(lambda: is_whole(service), "a whole service", 60)
    made = service.post("/v1/variants", A_QUESTION, headers={"Prefer": "wait=30"})
    assert made.status_code in (200, 201)


def test_programs_that_are_frozen_all_at_once_are_replaced_and_the_service_answers(service):
    wait_for(lambda: is_whole(service), "a whole service")
    frozen = {name: service.program(name) for name in PROGRAMS}
    (child, *_) = wait_for(lambda: pool_of(frozen["worker-bulk"]), "its processes")
    for pid in (*frozen.values(), child):
        os.kill(pid, signal.SIGSTOP)
    wait_for(lambda: all(service.program(name) != pid for name, pid in frozen.items()), "the others")
    wait_for(lambda: not {child, *frozen.values()} & set(service.processes()), "the end of the frozen ones")
    wait_for(lambda: is_whole(service), "a whole service", 60)
    assert service.post("/v1/variants", A_QUESTION, headers={"Prefer": "wait=30"}).status_code in (200, 201)


def test_a_worker_process_that_is_frozen_is_replaced_and_its_parent_stays(service):
    wait_for(lambda: is_whole(service), "a whole service")
    parent = service.program("worker-interactive")
    (before,) = wait_for(lambda: pool_of(parent), "its process")
    os.kill(before, signal.SIGSTOP)
    wait_for(lambda: set(pool_of(parent)) - {before}, "another")
    assert service.program("worker-interactive") == parent
    assert service.post("/v1/variants", A_QUESTION, headers={"Prefer": "wait=30"}).status_code in (200, 201)


def test_a_redis_whose_socket_was_removed_is_replaced(service):
    wait_for(lambda: is_whole(service), "a whole service")
    (path,) = (service.home / "redis").iterdir()
    path.unlink()
    wait_for(path.exists, "another")
    wait_for(lambda: is_whole(service), "a whole service", 60)
    assert service.post("/v1/variants", A_QUESTION, headers={"Prefer": "wait=30"}).status_code in (200, 201)


def test_no_worker_process_outlives_its_parent(service):
    wait_for(lambda: is_whole(service), "a whole service")
    parent = service.program("worker-bulk")
    children = wait_for(lambda: children_of(parent), "its processes")
    os.kill(parent, signal.SIGKILL)
    wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in children), "their end")
    wait_for(lambda: is_whole(service), "a whole service", 60)


def pool_of(pid):
    """The children that work, and not the one that keeps the book of semaphores."""
    return [child for child in children_of(pid) if b"spawn_main" in b" ".join(words(Path(f"/proc/{child}/cmdline")))]


def children_of(pid):
    found = [path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/children")]
    return [int(child) for text in found for child in text.split()]


def test_a_second_instance_in_the_same_home_is_told_so(service):
    command = [RESIT, "up"]
    refused = subprocess.run(command, env=service.environment(), capture_output=True, text=True, timeout=30)
    assert refused.returncode == 1
    assert f"is running (pid {service.pid})" in refused.stderr


def test_a_port_that_is_taken_is_named(service, tmp_path):
    environ = {**service.environment(), "RESIT_HOME": str(tmp_path / "other")}
    command = [RESIT, "up"]
    refused = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=30)
    assert refused.returncode == 1
    assert f"cannot listen on 127.0.0.1:{service.port}" in refused.stderr


def test_an_interrupt_leaves_no_process_and_the_next_start_serves_the_same_variants(lone_service):
    service = lone_service.start()
    ids = [service.post("/v1/variants", {**A_QUESTION, "seed": seed}).json()["id"] for seed in range(5)]
    first = (service.keys, service.curl)
    began = time.monotonic()
    assert service.interrupt() == 0
    assert time.monotonic() - began < PROMISED
    assert service.processes() == {}

    began = time.monotonic()
    service.start()
    assert time.monotonic() - began < PROMISED
    assert (service.keys, service.curl) == first
    assert service.keys["admin"] not in service.output
    for name in ids:
        wait_for(lambda name=name: service.get(f"/v1/variants/{name}").status_code == 200, name)
    again = [service.post("/v1/variants", {**A_QUESTION, "seed": seed}).json()["id"] for seed in range(5)]
    assert again == ids
    secret = (service.home / "secret").read_text().strip()
    logs = [path.read_text() for path in (service.home / "log").glob("*.log")]
    assert logs
    assert not [text for text in (service.output, *logs) if secret in text]


def test_what_kills_leave_behind_is_cleared_and_taken_up_by_the_next_start(lone_service):
    service = lone_service.start()
    redis = service.program("redis")
    os.kill(redis, signal.SIGSTOP)  # it hears of the supervisor's death when it wakes, and takes its socket along
    kill(service, [service.pid])
    service.start()
    assert {pid for pid in service.processes() if started(pid) < started(service.pid)} == set()
    with pytest.raises(ProcessLookupError):
        os.kill(redis, signal.SIGCONT)
    assert service.post("/v1/variants", A_QUESTION, headers={"Prefer": "wait=30"}).status_code in (200, 201)
    assert rights(service.home) == 0o755, "it was there before"
    assert_all_is_private(service.home)
    assert 'resit_requests_total{method="POST"' in service.get("/metrics", "instructor").text

    kill(service, service.processes())
    with closing(Store(Home(service.home).database_url({}))) as store:
        drafts = [registry.get("quadratic_layer_ratio").draft(seed) for seed in range(20)]
        jobs = [
            store.variants.add([named(draft) for draft in drafts[half::2]], queue)
            for half, queue in enumerate(("interactive", "bulk"))
        ]
        assert all(store.work.lease(queue, 256, 600, 600.0) for queue in ("interactive", "bulk"))
        service.start()
        wait_for(lambda: all(store.jobs.find(job).state == "succeeded" for job in jobs), "what was under lease")


def kill(service, pids):
    """Without a word."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    service.process.wait()


def started(pid):
    """In clock ticks since the machine started."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])


@pytest.mark.parametrize("whom", ["make", "everyone"])
def test_an_interrupt_of_make_stops_all_that_it_started(tmp_path, whom):
    command = ["make", "-C", ROOT, "up", "--old-file=.venv/service", f"BIN={RESIT.parent}"]  # it is installed
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it, and so would make
    service = Instance(tmp_path / "home", command)
    try:
        service.start()
        number = signal.SIGINT
        os.kill(service.pid, number) if whom == "make" else os.killpg(service.pid, number)
        service.process.wait(30)
        assert service.processes() == {}
    finally:
        service.stop()

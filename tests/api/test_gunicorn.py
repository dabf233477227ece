"""The application under gunicorn: small, quick to stop, never HTML."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bank import registry
from tests.api.conftest import RATIO
from tests.secret import named
from tests.servers.lines import Line
from tests.servers.processes import wait_for

MOST = 120 * 1024  # KiB that a process may hold, with 63 families
THREADS = 8
HEAVY = ("torch", "matplotlib", "sympy", "numpy", "celery", "kombu")


def processes(api):
    """The pids of gunicorn's processes below its first."""
    return [int(pid) for pid in Path(f"/proc/{api.process.pid}/task/{api.process.pid}/children").read_text().split()]


def resident(pid):
    """KiB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0])


def are_warm(pids):
    """Whether there are two, and each has opened its connections, which it does once it has begun."""

    def opened(pid):
        links = [str(entry.resolve()) for entry in Path(f"/proc/{pid}/fd").iterdir()]
        return sum(link.endswith("/record.sqlite") for link in links)

    return len(pids) == 2 and all(opened(pid) == THREADS for pid in pids)


def drawn(api, service, family):
    """The status of one new variant."""
    body, media = f'{{"family": "{family}"}}'.encode(), {"Content-Type": "application/json"}
    return api.get("/v1/variants", service.keys["instructor"], "POST", body, **media)[0]


def test_a_fresh_process_loads_nothing_heavy_and_stays_small(environ):
    script = (
        f"import sys, api.wsgi; print([m for m in {HEAVY} if m in sys.modules]);"
        "print(open('/proc/self/status').read().partition('VmRSS:')[2].split()[0])"
    )
    done = subprocess.run([sys.executable, "-c", script], env=environ, check=True, capture_output=True, text=True)
    loaded, kibibytes = done.stdout.splitlines()
    assert loaded == "[]"
    assert int(kibibytes) < MOST


def test_processes_stay_small_after_every_kind_of_call(api, service):
    for name in registry.all_families():
        body = f'{{"family": "{name}"}}'.encode()
        for _ in range(4):  # both processes, and the thread that publishes
            status, *_ = api.get(
                "/v1/variants", service.keys["instructor"], "POST", body, **{"Content-Type": "application/json"}
            )
            assert status == 202
    for path in ("/v1/families", "/openapi.json", "/docs", "/metrics", "/readyz") * 4:
        assert api.get(path, service.keys["instructor"])[0] == 200
    assert max(resident(pid) for pid in processes(api)) < MOST


def test_a_process_has_its_connections_before_anybody_calls(api):
    wait_for(lambda: are_warm(processes(api)), "connections to the record")


def test_what_is_not_http_is_a_problem_too(api):
    for status, octets in {
        400: b"GARBAGE\r\n\r\n",
        414: b"GET /" + b"x" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        431: b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 500 + b"\r\n",
        501: b"POST /v1/grade HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: nonsense\r\n\r\n",
    }.items():
        said = api.send(octets)
        assert said.startswith(b"HTTP/1.1 %d " % status)
        assert b"application/problem+json" in said
        assert b"<html" not in said


def test_the_warm_path_is_served_on_one_connection_after_another(api, service, choice):
    for _ in range(20):
        status, headers, body = api.get(f"/v1/variants/{choice}", service.keys["student"])
        assert (status, body) == (200, named(RATIO.draft(1)).public)
        assert headers["Content-Length"] == str(len(body))


def test_counts_of_all_processes_add_up_and_survive_one(api, service, choice):
    def counted():
        text = api.get("/metrics")[2].decode()
        line = next(line for line in text.splitlines() if 'variant_id>",status="200"' in line)
        return float(line.rpartition(" ")[2])

    with ThreadPoolExecutor(8) as many:
        list(many.map(lambda _: api.get(f"/v1/variants/{choice}", service.keys["student"]), range(40)))
    assert counted() == 40
    os.kill(processes(api)[0], signal.SIGKILL)
    wait_for(lambda: len(processes(api)) == 2, "another process")
    assert counted() == 40
    assert len(list(Path(api.folder / "metrics").glob("counter_*.db"))) == 2


def test_whoever_waits_is_answered_when_the_service_stops(api, service):
    drawn = service.drawn(named(RATIO.draft(2)))
    with ThreadPoolExecutor(1) as one:
        waiting = one.submit(api.get, f"/v1/variants/{drawn}", service.keys["student"], Prefer="wait=30")
        time.sleep(1)
        started = time.monotonic()
        api.process.send_signal(signal.SIGTERM)
        assert waiting.result()[0] == 202
    assert api.process.wait(20) == 0
    assert time.monotonic() - started < 10


@pytest.mark.parametrize("_round", range(4))
def test_a_process_that_is_told_to_stop_again_and_again_stops(api, _round):
    wait_for(lambda: are_warm(processes(api)), "two processes: one that has hardly begun hears no signal")
    told = processes(api)
    for _ in range(300):
        for pid in told:
            os.kill(pid, signal.SIGTERM)
    wait_for(lambda: not {*told} & {*processes(api)}, "the end of both")


def test_a_broker_that_is_away_delays_no_post(api, service):
    started = time.monotonic()
    for _ in range(5):
        assert drawn(api, service, "quadratic_layer_ratio") == 202
    assert time.monotonic() - started < 5


def test_a_caller_on_this_machine_moves_no_path_and_no_link(api):
    said = b"SCRIPT_NAME: /evil\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Prefix: /evil\r\n"
    found = api.send(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + said + b"\r\n")
    assert found.startswith(b"HTTP/1.1 200")
    assert b"evil" not in found


def test_no_request_is_lost_when_processes_are_replaced(api_with, service, choice):
    """Each serves a few dozen requests: clients that keep their connection go on, and are told when it ends."""
    api = api_with("--max-requests", "40", "--max-requests-jitter", "20")
    first, key = processes(api), service.keys["student"]
    asked = f"GET /v1/variants/{choice} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n\r\n".encode()

    def call_on_and_on(_):
        line, statuses = Line(api.port), []
        for _ in range(60):
            status, headers, _ = line.send(asked).answer()
            statuses.append(status)
            if headers["connection"] == "close":
                line.close()
                line = Line(api.port)
        line.close()
        return statuses

    with ThreadPoolExecutor(6) as clients:
        answered = [status for statuses in clients.map(call_on_and_on, range(6)) for status in statuses]
    assert answered == [200] * 360
    assert not set(first) & set(processes(api))

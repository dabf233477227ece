"""Clients that stop in the middle, or never begin, or do not read: nobody else notices them."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.servers.lines import STALLED_HEAD, Line, half_sent, held
from tests.servers.processes import wait_for

HEALTH = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
SLOWEST_SECONDS = 5  # of an answer to somebody else, on a machine that has other work


def slowest(api, path, key=None, calls=20):
    """Seconds of the slowest of some calls by two clients; all of them are answered."""

    def call(_):
        started = time.monotonic()
        assert api.get(path, key)[0] == 200
        return time.monotonic() - started

    with ThreadPoolExecutor(2) as clients:
        return max(clients.map(call, range(calls)))


@pytest.mark.parametrize("stalled", ["heads", "bodies", "silent", "idle", "chunks"])
def test_others_are_answered_while_many_clients_stall(api, service, choice, stalled):
    key = service.keys["student"]
    sent = {
        "heads": STALLED_HEAD,
        "bodies": half_sent(key),
        "silent": b"",
        "idle": HEALTH,
        "chunks": b"POST /v1/grade HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
    }[stalled]
    with held(api.port, 200, sent):
        assert slowest(api, "/healthz") < SLOWEST_SECONDS
        assert slowest(api, f"/v1/variants/{choice}", key) < SLOWEST_SECONDS


@pytest.mark.parametrize("sent", [STALLED_HEAD, HEALTH, b""])
def test_more_connections_may_be_held_than_a_process_has_room_for(service, choice, crowded, sent):
    with held(crowded.port, 300, sent) as lines:
        assert slowest(crowded, f"/v1/variants/{choice}", service.keys["student"]) < SLOWEST_SECONDS
        assert lines[0].rest().count(b"HTTP/1.1") == (sent == HEALTH)  # the oldest had to go, without a further word


@pytest.fixture
def crowded(api_with):
    """Processes that take 60 connections each."""
    return api_with("--worker-connections", "60")


def test_a_head_in_drops_is_ended_after_five_seconds(api):
    with Line(api.port) as line:
        assert dripped(line, STALLED_HEAD) == pytest.approx(5, abs=2)
        assert line.problem()[0] == 408


def test_a_body_in_drops_is_ended_after_ten_seconds(api, service):
    with Line(api.port, half_sent(service.keys["student"])) as line:
        assert dripped(line, b" " * 100) == pytest.approx(10, abs=2)
        assert line.problem()[0] == 408


def dripped(line, octets):
    """Seconds for which one byte after another was taken."""
    started = time.monotonic()
    for octet in octets:
        line.send(bytes([octet]))
        if line.answers_within(0.5):
            break
    return time.monotonic() - started


def test_whoever_says_nothing_is_closed_without_a_word(api):
    with Line(api.port) as line:
        assert line.rest() == b""


def test_idle_connections_are_used_again(api):
    with held(api.port, 60, HEALTH) as lines:
        for _ in range(2):
            assert {line.answer()[0] for line in lines} == {200}
            for line in lines:
                line.send(HEALTH)
        assert {line.answer()[0] for line in lines} == {200}


def test_clients_that_do_not_read_their_answers_hold_nobody(api, choice, service):
    greedy = b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n" * 200
    with held(api.port, 40, so_rcvbuf=4096) as lines:
        for line in lines:
            line.send(greedy)
        time.sleep(1)
        assert slowest(api, "/healthz") < SLOWEST_SECONDS
        assert slowest(api, f"/v1/variants/{choice}", service.keys["student"]) < SLOWEST_SECONDS


def test_an_answer_that_is_read_late_is_whole(api):
    asked = b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n"
    with Line(api.port, asked * 300, so_rcvbuf=2**17) as line:
        time.sleep(1)
        answers = [line.answer() for _ in range(300)]
    assert {status for status, *_ in answers} == {200}
    assert len({body for *_, body in answers}) == 1


def test_more_than_fits_into_memory_is_not_kept(api, service):
    """150 MiB of bodies that do not end, in two processes that keep 64 MiB each at most."""
    body = b" " * (2**20 - 1)
    head = f"POST /v1/grade HTTP/1.1\r\nHost: x\r\nContent-Length: {2**20}\r\n\r\n".encode()
    with held(api.port, 150, head) as lines:
        for line in lines:
            line.send_if_open(body)
        assert slowest(api, "/healthz") < SLOWEST_SECONDS
        wait_for(lambda: sum(line.is_closed() for line in lines) >= 150 - 128, "room", SLOWEST_SECONDS)


def test_half_read_requests_delay_no_stop(api):
    with held(api.port, 20, STALLED_HEAD):
        assert slowest(api, "/healthz") < SLOWEST_SECONDS
        time.sleep(1)  # the other process may just have been born, and does not hear SIGTERM yet
        api.process.terminate()
        wait_for(lambda: api.process.poll() is not None, "the end", 10)

"""Requests as bytes: what ends one, what is refused before anybody looks at it, what is said of the connection."""

import json

import pytest

from api.gunicorn.reading import LARGEST_BODY_BYTES
from tests.servers.lines import Line

HEALTH = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.fixture
def grade(service, choice):
    """The head of a call that grades a response, with these further headers."""
    key = service.keys["lms"]

    def head(*headers, key=key):
        own = ("Host: x", "Content-Type: application/json", f"Authorization: Bearer {key}")
        return "\r\n".join([f"POST /v1/variants/{choice}/grade HTTP/1.1", *own, *headers, "", ""]).encode()

    return head


RESPONSE = b'{"response": {"choice": "a"}}'


def chunked(*pieces):
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in (*pieces, b""))


def log(api):
    return (api.folder / "api.log").read_text()


def test_a_chunked_body_is_graded(api, grade):
    with Line(api.port, grade("Transfer-Encoding: chunked") + chunked(RESPONSE[:5], RESPONSE[5:])) as line:
        status, _, body = line.answer()
        assert status == 200
        assert "score" in json.loads(body)
        line.send(HEALTH)
        assert line.answer()[0] == 200


def test_what_follows_a_mebibyte_of_chunks_is_not_cut_off(api, grade):
    spaces = b" " * (LARGEST_BODY_BYTES + 10 - len(RESPONSE))
    with Line(api.port, grade("Transfer-Encoding: chunked") + chunked(RESPONSE, spaces, b"rubbish")) as line:
        assert line.problem()[0] == 413


@pytest.mark.parametrize("size", [b"xyz", b"-1", b"5 5", b""])
def test_a_bad_chunk_size_is_the_clients_fault(api, grade, size):
    with Line(api.port, grade("Transfer-Encoding: chunked") + size + b"\r\nhello\r\n0\r\n\r\n") as line:
        status, detail = line.problem()
    assert (status, "internal" in detail) == (400, False)
    assert "Traceback" not in log(api)


@pytest.mark.parametrize(
    "headers",
    [
        ("Content-Length: 5", "Transfer-Encoding: chunked"),
        ("Content-Length: five",),
        ("Content-Length: -5",),
        ("Content-Length: 5", "Content-Length: 6"),
        ("Host: y", "Content-Length: 0"),
        ("Content-Length : 5",),
        ("Content-Length: 0", "A: b\0c"),
    ],
)
def test_a_head_that_can_be_read_in_two_ways_is_refused(api, grade, headers):
    with Line(api.port, grade(*headers)) as line:
        assert line.problem()[0] == 400
    assert "Traceback" not in log(api)


def test_http_1_1_names_its_host_and_http_1_0_need_not(api):
    with Line(api.port, b"GET /healthz HTTP/1.1\r\nA: b\r\n\r\n") as line:
        assert line.problem()[0] == 400
    with Line(api.port, b"GET /healthz HTTP/1.0\r\n\r\n") as line:
        assert line.answer()[0] == 200
        assert line.rest() == b""


def test_a_body_too_large_is_refused_before_it_is_sent(api, grade):
    with Line(api.port, grade(f"Content-Length: {LARGEST_BODY_BYTES + 1}")) as line:
        assert line.problem()[0] == 413


def test_a_body_too_large_that_is_sent_all_the_same_finds_its_answer(api, grade):
    with Line(api.port, grade(f"Content-Length: {4 * LARGEST_BODY_BYTES}")) as line:
        line.send(b" " * 4 * LARGEST_BODY_BYTES)
        assert line.problem()[0] == 413


def test_after_a_refusal_whose_body_was_read_the_connection_goes_on(api, grade):
    body = b" " * LARGEST_BODY_BYTES
    with Line(api.port, grade(f"Content-Length: {len(body)}", key="wrong") + body + HEALTH) as line:
        status, headers, _ = line.answer()
        assert (status, headers["connection"]) == (401, "keep-alive")
        assert line.answer()[0] == 200


def test_a_client_that_waits_is_asked_for_its_body_once(api, grade):
    with Line(api.port, grade(f"Content-Length: {len(RESPONSE)}", "Expect: 100-continue")) as line:
        assert line.answer()[0] == 100
        line.send(RESPONSE)
        assert line.answer()[0] == 200
        line.send(HEALTH)
        assert line.answer()[0] == 200
    with Line(api.port, grade(f"Content-Length: {LARGEST_BODY_BYTES + 1}", "Expect: 100-continue")) as line:
        assert line.problem()[0] == 413
    with Line(api.port, grade(f"Content-Length: {len(RESPONSE)}", "Expect: something") + RESPONSE) as line:
        assert line.problem()[0] == 417


def test_requests_sent_at_once_are_answered_in_their_order(api, grade):
    sized = grade(f"Content-Length: {len(RESPONSE)}") + RESPONSE
    with Line(api.port, (HEALTH + sized) * 30) as line:
        bodies = [line.answer()[2] for _ in range(60)]
    assert [b"score" in body for body in bodies] == [False, True] * 30


def test_whoever_sends_no_more_is_answered_still(api):
    with Line(api.port, HEALTH * 3) as line:
        line.send_no_more()
        assert [line.answer()[0] for _ in range(3)] == [200] * 3
        assert line.rest() == b""
    with Line(api.port, HEALTH[:-2]) as line:
        assert line.send_no_more().problem()[0] == 400


def test_a_refusal_names_its_request_and_is_kept_by_nobody(api):
    with Line(api.port, b"GARBAGE\r\n\r\n") as line:
        status, headers, body = line.answer()
    assert status == 400
    assert json.loads(body)["instance"] == f"urn:resit:request:{headers['x-request-id']}"
    assert headers["cache-control"] == "no-store"

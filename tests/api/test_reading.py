"""Where a request ends, in whatever pieces it arrives."""

from http import HTTPStatus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.gunicorn import reading
from api.gunicorn.reading import LARGEST_BODY_BYTES, Reading, Refused, Stage

GET = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
BODIES = st.binary(max_size=200)


def post(*headers, version=b"1.1"):
    return b"\r\n".join([b"POST /v1/grade HTTP/" + version, b"Host: x", *headers, b"", b""])


def sized(body):
    return post(b"Content-Length: %d" % len(body)) + body


def chunked(body, size=7):
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    framed = b"".join(b"%x;ext=1\r\n%b\r\n" % (len(piece), piece) for piece in pieces)
    return post(b"Transfer-Encoding: chunked") + framed + b"0\r\nA-Trailer: 1\r\n\r\n"


def cut(data, places):
    ends = sorted({*(place % (len(data) + 1) for place in places), len(data)})
    return [data[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def read(pieces):
    """Heads' first lines and bodies of all the requests in there, and what is awaited at the end."""
    request, found = Reading(), []
    for piece in pieces:
        stage = request.feed(piece)
        while stage is Stage.NOTHING:
            found.append((request.head.partition(b"\r\n")[0], request.body))
            stage = request.next()
    return found, request


def refused(*pieces):
    with pytest.raises(Refused) as caught:
        read(pieces)
    return caught.value.status


@given(st.lists(st.tuples(st.sampled_from(["get", "sized", "chunked"]), BODIES), max_size=4), st.lists(st.integers(0)))
def test_requests_are_the_same_however_they_are_cut(wanted, places):
    make = {"get": lambda _: GET, "sized": sized, "chunked": chunked}
    stream = b"".join(make[form](body) for form, body in wanted)
    found, request = read(cut(stream, places))
    assert [body for _, body in found] == [b"" if form == "get" else body for form, body in wanted]
    assert not request.has_begun
    assert request.held_bytes == 0


def test_what_is_missing_is_told():
    request = Reading()
    assert not request.has_begun
    assert request.feed(GET[:-1]) is Stage.HEAD
    assert request.has_begun
    assert Reading().feed(sized(b"{}")[:-1]) is Stage.BODY
    assert Reading().feed(chunked(b"{}")[:-1]) is Stage.BODY


def test_an_empty_line_before_a_request_is_read_over():
    assert read([b"\r\n" + GET + b"\r\n" + GET])[0] == [(b"GET /healthz HTTP/1.1", b"")] * 2


@pytest.mark.parametrize(
    ("status", "request_bytes"),
    [
        (400, b"GET / HTTP/1.1\r\nX: y\r\n\r\n"),
        (400, b"GET / HTTP/1.1\nHost: x\n\n"),
        (400, post(b"Content-Length: 5", b"Content-Length: 5") + b"12345"),
        (400, post(b"Content-Length: -5")),
        (400, post(b"Content-Length: +5")),
        (400, post(b"Content-Length: 5, 5")),
        (400, post(b"Content-Length: five")),
        (400, post(b"Content-Length:")),
        (400, post("Content-Length: ²".encode("latin-1"))),
        (400, post(b"Content-Length: 5", b"Transfer-Encoding: chunked")),
        (400, post(b"Transfer-Encoding: chunked", version=b"1.0")),
        (501, post(b"Transfer-Encoding: gzip, chunked")),
        (501, post(b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked")),
        (413, post(b"Content-Length: %d" % (LARGEST_BODY_BYTES + 1))),
        (413, post(b"Content-Length: " + b"9" * 5000)),
        (414, b"GET /" + b"x" * 9000),
        (431, b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 20_000),
    ],
)
def test_a_head_that_leaves_the_end_open_is_refused(status, request_bytes):
    assert refused(request_bytes) == status


@pytest.mark.parametrize("line", [b"xyz", b"", b"-1", b"0x5", b" 5", b"5 5", b"5" * 17, b"5;" + b"x" * 300])
def test_a_bad_chunk_size_is_refused(line):
    assert refused(post(b"Transfer-Encoding: chunked") + line + b"\r\nhello\r\n0\r\n\r\n") == 400


@pytest.mark.parametrize("rest", [b"2\r\nhello\r\n", b"5\r\nhello0\r\n\r\n", b"0\r\nno header\r\n\r\n", b"5" * 300])
def test_a_chunked_body_that_is_framed_wrongly_is_refused(rest):
    assert refused(post(b"Transfer-Encoding: chunked") + rest) == 400


def test_a_chunked_body_is_refused_by_its_first_byte_too_many():
    head, whole = post(b"Transfer-Encoding: chunked"), b"%x\r\n%b\r\n" % (LARGEST_BODY_BYTES, b" " * LARGEST_BODY_BYTES)
    (found,), _ = read([head + whole + b"0\r\n\r\n"])
    assert len(found[1]) == LARGEST_BODY_BYTES
    assert refused(head + whole + b"1\r\n") == 413


def test_a_chunked_body_may_not_consist_of_framing():
    assert (
        refused(post(b"Transfer-Encoding: chunked") + b"1;x=y\r\n \r\n" * 200_000)
        == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    )


def test_http_1_0_names_no_host():
    assert read([b"GET / HTTP/1.0\r\n\r\n"])[0] == [(b"GET / HTTP/1.0", b"")]


def test_a_client_that_waits_to_be_asked_for_its_body_is_known():
    asking, length = Reading(), b"Content-Length: 2"
    asking.feed(post(length, b"expect: 100-Continue"))
    assert asking.wants_continue
    for plain in (post(length), post(length, b"Expect: 100-continue", version=b"1.0")):
        asking = Reading()
        asking.feed(plain)
        assert not asking.wants_continue


def test_a_body_in_very_many_pieces_is_read(monkeypatch):
    monkeypatch.setattr(reading, "LARGEST_FRAMING_BYTES", 2**23)
    body = b" " * 300_000
    stream = chunked(body, 1)
    (found,), _ = read([stream[at : at + 65536] for at in range(0, len(stream), 65536)])
    assert found[1] == body

"""Connections of clients that behave as no client should."""

import contextlib
import json
import re
import select
import socket

STALLED_HEAD = b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-a:"


class Line:
    """One connection, written and read byte by byte."""

    def __init__(self, port, sent=b"", **options):
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        for name, value in options.items():
            self._socket.setsockopt(socket.SOL_SOCKET, getattr(socket, name.upper()), value)
        self._read = b""
        self.send(sent)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._socket.close()

    def send(self, octets):
        self._socket.sendall(octets)
        return self

    def send_no_more(self):
        self._socket.shutdown(socket.SHUT_WR)
        return self

    def answer(self):
        """Status, headers in lower case and body of the next answer; interim ones are answers too."""
        self._until(lambda: b"\r\n\r\n" in self._read)
        head, _, self._read = self._read.partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        headers = dict(re.split(": *", line.lower(), maxsplit=1) for line in lines)
        length = int(headers.get("content-length", 0))
        self._until(lambda: len(self._read) >= length)
        body, self._read = self._read[:length], self._read[length:]
        return int(first.split()[1]), headers, body

    def problem(self):
        """Status and detail of an answer that says that the connection ends, and does end it."""
        status, headers, body = self.answer()
        assert headers["content-type"] == "application/problem+json"
        assert headers["connection"] == "close"
        found = json.loads(body)
        assert found["status"] == status
        assert self.rest() == b""
        return status, found["detail"]

    def rest(self):
        """All that comes until the server closes."""
        while data := self._receive():
            self._read += data
        return self._read

    def send_if_open(self, octets):
        with contextlib.suppress(ConnectionError):
            self.send(octets)

    def answers_within(self, seconds):
        """Whether something can be read by then, be it the end."""
        return bool(select.select([self._socket], [], [], seconds)[0])

    def is_closed(self):
        """By now, and without a word."""
        return self.answers_within(0) and not self._receive()

    def _until(self, condition):
        while not condition():
            data = self._receive()
            assert data, f"closed after {self._read[:200]!r}"
            self._read += data

    def _receive(self):
        try:
            return self._socket.recv(65536)
        except ConnectionResetError:
            return b""


def half_sent(key):
    """A request whose body never ends."""
    head = f"POST /v1/grade HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\nContent-Length: 5000\r\n"
    return head.encode() + b"Content-Type: application/json\r\n\r\n" + b" " * 2500


@contextlib.contextmanager
def held(port, count, sent=b"", **options):
    """As many connections that have sent this."""
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(Line(port, sent, **options)) for _ in range(count)]

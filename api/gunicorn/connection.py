"""A client's connection as gunicorn's threads see it: its request is there, and they never wait for it."""

from __future__ import annotations

import io
import socket
from typing import Any

from gunicorn.http.message import Request
from gunicorn.http.parser import Parser
from gunicorn.http.unreader import Unreader
from gunicorn.workers.gthread import TConn

from api.gunicorn.deadlines import Deadlines
from api.gunicorn.reading import Reading

RECEIVED_AT_ONCE = 2**16
NO_BYTES = memoryview(b"")


class Line:
    """In the place of the client's socket: an answer is gathered, sent as far as the system takes it, the rest kept.

    Only the worker's main thread receives or closes; whatever gunicorn does of that in the others has no effect.
    """

    __slots__ = ("_gathered", "_left", "socket")

    def __init__(self, client: socket.socket) -> None:
        self.socket = client
        self._gathered: list[bytes] = []
        self._left = NO_BYTES

    def sendall(self, data: bytes) -> None:
        self._gathered.append(data)

    def flush(self) -> None:
        """Send what can be sent now. Raises OSError where nobody is left to take it."""
        if self._gathered:
            self._left = memoryview(b"".join([self._left, *self._gathered]))
            self._gathered.clear()
        if not self._left:
            return
        try:
            self._left = self._left[self.socket.send(self._left) :]
        except BlockingIOError:
            return  # later

    def receive(self) -> bytes | None:
        """What has arrived: None where there is nothing yet, nothing at all where the client is done or gone."""
        try:
            return self.socket.recv(RECEIVED_AT_ONCE)
        except BlockingIOError:
            return None
        except OSError:
            return b""

    @property
    def unsent_bytes(self) -> int:
        return len(self._left)

    def drop(self) -> None:
        """Forget what was not sent."""
        self._gathered.clear()
        self._left = NO_BYTES

    def setblocking(self, _flag: bool) -> None:
        """It never blocks."""

    settimeout = setblocking

    def gettimeout(self) -> float:
        return 0.0

    def shutdown(self, _how: int) -> None:
        """An answer that broke off is not sent: gunicorn wants to end it here, and to read until the client does."""
        self.drop()

    def recv(self, _size: int) -> bytes:
        return b""

    def close(self) -> None:
        """Left to the main thread, whose selector must forget the socket first."""


class Connection(TConn):  # type: ignore[misc]  # gunicorn ships no types
    """One client's, with what the worker notes of it.

    `queue` is where it is waited for, none while a thread has it; `watched` the events that the selector looks for;
    `counted_bytes` what the worker has counted of it as held.
    """

    def __init__(self, cfg: Any, client: socket.socket, address: Any, server: Any) -> None:
        client.setblocking(False)
        super().__init__(cfg, Line(client), address, server)
        self.reading = Reading()
        self.parser: WholeRequests | None = WholeRequests(cfg, self.reading, address)
        self.initialized = self.data_ready = True  # nothing is left that gunicorn would have to wait for
        self.is_kept = self.is_closed = self.is_at_end = False
        self.queue: Deadlines[Connection] | None = None
        self.watched = self.counted_bytes = self.drained_bytes = 0

    def drop_answer(self) -> None:
        """The connection ends without what was not sent."""
        self.sock.drop()
        self.is_kept = False

    def forget(self) -> None:
        """Let go of all that was read."""
        self.reading, self.parser = Reading(), None

    @property
    def held_bytes(self) -> int:
        return self.reading.held_bytes + int(self.sock.unsent_bytes)


class WholeRequests(Parser):  # type: ignore[misc]  # gunicorn ships no types
    """gunicorn's parser over requests that were read before it is asked."""

    def __init__(self, cfg: Any, reading: Reading, address: Any) -> None:
        super().__init__(cfg, (), address)
        self.mesg: Any = None
        self._reading = reading

    def __next__(self) -> Request:
        if self.mesg and self.mesg.should_close():
            raise StopIteration
        self.req_count += 1
        self.mesg = Request(self.cfg, Head(self._reading.head), self.source_addr, self.req_count)
        self.mesg.body = io.BytesIO(self._reading.body)
        self.mesg._expected_100_continue = False  # it was told, and has sent its body
        return self.mesg

    def finish_body(self, deadline: float | None = None, max_bytes: int | None = None) -> bool:
        """Nothing of it is left on the connection, whether it was looked at or not."""
        return True


class Head(Unreader):  # type: ignore[misc]  # gunicorn ships no types
    """The bytes of one head, and then the end."""

    def __init__(self, head: bytes) -> None:
        self.buf = io.BytesIO(head)

    def chunk(self, size_hint: int | None = None) -> bytes:
        return b""

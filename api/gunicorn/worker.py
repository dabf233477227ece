"""gunicorn's threaded worker, in which no client can hold a thread.

The main thread reads every request to its end before a thread takes it, and sends what a client is slow to take. It
never waits for one client alone: whoever stalls is refused or closed at a deadline.
"""

from __future__ import annotations

import contextlib
import errno
import socket
import time
from http import HTTPStatus
from selectors import EVENT_READ, EVENT_WRITE
from types import FrameType
from typing import Any

from gunicorn.http.errors import ParseException
from gunicorn.workers.gthread import ThreadWorker

from api.gunicorn.connection import Connection
from api.gunicorn.pool import Pool
from api.gunicorn.reading import Refused, Stage
from api.gunicorn.refusals import refusal, status_of
from api.gunicorn.waiting import Waiting

LOOK_SECONDS = 0.25  # between two looks for who is late
STOP_SECONDS = 1.0  # for which a process that stops waits for what clients may be sending already
MOST_DRAINED_BYTES = 2**23
MOST_AHEAD_BYTES = 2**17  # that a client may send while its last request is answered
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
NO_CONNECTION = (errno.EAGAIN, errno.EWOULDBLOCK, errno.ECONNABORTED)
NO_FILE_LEFT = (errno.EMFILE, errno.ENFILE)


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn ships no types
    """One process of the API."""

    was_told = False  # to stop

    def run(self) -> None:
        self.waiting = Waiting(self.poller, self.cfg.keepalive, self._on_event)
        self.next_look = 0.0
        super().run()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """SIGTERM, which may come again amid this: whoever waits for a verdict is answered as things stand."""
        if not self.was_told:
            self.was_told = True
            super().handle_exit(sig, frame)
            self.wsgi.extensions["resit"].end_waits()

    def accept(self, listener: Any) -> None:
        try:
            client, address = listener.accept()
        except OSError as error:
            if error.errno in NO_FILE_LEFT:
                self._close_one(self.waiting.dispensable())
            elif error.errno not in NO_CONNECTION:
                raise
            return
        self.nr_conns += 1
        connection = Connection(self.cfg, client, address, listener.getsockname())
        self.waiting.move(connection, self.waiting.heads)
        self._receive(connection)

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        super().wait_for_and_dispatch_events(min(timeout, LOOK_SECONDS))

    def get_thread_pool(self) -> Pool[Connection]:
        return Pool(self.cfg.threads, self._answer)

    def enqueue_req(self, conn: Connection) -> None:
        self.tpool.submit(conn)

    def _answer(self, conn: Connection) -> None:
        """In a thread, which no request may end."""
        try:
            conn.is_kept = bool(self.handle(conn))
            conn.sock.flush()
        except OSError as gone:
            self.log.debug("nobody is left to be told: %s", gone)
            conn.drop_answer()
        except BaseException:
            self.log.exception("a request ended in what no error handler takes")
            conn.drop_answer()
        self.method_queue.defer(self._see_answer_off, conn)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: Exception) -> None:
        """What is not HTTP, or too long to be read, is a problem as any other: gunicorn itself would answer in HTML."""
        if not isinstance(exc, ParseException):
            super().handle_error(req, client, addr, exc)
            return
        self.log.info("unreadable request: %s", type(exc).__name__)
        client.sendall(refusal(status_of(exc)))

    def murder_pending(self) -> None:
        """After every event: keep room for one more connection, and now and then close or refuse whoever is late."""
        while self.nr_conns >= self.worker_connections and self._close_one(self.waiting.dispensable()):
            pass
        now = time.monotonic()
        if now < self.next_look:
            return
        self.next_look = now + LOOK_SECONDS
        for queue in self.waiting.queues:
            while queue.first() <= now and (late := queue.oldest()) is not None:
                if queue is self.waiting.bodies or (queue is self.waiting.heads and late.reading.has_begun):
                    self._refuse(late, HTTPStatus.REQUEST_TIMEOUT)
                else:
                    self._close(late)

    def murder_keepalived(self, force: bool = False) -> None:
        for connection in self.waiting.idle if force else ():
            self._close(connection)

    def _cap_keepalive(self, deadline: float) -> None:
        """The process stops: what is on its way is answered still, if it comes at once."""
        for queue in self.waiting.queues:
            if queue is not self.waiting.sending:
                queue.hasten(STOP_SECONDS)

    def _on_event(self, conn: Connection, _client: socket.socket) -> None:
        if conn.is_closed:
            return  # by what else happened in the same round
        if conn.queue is self.waiting.sending:
            self._see_answer_off(conn)
        elif conn.queue is self.waiting.lingering:
            self._drain(conn)
        else:
            self._receive(conn)

    def _receive(self, conn: Connection) -> None:
        data = conn.sock.receive()
        if data is None:
            self.waiting.watch(conn, EVENT_READ)
            return
        if conn.queue is not None:
            if data:
                self._read(conn, data)
            else:
                self._end(conn)
            return
        conn.is_at_end = not data  # a thread has the request before this
        conn.reading.feed(data)
        if conn.is_at_end or conn.reading.held_bytes > MOST_AHEAD_BYTES:
            self.waiting.watch(conn, 0)
        self._count(conn)

    def _read(self, conn: Connection, data: bytes = b"") -> None:
        """What came, or what is there already of the next request."""
        try:
            stage = conn.reading.feed(data) if data else conn.reading.next()
        except Refused as refused:
            self._refuse(conn, refused.status, str(refused))
            return
        self._count(conn)
        if not conn.is_closed:
            self._go_on(conn, stage)

    def _go_on(self, conn: Connection, stage: Stage) -> None:
        """Hand over a request that is whole, else wait for what is missing."""
        if stage is Stage.NOTHING:
            if self.waiting.are_too_many_bytes:
                self._refuse(conn, HTTPStatus.SERVICE_UNAVAILABLE)
                return
            self.waiting.move(conn, None)
            self.enqueue_req(conn)
            return
        if conn.is_at_end:
            self._end(conn)
            return
        waiting = self.waiting
        if stage is Stage.BODY:
            if conn.reading.wants_continue and conn.queue is not waiting.bodies:
                with contextlib.suppress(OSError):  # whoever is gone is noticed when read from
                    conn.sock.socket.send(CONTINUE)
            waiting.move(conn, waiting.bodies)
        elif conn.reading.has_begun:
            waiting.move(conn, waiting.heads)
        elif conn.queue is not waiting.heads:
            waiting.move(conn, waiting.idle)
        waiting.watch(conn, EVENT_READ)

    def _see_answer_off(self, conn: Connection) -> None:
        """Send the rest of an answer; the connection is then read again, or closed."""
        try:
            conn.sock.flush()
        except OSError:
            self._close(conn)
            return
        if conn.sock.unsent_bytes:
            self.waiting.move(conn, self.waiting.sending)
            self.waiting.watch(conn, EVENT_WRITE)
            self._count(conn)
            return
        if conn.watched == EVENT_WRITE:
            self.waiting.watch(conn, EVENT_READ)
        if conn.is_kept:
            self._read(conn)
        else:
            self._linger(conn)

    def _refuse(self, conn: Connection, status: HTTPStatus, detail: str = "") -> None:
        self.log.info("request refused: %s %s", status.value, detail or status.phrase)
        conn.is_kept = False
        conn.sock.sendall(refusal(status, detail))
        self._see_answer_off(conn)

    def _end(self, conn: Connection) -> None:
        """The client sends nothing more."""
        if conn.reading.has_begun:
            self._refuse(conn, HTTPStatus.BAD_REQUEST, "the request ends before it is whole")
        else:
            self._close(conn)

    def _linger(self, conn: Connection) -> None:
        """Say that nothing more comes, and read on: closed at once, the system would take the answer back."""
        conn.forget()
        self._count(conn)
        try:
            conn.sock.socket.shutdown(socket.SHUT_WR)
        except OSError:
            self._close(conn)
            return
        self.waiting.move(conn, self.waiting.lingering)
        self.waiting.watch(conn, EVENT_READ)
        self._drain(conn)

    def _drain(self, conn: Connection) -> None:
        if (data := conn.sock.receive()) is not None:
            conn.drained_bytes += len(data)
            if not data or conn.drained_bytes > MOST_DRAINED_BYTES:
                self._close(conn)

    def _count(self, conn: Connection) -> None:
        """Where all together hold too much, whoever has waited longest gives way."""
        self.waiting.count(conn)
        while self.waiting.are_too_many_bytes and self._close_one(self.waiting.holding_longest()):
            pass

    def _close_one(self, conn: Connection | None) -> bool:
        if conn is not None:
            self._close(conn)
        return conn is not None

    def _close(self, conn: Connection) -> None:
        self.waiting.close(conn)
        self.nr_conns -= 1

"""The connections of one process: what each waits for, and how much all hold."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from selectors import BaseSelector
from typing import Any, TypeAlias

from api.gunicorn.connection import Connection
from api.gunicorn.deadlines import Deadlines

HEAD_SECONDS = 4.75  # all these are looked at four times a second
BODY_SECONDS = 9.75  # from the end of the head
SENDING_SECONDS = 30.0  # for what the system did not take at once
LINGER_SECONDS = 2.0  # for which a client may go on sending what nobody reads, so that it sees its answer
STALLED_SECONDS = 0.5  # after which a client is not merely on its way
MOST_HELD_BYTES = 2**26  # of requests and answers, in one process

Queue: TypeAlias = Deadlines[Connection]


class Waiting:
    """A connection stands in one queue, or in none while a thread has it."""

    def __init__(self, selector: BaseSelector, keepalive_seconds: float, on_event: Callable[..., None]) -> None:
        self._selector = selector
        self._on_event = on_event
        self.heads: Queue = Deadlines(HEAD_SECONDS)
        self.bodies: Queue = Deadlines(BODY_SECONDS)
        self.idle: Queue = Deadlines(keepalive_seconds)
        self.sending: Queue = Deadlines(SENDING_SECONDS)
        self.lingering: Queue = Deadlines(LINGER_SECONDS)
        self.queues = (self.lingering, self.bodies, self.heads, self.sending, self.idle)
        self._held_bytes = 0

    def move(self, conn: Connection, queue: Queue | None) -> None:
        if conn.queue is not queue:
            if conn.queue is not None:
                conn.queue.remove(conn)
            if queue is not None:
                queue.add(conn)
            conn.queue = queue

    def watch(self, conn: Connection, events: int) -> None:
        """Have `on_event` called with the connection at these events of its socket; 0 for none."""
        if events == conn.watched:
            return
        client: Any = conn.sock.socket
        if not conn.watched:
            self._selector.register(client, events, partial(self._on_event, conn))
        elif events:
            self._selector.modify(client, events, partial(self._on_event, conn))
        else:
            self._selector.unregister(client)
        conn.watched = events

    def count(self, conn: Connection) -> None:
        """Note how much the connection holds by now."""
        held = conn.held_bytes
        self._held_bytes += held - conn.counted_bytes
        conn.counted_bytes = held

    @property
    def are_too_many_bytes(self) -> bool:
        return self._held_bytes > MOST_HELD_BYTES

    def dispensable(self) -> Connection | None:
        """Who gives way to another: whoever stalls, then whoever is idle, and only then who has just come."""
        *busy, idle = self.queues
        stalling = (queue.oldest(STALLED_SECONDS) for queue in busy)
        any_at_all = (queue.oldest() for queue in (idle, *busy))
        return next((found for found in (*stalling, *any_at_all) if found is not None), None)

    def holding_longest(self) -> Connection | None:
        """Among those that may hold much."""
        oldest = (queue.oldest() for queue in (self.bodies, self.heads, self.sending))
        return next((found for found in oldest if found is not None), None)

    def close(self, conn: Connection) -> None:
        self.watch(conn, 0)
        self.move(conn, None)
        self._held_bytes -= conn.counted_bytes
        conn.is_closed = True
        conn.sock.socket.close()

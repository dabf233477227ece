"""PostgreSQL that is never waited for longer than a moment, be it frozen or cut off.

The kernel acknowledges what is sent to a frozen server, and the server's own time limits stand still with it. So the
bound is on this side: a connection on which nothing came for `PATIENCE_SECONDS` is closed and never used again.
"""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import psycopg
from psycopg.errors import ConnectionTimeout
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import InvalidatePoolError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bank.store.breaker import Breaker

Found = TypeVar("Found")

PATIENCE_SECONDS = 3.5  # for a connection, a place in the pool, a sign of life while a statement runs
STATEMENT_SECONDS = 3.0  # after which a server that lives gives a statement up by itself, and the connection is kept
LOOK_SECONDS = 0.1  # between two looks at the clock while nothing comes
BUSY_SECONDS = 0.01  # after whose use a connection is taken without a look whether it lives: no server restarts so soon
LONG_STATEMENT_MEMORY = "64MB"  # for each sort of what takes longer than a request may, instead of files
BOUNDS = {
    "connect_timeout": int(PATIENCE_SECONDS),
    "options": f"-c statement_timeout={int(STATEMENT_SECONDS * 1000)}",
    "tcp_user_timeout": int(PATIENCE_SECONDS * 1000),  # a network that is cut: what is sent is not acknowledged
    "keepalives_idle": int(PATIENCE_SECONDS),  # the same for a connection on which nothing is sent
    "keepalives_interval": 1,
    "keepalives_count": 3,
}


class BoundedConnection(psycopg.Connection[Any]):
    """Raises OperationalError, and is closed, once the server has been silent for `patience` seconds."""

    patience: float = PATIENCE_SECONDS
    breaker: Breaker

    def wait(self, gen: Any, *args: Any, **options: Any) -> Any:
        try:
            return super().wait(_heard(gen, self.patience), LOOK_SECONDS)
        except Silent as silent:
            self.breaker.trip()
            self.close()
            raise psycopg.OperationalError(f"the database was silent for {self.patience} s") from silent


class Silent(Exception):
    """Nothing came from the server."""


def _heard(protocol: Generator[Any, int, Found], patience: float) -> Generator[Any, int, Found]:
    """One exchange with the server. psycopg sends 0 where its socket was not ready between two looks."""
    try:
        wanted = next(protocol)
        heard = time.monotonic()
        while True:
            ready = yield wanted
            if ready:
                heard = time.monotonic()
            elif time.monotonic() - heard > patience:
                protocol.close()
                raise Silent
            wanted = protocol.send(ready)
    except StopIteration as end:
        found: Found = end.value
        return found


def engine(url: Any, breaker: Breaker) -> Engine:
    made = create_engine(
        url, pool_timeout=PATIENCE_SECONDS, pool_size=10, max_overflow=10, pool_use_lifo=True, connect_args=BOUNDS
    )

    made.dialect.use_insertmanyvalues_wo_returning = True  # new rows go in one statement, not in one each

    @event.listens_for(made, "do_connect")
    def connect(_dialect: object, _record: object, words: Any, options: Any) -> BoundedConnection:
        if breaker.resting:  # a kept connection was silent just now, and a new one would be
            raise psycopg.OperationalError("the database did not answer a moment ago")
        try:
            connection = BoundedConnection.connect(*words, **options)
        except ConnectionTimeout:
            breaker.trip()
            raise
        connection.breaker = breaker
        return connection

    @event.listens_for(made, "connect")
    @event.listens_for(made, "checkin")
    def note(_connection: object, record: Any) -> None:
        record.info["used"] = time.monotonic()

    @event.listens_for(made, "checkout")
    def look(connection: Any, record: Any, _proxy: object) -> None:
        """Have one that was idle replaced, and all that are older, if it is dead."""
        if time.monotonic() - record.info.get("used", 0.0) > BUSY_SECONDS:
            try:
                made.dialect.do_ping(connection)
            except psycopg.Error as dead:
                raise InvalidatePoolError from dead

    return made


@contextmanager
def patience(connection: Connection, seconds: float) -> Iterator[None]:
    """Another bound for what is asked inside, as long as a statement may take there: the server's is lifted as well,
    and so is that on memory.
    """
    bounded: Any = connection.connection.driver_connection
    connection.exec_driver_sql(f"SET LOCAL statement_timeout = {int(seconds * 1000)}")
    connection.exec_driver_sql(f"SET LOCAL work_mem = '{LONG_STATEMENT_MEMORY}'")
    bounded.patience = seconds
    try:
        yield
    finally:
        bounded.patience = PATIENCE_SECONDS

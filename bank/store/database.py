"""One database, SQLite or PostgreSQL: connections that read, transactions that write, errors of one kind."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Select, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError, DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bank.errors import StoreUnavailable
from bank.store.breaker import Breaker

PATIENCE_SECONDS = 4  # of SQLite: for a lock, a place in the pool
TURN_SECONDS = 0.002  # between two looks whether SQLite's writer is done, who left alone looks ten times a second
BUSY_TIMEOUT = f"PRAGMA busy_timeout={PATIENCE_SECONDS * 1000}"
PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    BUSY_TIMEOUT,
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",  # what was erased is overwritten: learners' names do not stay in free space
)


class Database:
    """Connects when first asked. A URL that names no driver for PostgreSQL means the one that is installed."""

    def __init__(self, url: str) -> None:
        given = make_url(url.replace("postgres://", "postgresql://", 1))
        self.url = given.set(drivername="postgresql+psycopg") if given.drivername == "postgresql" else given
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._breaker = Breaker()

    @property
    def file(self) -> Path | None:
        """SQLite's, which is made when the database is first used; None for one in memory."""
        name = self.url.database if self.is_sqlite else None
        return None if not name or name.startswith((":", "file:")) else Path(name)

    @property
    def is_empty(self) -> bool:
        """Whether SQLite has yet to make its file, which even reading would do."""
        with _errors_told():
            try:
                return self.file is not None and self.file.stat().st_size == 0
            except FileNotFoundError:
                return True

    @property
    def place(self) -> str:
        """The file, or the URL without its password."""
        return str(self.file or self.url.render_as_string())

    @contextmanager
    def reading(self, in_pieces: bool = False, statement_seconds: float | None = None) -> Iterator[Connection]:
        """A connection for single statements; `in_pieces` where the rows of one are fetched little by little.

        `statement_seconds` is for what takes longer than a request may.
        """
        within_one = in_pieces or statement_seconds is not None
        with (
            _errors_told(),
            self._breaker.asking(),
            self._without_transactions(within_one).connect() as connection,
            self._patience(connection, statement_seconds),
        ):
            yield connection

    @contextmanager
    def writing(self, statement_seconds: float | None = None) -> Iterator[Connection]:
        """A transaction: committed at the end, rolled back on any error. On SQLite the only writer.

        `statement_seconds` is for what takes longer than a request may.
        """
        with _errors_told(), self._breaker.asking(), self._engine.connect() as plain:
            connection = plain.execution_options(writing=True)
            with connection.begin(), self._patience(connection, statement_seconds):
                yield connection

    def insert(self, table: Table) -> Any:
        """The dialect's own INSERT, which knows ON CONFLICT."""
        return sqlite.insert(table) if self.is_sqlite else postgresql.insert(table)

    def locked(self, rows: Select[Any]) -> Select[Any]:
        """Rows that no other transaction holds; SQLite's writer is alone and needs no such thing."""
        return rows if self.is_sqlite else rows.with_for_update(skip_locked=True)

    def empty_log(self) -> bool:
        """Bring SQLite's write-ahead log into its file and leave it empty, as it holds what was erased since.

        Whether that was done: readers may be in the way for as long as they read. PostgreSQL sees to its own.
        """
        if not self.is_sqlite:
            return True
        with self.reading() as connection:
            busy, *_ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
        return not busy

    def close(self) -> None:
        if "_engine" in self.__dict__:
            self._engine.dispose()

    def _without_transactions(self, but_with: bool) -> Engine:
        """PostgreSQL is told of the begin and the end of each, and needs one only to keep rows or settings."""
        return self._engine if self.is_sqlite or but_with else self._autocommitting

    @cached_property
    def _autocommitting(self) -> Engine:
        return self._engine.execution_options(isolation_level="AUTOCOMMIT")

    @cached_property
    def _engine(self) -> Engine:
        if self.is_sqlite:
            if self.file:
                _make_private(self.file)
            return _sqlite(self.url)
        from bank.store import postgresql  # whose driver only those load who need it

        return postgresql.engine(self.url, self._breaker)

    def _patience(self, connection: Connection, seconds: float | None) -> AbstractContextManager[None]:
        if self.is_sqlite or seconds is None:
            return nullcontext()
        from bank.store import postgresql  # as above

        return postgresql.patience(connection, seconds)


def _make_private(file: Path) -> None:
    """For its owner only, as the files that SQLite lays beside it then are; one that is there keeps its rights."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(FileExistsError):
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def _sqlite(url: Any) -> Engine:
    engine = create_engine(url, pool_timeout=PATIENCE_SECONDS, pool_size=10, max_overflow=10)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself
        for pragma in PRAGMAS:
            connection.execute(pragma)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        """Take the writer's place at once: a reader who turns writer would fail instead of waiting."""
        if connection.get_execution_options().get("writing"):
            _take_turn(connection)

    return engine


def _take_turn(connection: Connection) -> None:
    """Begin to write as soon as nobody else does."""
    driver: Any = connection.connection.dbapi_connection
    deadline = time.monotonic() + PATIENCE_SECONDS
    driver.execute("PRAGMA busy_timeout=0")
    try:
        while True:
            try:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                return
            except OperationalError as error:
                if getattr(error.orig, "sqlite_errorname", "") != "SQLITE_BUSY" or time.monotonic() > deadline:
                    raise
            time.sleep(TURN_SECONDS)
    finally:
        driver.execute(BUSY_TIMEOUT)


@contextmanager
def _errors_told() -> Iterator[None]:
    """A database that cannot be reached, is locked, full or not migrated is one error to whoever asks."""
    try:
        yield
    except IntegrityError:
        raise
    except (DatabaseError, InterfaceError, PoolTimeout, OSError) as error:
        reason = str(error.orig) if isinstance(error, DBAPIError) else str(error)
        raise StoreUnavailable(reason) from error

"""What the tests share: a Redis, a PostgreSQL where there is one, and stores on both databases."""

import shutil
import tempfile
from itertools import count
from pathlib import Path

import pytest

from bank.store import Store
from tests.servers import postgresql
from tests.servers.postgresql import PostgresServer
from tests.servers.redis import RedisServer

NAMES = (f"t{number}" for number in count())


@pytest.fixture(scope="session")
def short_folder():
    """A folder whose path is short enough for a socket."""
    folder = Path(tempfile.mkdtemp(prefix="resit-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def _folder(parent):
    folder = parent / next(NAMES)
    folder.mkdir()
    return folder


@pytest.fixture
def redis_server(short_folder):
    server = RedisServer(_folder(short_folder)).start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgres_server(short_folder):
    if postgresql.programs() is None:
        pytest.skip("PostgreSQL is not installed; the tests ran on SQLite")
    server = PostgresServer(_folder(short_folder)).start()
    yield server
    server.stop()


@pytest.fixture
def sqlite_url(tmp_path):
    return f"sqlite:///{tmp_path / 'record.sqlite'}"


@pytest.fixture
def postgres_url(postgres_server):
    return postgres_server.database(next(NAMES))


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request):
    """The same test on both databases."""
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture
def store(database_url):
    """A migrated, empty record, on each database in turn."""
    yield from _opened(database_url)


@pytest.fixture
def sqlite_store(sqlite_url):
    """A migrated, empty record where the database does not matter."""
    yield from _opened(sqlite_url)


def _opened(url):
    store = Store(url)
    store.migrate()
    yield store
    store.close()

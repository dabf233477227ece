"""A record, a Redis and workers."""

import pytest

from tests.servers.workers import Workers, environment


@pytest.fixture
def workers(sqlite_store, sqlite_url, redis_server, tmp_path):
    """Workers with short leases, so that what a dead one held is soon free again."""
    environ = environment(sqlite_url, redis_server, LEASE_SECONDS=2, TASK_SECONDS=20, SWEEP_SECONDS=0.2)
    running = Workers(tmp_path, environ).start()
    yield running
    running.stop()

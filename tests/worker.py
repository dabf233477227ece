"""A worker in the process of the test, without a Redis."""

from bank.cache import Cache
from bank.lab import Lab
from bank.results import KeptResults
from logs import make_log
from tests.secret import IDENTITY
from workers.worker import Worker

NOWHERE = "unix:///nonexistent/redis.sock"


def worker_on(store, lease_seconds=60, task_seconds=50):
    results = KeptResults(store.results, Cache(NOWHERE), lease_seconds)
    return Worker(store, IDENTITY, results, Lab(memory=results), make_log("CRITICAL"), lease_seconds, task_seconds)

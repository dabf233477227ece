"""What Prometheus is told: the requests of all processes, and from the record the variants and the work that waits."""

from __future__ import annotations

import json
import os
import time
from collections import Counter as Counts
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, values
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from api.count_file import CountFile
from bank.errors import StoreUnavailable

if TYPE_CHECKING:
    from bank.cache import Cache
    from bank.store import Store

LATENCY_BUCKETS_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 31.0)
CENSUS_NAME = "census"
CENSUS_CACHE_SECONDS = 2  # for which the counts of the record are not asked for again


class Metrics:
    """Counters of one application. With `directory` they add up over all processes that share it."""

    def __init__(self, directory: Path | None, store: Store, cache: Cache) -> None:
        self._directory = directory
        if directory is not None:
            values.MmapedDict = CountFile  # type: ignore[attr-defined]  # its library has no other way to be given one
            values.ValueClass = values.MultiProcessValue(lambda: slot.number)  # type: ignore[no-untyped-call]  # no types
        self._registry = CollectorRegistry()
        self._record = Record(store, cache)
        requests = ("method", "route", "status")
        self._requests = Counter("resit_requests", "Requests answered.", requests, registry=self._registry)
        options: dict[str, Any] = {"registry": self._registry, "buckets": LATENCY_BUCKETS_SECONDS}
        self._seconds = Histogram("resit_request_seconds", "Time to answer.", ("route",), **options)
        fault = "Variants found with other content under their id."
        self.mismatches = Counter("resit_content_mismatches", fault, ("route",), registry=self._registry)
        self._children: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """Children are kept: looking one up by its labels costs more than adding one to it."""
        name = (method, route, status)
        children = self._children.get(name)
        if children is None:
            children = self._requests.labels(*map(str, name)), self._seconds.labels(route)
            self._children[name] = children
        children[0].inc()
        children[1].observe(seconds)

    def exposition(self, by_family: bool) -> bytes:
        """All of it as Prometheus text; `by_family` says which families the variants are of."""
        registry = self._registry
        if self._directory is not None:
            registry = CollectorRegistry()
            CountedFiles(registry, path=str(self._directory))  # type: ignore[no-untyped-call]  # as above
        census = self._record.census()
        counted = generate_latest(CensusCollector(census, by_family)) if census else b""
        return generate_latest(registry) + counted


class CountedFiles(MultiProcessCollector):
    """Finds the files of a directory whatever is in its name; its library takes brackets there for a pattern.

    An empty file is one that a full disk had no space for; the library cannot read it.
    """

    def collect(self) -> Any:
        files = [str(path) for path in Path(self._path).glob("*.db") if path.stat().st_size]
        return self.merge(files, accumulate=True)  # type: ignore[no-untyped-call]  # as above


class Census(NamedTuple):
    """Counts of the record: of variants by family and state, of waiting pieces by queue."""

    variants: list[tuple[str, str, int]]
    waiting: dict[str, int]


class Record:
    """What the database counts, kept for two seconds where all processes find it, so that they tell the same."""

    def __init__(self, store: Store, cache: Cache) -> None:
        self._store = store
        self._cache = cache
        self._looked = float("-inf")
        self._found: Census | None = None

    def census(self) -> Census | None:
        """None while the database is out of reach."""
        shared = self._cache.get(CENSUS_NAME)
        if shared is not None:
            return Census(**json.loads(shared))
        if time.monotonic() - self._looked > CENSUS_CACHE_SECONDS:
            self._looked = time.monotonic()
            try:
                self._found = self._count()
                self._cache.put(CENSUS_NAME, json.dumps(self._found._asdict()).encode(), CENSUS_CACHE_SECONDS)
            except StoreUnavailable:
                self._found = None
        return self._found

    def _count(self) -> Census:
        variants = [(family, state, count) for (family, state), count in self._store.variants.census().items()]
        return Census(variants, dict(self._store.work.waiting()))


class CensusCollector(Collector):
    """A census as Prometheus has it. What families an exam is made of is only told where `by_family`."""

    def __init__(self, census: Census, by_family: bool) -> None:
        self._census = census
        self._by_family = by_family

    def collect(self) -> Iterable[GaugeMetricFamily]:
        counts: Counts[tuple[str, ...]] = Counts()
        for family, state, count in self._census.variants:
            counts[(family, state) if self._by_family else (state,)] += count
        labels = ("family", "state") if self._by_family else ("state",)
        variants = GaugeMetricFamily("resit_variants", "Variants kept.", labels=labels)
        for values_of_labels, count in counts.items():
            variants.add_metric(values_of_labels, count)
        waiting = GaugeMetricFamily("resit_work_waiting", "Pieces of work that wait for a worker.", labels=("queue",))
        for queue, count in self._census.waiting.items():
            waiting.add_metric((queue,), count)
        return [variants, waiting]


class ProcessSlot:
    """Which file of the shared directory this process counts in.

    The next process in the same slot counts on in the same file, so that processes may come and go for months.
    """

    def __init__(self) -> None:
        self._number: int | None = None

    @property
    def number(self) -> int:
        return os.getpid() if self._number is None else self._number

    def take(self, number: int) -> None:
        self._number = number


slot = ProcessSlot()

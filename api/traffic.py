"""Every request gets an id, a line in the log, a place in the metrics, and headers that keep browsers careful."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from secrets import token_hex
from time import perf_counter

import structlog
from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from structlog.typing import FilteringBoundLogger

from api.service import service

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)
METHODS = frozenset({"GET", "HEAD", "POST", "DELETE", "PUT", "PATCH", "OPTIONS"})
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 31.0)
CAREFUL = (
    ("X-Content-Type-Options", "nosniff"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-store"),
)


class Traffic:
    """Counters of one application. With `directory` they add up over all processes that share it."""

    def __init__(self, directory: Path | None) -> None:
        self._directory = directory
        self._registry = CollectorRegistry()
        labels = ("method", "route", "status")
        self._requests = Counter("resit_requests", "Requests answered.", labels, registry=self._registry)
        self._seconds = Histogram(
            "resit_request_seconds", "Time to answer.", ("route",), registry=self._registry, buckets=BUCKETS
        )
        self._children: dict[tuple[str, str, int], Counter] = {}
        self._timers: dict[str, Histogram] = {}

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """Children are kept: looking one up by its labels costs more than adding one to it."""
        name = (method, route, status)
        counter = self._children.get(name)
        if counter is None:
            counter = self._children[name] = self._requests.labels(*map(str, name))
            self._timers[route] = self._seconds.labels(route)
        counter.inc()
        self._timers[route].observe(seconds)

    def exposition(self) -> bytes:
        """All of it as Prometheus text."""
        if self._directory is None:
            return generate_latest(self._registry)
        everyone = CollectorRegistry()
        MultiProcessCollector(everyone, path=str(self._directory))
        return generate_latest(everyone)


def make_log(level: str) -> FilteringBoundLogger:
    """JSON lines on standard output."""
    log: FilteringBoundLogger = structlog.wrap_logger(
        structlog.WriteLogger(sys.stdout),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
    )
    return log


def arrive() -> None:
    g.started = perf_counter()
    asked = request.environ.get("HTTP_X_REQUEST_ID", "")
    g.request_id = asked if REQUEST_ID.fullmatch(asked) else token_hex(8)


def leave(response: Response) -> Response:
    seconds = perf_counter() - g.started
    rule = request.url_rule
    route = rule.rule if rule else "none"
    method = request.method if request.method in METHODS else "OTHER"
    here = service()
    here.traffic.count(method, route, response.status_code, seconds)
    here.log.info(
        "request",
        request_id=g.request_id,
        method=method,
        path=request.path if rule else None,
        status=response.status_code,
        ms=round(seconds * 1000, 2),
        key=g.key.prefix if "key" in g else None,
    )
    return _labelled(response)


def _labelled(response: Response) -> Response:
    headers = response.headers
    headers["X-Request-Id"] = g.request_id
    for name, value in CAREFUL:
        headers.setdefault(name, value)
    if "allowance" in g:
        limit, remaining, reset = g.allowance
        headers["RateLimit-Limit"] = str(limit)
        headers["RateLimit-Remaining"] = str(remaining)
        headers["RateLimit-Reset"] = str(reset)
    return response


def register(app: Flask) -> None:
    """Before every other hook, so that whatever they refuse is counted as well."""
    app.before_request(arrive)
    app.after_request(leave)

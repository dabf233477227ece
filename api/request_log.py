"""Every request gets an id, a line in the log, a place in the metrics, and headers that make browsers careful."""

from __future__ import annotations

import json
import re
from collections.abc import Container
from dataclasses import dataclass
from datetime import UTC, datetime
from secrets import token_hex
from time import perf_counter
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, g, request

from api.client_address import client_address

if TYPE_CHECKING:
    from api.limits import Allowance
    from api.parts import Parts

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)
METHODS = frozenset({"GET", "HEAD", "POST", "DELETE", "PUT", "PATCH", "OPTIONS"})
SUBJECTS = ("variant_id", "job_id", "response_id", "family", "name")  # what a route can be about; never a seed
MOST_CHARACTERS = 128  # of a value in a line
SECURITY_HEADERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Cache-Control", "no-store"),
)
DEGRADED = ("Resit-Degraded", "database")  # of an answer that the database was not needed for, while it is away


@dataclass(slots=True)
class LogEntry:
    """What is told of one request. `subject` is the variant, job or family it is about, `key` the caller's prefix."""

    id: str
    started: float
    client: str
    method: str = "OTHER"
    route: str = "none"
    subject: str | None = None
    key: str | None = None
    job: str | None = None
    allowance: Allowance | None = None


def begin(parts: Parts, environ: dict[str, Any]) -> LogEntry:
    """A client may name its request; whatever could upset a log is replaced."""
    asked = environ.get("HTTP_X_REQUEST_ID", "")
    client = client_address(environ, parts.settings.trusted_proxies)
    return LogEntry(asked if REQUEST_ID.fullmatch(asked) else token_hex(8), perf_counter(), client)


def finish(parts: Parts, entry: LogEntry, status: int, present: Container[str]) -> list[tuple[str, str]]:
    """Count and log a request; returns the headers that its answer still lacks, `present` being those it has."""
    seconds = perf_counter() - entry.started
    parts.metrics.count(entry.method, entry.route, status, seconds)
    if parts.request_log is not None:
        parts.request_log.msg(line(entry, status, seconds))
    headers = [header for header in SECURITY_HEADERS if header[0] not in present]
    headers.append(("X-Request-Id", entry.id))
    if entry.allowance is not None:
        limit, left, reset = entry.allowance
        headers.append(("RateLimit-Limit", str(limit)))
        headers.append(("RateLimit-Remaining", str(max(0, left))))
        headers.append(("RateLimit-Reset", str(reset)))
        if parts.keyring.unconfirmed:
            headers.append(DEGRADED)
    return headers


def line(entry: LogEntry, status: int, seconds: float) -> str:
    """In the form of the other logs; written by hand, as it is the only line that a busy service feels."""
    told = (entry.subject, entry.key, entry.job)
    subject, key, job = (value and json.dumps(value[:MOST_CHARACTERS]) for value in told)
    return (
        f'{{"event": "request", "level": "info", "timestamp": "{datetime.now(UTC).isoformat()[:-6]}Z", '
        f'"request_id": "{entry.id}", "method": "{entry.method}", "route": "{entry.route}", '
        f'"subject": {subject or "null"}, "status": {status}, "ms": {seconds * 1000:.2f}, '
        f'"key": {key or "null"}, "client": "{entry.client}", "job": {job or "null"}}}'
    )


def register(app: Flask, parts: Parts) -> None:
    """Hooks around every request; `g.log_entry` is what will be told of it."""

    def arrive() -> None:
        entry = g.log_entry = begin(parts, request.environ)
        if request.method in METHODS:
            entry.method = request.method
        if request.url_rule is not None:
            named = request.view_args or {}
            entry.route = request.url_rule.rule
            entry.subject = next((named[name] for name in SUBJECTS if name in named), None)

    def leave(response: Response) -> Response:
        headers = response.headers
        headers.extend(finish(parts, g.log_entry, response.status_code, {name for name, _ in headers}))
        return response

    app.before_request(arrive)
    app.after_request(leave)

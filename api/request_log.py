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

if TYPE_CHECKING:
    from api.limits import Allowance
    from api.service import Service

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)
METHODS = frozenset({"GET", "HEAD", "POST", "DELETE", "PUT", "PATCH", "OPTIONS"})
SUBJECTS = ("variant_id", "job_id", "family", "name")  # what a route can be about; never a seed
MOST_CHARACTERS = 128  # of a value in a line
SECURITY_HEADERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Cache-Control", "no-store"),
)


@dataclass(slots=True)
class Request:
    """What is told of one request. `subject` is the variant, job or family it is about, `key` the caller's prefix."""

    id: str
    started: float
    method: str = "OTHER"
    route: str = "none"
    subject: str | None = None
    key: str | None = None
    job: str | None = None
    allowance: Allowance | None = None


def arrived(environ: dict[str, Any]) -> Request:
    """A client may name its request; whatever could upset a log is replaced."""
    asked = environ.get("HTTP_X_REQUEST_ID", "")
    return Request(asked if REQUEST_ID.fullmatch(asked) else token_hex(8), perf_counter())


def answered(here: Service, seen: Request, status: int, present: Container[str]) -> list[tuple[str, str]]:
    """Count and tell a request; returns the headers that its answer still lacks, `present` being those it has."""
    seconds = perf_counter() - seen.started
    here.metrics.count(seen.method, seen.route, status, seconds)
    if here.lines is not None:
        here.lines.msg(line(seen, status, seconds))
    headers = [header for header in SECURITY_HEADERS if header[0] not in present]
    headers.append(("X-Request-Id", seen.id))
    if seen.allowance is not None:
        limit, left, reset = seen.allowance
        headers.append(("RateLimit-Limit", str(limit)))
        headers.append(("RateLimit-Remaining", str(max(0, left))))
        headers.append(("RateLimit-Reset", str(reset)))
    return headers


def line(seen: Request, status: int, seconds: float) -> str:
    """In the form of the other logs; written by hand, as it is the only line that a busy service feels."""
    subject, key, job = (value and json.dumps(value[:MOST_CHARACTERS]) for value in (seen.subject, seen.key, seen.job))
    return (
        f'{{"event": "request", "level": "info", "timestamp": "{datetime.now(UTC).isoformat()[:-6]}Z", '
        f'"request_id": "{seen.id}", "method": "{seen.method}", "route": "{seen.route}", '
        f'"subject": {subject or "null"}, "status": {status}, "ms": {seconds * 1000:.2f}, '
        f'"key": {key or "null"}, "job": {job or "null"}}}'
    )


def register(app: Flask, here: Service) -> None:
    """Hooks around every request; `g.seen` is its record."""

    def arrive() -> None:
        seen = g.seen = arrived(request.environ)
        if request.method in METHODS:
            seen.method = request.method
        if request.url_rule is not None:
            named = request.view_args or {}
            seen.route = request.url_rule.rule
            seen.subject = next((named[name] for name in SUBJECTS if name in named), None)

    def leave(response: Response) -> Response:
        headers = response.headers
        headers.extend(answered(here, g.seen, response.status_code, {name for name, _ in headers}))
        return response

    app.before_request(arrive)
    app.after_request(leave)

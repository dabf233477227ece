"""Every request gets an id, a line in the log, a place in the metrics, and headers that keep browsers careful."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from secrets import token_hex
from time import perf_counter
from typing import TYPE_CHECKING

from flask import Flask, Response, g, request

from api.service import service

if TYPE_CHECKING:
    from structlog import WriteLogger

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)
METHODS = frozenset({"GET", "HEAD", "POST", "DELETE", "PUT", "PATCH", "OPTIONS"})
SUBJECTS = ("variant_id", "job_id", "family", "name")  # what a route can be about; never a seed
LONGEST = 128
CAREFUL = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def arrive() -> None:
    g.started = perf_counter()
    asked = request.environ.get("HTTP_X_REQUEST_ID", "")
    g.request_id = asked if REQUEST_ID.fullmatch(asked) else token_hex(8)


def leave(response: Response) -> Response:
    here, seconds = service(), perf_counter() - g.started
    method = request.method if request.method in METHODS else "OTHER"
    route = request.url_rule.rule if request.url_rule else "none"
    here.metrics.count(method, route, response.status_code, seconds)
    if here.lines is not None:
        tell(here.lines, method, route, response.status_code, seconds)
    headers = response.headers
    headers["X-Request-Id"] = g.request_id
    for name, value in CAREFUL.items():
        if name not in headers:
            headers[name] = value
    if "allowance" in g:
        limit, left, reset = g.allowance
        headers["RateLimit-Limit"] = str(limit)
        headers["RateLimit-Remaining"] = str(max(0, left))
        headers["RateLimit-Reset"] = str(reset)
    return response


def tell(lines: WriteLogger, method: str, route: str, status: int, seconds: float) -> None:
    """One line, in the form of the other logs; written by hand, for a request takes no longer than its formatting."""
    key = f'"{g.key.prefix}"' if "key" in g else "null"
    job = f'"{g.job}"' if g.get("job") else "null"
    lines.msg(
        f'{{"event": "request", "level": "info", "timestamp": "{datetime.now(UTC).isoformat()[:-6]}Z", '
        f'"request_id": "{g.request_id}", "method": "{method}", "route": "{route}", "subject": {_subject()}, '
        f'"status": {status}, "ms": {seconds * 1000:.2f}, "key": {key}, "job": {job}}}'
    )


def _subject() -> str:
    """JSON of the variant, job or family that the request is about."""
    named = request.view_args or {}
    subject = g.get("subject") or next((named[name] for name in SUBJECTS if name in named), None)
    return "null" if subject is None else json.dumps(subject[:LONGEST])


def register(app: Flask) -> None:
    app.before_request(arrive)
    app.after_request(leave)

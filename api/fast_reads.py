"""The warm path of `GET /v1/variants/{id}`: bytes that stand in this process, sent without Flask.

Flask's dispatch costs several times what is done here, and this is the call that five hundred learners make in the same
second. Whatever is not the plain case goes on to Flask. Both ways use the same keys, limits, counts, lines and headers,
and a test holds their answers equal.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from api import request_log
from api.auth import takes_json
from api.views.variants import ROUTE, headers_of
from bank.errors import StoreUnavailable

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

    from api.parts import Parts

VARIANTS = "/v1/variants/"


class FastReads:
    """WSGI in front of WSGI."""

    def __init__(self, flask: WSGIApplication, parts: Parts) -> None:
        self._flask = flask
        self._parts = parts
        self._variants = parts.settings.prefix + VARIANTS

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        plain = plainly_asked_for(environ, self._variants)
        public = self._parts.variant_cache.in_process(plain)
        if public is None or not self._admit(entry := request_log.begin(self._parts, environ), environ):
            return self._flask(environ, start_response)
        entry.method, entry.route, entry.subject = "GET", ROUTE, plain
        headers = {**headers_of(plain), "Content-Length": str(len(public))}
        start_response("200 OK", [*headers.items(), *request_log.finish(self._parts, entry, 200, headers)])
        return (public,)

    def _admit(self, entry: request_log.LogEntry, environ: dict[str, Any]) -> bool:
        """Whether a valid key has a call left. Whom this turns away, Flask tells why."""
        try:
            key = self._parts.keyring.find(environ.get("HTTP_AUTHORIZATION", ""))
        except StoreUnavailable:
            return False
        if key is None:
            return False
        entry.key, entry.allowance = key.prefix, self._parts.limiter.spend(key.prefix)
        return entry.allowance.left >= 0


def plainly_asked_for(environ: dict[str, Any], variants: str) -> str:
    """The id below the path of variants, if nothing but the bytes is wanted: no query, no condition, no other form."""
    path: str = environ["PATH_INFO"]
    if environ["REQUEST_METHOD"] != "GET" or not path.startswith(variants):
        return ""
    if environ.get("QUERY_STRING") or "HTTP_IF_NONE_MATCH" in environ or not takes_json(environ.get("HTTP_ACCEPT", "")):
        return ""
    return path[len(variants) :]

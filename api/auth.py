"""Who may call what: the scope of every route is declared beside it and checked before anything is looked up."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from flask import Flask, Response, current_app, g, request
from werkzeug.datastructures import MIMEAccept, WWWAuthenticate
from werkzeug.exceptions import Forbidden, NotAcceptable, TooManyRequests, Unauthorized
from werkzeug.http import parse_accept_header

from api.service import service

if TYPE_CHECKING:
    from bank.store import Key, Store

View = TypeVar("View", bound=Callable[..., Any])

SCOPES = ("student", "lms", "instructor", "admin")  # each may what the ones before it may
ANYBODY = "anybody"  # no key is asked for
RANK = {scope: rank for rank, scope in enumerate(SCOPES)}
FRESH = 1.0  # seconds for which a revoked key may still open a door
REMEMBERED = 4096
BEARER = re.compile(r"bearer +([0-9a-f]{12}\.[A-Za-z0-9_-]{20,100})", re.ASCII | re.IGNORECASE)
CHALLENGE = WWWAuthenticate("bearer", {"realm": "resit"})


def needs(scope: str) -> Callable[[View], View]:
    """Declare the least scope that may call a view, for the gate and for the documentation."""

    def declare(view: View) -> View:
        documentation: dict[str, Any] = view.__dict__.setdefault("_apidoc", {}).setdefault("manual_doc", {})
        documentation["security"] = [] if scope == ANYBODY else [{"key": []}]
        documentation["x-scope"] = scope
        view.__dict__["scope"] = scope
        return view

    return declare


def at_least(scope: str) -> bool:
    """Whether the caller's key has this scope or a wider one."""
    return RANK[g.key.scope] >= RANK[scope]


class Keyring:
    """The keys seen within the last second, by the digest of their text, so that a busy key asks the database once."""

    def __init__(self, store: Store, clock: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._clock = clock
        self._seen: dict[bytes, tuple[float, Key | None]] = {}

    def find(self, text: str) -> Key | None:
        digest = hashlib.sha256(text.encode()).digest()
        now = self._clock()
        seen = self._seen.get(digest)
        if seen and now - seen[0] < FRESH:
            return seen[1]
        if len(self._seen) >= REMEMBERED:
            self._seen.clear()
        key = self._store.keys.check(text)
        self._seen[digest] = (now, key)
        return key


def admit() -> Response | None:
    """Let the caller in, or raise 401, 429, 403 or 406. OPTIONS tells anybody what the documentation tells anybody."""
    if request.url_rule is None:
        return None
    if request.method == "OPTIONS":
        return current_app.make_default_options_response()
    scope = scope_of(request.endpoint)
    if scope != ANYBODY:
        _check_key(scope)
        if not takes_json(request.environ.get("HTTP_ACCEPT", "")):
            raise NotAcceptable("only application/json is on offer")
    return None


def scope_of(endpoint: str | None) -> str:
    """Of a view; one that forgot to declare its scope is nobody's, and fails loudly."""
    return current_app.view_functions[endpoint or ""].scope  # type: ignore[attr-defined,no-any-return]  # by `needs`


@lru_cache(maxsize=256)
def takes_json(accept: str) -> bool:
    """Whether an Accept header, or none, leaves room for JSON."""
    return not accept or parse_accept_header(accept, MIMEAccept)["application/json"] > 0


def _check_key(scope: str) -> None:
    found = BEARER.fullmatch(request.environ.get("HTTP_AUTHORIZATION", ""))
    key = service().keys.find(found[1]) if found else None
    if key is None:
        raise Unauthorized("a valid key is needed: Authorization: Bearer <key>", www_authenticate=CHALLENGE)
    g.key = key
    g.allowance = service().limiter.spend(key.prefix)
    if g.allowance.left < 0:
        raise TooManyRequests("this key has used up its calls of this minute", retry_after=g.allowance.reset)
    if RANK[key.scope] < RANK[scope]:
        raise Forbidden("the scope of this key does not reach that far")


def register(app: Flask) -> None:
    app.before_request(admit)

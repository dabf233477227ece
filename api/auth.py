"""Who may call what: the scope of every route is declared beside it and checked before anything is looked up."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from flask import Flask, g, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Forbidden, Unauthorized

from api.service import service

if TYPE_CHECKING:
    from bank.store import Key, Store

View = TypeVar("View", bound=Callable[..., Any])

SCOPES = ("student", "lms", "instructor", "admin")  # each may what the ones before it may
ANYBODY = "anybody"  # no key is asked for
RANK = {scope: rank for rank, scope in enumerate(SCOPES)}
FRESH = 1.0  # seconds for which a revoked key may still open a door
REMEMBERED = 4096
LONGEST_KEY = 200


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
        key = self._store.check(text)
        self._seen[digest] = (now, key)
        return key


def admit() -> None:
    """Let the caller in, or raise 401 or 403; the rate limit counts whoever has a key."""
    if request.url_rule is None:
        return
    scope = scope_of(request.endpoint)
    if scope == ANYBODY:
        return
    key = _caller()
    g.key = key
    if RANK[key.scope] < RANK[scope]:
        raise Forbidden("the scope of this key does not reach that far")
    g.allowance = service().limiter.spend(key.prefix)


def scope_of(endpoint: str | None) -> str:
    """A view that forgot to declare its scope is nobody's."""
    from flask import current_app

    return current_app.view_functions[endpoint or ""].__dict__["scope"]  # type: ignore[no-any-return]  # set by `needs`


def _caller() -> Key:
    kind, _, text = request.environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    key = service().keys.find(text) if kind.lower() == "bearer" and 0 < len(text) <= LONGEST_KEY else None
    if key is None:
        raise Unauthorized("a valid key is needed: Authorization: Bearer <key>", www_authenticate=_CHALLENGE)
    return key


_CHALLENGE = WWWAuthenticate("bearer", {"realm": "resit"})


def register(app: Flask) -> None:
    app.before_request(admit)

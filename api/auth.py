"""Who may call what: the scope of every route is declared beside it and checked before anything is looked up."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from flask import Flask, Response, g, request
from werkzeug.datastructures import MIMEAccept, WWWAuthenticate
from werkzeug.exceptions import Forbidden, NotAcceptable, TooManyRequests, Unauthorized
from werkzeug.http import parse_accept_header

from bank.store.keys import SCOPES

if TYPE_CHECKING:
    from api.parts import Parts

View = TypeVar("View", bound=Callable[..., Any])

ANYBODY = "anybody"  # no key is asked for
RANK = {scope: rank for rank, scope in enumerate(SCOPES)}  # each may what the ones before it may
CHALLENGE = WWWAuthenticate("bearer", {"realm": "resit"})
SCOPE_TOO_SMALL = "the scope of this key does not reach that far"


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


def register(app: Flask, parts: Parts) -> None:
    """The gate before every view. OPTIONS tells anybody what the documentation tells anybody."""

    def admit() -> Response | None:
        asked = request._get_current_object()  # type: ignore[attr-defined]  # the proxy is looked through once
        if asked.url_rule is None:
            return None
        if asked.method == "OPTIONS":
            return app.make_default_options_response()
        scope = app.view_functions[asked.endpoint].__dict__["scope"]  # without one it fails loudly
        if scope != ANYBODY:
            check_key(parts, asked.environ.get("HTTP_AUTHORIZATION", ""), scope)
            if not takes_json(asked.environ.get("HTTP_ACCEPT", "")):
                raise NotAcceptable("only application/json is on offer")
        return None

    app.before_request(admit)


def check_key(parts: Parts, authorization: str, scope: str) -> None:
    """Raises 401 without a valid key, 429 once its minute is used up, 403 where its scope is too small."""
    key = parts.keyring.find(authorization)
    if key is None:
        raise Unauthorized("a valid key is needed: Authorization: Bearer <key>", www_authenticate=CHALLENGE)
    allowance = parts.limiter.spend(key.prefix)
    g.key, g.log_entry.key, g.log_entry.allowance = key, key.prefix, allowance
    if allowance.left < 0:
        raise TooManyRequests("this key has used up its calls of this minute", retry_after=allowance.reset)
    if RANK[key.scope] < RANK[scope]:
        raise Forbidden(SCOPE_TOO_SMALL)


@lru_cache(maxsize=256)
def takes_json(accept: str) -> bool:
    """Whether an Accept header, or none, leaves room for JSON, of which there is one character set alone.

    >>> takes_json("text/html, */*;q=0.1"), takes_json("application/json; charset=utf-8"), takes_json("text/html")
    (True, True, False)
    """
    named = ((media.partition(";")[0].strip(), quality) for media, quality in parse_accept_header(accept, MIMEAccept))
    return not accept or MIMEAccept(named)["application/json"] > 0

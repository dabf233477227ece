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

JSON = "application/json"
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


def offers(*media: str) -> Callable[[View], View]:
    """Declare what a view sends, where that is not JSON alone; the first is what it prefers itself."""

    def declare(view: View) -> View:
        view.__dict__["offers"] = media
        return view

    return declare


def at_least(scope: str) -> bool:
    """Whether the caller's key has this scope or a wider one."""
    return RANK[g.key.scope] >= RANK[scope]


def caller() -> str:
    """Who calls, as the record names them: by prefix and name of the API key."""
    return f"{g.key.prefix} {g.key.name}"


def register(app: Flask, parts: Parts) -> None:
    """The gate before every view. OPTIONS tells anybody what the documentation tells anybody."""

    def admit() -> Response | None:
        asked = request._get_current_object()  # type: ignore[attr-defined]  # the proxy is looked through once
        if asked.url_rule is None:
            return None
        if asked.method == "OPTIONS":
            return app.make_default_options_response()
        declared = app.view_functions[asked.endpoint].__dict__
        scope, offered = declared["scope"], declared.get("offers", (JSON,))  # without a scope it fails loudly
        if scope != ANYBODY:
            check_key(parts, asked.environ.get("HTTP_AUTHORIZATION", ""), scope)
            if preferred(asked.environ.get("HTTP_ACCEPT", ""), offered) is None:
                raise NotAcceptable(f"only {' and '.join(offered)} {'is' if len(offered) == 1 else 'are'} on offer")
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
def preferred(accept: str, offered: tuple[str, ...]) -> str | None:
    """Which of these media an Accept header likes best, the first where it does not matter; None where it takes none.

    Parameters such as a character set are passed over: there is one of each.

    >>> preferred("text/html, */*;q=0.1", ("application/json", "text/html")), preferred("", ("application/json",))
    ('text/html', 'application/json')
    """
    if not accept:
        return offered[0]
    named = ((media.partition(";")[0].strip(), quality) for media, quality in parse_accept_header(accept, MIMEAccept))
    accepted = MIMEAccept(named)
    best = max(offered, key=lambda media: accepted[media])
    return best if accepted[best] > 0 else None


def takes_json(accept: str) -> bool:
    """Whether an Accept header, or none, leaves room for JSON.

    >>> takes_json("text/html, */*;q=0.1"), takes_json("application/json; charset=utf-8"), takes_json("text/html")
    (True, True, False)
    """
    return preferred(accept, (JSON,)) is not None

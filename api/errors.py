"""Every refusal leaves as problem+json (RFC 9457); one table says which status an error has."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, g
from werkzeug.exceptions import Conflict, HTTPException, InternalServerError, UnprocessableEntity

from api.links import link
from bank.errors import (
    AlreadyAnswered,
    AttemptsExhausted,
    BadParams,
    BankError,
    Closed,
    ContentMismatch,
    IdempotencyKeyReused,
    NoFairQuestion,
    NoFurtherChance,
    NotCorrectable,
    NotForPersons,
    NothingToDraw,
    NotOpen,
    NotPublishable,
    NotPublished,
    Problem,
    StoreUnavailable,
    Unchangeable,
    UnknownDraw,
    UnknownFamily,
    UnknownLearner,
    UnknownResponse,
    UnknownVariant,
    Unreadable,
)
from bank.variant import ready

if TYPE_CHECKING:
    from api.parts import Parts

STATUS: dict[type[BankError], HTTPStatus] = {
    UnknownFamily: HTTPStatus.NOT_FOUND,
    UnknownVariant: HTTPStatus.NOT_FOUND,
    UnknownResponse: HTTPStatus.NOT_FOUND,
    UnknownLearner: HTTPStatus.NOT_FOUND,
    UnknownDraw: HTTPStatus.CONFLICT,
    NotForPersons: HTTPStatus.CONFLICT,
    ContentMismatch: HTTPStatus.INTERNAL_SERVER_ERROR,
    BadParams: HTTPStatus.UNPROCESSABLE_ENTITY,
    NoFairQuestion: HTTPStatus.UNPROCESSABLE_ENTITY,
    Unreadable: HTTPStatus.UNPROCESSABLE_ENTITY,
    AttemptsExhausted: HTTPStatus.CONFLICT,
    AlreadyAnswered: HTTPStatus.CONFLICT,
    NotPublished: HTTPStatus.CONFLICT,
    NotOpen: HTTPStatus.CONFLICT,
    Closed: HTTPStatus.CONFLICT,
    NoFurtherChance: HTTPStatus.CONFLICT,
    NothingToDraw: HTTPStatus.CONFLICT,
    NotPublishable: HTTPStatus.CONFLICT,
    Unchangeable: HTTPStatus.CONFLICT,
    IdempotencyKeyReused: HTTPStatus.UNPROCESSABLE_ENTITY,
    NotCorrectable: HTTPStatus.CONFLICT,
    StoreUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}
PROBLEM_MEDIA_TYPE = "application/problem+json"
MOST_ERRORS = 20  # that are listed; of the others the number is told
MOST_DETAIL_CHARACTERS = 1000
DATABASE_RETRY_SECONDS = "2"  # after which a client may ask a database again that was out of reach


class Invalid(UnprocessableEntity):
    """A value is of the wrong type or out of range; `errors` names each field at fault."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(dict.fromkeys(map(_sentence, problems[:MOST_ERRORS]))))
        self.problems = problems


class NotServed(Conflict):
    """No worker has confirmed the key of this variant, or one has refuted it: `state` tells which.

    `superseded_by` names the mended variant, to those who set exams.
    """

    def __init__(self, variant_id: str, state: str, superseded_by: str | None = None) -> None:
        super().__init__(f"this variant is {state}: it is neither served nor graded")
        successor = {"superseded_by": superseded_by} if superseded_by else {}
        self.members = {"id": variant_id, "state": state, **successor}


class AttemptsLeft(Conflict):
    """The solution is for learners who have answered the variant right, or used all their attempts at it.

    A bank may show it later, once it has closed, or never.
    """


def refuse(error: Exception) -> Response:
    """The answer to a request that ended in this error."""
    body = describe(error)
    headers = {"Content-Type": PROBLEM_MEDIA_TYPE, "Cache-Control": "no-store", **_headers(error)}
    return Response(ready(body), status=body["status"], headers=headers)


def describe(error: Exception) -> dict[str, Any]:
    """An error as RFC 9457 has it. `instance` names the request and echoes nothing of it."""
    status, problems = status_of(error), getattr(error, "problems", ())
    body = {
        "type": link(f"/docs#{slug(type(error))}") if type(error) in documented() else "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": _shortened(_detail(error)),
        "instance": f"urn:resit:request:{g.log_entry.id}",
        "errors": [_as_sent(problem) for problem in problems[:MOST_ERRORS]],
    }
    more = {"more": len(problems) - MOST_ERRORS} if len(problems) > MOST_ERRORS else {}
    position = getattr(error, "position", None)
    return body | more | ({} if position is None else {"position": position}) | getattr(error, "members", {})


def _as_sent(problem: Problem) -> dict[str, Any]:
    found = problem._replace(detail=_shortened(problem.detail))._asdict()
    return {name: value for name, value in found.items() if value is not None}


def status_of(error: Exception) -> HTTPStatus:
    if isinstance(error, BankError):
        return STATUS[next(cls for cls in type(error).__mro__ if cls in STATUS)]
    return HTTPStatus((error.code if isinstance(error, HTTPException) else None) or 500)


def documented() -> tuple[type[Exception], ...]:
    """The errors with a name of their own; `/docs` explains each."""
    return (*STATUS, Invalid, NotServed, AttemptsLeft)


def slug(error: type[Exception]) -> str:
    """The error's name in an address.

    >>> slug(UnknownFamily)
    'unknown-family'
    """
    return re.sub(r"(?<!^)(?=[A-Z])", "-", error.__name__).lower()


def _detail(error: Exception) -> str:
    """Only what was written for the client: never the text of an error that nobody expected."""
    if isinstance(error, StoreUnavailable):
        return "the database cannot be reached"
    if isinstance(error, BankError):
        return str(error)
    return (error.description if isinstance(error, HTTPException) else InternalServerError.description) or ""


def _sentence(problem: Problem) -> str:
    """A detail that names its field, as it does not have to beside a pointer."""
    name = problem.pointer.rpartition("/")[2]
    return problem.detail if name in problem.detail else f"{problem.pointer}: {problem.detail}"


def _shortened(detail: str) -> str:
    return detail if len(detail) <= MOST_DETAIL_CHARACTERS else f"{detail[: MOST_DETAIL_CHARACTERS - 1]}…"


def _headers(error: Exception) -> dict[str, str]:
    """Allow, WWW-Authenticate, Retry-After: what HTTP wants beside a status."""
    if isinstance(error, StoreUnavailable):
        return {"Retry-After": DATABASE_RETRY_SECONDS}
    if not isinstance(error, HTTPException):
        return {}
    return {name: value for name, value in error.get_headers() if name != "Content-Type"}


def register(app: Flask, parts: Parts) -> None:
    def unexpected(error: Exception) -> Response:
        parts.log.error("unexpected", request_id=g.log_entry.id, exc_info=error)
        return refuse(error)

    def mismatched(error: ContentMismatch) -> Response:
        parts.log.error("content mismatch", request_id=g.log_entry.id, reason=str(error))
        parts.metrics.mismatches.labels(g.log_entry.route).inc()
        return refuse(error)

    app.register_error_handler(ContentMismatch, mismatched)
    app.register_error_handler(BankError, refuse)
    app.register_error_handler(HTTPException, refuse)
    app.register_error_handler(Exception, unexpected)

"""Whole answers to requests that never became one: problems as all others, with the connection's end announced."""

from __future__ import annotations

from http import HTTPStatus
from secrets import token_hex

from gunicorn.http import errors as unreadable

from api.errors import PROBLEM_MEDIA_TYPE
from api.request_log import SECURITY_HEADERS
from bank.variant import ready

STATUS_OF_UNREADABLE = {
    unreadable.LimitRequestLine: HTTPStatus.REQUEST_URI_TOO_LONG,
    unreadable.LimitRequestHeaders: HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    unreadable.UnsupportedTransferCoding: HTTPStatus.NOT_IMPLEMENTED,
    unreadable.ExpectationFailed: HTTPStatus.EXPECTATION_FAILED,
}
RETRY_SECONDS = {HTTPStatus.SERVICE_UNAVAILABLE: "2"}


def status_of(error: unreadable.ParseException) -> HTTPStatus:
    """What gunicorn's parser could not read."""
    return STATUS_OF_UNREADABLE.get(type(error), HTTPStatus.BAD_REQUEST)


def refusal(status: HTTPStatus, detail: str = "") -> bytes:
    request_id = token_hex(8)
    problem = {"type": "about:blank", "title": status.phrase, "status": status, "detail": detail or status.description}
    body = ready(problem | {"instance": f"urn:resit:request:{request_id}", "errors": []})
    headers = {
        "Connection": "close",
        "Content-Type": PROBLEM_MEDIA_TYPE,
        "Content-Length": str(len(body)),
        **dict(SECURITY_HEADERS),
        "X-Request-Id": request_id,
        **({"Retry-After": RETRY_SECONDS[status]} if status in RETRY_SECONDS else {}),
    }
    lines = [f"HTTP/1.1 {status} {status.phrase}", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body

"""gunicorn's threaded worker, taught to stop without making anybody wait and to refuse in our own form."""

from __future__ import annotations

from http import HTTPStatus
from types import FrameType
from typing import Any

from gunicorn import util
from gunicorn.glogging import Logger
from gunicorn.http import errors as unreadable
from gunicorn.workers.gthread import ThreadWorker

from api.errors import PROBLEM_MEDIA_TYPE
from bank.variant import ready

STATUS_OF_UNREADABLE = {
    unreadable.LimitRequestLine: HTTPStatus.REQUEST_URI_TOO_LONG,
    unreadable.LimitRequestHeaders: HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    unreadable.UnsupportedTransferCoding: HTTPStatus.NOT_IMPLEMENTED,
    unreadable.ExpectationFailed: HTTPStatus.EXPECTATION_FAILED,
}


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn ships no types
    """One process of the API."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """SIGTERM: whoever waits for a verdict of the lab is answered as things stand."""
        self.wsgi.extensions["resit"].long_poll.close()
        super().handle_exit(sig, frame)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: Exception) -> None:
        """What is not HTTP, or too long to be read, is a problem as any other: gunicorn itself would answer in HTML."""
        if not isinstance(exc, unreadable.ParseException):
            super().handle_error(req, client, addr, exc)
            return
        self.log.info("unreadable request: %s", type(exc).__name__)
        try:
            util.write_nonblock(client, refusal(STATUS_OF_UNREADABLE.get(type(exc), HTTPStatus.BAD_REQUEST)))
        except OSError as gone:
            self.log.debug("nobody is left to be told: %s", gone)


class PropagatingLogger(Logger):  # type: ignore[misc]  # gunicorn ships no types
    """gunicorn's own messages go where all others go."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True


def refusal(status: HTTPStatus) -> bytes:
    """A whole answer, for a request that never became one."""
    problem = {"type": "about:blank", "title": status.phrase, "status": status, "detail": status.description}
    body = ready(problem | {"instance": "urn:resit:request:unreadable", "errors": []})
    head = f"HTTP/1.1 {status} {status.phrase}\r\nConnection: close\r\nContent-Type: {PROBLEM_MEDIA_TYPE}\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body

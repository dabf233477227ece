"""Links are paths on the host that was asked; RESIT_PREFIX stands before all of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from api.parts import current_parts

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication


class UnderPrefix:
    """WSGI that serves another below a path, and nothing outside of it."""

    def __init__(self, served: WSGIApplication, prefix: str) -> None:
        self._served = served
        self._prefix = prefix

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        path: str = environ["PATH_INFO"]
        below = path.startswith(f"{self._prefix}/")
        environ["SCRIPT_NAME"] = self._prefix if below else ""
        environ["PATH_INFO"] = path[len(self._prefix) :] if below else ""  # no route is empty: a 404 as any other
        return self._served(environ, start_response)


def link(path: str) -> str:
    """A path of ours as a client calls it."""
    return current_parts().settings.prefix + path

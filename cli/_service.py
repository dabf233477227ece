"""The service as a client calls it: RESIT_URL says where it is, RESIT_KEY opens it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import click

from embedded import keys_file
from embedded.home import Home
from settings import Settings

if TYPE_CHECKING:
    from requests import Response

SECONDS = 30.0  # for an answer
POLL_SECONDS = 1.0  # between two looks where no events are had
TRIES = 30  # looks at a service that does not answer
ENDED = ("succeeded", "failed", "cancelled")


class Service:
    """Calls of the API; whatever it refuses ends the command with one message."""

    def __init__(self) -> None:
        import requests

        settings = Settings.from_env()
        self._url = settings.url.rstrip("/")
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bearer {_key(settings.key)}"

    def get(self, path: str, **options: Any) -> Any:
        return self.call("GET", path, **options).json()

    def post(self, path: str, body: Mapping[str, Any] | None = None, once: bool = False) -> Any:
        """`once`: a call that is repeated after a loss of the connection counts once."""
        headers = {"Idempotency-Key": str(uuid.uuid4())} if once else {}
        return self.call("POST", path, json={} if body is None else body, headers=headers).json()

    def call(self, method: str, path: str, **options: Any) -> Response:
        """Raises ClickException with what the problem says."""
        import requests

        try:
            answer = self._session.request(method, self._url + path, timeout=SECONDS, **options)
        except requests.RequestException as error:
            told = f"{self._url} does not answer: is the service running (`resit up`), is RESIT_URL right?"
            raise click.ClickException(told) from error
        if not answer.ok:
            raise click.ClickException(_told(answer))
        return answer

    def every(self, path: str) -> Iterator[dict[str, Any]]:
        """The items of a list, page by page."""
        cursor = ""
        while cursor is not None:
            page = self.get(path, params={"cursor": cursor} if cursor else {})
            yield from page["items"]
            cursor = page["next"]

    def watched(self, job: str) -> Iterator[dict[str, Any]]:
        """A job at each change until it has ended: by events, and by asking again where there are none."""
        import time

        import requests

        while True:
            try:
                for state in self._events(job):
                    yield state
                    if state["state"] in ENDED:
                        return
            except (requests.RequestException, click.ClickException):  # the service may be away for a moment
                time.sleep(POLL_SECONDS)
            state = self._asked_again(job)
            yield state
            if state["state"] in ENDED:
                return

    def _asked_again(self, job: str) -> dict[str, Any]:
        """For as long as a service takes that is started again."""
        import time

        for _ in range(TRIES):
            try:
                return self.get(f"/v1/jobs/{job}")  # type: ignore[no-any-return]  # JSON
            except click.ClickException:
                time.sleep(POLL_SECONDS)
        return self.get(f"/v1/jobs/{job}")  # type: ignore[no-any-return]  # JSON

    def _events(self, job: str) -> Iterator[dict[str, Any]]:
        stream = self.call("GET", f"/v1/jobs/{job}/events", stream=True, headers={"Accept": "text/event-stream"})
        with stream:
            for line in stream.iter_lines():
                if line.startswith(b"data: "):
                    yield json.loads(line.removeprefix(b"data: "))


def _key(given: str) -> str:
    """That of the environment, else the instructor's of the service that `resit up` runs."""
    key = given or keys_file.read(Home.from_env().keys).get("instructor")
    if not key:
        raise click.ClickException("RESIT_KEY is not set: it holds an API key of scope instructor")
    return key


def _told(answer: Response) -> str:
    """A problem in words, with the members at fault."""
    try:
        problem = answer.json()
    except ValueError:
        return f"the service answered {answer.status_code}"
    faults = [": ".join(filter(None, (fault["pointer"], fault["detail"]))) for fault in problem.get("errors", ())]
    return (
        "\n  ".join([f"{problem.get('title')}:", *faults])
        if faults
        else f"{problem.get('title')}: {problem.get('detail')}"
    )

"""`python -m embedded.announce URL KEYS --fresh|--known`: waits for the service, then says how to use it."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import click

from embedded import keys_file

SUPERVISOR_PID = os.getppid()
LONGEST_START_SECONDS = 120  # for everything to start, on a machine that has other work
FIRST_QUESTION = {"family": "quadratic_layer_ratio", "seed": 1}


class Client:
    """JSON over HTTP, from the standard library."""

    def __init__(self, url: str) -> None:
        self._url = url

    def ask(self, path: str, key: str = "", body: Any = None, wait: int = 0) -> tuple[int, Any]:
        """Status and body; status 0 while nobody answers."""
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}", "Prefer": f"wait={wait}"}
        content = None if body is None else json.dumps(body).encode()
        request = Request(self._url + path, content, headers)  # noqa: S310 - the URL is our own
        try:
            with urlopen(request, timeout=wait + 10) as response:  # noqa: S310 - as above
                return response.status, json.load(response)
        except HTTPError as error:
            return error.code, json.load(error)
        except (URLError, OSError, ValueError) as error:
            return 0, {"detail": str(error)}


def wait_until_ready(client: Client, deadline: float) -> None:
    """Until the API answers and nothing that it needs is missing."""
    while True:
        status, found = client.ask("/readyz")
        if status == HTTPStatus.OK and not found["degraded"]:
            return
        _demand_time(deadline, found)
        time.sleep(0.1)


def verified_variant(client: Client, key: str, deadline: float) -> str:
    """The id of the first question, after a worker has confirmed its key."""
    while True:
        status, found = client.ask("/v1/variants", key, FIRST_QUESTION, wait=10)
        if status in (HTTPStatus.OK, HTTPStatus.CREATED):
            return str(found["id"])
        if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
            raise click.ClickException(f"the first question was refused: {found.get('detail')}")
        _demand_time(deadline, found)
        time.sleep(0.1)


def _demand_time(deadline: float, found: Any) -> None:
    if os.getppid() != SUPERVISOR_PID:
        sys.exit(1)  # nothing is there to wait for
    if time.monotonic() > deadline:
        missing = ", ".join(found.get("degraded") or []) or found.get("detail") or found
        raise click.ClickException(f"not ready after {LONGEST_START_SECONDS} s: {missing}. The logs tell more")


def announce(url: str, path: Path, keys: dict[str, str], fresh: bool, variant: str) -> None:
    """The last line can be pasted into a shell."""
    click.echo(f"\nResit is ready at {url}, its documentation at {url}/docs. Ctrl-C stops it.")
    click.echo(f"The keys lie in {path}{', made just now:' if fresh else '.'}")
    if fresh:
        for scope, key in keys.items():
            click.echo(f"  {scope:<10}  {key}")
    click.echo("A question whose answer key has been confirmed:\n")
    click.echo(f"curl -s -H 'Authorization: Bearer {keys['student']}' {url}/v1/variants/{variant}")


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # the supervisor has a word to say about it, we have none
    url, path, fresh = sys.argv[1], Path(sys.argv[2]), sys.argv[3] == "--fresh"
    client, keys, deadline = Client(url), keys_file.read(path), time.monotonic() + LONGEST_START_SECONDS
    try:
        wait_until_ready(client, deadline)
        announce(url, path, keys, fresh, verified_variant(client, keys["instructor"], deadline))
    except click.ClickException as error:
        error.show()
        sys.exit(1)


if __name__ == "__main__":
    main()

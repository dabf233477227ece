"""The socket of the API outlives the API: who calls while it starts again waits, and is not refused."""

import contextlib
import os
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import click
import pytest
import requests

from embedded.listening import listen
from tests.end_to_end.instance import free_port
from tests.servers.processes import wait_for

CLIENTS = 4


class Callers:
    """Clients that call all the time, each time on a connection of its own."""

    def __init__(self, service):
        self._url, self._over = service.url + "/healthz", Event()
        self._pool = ThreadPoolExecutor(CLIENTS)
        self._told = [self._pool.submit(self._call) for _ in range(CLIENTS)]

    def _call(self):
        told = []
        while not self._over.is_set():
            try:
                told.append(requests.get(self._url, timeout=30).status_code)
            except requests.ConnectionError as error:
                told.append(str(error))
            time.sleep(0.01)
        return told

    def end(self):
        """The statuses of all calls, and the words of the errors."""
        self._over.set()
        return [status for told in self._told for status in told.result()]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_nobody_is_refused_while_the_api_starts_again(service, number):
    killed = service.program("api")
    callers = Callers(service)
    time.sleep(1)
    os.kill(killed, number)
    wait_for(lambda: service.program("api") not in (None, killed), "another API", 60)
    wait_for(lambda: service.get("/readyz", scope=None).json()["degraded"] == [], "a whole service", 60)
    time.sleep(1)
    told = callers.end()
    errors = [words for words in told if words != 200]
    assert len(told) > 10 * CLIENTS
    if number == signal.SIGTERM:
        assert errors == []
    else:
        assert len(errors) <= CLIENTS  # those that were being answered
        assert not [words for words in errors if "refused" in str(words)]


def test_no_other_program_has_the_socket(service):
    lines = Path("/proc/net/tcp").read_text().splitlines()
    inode = next(line.split()[9] for line in lines if f":{service.port:04X} 00000000:0000" in line)
    holders = {pid for pid in service.processes() if f"socket:[{inode}]" in sockets(pid)}
    assert service.pid in holders
    assert service.program("api") in holders
    assert not holders & {service.program(name) for name in ("redis", "worker-interactive", "worker-bulk", "sweeper")}


def sockets(pid):
    found = set()
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # closed meanwhile
            found.add(str(descriptor.readlink()))
    return found


def test_a_port_that_is_taken_is_told_with_another():
    with listen("127.0.0.1", free_port()) as taken, pytest.raises(click.ClickException) as refused:
        listen("127.0.0.1", taken.getsockname()[1])
    assert "Another port: resit up --port" in refused.value.message


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="this machine has no IPv6")
def test_every_address_is_every_address():
    with listen("::", free_port()) as listener:
        port = listener.getsockname()[1]
        for host in ("127.0.0.1", "::1"):
            socket.create_connection((host, port), timeout=5).close()

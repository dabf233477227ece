"""The API as it runs in service."""

import socket
import sys
from http.client import HTTPConnection

from tests.servers.processes import start, stop, wait_for


class Gunicorn:
    """On a free port of this machine."""

    def __init__(self, folder, environ, *options, prefix=""):
        self.folder, self._environ, self._options, self._prefix = folder, environ, options, prefix
        self.port, self.process = free_port(), None

    def start(self):
        command = [sys.executable, "-m", "gunicorn", "-c", "python:api.gunicorn.serving", *self._options]
        log, where = self.folder / "api.log", ("--bind", f"127.0.0.1:{self.port}")
        self.process = start([*command, *where, "api.wsgi:app"], log, env=self._environ)
        wait_for(self.answers, "the API")
        return self

    def answers(self):
        assert self.process.poll() is None, (self.folder / "api.log").read_text()
        try:
            return self.get(f"{self._prefix}/healthz")[0] == 200
        except OSError:
            return False

    def get(self, path, key=None, method="GET", body=None, **headers):
        """Status, headers and bytes of one call."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=40)
        try:
            wanted = {**({"Authorization": f"Bearer {key}"} if key else {}), **headers}
            connection.request(method, path, body, wanted)
            answer = connection.getresponse()
            return answer.status, dict(answer.headers), answer.read()
        finally:
            connection.close()

    def send(self, octets):
        """What comes back for bytes that may be no HTTP at all."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as line:
            line.sendall(octets)
            line.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: line.recv(65536), b""))

    def stop(self):
        stop(self.process, seconds=20)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]

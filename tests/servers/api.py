"""The API as it runs in service: gunicorn on a free port."""

import socket
import sys
from pathlib import Path

import requests

from tests.servers.processes import start, stop, wait_for

ROOT = Path(__file__).parents[2]


class Api:
    """Calls carry the key of a scope: `api.get("lms", "/v1/families")`."""

    def __init__(self, folder, environ, store):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.keys = {scope: store.keys.create(scope, "tests") for scope in ("student", "lms", "instructor", "admin")}
        self._folder = folder
        self._environ = environ | {"PROMETHEUS_MULTIPROC_DIR": str(folder / "metrics")}
        self._process = None

    def start(self):
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "-c",
            "api/serving.py",
            "-b",
            f"127.0.0.1:{self.port}",
            "api.wsgi:app",
        ]
        self._process = start(command, self._folder / "api.log", env=self._environ, cwd=ROOT)
        wait_for(self.lives, "the API")
        return self

    def lives(self):
        try:
            return requests.get(f"{self.url}/healthz", timeout=2).ok
        except requests.RequestException:
            return False

    def get(self, scope, path, **options):
        return requests.get(self.url + path, headers=self._headers(scope, options), timeout=40, **options)

    def post(self, scope, path, body, **options):
        return requests.post(self.url + path, json=body, headers=self._headers(scope, options), timeout=40, **options)

    def _headers(self, scope, options):
        return {"Authorization": f"Bearer {self.keys[scope]}", **options.pop("headers", {})}

    def stop(self):
        stop(self._process, 20)


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]

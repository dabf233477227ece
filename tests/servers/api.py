"""The API with a key of every scope at hand."""

import requests

from tests.servers.gunicorn import Gunicorn


class Api:
    """Calls carry the key of a scope: `api.get("lms", "/v1/families")`."""

    def __init__(self, folder, environ, store):
        metrics = {"PROMETHEUS_MULTIPROC_DIR": str(folder / "metrics")}
        self._keys = {scope: store.keys.create(scope, "tests") for scope in ("student", "lms", "instructor", "admin")}
        self._server = Gunicorn(folder, metrics | environ)

    def start(self):
        self._server.start()
        return self

    def get(self, scope, path, headers=None):
        return self._ask("GET", scope, path, headers)

    def post(self, scope, path, body, headers=None):
        return self._ask("POST", scope, path, headers, json=body)

    def _ask(self, method, scope, path, headers, **options):
        known = {"Authorization": f"Bearer {self._keys[scope]}", **(headers or {})}
        return requests.request(
            method, f"http://127.0.0.1:{self._server.port}{path}", headers=known, timeout=40, **options
        )

    def stop(self):
        self._server.stop()

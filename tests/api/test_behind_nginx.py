"""The site in `docs/nginx.conf`, before two processes of the API under a prefix."""

import json
import socket
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.api.conftest import RATIO
from tests.secret import named
from tests.servers import nginx
from tests.servers.gunicorn import Gunicorn
from tests.servers.nginx import Nginx

SITE = (Path(__file__).parents[2] / "docs" / "nginx.conf").read_text()
PREFIX = "/resit"
CLIENT = "127.0.0.2"  # another address of this machine than the proxy's
MEBIBYTE = 2**20
STALLED = 60  # clients, more than the API has threads

pytestmark = pytest.mark.skipif(nginx.program() is None, reason="nginx is not installed")


@pytest.fixture
def service(service_with):
    return service_with(prefix=PREFIX)


@pytest.fixture
def api(service, environ, tmp_path):
    settings = {"RESIT_PREFIX": PREFIX, "RESIT_TRUSTED_PROXIES": "127.0.0.1"}
    running = Gunicorn(tmp_path, {**environ, **settings}, "--workers", "2", "--threads", "4", prefix=PREFIX).start()
    yield running
    running.stop()


@pytest.fixture
def proxy(api, short_folder, tmp_path):
    folder = short_folder / tmp_path.name
    folder.mkdir()
    running = Nginx(folder, SITE.replace("127.0.0.1:8000", f"127.0.0.1:{api.port}")).start()
    yield running
    running.stop()


@pytest.fixture
def ask(service, proxy):
    """Status, headers and bytes of a call through the proxy."""

    def call(method, path, scope="student", body=None, **headers):
        connection = HTTPConnection("127.0.0.1", proxy.port, timeout=20, source_address=(CLIENT, 0))
        try:
            key = {"Authorization": f"Bearer {service.keys[scope]}", "Content-Type": "application/json"}
            connection.request(method, f"{PREFIX}{path}", body, key | headers)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    return call


def test_what_the_api_sends_arrives_as_it_is(service, api, ask):
    name = service.verified(named(RATIO.draft(1)))
    direct = api.get(f"{PREFIX}/v1/variants/{name}", service.keys["student"])
    for _ in range(2):
        status, headers, body = ask("GET", f"/v1/variants/{name}")
        assert (status, body) == (200, direct[2])
        assert headers["ETag"] == f'"{name}"'
        assert headers["Cache-Control"] == direct[1]["Cache-Control"]
    assert json.loads(body)["links"]["self"] == f"{PREFIX}/v1/variants/{name}"
    assert ask("GET", f"/v1/variants/{name}", **{"If-None-Match": f'"{name}"'})[0] == 304
    response = json.dumps({"response": {"choice": "a"}})
    assert ask("POST", f"/v1/variants/{name}/grade", "lms", response)[0] == 200
    made = ask("POST", "/v1/variants", "instructor", json.dumps({"family": "quadratic_layer_ratio", "seed": 7}))
    assert (made[0], made[1]["Location"]) == (202, f"{PREFIX}/v1/variants/{json.loads(made[2])['id']}")
    assert ask("GET", "/v1/jobs/job-0000000000000000/events", "instructor")[0] == 404  # the API's own


def test_the_log_names_the_client_whatever_it_says_of_itself(service, api, ask):
    told = {"X-Forwarded-For": "203.0.113.5", "Forwarded": "for=203.0.113.6"}
    assert ask("GET", "/v1/families/quadratic_layer_ratio", **told, **{"X-Request-Id": "through-nginx"})[0] == 200
    lines = [json.loads(line) for line in (api.folder / "api.log").read_text().splitlines() if "through-nginx" in line]
    assert [line["client"] for line in lines] == [CLIENT]


def test_a_body_of_more_than_a_mebibyte_is_a_problem(ask):
    for body in (b" " * (MEBIBYTE + 1), iter([b" " * MEBIBYTE, b" "])):  # declared, and in chunks
        status, headers, found = ask("POST", "/v1/grade", "lms", body)
        assert (status, headers["Content-Type"]) == (413, "application/problem+json")
        assert json.loads(found)["status"] == 413


def test_clients_that_stall_hold_no_thread_of_the_api(service, proxy, ask):
    head = f"POST {PREFIX}/v1/grade HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9000\r\n"
    key = f"Authorization: Bearer {service.keys['lms']}\r\n\r\n{{"
    with ExitStack() as held:
        for _ in range(STALLED):
            line = held.enter_context(socket.create_connection(("127.0.0.1", proxy.port)))
            line.sendall((head + key).encode())
        assert ask("GET", "/v1/families/quadratic_layer_ratio")[0] == 200
        assert ask("POST", "/v1/grade", "lms", b'{"items": [{}]}')[0] == 200


def test_with_no_api_the_answer_is_a_problem_that_says_when_to_try_again(api, ask):
    api.stop()
    status, headers, body = ask("GET", "/v1/families")
    assert (status, headers["Content-Type"], headers["Retry-After"]) == (503, "application/problem+json", "2")
    assert json.loads(body)["detail"] == "no API answers"


def test_beside_the_prefix_there_is_nothing(proxy):
    connection = HTTPConnection("127.0.0.1", proxy.port, timeout=20)
    connection.request("GET", "/v1/families")
    assert connection.getresponse().status == 404
    connection.close()

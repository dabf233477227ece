"""`/openapi.json`, and the page that shows it."""

import json
import re
import shutil

import pytest
from werkzeug.test import EnvironBuilder

from api.errors import documented, slug
from bank import registry
from bank.store import Asset
from tests.api.conftest import RATIO
from tests.api.test_access import ROUTES
from tests.banks import ordered
from tests.secret import named
from tests.servers.gunicorn import Gunicorn

FIGURE = "f" * 64
LINKED = re.compile(r'(?:src|href)="([^"]+)"')
HOLE = re.compile(r"<([^>]+)>")


@pytest.fixture
def description(service):
    return json.loads(service.get("/openapi.json", None).data)


def operations(description):
    return {
        f"{method.upper()} {path}": operation
        for path, item in description["paths"].items()
        for method, operation in item.items()
        if method != "parameters"
    }


def test_every_route_is_described(description):
    assert description["openapi"].startswith("3.1")
    assert set(operations(description)) == {HOLE.sub(r"{\1}", route) for route in ROUTES}


def test_every_call_says_what_it_does_who_may_make_it_and_how_it_can_fail(description):
    for call, operation in operations(description).items():
        assert operation["summary"].endswith("."), call
        assert operation["x-scope"] in ("anybody", "student", "lms", "instructor", "admin")
        assert ("401" in operation["responses"]) == (operation["x-scope"] != "anybody")
        assert ("requestBody" in operation) == ("415" in operation["responses"])
        assert "default" not in operation["responses"]


class Noted(dict):
    """What WSGI passes, noting which headers of the request are looked at."""

    def __init__(self, environ):
        super().__init__(environ)
        self.headers = set()

    def __getitem__(self, name):
        self._note(name)
        return super().__getitem__(name)

    def get(self, name, default=None):
        self._note(name)
        return super().get(name, default)

    def __contains__(self, name):
        self._note(name)
        return super().__contains__(name)

    def _note(self, name):
        if name.startswith("HTTP_"):
            self.headers.add(name.removeprefix("HTTP_").replace("_", "-").title())


OF_HTTP = {"Host", "Connection", "Cookie", "Content-Encoding", "Transfer-Encoding", "X-Forwarded-For", "Forwarded"}
NOT_DESCRIBED = OF_HTTP | {"Accept", "Authorization"}  # OpenAPI forbids the latter two, and describes them otherwise


@pytest.mark.parametrize("route", ROUTES)
def test_every_header_that_is_read_is_described(service, choice, description, route):
    method, _, rule = route.partition(" ")
    service.verified(named(RATIO.draft(3)), assets={FIGURE: Asset("image/svg+xml", b"<svg/>")})
    drawn, read = service.drawn(named(RATIO.draft(2))), set()
    bank = ordered(service.store)["bank"]
    for name in (choice, drawn):
        holes = {"<variant_id>": name, "<family>": "quadratic_layer_ratio", "<seed>": "1" if name == choice else "2"}
        holes |= {
            "<bank_id>": bank,
            "<file_format>": "json",
            "<job_id>": service.store.variants.find(drawn).job,
            "<name>": f"{FIGURE}.svg",
        }
        holes |= {f"<{noun}_id>": f"{noun}-{'0' * 16}" for noun in ("draw", "correction", "response")}
        path = re.sub(r"<[^>]+>", lambda hole, holes=holes: holes[hole[0]], rule)
        body = {"POST": {"json": {"family": "quadratic_layer_ratio", "response": {"choice": "a"}, "items": []}}}
        key = {"Authorization": f"Bearer {service.keys['instructor']}"}
        environ = Noted(EnvironBuilder(path, method=method, headers=key, **body.get(method, {})).get_environ())
        b"".join(service.app.wsgi_app._flask(environ, lambda *_: None))  # the fast reads look at more paths than theirs
        read |= environ.headers
    described = {parameter.get("name", "X-Request-Id") for parameter in parameters(description, route)}
    assert read - NOT_DESCRIBED <= described
    assert "X-Request-Id" in read


def parameters(description, route):
    method, _, rule = route.partition(" ")
    return description["paths"][HOLE.sub(r"{\1}", rule)][method.lower()]["parameters"]


@pytest.mark.parametrize("route", ROUTES)
def test_every_query_parameter_that_is_read_is_described(service, description, route):
    method, _, rule = route.partition(" ")
    endpoint = next(
        found.endpoint for found in service.app.url_map.iter_rules() if found.rule == rule and method in found.methods
    )
    read = service.app.view_functions[endpoint].__dict__["_apidoc"].get("arguments", {}).get("parameters", [])
    queries = [argument["schema"] for argument in read if argument["in"] == "query"]
    described = [parameter["name"] for parameter in parameters(description, route) if parameter.get("in") == "query"]
    assert [name for schema in queries for name in schema.fields] == described or described == ["view"]


def test_the_answers_are_described_with_their_headers(description):
    for call, operation in operations(description).items():
        headers = {status: set(answer.get("headers", ())) for status, answer in operation["responses"].items()}
        assert headers.get("202", {"Location", "Retry-After"}) >= {"Location", "Retry-After"}, call
        assert {"X-Request-Id"} <= headers[min(status for status in headers if status.startswith("2"))]
        assert operation["description"].rstrip().endswith(("or wider.", "without a key."))
    refusals = description["components"]["responses"]
    for name, header in {"TOO_MANY_REQUESTS": "Retry-After", "UNAUTHORIZED": "WWW-Authenticate"}.items():
        assert header in refusals[name]["headers"]
    assert "resolve it against the URL of the request" in description["info"]["description"]


def test_the_items_of_a_batch_have_a_type(description):
    schemas = description["components"]["schemas"]
    assert schemas["Batch"]["properties"]["items"]["items"] == {"$ref": "#/components/schemas/BatchItem"}
    assert set(schemas["BatchItem"]["required"]) == {"variant", "response"}


def test_a_draw_is_described_by_each_familys_own_parameters(description):
    described = description["components"]["schemas"]["Draw"]["oneOf"]
    assert [draw["properties"]["family"]["const"] for draw in described] == list(registry.all_families())
    for draw, family in zip(described, registry.all_families().values(), strict=True):
        assert draw["properties"]["params"] == family.schema()
        assert draw["properties"]["kind"]["enum"] == list(family.kinds)


def test_every_reference_leads_somewhere(description):
    def references(node):
        if isinstance(node, dict):
            yield from [node["$ref"]] if isinstance(node.get("$ref"), str) else []
            for below in node.values():
                yield from references(below)
        elif isinstance(node, list):
            for below in node:
                yield from references(below)

    found = set(references(description))
    assert found
    for reference in found:
        node = description
        for step in reference.removeprefix("#/").split("/"):
            node = node[step]


def test_the_page_loads_nothing_from_elsewhere_and_runs_nothing_inline(service):
    page = service.get("/docs", None)
    html = page.get_data(as_text=True)
    assert page.content_type == "text/html; charset=utf-8"
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert not re.search(r"<script>|<style|\son\w+=|http", html)
    for link in LINKED.findall(html):
        assert link.startswith("docs/")  # relative to the page
        assert service.get(f"/{link}", None).status_code == 200
    assert service.get("/docs/../app.py", None).status_code == 404


def test_every_problem_with_a_name_is_explained(service):
    html = service.get("/docs", None).get_data(as_text=True)
    assert all(f'<dt id="{slug(error)}">' in html for error in documented())
    found = service.get("/v1/variants/quadratic_layer_ratio-0000000000000000").json
    assert found["type"] == "/docs#unknown-variant"


@pytest.mark.skipif(shutil.which("chromium") is None, reason="no browser here to look at the page with")
@pytest.mark.parametrize("prefix", ["", "/resit"])
def test_a_browser_shows_every_call(service, environ, tmp_path, prefix):
    api = Gunicorn(tmp_path, environ | {"RESIT_PREFIX": prefix}, "--workers", "1", prefix=prefix).start()
    try:
        complaints, shown = looked_at(f"http://127.0.0.1:{api.port}{prefix}/docs")
    finally:
        api.stop()
    assert complaints == []
    assert shown == len(ROUTES)


def looked_at(url):
    """What a browser complains of when it shows the page, and how many calls it shows."""
    from playwright.sync_api import sync_playwright

    complaints = []
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("requestfailed", lambda request: complaints.append(request.url))
        page.goto(url)
        page.wait_for_selector(".opblock")
        shown = page.locator(".opblock").count()
        browser.close()
    return complaints, shown

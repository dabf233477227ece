"""`/openapi.json`, and the page that shows it."""

import re
import shutil

import pytest

from api.errors import documented, slug
from bank import registry
from tests.api.test_access import ROUTES

LINKED = re.compile(r'(?:src|href)="([^"]+)"')
HOLE = re.compile(r"<([^>]+)>")


@pytest.fixture
def description(service):
    return service.get("/openapi.json", None).json


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
def test_a_browser_shows_every_call(api):
    from playwright.sync_api import sync_playwright

    complaints = []
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("requestfailed", lambda request: complaints.append(request.url))
        page.goto(f"http://127.0.0.1:{api.port}/docs")
        page.wait_for_selector(".opblock")
        shown = page.locator(".opblock").count()
        browser.close()
    assert complaints == []
    assert shown == len(ROUTES)

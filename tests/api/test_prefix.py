"""The whole service under a path."""

import json
import re

import pytest

from api.variant_cache import VariantCache
from bank.store import Asset
from settings import Settings
from tests.api.conftest import EVIDENCE, RATIO
from tests.secret import named

PREFIX = "/resit"
FIGURE = "f" * 64
SHOWN = [{"href": f"/v1/assets/{FIGURE}.svg", "alt": "a curve", "width": 1, "height": 1}]
LINK = re.compile(r'"(/(?:resit/)?(?:v1|docs)[/#][^"]*)"')


@pytest.fixture
def service(service_with):
    return service_with(prefix=PREFIX)


@pytest.fixture
def variant(service):
    """The id of a verified one whose evidence has a figure."""
    assets = {FIGURE: Asset("image/svg+xml", b"<svg/>")}
    return service.verified(named(RATIO.draft(1)), evidence=EVIDENCE | {"figures": SHOWN}, assets=assets)


def links(found):
    return LINK.findall(found.get_data(as_text=True))


def test_every_route_lies_below_it_and_nothing_beside_it(service, variant):
    paths = ["/v1/families", f"/v1/variants/{variant}", f"/v1/assets/{FIGURE}.svg"]
    paths += ["/healthz", "/readyz", "/metrics", "/openapi.json", "/docs", "/docs/docs.css"]
    for path in paths:
        assert service.get(PREFIX + path).status_code == 200, path
        for elsewhere in (path, f"/resit2{path}", f"{PREFIX}{PREFIX}{path}", f"/{path}", PREFIX, f"{PREFIX}/"):
            found = service.get(elsewhere)
            assert (found.status_code, found.content_type) == (404, "application/problem+json"), elsewhere


def test_stored_bytes_are_sent_with_links_below_it_on_every_way(service, variant):
    stored = service.store.variants.find(variant).public
    cold, warm = (service.get(f"{PREFIX}/v1/variants/{variant}", "student") for _ in range(2))
    seeded = service.get(f"{PREFIX}/v1/families/quadratic_layer_ratio/variants/1", "lms")
    assert cold.data == warm.data == seeded.data != stored
    assert {**warm.json, "links": {}} == {**json.loads(stored), "links": {}}
    assert set(warm.json["links"].values()) == {PREFIX + path for path in json.loads(stored)["links"].values()}
    assert warm.headers["ETag"] == f'"{variant}"'
    assert service.store.variants.find(variant).public == stored


def test_what_processes_share_is_the_stored_bytes(service, variant):
    shared = Shared()
    first, second, bare = (VariantCache(service.store, shared, prefix) for prefix in (PREFIX, PREFIX, ""))
    stored = service.store.variants.find(variant).public
    for cache in (first, second, bare):
        cache.withdrawn.look()  # before that it cannot know what of it is still served
    served = first.find(variant).public
    assert shared.held == {f"variant:{variant}": stored}
    assert second.public(variant) == second.in_process(variant) == first.in_process(variant) == served != stored
    assert bare.public(variant) == stored


class Shared:
    """In the place of Redis."""

    def __init__(self):
        self.held = {}

    def get(self, name):
        return self.held.get(name)

    def put(self, name, content, seconds):
        self.held[name] = content


def test_the_warm_path_does_not_reach_flask(service, variant):
    service.get(f"{PREFIX}/v1/variants/{variant}", "student")
    service.app.wsgi_app._flask = None
    assert service.get(f"{PREFIX}/v1/variants/{variant}", "student").status_code == 200


def test_figures_and_full_views_lead_below_it(service, variant):
    for rest in ("?view=full", "/evidence", "/solution"):
        found = service.get(f"{PREFIX}/v1/variants/{variant}{rest}")
        assert found.status_code == 200
        assert links(found)
        assert all(link.startswith(f"{PREFIX}/") for link in links(found))
    figure = service.get(f"{PREFIX}/v1/variants/{variant}/solution").json["figures"][0]["href"]
    assert service.get(figure, None).data == b"<svg/>"


def test_headers_lead_below_it(service):
    made = service.post(f"{PREFIX}/v1/variants", json={"family": "quadratic_layer_ratio", "seed": 7})
    assert (made.status_code, made.headers["Location"]) == (202, f"{PREFIX}/v1/variants/{made.json['id']}")
    seeded = service.get(f"{PREFIX}/v1/families/quadratic_layer_ratio/variants/7", "lms")
    assert seeded.headers["Content-Location"] == seeded.headers["Location"] == made.headers["Location"]
    service.judge()
    assert service.get(made.headers["Location"], "student").status_code == 200


def test_problems_name_their_page_below_it(service):
    found = service.get(f"{PREFIX}/v1/variants/quadratic_layer_ratio-0000000000000000")
    assert found.json["type"] == f"{PREFIX}/docs#unknown-variant"


def test_the_description_says_where_it_is(service, service_with):
    below, above = service.get(f"{PREFIX}/openapi.json", None), service_with().get("/openapi.json", None)
    assert [json.loads(found.data)["servers"] for found in (below, above)] == [[{"url": PREFIX}], [{"url": "/"}]]


def test_the_page_and_all_that_it_loads_lie_below_it(service):
    html = service.get(f"{PREFIX}/docs", None).get_data(as_text=True)
    loaded = re.findall(r'(?:src|href)="([^"]+)"', html)
    assert loaded
    for link in loaded:  # as a browser takes them, relative to the page
        assert service.get(f"{PREFIX}/{link}", None).status_code == 200
    assert b'url: "openapi.json"' in service.get(f"{PREFIX}/docs/docs.js", None).data


def test_without_one_stored_bytes_are_sent_as_they_are(service_with):
    service = service_with()
    name = service.verified(named(RATIO.draft(1)))
    assert service.get(f"/v1/variants/{name}").data == service.store.variants.find(name).public


@pytest.mark.parametrize("prefix", ["", "/resit", "/a/b-c/d.e_f~1", "/a..b"])
def test_what_a_prefix_may_be(prefix):
    assert Settings.from_env({"RESIT_PREFIX": prefix}).prefix == prefix


@pytest.mark.parametrize("prefix", ["/", "resit", "/resit/", "//resit", "/a//b", "/a b", "/é", "/a/../b", "/.", "/a?b"])
def test_what_a_prefix_may_not_be(prefix):
    with pytest.raises(ValueError, match=r"RESIT_PREFIX cannot be .* begins with a slash"):
        Settings.from_env({"RESIT_PREFIX": prefix})

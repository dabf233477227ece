"""The catalogue."""

import pytest

from api import lists
from bank import catalogue, registry
from tests.api.conftest import RATIO

NAMES = list(registry.all_families())


def test_the_catalogue_lists_every_family_in_the_order_of_names(service):
    found = service.get("/v1/families", "student")
    assert found.status_code == 200
    assert [entry["name"] for entry in found.json["items"]] == NAMES
    assert found.json["next"] is None
    assert "Link" not in found.headers


def test_an_entry_says_what_can_be_asked_and_how_it_is_proven(service):
    entry = service.get("/v1/families/quadratic_layer_ratio", "student").json
    assert entry["kinds"][0] == "single_choice"
    assert entry["evidence"] == ["exact"]
    assert entry["space"] == RATIO.space("single_choice")
    assert entry["parameters"]["properties"]["M"]["minimum"] == 3


@pytest.mark.parametrize(("name", "member"), [("topic", "topic"), ("source", "source"), ("kind", "kinds")])
def test_each_filter_finds_those_that_have_it(service, name, member):
    for value in {"topic": ["quadratic-layer", "x"], "source": ["2d", "x"], "kind": ["numeric", "text"]}[name]:
        expected = [n for n, f in registry.all_families().items() if value in _as_list(catalogue.entry(f)[member])]
        found = service.get("/v1/families", query_string={name: value})
        assert [entry["name"] for entry in found.json["items"]] == expected


def _as_list(value):
    return value if isinstance(value, list) else [value]


def test_pages_are_linked_and_keep_their_filters(service, monkeypatch):
    monkeypatch.setattr(lists, "ITEMS_A_PAGE", 1)
    monkeypatch.setattr(lists, "FETCHED", 2)
    wanted = [name for name in NAMES if "single_choice" in registry.get(name).kinds]
    seen, path = [], "/v1/families?kind=single_choice"
    while path:
        page = service.get(path)
        seen += [entry["name"] for entry in page.json["items"]]
        link = page.headers.get("Link")
        assert (link is None) == (page.json["next"] is None)
        path = link and link.removeprefix("<").removesuffix('>; rel="next"')
    assert seen == wanted


def test_a_filter_that_is_misspelt_is_named(service):
    found = service.get("/v1/families?tpoic=optimisation")
    assert (found.status_code, found.json["errors"][0]["pointer"]) == (422, "/tpoic")


@pytest.mark.parametrize("kind", ["nonsense", "", "Numeric", "numeric "])
def test_a_kind_that_is_none_is_refused(service, kind):
    found = service.get("/v1/families", query_string={"kind": kind})
    assert (found.status_code, found.json["errors"][0]["pointer"]) == (422, "/kind")
    assert "kind must be one of" in found.json["detail"]


def test_a_family_that_is_not_there_is_404(service):
    for name in ("nonsense", "quadratic_layer_ratio%00", "..%2f", "é", "x" * 5000):
        assert service.get(f"/v1/families/{name}").status_code == 404

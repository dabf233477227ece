"""The catalogue: every family, its parameters, and how its keys are proven."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import request

from api.auth import needs
from api.request_parsing import Blueprint
from api.schemas import sent, taken
from bank import registry

FAMILIES_A_PAGE = 100
FILTERS = {"topic": "topic", "source": "source", "kind": "kinds"}  # a query parameter, the member it looks at

blueprint = Blueprint("families", __name__, description="Parameterised questions.")


@blueprint.route("/v1/families")
@needs("student")
@blueprint.arguments(taken.CatalogueQuery, location="query")
@blueprint.response(200, sent.Catalogue, headers={"Link": {"schema": {"type": "string"}}})
def catalogue(query: dict[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """Every family, filtered by topic, source or kind.

    A hundred a page; `next` and the header `Link` lead to the next one.
    """
    entries = [family.catalogue() for family in registry.all_families().values()]
    found = [entry for entry in entries if matches(entry, query) and entry["name"] > query.get("cursor", "")]
    page = found[:FAMILIES_A_PAGE]
    after = page[-1]["name"] if len(found) > FAMILIES_A_PAGE else None
    return {"items": page, "next": after}, _link(after)


@blueprint.route("/v1/families/<family>")
@needs("student")
@blueprint.response(200, sent.Family)
def entry(family: str) -> dict[str, Any]:
    """One family: its parameters as JSON Schema, the size of its space, the tiers that prove its keys."""
    return registry.get(family).catalogue()


def matches(found: dict[str, Any], query: dict[str, str]) -> bool:
    """Whether a family has what each filter asks for."""
    for name, member in FILTERS.items():
        wanted, has = query.get(name), found[member]
        if wanted is not None and wanted != has and not (isinstance(has, list) and wanted in has):
            return False
    return True


def _link(after: str | None) -> dict[str, str]:
    if after is None:
        return {}
    asked = {name: value for name, value in request.args.items() if name in FILTERS}
    return {"Link": f'<{request.path}?{urlencode({**asked, "cursor": after})}>; rel="next"'}

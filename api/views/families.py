"""The catalogue: every family, its parameters, and how its keys are proven."""

from __future__ import annotations

from typing import Any

from api import lists
from api.auth import needs
from api.request_parsing import Blueprint
from api.schemas import taken
from api.schemas.catalogue import Catalogue, Family
from bank import registry
from bank.catalogue import entry as catalogue_entry
from bank.store import Place

FILTERS = {"topic": "topic", "source": "source", "kind": "kinds"}  # a query parameter, the member it looks at

blueprint = Blueprint("families", __name__, description="Parameterised questions.")


@blueprint.route("/v1/families")
@needs("student")
@blueprint.arguments(taken.CatalogueQuery, location="query")
@blueprint.response(200, Catalogue, headers=lists.LINK)
def catalogue(query: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Every family, filtered by topic, source or kind.

    A hundred a page; `next` and the header `Link` lead to the next one.
    """
    entries = [catalogue_entry(family) for family in registry.all_families().values()]
    after = query["cursor"].id if "cursor" in query else ""
    found = [entry for entry in entries if entry["name"] > after and matches(entry, query)]
    return lists.page("families", found[: lists.FETCHED], lambda entry: Place(0.0, entry["name"]))


@blueprint.route("/v1/families/<family>")
@needs("student")
@blueprint.response(200, Family)
def entry(family: str) -> dict[str, Any]:
    """One family: its parameters as JSON Schema, the size of its space, the tiers that prove its keys."""
    return catalogue_entry(registry.get(family))


def matches(found: dict[str, Any], query: dict[str, Any]) -> bool:
    """Whether a family has what each filter asks for."""
    for name, member in FILTERS.items():
        wanted, has = query.get(name), found[member]
        if wanted is not None and wanted != has and not (isinstance(has, list) and wanted in has):
            return False
    return True

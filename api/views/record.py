"""The record: every variant that there is, in whatever state."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from api import lists
from api.auth import needs
from api.errors import Invalid
from api.parts import current_parts
from api.request_parsing import Blueprint
from api.schemas import sent, taken
from bank import registry
from bank.errors import Problem
from bank.store import Wish

blueprint = Blueprint("record", __name__, description="All that was ever drawn.")


@blueprint.route("/v1/variants")
@needs("instructor")
@blueprint.arguments(taken.VariantsQuery, location="query")
@blueprint.response(200, sent.Variants, headers=lists.LINK)
def variants(query: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Every variant, the newest first: those of a family, in a state, or of another version than the family has now.

    A hundred a page; `next` and the header `Link` lead to the next one.
    """
    store, family = current_parts().store, query.get("family")
    if family is not None and family not in registry.all_families() and not store.variants.has_family(family):
        raise Invalid(Problem("/family", "no family goes by that name, and none that is in the record did"))
    current = {name: known.version() for name, known in registry.all_families().items()}
    wish = Wish(family, query.get("state"), query.get("stale"), current)
    found = store.variants.newest(wish, query.get("cursor"), lists.FETCHED)
    return lists.page("variants", found, attrgetter("place"))

"""New variants: drawn here in a millisecond, kept, and confirmed by a worker."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING, Any

from flask import Response, g

from api.auth import needs
from api.errors import Invalid, NotServed
from api.links import link
from api.parts import current_parts
from api.request_parsing import Blueprint
from api.schemas import sent, taken
from api.views.variants import ETAG, IF_NONE_MATCH, PREFER, UNSERVED, full, settled, shown
from bank import registry
from bank.errors import Problem
from bank.identity import LARGEST_SEED

if TYPE_CHECKING:
    from bank.authoring.family import Family
    from bank.store import Stored

LOCATION = {"Location": {"schema": {"type": "string"}, "description": "the variant"}}
OF_SEED_HEADERS = {**ETAG, "Content-Location": {"schema": {"type": "string"}, "description": "the variant by its id"}}
SEED = re.compile(r"0|[1-9][0-9]{0,15}", re.ASCII)
MOST_SHOWN = 40  # characters of what was given
MOST_INTERACTIVE_SECONDS = 1.0  # of CPU: what takes longer to prove waits in a queue of its own, and delays nobody

blueprint = Blueprint("drawing", __name__, description="New variants.")


@blueprint.route("/v1/variants", methods=["POST"])
@needs("instructor")
@blueprint.arguments(taken.Draw)
@blueprint.alt_response(201, schema=sent.FullVariant, headers=LOCATION)
@blueprint.alt_response(202, schema=sent.Drawn)
@blueprint.alt_response(409, "CONFLICT")
@blueprint.doc(parameters=[PREFER])
def draw(asked: dict[str, Any]) -> Response:
    """Draw a variant, of a seed or of a random one; some or all of its parameters may be fixed.

    201 once its key is confirmed, 202 while a worker is at it, 409 where the worker refuted the key. `Prefer: wait=10`
    waits for that.
    """
    family = registry.get(asked["family"])
    seed = asked["seed"] if "seed" in asked else current_parts().identity.seed(f"draw {secrets.token_hex(16)}")
    stored = keep(family, seed, asked.get("kind"), asked.get("params"))
    if stored.state in UNSERVED:
        raise NotServed(stored.id, stored.state, stored.superseded_by)
    response = full(stored, 201)
    response.headers["Location"] = link(f"/v1/variants/{stored.id}")
    return response


@blueprint.route("/v1/families/<family>/variants/<seed>")
@needs("lms")
@blueprint.arguments(taken.SeedQuery, location="query")
@blueprint.alt_response(200, schema=sent.Variant, headers=OF_SEED_HEADERS)
@blueprint.alt_response(202, schema=sent.Drawn)
@blueprint.alt_response(304)
@blueprint.alt_response(409, "CONFLICT")
@blueprint.doc(parameters=[PREFER, IF_NONE_MATCH])
def of_seed(query: dict[str, str], family: str, seed: str) -> Response:
    """The variant of a seed: the same bytes for ever, while the family's version stands."""
    stored = keep(registry.get(family), read_seed(seed), query.get("kind"))
    response = shown(stored)
    response.headers["Content-Location"] = link(f"/v1/variants/{stored.id}")
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def read_seed(digits: str) -> int:
    """One seed has one address. Raises Invalid for any other way to write it."""
    seed = int(digits) if SEED.fullmatch(digits) else LARGEST_SEED + 1
    if seed > LARGEST_SEED:
        shown = digits if len(digits) <= MOST_SHOWN else f"{digits[:MOST_SHOWN]}…"
        wanted = f"seed must be a number from 0 to {LARGEST_SEED}, in the digits 0 to 9 without leading zeros"
        raise Invalid(Problem("/seed", f"{wanted}; {shown} was given"))
    return seed


def keep(family: type[Family], seed: int, kind: str | None, params: dict[str, Any] | None = None) -> Stored:
    """Draw a variant and keep it; returns the record, after the wait that the client prefers."""
    if kind is not None and kind not in family.kinds:
        raise Invalid(Problem("/kind", f"kind must be one of {', '.join(family.kinds)}"))
    parts = current_parts()
    variant = parts.identity.named(family.draft(seed, kind, params))
    g.log_entry.subject = variant.id
    found = parts.store.variants.find(variant.id)
    if found is None or found.state == "drawn" or found.content != variant.content:
        queue = "training" if variant.seconds > MOST_INTERACTIVE_SECONDS else "interactive"
        g.log_entry.job = parts.store.variants.add([variant], queue)
        parts.wakeups.send(queue)
    return settled(variant.id)

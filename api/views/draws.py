"""Draws: the variants of a learner, and what a learner has beyond others."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict
from itertools import groupby
from operator import attrgetter
from typing import Any

from flask import Response, g
from werkzeug.exceptions import NotFound

from api.auth import needs
from api.links import link
from api.parts import current_parts
from api.request_parsing import Blueprint
from api.schemas import draws as schemas
from api.views.banks import BANK_ID, bank_of
from bank.errors import UnknownVariant
from bank.exams.new_draws import Wish
from bank.exams.policies import written_time
from bank.exams.terms import closing, of_pool
from bank.store import Draw, Given
from bank.variant import ready

DRAW_ID = re.compile(r"draw-[0-9a-f]{16}", re.ASCII)

blueprint = Blueprint("draws", __name__, description="The variants of a learner.")


@blueprint.route("/v1/banks/<bank_id>/draws", methods=["POST"])
@needs("lms")
@blueprint.arguments(schemas.DrawWish)
@blueprint.alt_response(201, schema=schemas.LearnersDraw)
@blueprint.alt_response(200, schema=schemas.LearnersDraw)
@blueprint.alt_response(404, "NOT_FOUND")
@blueprint.alt_response(409, "CONFLICT")
def draw(asked: dict[str, Any], bank_id: str) -> Response:
    """The learner's variants of a published bank, one an item: the same ones whenever they are asked for.

    201 the first time, 200 from then on, also after the bank has closed. The practice pool may be drawn at any time.
    """
    if not BANK_ID.fullmatch(bank_id):
        raise UnknownVariant("no bank has this id")
    parts = current_parts()
    found = parts.drawing.draw(Wish(bank_id, **asked))
    g.log_entry.subject = found.draw.id
    parts.variant_cache.expect(bank_id, found.draw.revision, found.draw.pool)
    headers = {"Location": link(f"/v1/draws/{found.draw.id}")} if found.is_new else {}
    body = ready(as_sent(found.draw, found.extra_minutes))
    return Response(body, 201 if found.is_new else 200, headers, content_type="application/json")


@blueprint.route("/v1/draws/<draw_id>")
@needs("lms")
@blueprint.alt_response(200, schema=schemas.LearnersDraw)
@blueprint.alt_response(404, "NOT_FOUND")
def show(draw_id: str) -> Response:
    """A draw by its id."""
    found = current_parts().store.draws.find(draw_id) if DRAW_ID.fullmatch(draw_id) else None
    if found is None:
        raise NotFound("no draw has this id")
    (its,) = found.draws
    return Response(ready(as_sent(its, found.allowance.extra_minutes)), content_type="application/json")


@blueprint.route("/v1/banks/<bank_id>/allowances", methods=["POST"])
@needs("instructor")
@blueprint.arguments(schemas.NewAllowance)
@blueprint.response(200, schemas.Allowance)
@blueprint.alt_response(404, "NOT_FOUND")
def allow(asked: dict[str, Any], bank_id: str) -> dict[str, Any]:
    """Give a learner more time than others, or further draws. What is not given stays as it is."""
    bank, learner = bank_of(bank_id), asked["learner"]
    given = {name: value for name, value in asked.items() if name != "learner"}
    found = current_parts().store.draws.allow(bank.id, learner, given)
    return {"bank": bank.id, "learner": learner, **asdict(found)}


def as_sent(draw: Draw, extra_minutes: float) -> dict[str, Any]:
    sheet = current_parts().drawing.sheet(draw)
    policies = of_pool(sheet.policies, draw.pool)
    about = {name: getattr(draw, name) for name in ("id", "bank", "revision", "learner", "pool", "occasion")}
    times = {"opens": written_time(policies.opens), "closes": written_time(closing(policies, draw.made, extra_minutes))}
    return {**about, **times, "attempts": policies.attempts, "items": _items(draw, sheet.points)}


def _items(draw: Draw, points: Sequence[Sequence[float]]) -> list[dict[str, Any]]:
    found = []
    for item, given in groupby(draw.variants, attrgetter("item")):
        variants = [_variant(each, len(points[item]) > 1) for each in given]
        found.append({"item": item, "points": sum(points[item]), "variants": variants})
    return found


def _variant(given: Given, one_of_several: bool) -> dict[str, Any]:
    part = {"part": given.part} if one_of_several else {}
    return part | {"id": given.variant, "href": link(f"/v1/variants/{given.variant}")}

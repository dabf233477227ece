"""Revisions as files, out and in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from flask import Response, request

from api.auth import needs
from api.errors import Invalid
from api.links import link
from api.parts import current_parts
from api.request_parsing import Blueprint
from api.schemas import manifests, taken
from api.views.banks import bank_of, counted, published, revision_of
from api.views.variants import ETAG, IF_NONE_MATCH, RETRY_SECONDS
from bank import registry
from bank.errors import NotPublished, Problem
from bank.exams.blueprint import Blueprint as Contents
from bank.exams.draws import EXAM, PRACTICE
from bank.exams.importing import drawn_again, parts_before
from bank.exams.manifest import Row, manifest
from bank.exams.reading import read
from bank.exams.sharing import Together
from bank.variant import digest, ready

FORMATS = ("json",)
FILE_NAME = re.compile(r"[^A-Za-z0-9._-]+", re.ASCII)

blueprint = Blueprint("exports", __name__, description="Banks as files.")


@blueprint.route("/v1/banks/<bank_id>/exports/<file_format>")
@needs("lms")
@blueprint.arguments(taken.ReportQuery, location="query")
@blueprint.alt_response(200, schema={"type": "object"}, headers=ETAG)
@blueprint.alt_response(304)
@blueprint.alt_response(409, "CONFLICT")
@blueprint.doc(parameters=[IF_NONE_MATCH])
def export(query: dict[str, Any], bank_id: str, file_format: str) -> Response:
    """A published revision as a file, the same bytes whenever it is asked for.

    It is drawn again from its seeds: who has it and the public code has its answer keys.
    """
    _demand_known(file_format)
    bank = bank_of(bank_id)
    revision = revision_of(bank, query["revision"]) if "revision" in query else published(bank)
    if revision.published is None:
        raise NotPublished("only what is published is exported")
    rows = current_parts().store.manifests.rows(bank.id, revision.revision)
    content = b"".join(manifest(bank.name, revision.blueprint, revision.seed, rows))
    tag = digest(content)
    headers = {"ETag": f'"{tag}"', "Cache-Control": "private, no-cache"}
    if request.if_none_match.contains_weak(tag):
        return Response(status=304, headers=headers)
    name = f"{FILE_NAME.sub('-', bank.name).strip('-.') or bank.id}-{revision.revision}.json"
    headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return Response(content, headers=headers, content_type="application/json")


@blueprint.route("/v1/banks/<bank_id>/exports/<file_format>/report")
@needs("lms")
@blueprint.response(200, manifests.ExportReport)
@blueprint.alt_response(409, "CONFLICT")
@blueprint.alt_response(422, HTTPStatus(422).name)
def lost(bank_id: str, file_format: str) -> dict[str, Any]:
    """What of this bank a format cannot carry."""
    _demand_known(file_format)
    published(bank_of(bank_id))
    return {"format": file_format, "lost": []}


@blueprint.route("/v1/imports", methods=["POST"])
@needs("instructor")
@blueprint.arguments(manifests.Manifest)
@blueprint.alt_response(202, schema=manifests.Imported)
def begin(asked: dict[str, Any]) -> Response:
    """A new bank from a manifest of this installation or of another one, with its first variants.

    Each variant is drawn again, must be the same in all but its id, and is proven again. Further variants follow with
    `POST /v1/imports/{bank_id}/variants`.
    """
    parts, found = current_parts(), read(asked["blueprint"])
    wanted = [found.wanted(place) for place in range(len(found.items))]
    _demand_places(found, asked["variants"])
    bank, revision = parts.store.manifests.begin(asked["name"], found.to_json(), asked.get("seed", 0), wanted)
    return _taken((bank, revision), asked["variants"])


@blueprint.route("/v1/imports/<bank_id>/variants", methods=["POST"])
@needs("instructor")
@blueprint.arguments(manifests.ManifestPart)
@blueprint.alt_response(202, schema=manifests.Imported)
@blueprint.alt_response(409, "CONFLICT")
def go_on(asked: dict[str, Any], bank_id: str) -> Response:
    """Further variants of a manifest. A part that comes twice does no harm."""
    bank = bank_of(bank_id)
    revision = revision_of(bank, bank.revision)
    _demand_places(Contents.from_json(revision.blueprint), asked["variants"])
    return _taken((bank.id, revision.revision), asked["variants"])


def _taken(place: tuple[str, int], rows: Sequence[Row]) -> Response:
    parts = current_parts()
    there, families = parts.store.manifests.parts(place, parts_before(rows)), registry.all_families()
    before = {each.where: Together(families[each.family], each.kind, each.params) for each in there}
    found, refused = drawn_again(parts.identity, rows, before)
    job = parts.store.manifests.add(place, found, refused)
    if job is not None:
        parts.wakeups.send("bulk")
    total: Counter[str] = Counter()
    for reasons in refused.values():
        total.update(reasons)
    body: Mapping[str, Any] = {
        "bank": place[0],
        "revision": place[1],
        "job": job,
        "warnings": [],
        "taken": len(found),
        "refused": counted(total),
    }
    headers = {"Location": link(f"/v1/banks/{place[0]}"), "Retry-After": RETRY_SECONDS}
    return Response(ready(body), 202, headers, content_type="application/json")


def _demand_known(file_format: str) -> None:
    if file_format not in FORMATS:
        raise Invalid(Problem("/format", f"format must be one of {', '.join(FORMATS)}"))


def _demand_places(found: Contents, rows: Sequence[Row]) -> None:
    """Raises Invalid for a variant that stands where the blueprint has no place for it."""
    problems = [
        Problem(f"/variants/{number}", "the blueprint has no part for this variant")
        for number, row in enumerate(rows)
        if row.item >= len(found.items) or not _fits(found, row)
    ]
    if problems:
        raise Invalid(*problems)


def _fits(found: Contents, row: Row) -> bool:
    item = found.items[row.item]
    if row.part >= len(item.parts) or row.place >= found.wanted(row.item):
        return False
    part, pool = item.parts[row.part], EXAM if row.place < item.count else PRACTICE
    return (part.family, part.kind, pool) == (row.family, row.kind, row.pool)

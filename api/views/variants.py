"""Finished variants: what a student sees of them, and what stands behind it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flask import Response, g, request
from werkzeug.exceptions import Forbidden

from api.auth import SCOPE_TOO_SMALL, at_least, needs
from api.errors import AttemptsLeft, Invalid, NotServed
from api.links import link
from api.long_poll import preferred_wait
from api.parts import current_parts
from api.request_parsing import Blueprint
from api.schemas import sent, taken
from bank.attempts import AT_END
from bank.errors import Problem
from bank.store.tables import now
from bank.variant import ready

if TYPE_CHECKING:
    from bank.store import Stored

ROUTE = "/v1/variants/<variant_id>"
JSON = "application/json"
CACHE_FOREVER = "private, max-age=31536000, immutable"  # an exam question is nothing for a shared cache
RETRY_SECONDS = "1"  # after which to ask again for a variant that is being confirmed
STILL_TO_ANSWER = "the learner has not answered right, and has attempts left at this variant"
NOT_SHOWN = "the bank of this learner's variant shows its solution after it has closed, or never"
ASKED_OF_OTHERS = "an exam asks this of other learners, and shows no solution before it has closed"
PRIVATE_MEMBERS = ("answer", "solution", "feedback")
UNSERVED = ("disputed", "withdrawn")  # states of variants that only those who set exams may see
WORK = ("effort", "calculator")  # not known of variants that are older than the question was asked
RECORDED = ("content", "looks", "superseded_by", "seed", "version", "params")
PREFER = {
    "in": "header",
    "name": "Prefer",
    "schema": {"type": "string"},
    "description": "`wait=10` holds the request for so many seconds, at most 30, until a worker is done",
}
VIEWS = {"enum": ["public", "full"], "default": "public"}
VIEW = {"in": "query", "name": "view", "schema": VIEWS, "description": "full: for instructors"}
EITHER_VIEW = {"oneOf": [sent.Variant, sent.FullVariant]}
IF_NONE_MATCH = {
    "in": "header",
    "name": "If-None-Match",
    "schema": {"type": "string"},
    "description": "an `ETag`: 304 to whoever has what it names",
}
ETAG = {"ETag": {"schema": {"type": "string"}, "description": "names the bytes, for `If-None-Match`"}}

blueprint = Blueprint("variants", __name__, description="Finished questions.")


@blueprint.route(ROUTE)
@needs("student")
@blueprint.alt_response(200, schema=EITHER_VIEW, headers=ETAG)
@blueprint.alt_response(202, schema=sent.Drawn)
@blueprint.alt_response(304)
@blueprint.alt_response(409, "CONFLICT")
@blueprint.doc(parameters=[VIEW, PREFER, IF_NONE_MATCH])
def show(variant_id: str) -> Response:
    """What a student sees of a variant; the full view shows all of it."""
    if _wants_full():
        return full(settled(variant_id), 200)
    public = current_parts().variant_cache.public(variant_id)
    return immutable(variant_id, public) if public else shown(settled(variant_id))


@blueprint.route("/v1/variants/<variant_id>/solution")
@needs("lms")
@blueprint.arguments(taken.LearnerQuery, location="query")
@blueprint.response(200, sent.Solution)
@blueprint.alt_response(202, schema=sent.Drawn)
@blueprint.alt_response(409, "CONFLICT")
@blueprint.doc(parameters=[PREFER])
def solution(query: dict[str, str], variant_id: str) -> Response | dict[str, Any]:
    """The worked solution, the answer, the reason against every mistake.

    An LMS names the learner it is for, who must have answered right or used every attempt; a bank that drew it for the
    learner may have other rules, and tells the answer, the solution and the reasons each at its time. Who was not drawn
    it sees nothing of it while an exam goes on that keeps its solutions until the end.
    """
    learner = query.get("learner")
    if learner is None and not at_least("instructor"):
        raise Invalid(Problem("/learner", "learner says who has answered, and is missing"))
    stored = settled(variant_id)
    if not _may_be_shown(stored):
        return drawn(stored)
    private, evidence = json.loads(stored.private), _evidence(stored) or {}
    behind = {name: private[name] for name in PRIVATE_MEMBERS}
    told = {"id": stored.id, **behind, "figures": evidence.get("figures", [])}
    return told if learner is None or at_least("instructor") else told | _held_back(stored.id, learner)


@blueprint.route("/v1/variants/<variant_id>/evidence")
@needs("instructor")
@blueprint.alt_response(200, schema=sent.Evidence)
@blueprint.alt_response(202, schema=sent.Drawn)
@blueprint.doc(parameters=[PREFER])
def evidence(variant_id: str) -> Response:
    """How the key was confirmed, or refuted, by a route that does not use the solver."""
    stored = settled(variant_id)
    if stored.evidence is None:
        return drawn(stored)
    if stored.state in UNSERVED:
        return Response(ready((_evidence(stored) or {}) | {"superseded_by": stored.superseded_by}), content_type=JSON)
    return Response(stored.evidence, content_type=JSON)


def settled(variant_id: str) -> Stored:
    """A variant's record, after the wait that the client prefers. Raises UnknownVariant."""
    parts = current_parts()
    seconds = preferred_wait(request.headers.get("Prefer", ""))
    return parts.long_poll.until(_is_judged, lambda: parts.variant_cache.find(variant_id), seconds)


def shown(stored: Stored) -> Response:
    """The public view of a record, in whatever state it is."""
    if not _may_be_shown(stored):
        return drawn(stored)
    if stored.state == "verified":
        return immutable(stored.id, stored.public)
    return Response(ready(json.loads(stored.public) | {"state": stored.state}), content_type=JSON)


def immutable(variant_id: str, public: bytes) -> Response:
    """The stored bytes, sent as they are; 304 to whoever has them."""
    headers = headers_of(variant_id)
    if "HTTP_IF_NONE_MATCH" in request.environ and request.if_none_match.contains_weak(variant_id):
        del headers["Content-Type"]
        return Response(status=304, headers=headers)
    return Response(public, headers=headers)


def headers_of(variant_id: str) -> dict[str, str]:
    """Of a verified variant, which never changes."""
    return {"Content-Type": JSON, "ETag": f'"{variant_id}"', "Cache-Control": CACHE_FOREVER}


def full(stored: Stored, status: int) -> Response:
    """Everything there is about a variant."""
    if not _may_be_shown(stored):
        return drawn(stored)
    private = json.loads(stored.private)
    behind = {name: getattr(stored, name) for name in RECORDED}
    record = json.loads(stored.public) | {"state": stored.state, **behind}
    record |= {name: private[name] for name in (*PRIVATE_MEMBERS, *WORK) if name in private} | {
        "evidence": _evidence(stored),
        "withdrawn": _withdrawn(stored),
    }
    return Response(ready(record), status, {"Cache-Control": "private, no-store"}, content_type=JSON)


def drawn(stored: Stored) -> Response:
    """Ask again: a worker has not confirmed it yet. An LMS may watch the job that is named here."""
    if stored.job is not None and g.key.scope == "lms":
        current_parts().store.jobs.let_watch(stored.job, g.key.prefix)
    body = {"id": stored.id, "state": "drawn", "job": stored.job}
    headers = {"Retry-After": RETRY_SECONDS, "Location": link(f"/v1/variants/{stored.id}")}
    return Response(ready(body), 202, headers, content_type=JSON)


def _is_judged(stored: Stored) -> bool:
    return stored.state != "drawn"


def _may_be_shown(stored: Stored) -> bool:
    """Whether it is served by now: never before a worker has made its text.

    Raises NotServed for a disputed or withdrawn one, which only those who set exams may see.
    """
    if stored.state in UNSERVED and not at_least("instructor"):
        raise NotServed(stored.id, stored.state)
    return bool(stored.public) and (_is_judged(stored) or current_parts().settings.serve_unverified)


def _wants_full() -> bool:
    if not request.environ.get("QUERY_STRING"):
        return False
    asked = request.args.to_dict()
    view = asked.pop("view", "public")
    if asked:
        raise Invalid(*(Problem(f"/{name}", "there is no such parameter") for name in asked))
    if view not in VIEWS["enum"]:
        raise Invalid(Problem("/view", "view must be public or full"))
    if view == "full" and not at_least("instructor"):
        raise Forbidden(SCOPE_TOO_SMALL)
    return view == "full"


def _held_back(variant_id: str, learner: str) -> dict[str, Any]:
    """What a learner is not told yet, with nothing in its place. Raises AttemptsLeft where that is all of it."""
    parts, moment = current_parts(), now()
    terms = parts.drawing.terms(variant_id, learner, parts.attempt_rules)
    standing = parts.store.attempts.standing(variant_id, learner, terms.draw)
    solution, answer, reasons = (
        terms.may_be_told(when, standing, moment) for when in (terms.solution, terms.answer, terms.feedback)
    )
    if not terms.draw and parts.drawing.is_secret(variant_id, moment):
        raise AttemptsLeft(ASKED_OF_OTHERS)
    if not solution and not answer:
        raise AttemptsLeft(STILL_TO_ANSWER if AT_END in (terms.solution, terms.answer) else NOT_SHOWN)
    held: dict[str, Any] = {} if solution else {"solution": None, "figures": []}
    return held | ({} if answer else {"answer": None}) | ({} if reasons else {"feedback": []})


def _withdrawn(stored: Stored) -> dict[str, Any] | None:
    """Why it is not served any more."""
    found = current_parts().store.withdrawals.of(stored.id) if stored.state in UNSERVED else None
    return {"reason": found.reason, "who": found.who, "moment": found.moment.isoformat()} if found else None


def _evidence(stored: Stored) -> dict[str, Any] | None:
    return json.loads(stored.evidence) if stored.evidence is not None else None

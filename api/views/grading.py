"""Responses: how they are read, and what they are worth."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flask import g, request
from werkzeug.exceptions import Forbidden, HTTPException

from api.auth import SCOPE_TOO_SMALL, at_least, needs
from api.errors import Invalid, NotServed, describe
from api.parts import current_parts
from api.request_parsing import Blueprint, load
from api.schemas import sent, taken
from bank import attempts
from bank.errors import BankError, Problem, UnknownDraw
from bank.exams import carrying
from bank.kinds import grading
from bank.store import Answer, Call
from bank.store.tables import now

if TYPE_CHECKING:
    from bank.exams.terms import Terms

blueprint = Blueprint("grading", __name__, description="Responses of learners.")

BATCH_ITEM = taken.BatchItem()
PRINTABLE_ASCII = re.compile("[ -~]{1,128}")
IDEMPOTENCY_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "schema": {"type": "string", "pattern": f"^{PRINTABLE_ASCII.pattern}$"},
    "description": "names a call with a learner: with the same body it is told the same again, with another it is 422",
}


@blueprint.route("/v1/variants/<variant_id>/validate", methods=["POST"])
@needs("student")
@blueprint.arguments(taken.Attempt)
@blueprint.alt_response(200, schema=sent.Reading)
@blueprint.alt_response(409, "CONFLICT")
def validate(body: dict[str, Any], variant_id: str) -> dict[str, Any]:
    """How a response is read, before it counts. With a learner: what the next attempt is worth, and how many are left.

    Only keys from scope `lms` upwards name a learner.
    """
    if "learner" in body and not at_least("lms"):
        raise Forbidden(SCOPE_TOO_SMALL)
    private = key_of(variant_id)
    return grading.validate(private, body["response"]) | prospects(variant_id, private, body.get("learner"))


@blueprint.route("/v1/variants/<variant_id>/grade", methods=["POST"])
@needs("lms")
@blueprint.arguments(taken.Attempt)
@blueprint.alt_response(200, schema=sent.Grade)
@blueprint.alt_response(409, "CONFLICT")
@blueprint.doc(parameters=[IDEMPOTENCY_KEY])
def grade(body: dict[str, Any], variant_id: str) -> dict[str, Any]:
    """Grade a response. With a learner it counts as one attempt; one that cannot be read costs none.

    Said twice, it counts once: the same response as the one before, or a call with the same `Idempotency-Key`, is told
    what it was told then. After a right answer the variant is closed for this learner.
    """
    return graded(variant_id, body, repeatable(request.headers.get("Idempotency-Key")))


@blueprint.route("/v1/grade", methods=["POST"])
@needs("lms")
@blueprint.arguments(taken.Batch)
@blueprint.alt_response(200, schema=sent.BatchGrades)
def grade_batch(body: dict[str, Any]) -> dict[str, Any]:
    """Grade up to a hundred responses. Each has its own result or problem; a bad one does not spoil the others.

    Items with a learner count as attempts, as if they were sent one by one in this order.
    """
    return {"items": [batch_result(item) for item in body["items"]]}


def batch_result(item: Any) -> dict[str, Any]:
    answer = {"variant": item.get("variant") if isinstance(item, dict) else None, "result": None, "problem": None}
    try:
        asked = load(BATCH_ITEM, item)
        return answer | {"result": graded(asked["variant"], asked)}
    except (BankError, HTTPException) as error:
        return answer | {"problem": describe(error)}


def graded(variant_id: str, attempt: dict[str, Any], call: Call | None = None) -> dict[str, Any]:
    """The grade of one response, counted if it has a learner."""
    moment, private = now(), key_of(variant_id)
    if "learner" not in attempt:
        return attempts.uncounted(grading.grade(private, attempt["response"]))
    try:
        return _counted(variant_id, attempt, call, private, moment)
    except UnknownDraw:  # the learner was erased meanwhile, and begins anew
        return _counted(variant_id, attempt, call, private, moment)


def _counted(
    variant_id: str, attempt: Mapping[str, Any], call: Call | None, private: Mapping[str, Any], moment: float
) -> dict[str, Any]:
    terms = terms_of(variant_id, attempt["learner"])
    posed = terms.posed(private)
    result = _result(terms, posed, attempt)
    answer = Answer(variant_id, attempt["learner"], attempt["response"], call, terms.draw)

    def judge(before: attempts.Standing) -> tuple[attempts.Result, attempts.Standing]:
        terms.demand_open(moment)  # not earlier: what was told before closing is told again
        return attempts.judge(terms.rules, posed, result, before)

    return current_parts().store.attempts.spend(answer, judge)


def _result(terms: Terms, posed: Mapping[str, Any], attempt: Mapping[str, Any]) -> attempts.Result:
    """The grade, with an error carried forward where the variant builds on one that this learner answered wrongly."""
    if terms.carried is None:
        return grading.grade(posed, attempt["response"])
    kept = json.loads(terms.carried)
    given = current_parts().store.draws.answered(terms.draw, terms.item, terms.slot, kept["of"])
    if given is None:
        return grading.grade(posed, attempt["response"])
    variant, response = given
    return carrying.graded(posed, attempt["response"], kept, key_that_graded(variant), response)


def terms_of(variant_id: str, learner: str) -> Terms:
    """What holds for this learner: the policies of the bank that drew the variant, or the installation's rules."""
    parts = current_parts()
    return parts.drawing.terms(variant_id, learner, parts.attempt_rules)


def prospects(variant_id: str, private: dict[str, Any], learner: str | None) -> dict[str, Any]:
    """What a learner's next attempt would be: none while the bank is not open."""
    if learner is None:
        return {"attempts": None, "attempts_left": None, "worth": None, "closed": None}
    terms = terms_of(variant_id, learner)
    standing = current_parts().store.attempts.standing(variant_id, learner, terms.draw)
    left = max(0, terms.rules.limit - standing.used) if terms.is_open(now()) else 0
    worth = terms.rules.worth(private, standing.used + 1) if left else 0.0
    return {"attempts": standing.used, "attempts_left": left, "worth": worth, "closed": standing.closed}


def repeatable(idempotency_key: str | None) -> Call | None:
    """The call as it is known when it is repeated, by the same API key. Raises Invalid."""
    if idempotency_key is None:
        return None
    if not PRINTABLE_ASCII.fullmatch(idempotency_key):
        raise Invalid(Problem("/Idempotency-Key", "Idempotency-Key must have 1 to 128 printable ASCII characters"))
    return Call(g.key.prefix, idempotency_key)


def key_that_graded(variant_id: str) -> dict[str, Any]:
    """What graded a variant when it was answered, be it that it is served no more."""
    cache = current_parts().variant_cache
    found: dict[str, Any] = cache.private(variant_id) or json.loads(cache.find(variant_id).private)
    return found


def key_of(variant_id: str) -> dict[str, Any]:
    """What grades a variant. Raises NotServed for one without a confirmed key, unless the caller may see it anyway."""
    parts = current_parts()
    private = parts.variant_cache.private(variant_id)
    if private is None:
        stored = parts.variant_cache.find(variant_id)
        unverified = stored.state == "drawn" and parts.settings.serve_unverified
        confirmed = stored.state == "verified" or unverified or at_least("instructor")
        if not confirmed or not stored.public:  # without a text there is nothing to answer
            raise NotServed(stored.id, stored.state)
        private = json.loads(stored.private)
    return private

"""Responses: how they are read, and what they are worth."""

from __future__ import annotations

import json
from typing import Any

from werkzeug.exceptions import HTTPException

from api.auth import at_least, needs
from api.errors import Invalid, NotServed, describe
from api.parts import current_parts
from api.request_parsing import Blueprint, load
from api.schemas import sent, taken
from bank.errors import BankError, Problem
from bank.kinds import grading

blueprint = Blueprint("grading", __name__, description="Responses of learners.")

BATCH_ITEM = taken.BatchItem()


@blueprint.route("/v1/variants/<variant_id>/validate", methods=["POST"])
@needs("student")
@blueprint.arguments(taken.Answered)
@blueprint.alt_response(200, schema=sent.Reading)
@blueprint.alt_response(409, "CONFLICT")
def validate(body: dict[str, Any], variant_id: str) -> dict[str, Any]:
    """How a response is read, before it counts."""
    return grading.validate(key_of(variant_id), body["response"])


@blueprint.route("/v1/variants/<variant_id>/grade", methods=["POST"])
@needs("student")
@blueprint.arguments(taken.Attempt)
@blueprint.alt_response(200, schema=sent.Grade)
@blueprint.alt_response(409, "CONFLICT")
def grade(body: dict[str, Any], variant_id: str) -> dict[str, Any]:
    """Grade a response. With a learner it counts as one attempt; one that cannot be read costs none."""
    if "learner" not in body and not at_least("lms"):
        raise Invalid(Problem("/learner", "learner is required with a key of scope student"))
    return graded(variant_id, body)


@blueprint.route("/v1/grade", methods=["POST"])
@needs("lms")
@blueprint.arguments(taken.Batch)
@blueprint.alt_response(200, schema=sent.BatchGrades)
def grade_batch(body: dict[str, Any]) -> dict[str, Any]:
    """Grade up to a hundred responses. Each has its own result or problem; a bad one does not spoil the others."""
    return {"items": [batch_result(item) for item in body["items"]]}


def batch_result(item: Any) -> dict[str, Any]:
    answer = {"variant": item.get("variant") if isinstance(item, dict) else None, "result": None, "problem": None}
    try:
        asked = load(BATCH_ITEM, item)
        return answer | {"result": graded(asked["variant"], asked)}
    except (BankError, HTTPException) as error:
        return answer | {"problem": describe(error)}


def graded(variant_id: str, attempt: dict[str, Any]) -> dict[str, Any]:
    """The grade of one attempt, counted if it has a learner."""
    parts = current_parts()
    result = grading.grade(key_of(variant_id), attempt["response"])
    left = None
    if "learner" in attempt:
        left = parts.store.attempts.spend(
            variant_id, attempt["learner"], parts.settings.attempts, attempt["response"], result
        )
    if not at_least("lms"):
        result.pop("rubric", None)
    return result | {"attempts_left": left}


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

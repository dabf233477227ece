"""What is taken: bodies and queries."""

from __future__ import annotations

import re
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from api.lists import Cursor
from api.schemas.sent import JOB_STATES, STATES
from api.schemas.shapes import anything, document
from bank import kinds, registry
from bank.errors import UnknownFamily
from bank.identity import LARGEST_SEED

FAMILY = re.compile(r"[A-Za-z0-9_]{1,80}\Z", re.ASCII)
MOST_BATCH_ITEMS = 100
LEARNER = re.compile(r"[^\x00-\x1f\x7f-\x9f\ud800-\udfff]{1,128}")


class Taken(Schema):
    """What a client sends; a member that is not known is refused, not ignored."""

    class Meta:
        unknown = RAISE


def known_family(name: str) -> None:
    try:
        registry.get(name)
    except UnknownFamily as error:
        raise ValidationError(str(error)) from None


def printable(learner: str) -> None:
    if not LEARNER.fullmatch(learner):
        raise ValidationError("learner must have 1 to 128 printable characters")


def learner() -> fields.String:
    bounds = {"minLength": 1, "maxLength": 128, "pattern": r"^[^\x00-\x1f\x7f-\x9f]+$"}
    return fields.String(validate=printable, metadata={"description": "the client's own name for the person", **bounds})


class WholeNumber(fields.Integer):
    """A number without a fraction, as JSON Schema has it: 7.0 is 7, and "7" is none."""

    def _validated(self, value: Any) -> int:
        whole = int(value) if isinstance(value, float) and value.is_integer() else value
        if not isinstance(whole, int) or isinstance(whole, bool):
            raise self.make_error("invalid", input=value)
        return whole


def seed() -> fields.Integer:
    return WholeNumber(validate=validate.Range(0, LARGEST_SEED))


class CatalogueQuery(Schema):
    topic = fields.String()
    source = fields.String()
    kind = fields.String(validate=validate.OneOf(list(kinds.all_kinds()), error="kind must be one of {choices}"))
    cursor = Cursor("families")


class VariantsQuery(Schema):
    family = fields.String(validate=validate.Regexp(FAMILY, error="no family goes by that name"))
    state = fields.String(validate=validate.OneOf(STATES, error="state must be one of {choices}"))
    stale = fields.Boolean(
        truthy={"true"}, falsy={"false"}, metadata={"description": "of another version than the family has now"}
    )
    cursor = Cursor("variants")


class JobsQuery(Schema):
    state = fields.String(validate=validate.OneOf(JOB_STATES, error="state must be one of {choices}"))
    cursor = Cursor("jobs")


class Draw(Taken):
    family = fields.String(required=True, validate=known_family)
    seed = seed()
    params = document("fixes some or all parameters")
    kind = fields.String()


class SeedQuery(Schema):
    kind = fields.String(metadata={"description": "one of the family's kinds; its first unless given"})


class LearnerQuery(Schema):
    learner = learner()


class Answered(Taken):
    response = anything("as the variant's `response_schema` has it", required=True, allow_none=True)


class Attempt(Answered):
    learner = learner()


class BatchItem(Attempt):
    variant = fields.String(required=True)


class Batch(Taken):
    items = fields.List(
        anything("{variant, response, learner?}", allow_none=True),
        required=True,
        validate=validate.Length(1, MOST_BATCH_ITEMS),
    )

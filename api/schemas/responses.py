"""What is sent of responses, and of those who gave them."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from api.schemas.sent import Grade
from api.schemas.shapes import anything
from bank.grades import CORRECTION, PERSON


class Change(Schema):
    """What became of a result later."""

    by = fields.String(required=True, validate=validate.OneOf((CORRECTION, PERSON)))
    correction = fields.String(required=True, allow_none=True, metadata={"description": "its id; null of a person"})
    score = fields.Float(required=True, allow_none=True)
    max_score = fields.Float(required=True)
    who = fields.String(required=True, metadata={"description": "prefix and name of the API key"})
    why = fields.String(required=True)
    moment = fields.DateTime(required=True)


class Effective(Schema):
    """What holds by now: the result that was told, or the last of the changes."""

    score = fields.Float(required=True, allow_none=True)
    max_score = fields.Float(required=True)
    correct = fields.Boolean(required=True, allow_none=True)
    changes = fields.List(fields.Nested(Change), required=True)


class Response(Schema):
    id = fields.String(required=True)
    draw = fields.String(
        required=True, allow_none=True, metadata={"description": "null where no bank drew the variant"}
    )
    bank = fields.String(required=True, allow_none=True)
    variant = fields.String(required=True)
    family = fields.String(required=True)
    kind = fields.String(required=True)
    learner = fields.String(required=True)
    attempt = fields.Integer(required=True, metadata={"description": "place among the learner's responses, from 1"})
    response = anything("as it was sent", required=True, allow_none=True)
    result = fields.Nested(Grade, required=True, metadata={"description": "as it was told"})
    effective = fields.Nested(Effective, required=True)
    given = fields.DateTime(required=True)
    counted = fields.Boolean(required=True, metadata={"description": "whether it used an attempt"})
    needs_grading = fields.Boolean(required=True, metadata={"description": "waits for a person"})


class Responses(Schema):
    items = fields.List(fields.Nested(Response), required=True)
    next = fields.String(required=True, allow_none=True)


class LearnersVariant(Schema):
    item = fields.Integer(required=True)
    slot = fields.Integer(required=True)
    part = fields.Integer(required=True)
    variant = fields.String(required=True)


class DrawOfLearner(Schema):
    id = fields.String(required=True)
    bank = fields.String(required=True)
    revision = fields.Integer(required=True)
    pool = fields.String(required=True)
    occasion = fields.Integer(required=True)
    made = fields.DateTime(required=True)
    variants = fields.List(fields.Nested(LearnersVariant), required=True)


class LearnersAllowance(Schema):
    bank = fields.String(required=True)
    extra_minutes = fields.Float(required=True)
    chances = fields.Integer(required=True)


class LearnersStanding(Schema):
    """Where the learner stands at a variant."""

    draw = fields.String(required=True, allow_none=True)
    variant = fields.String(required=True)
    used = fields.Integer(required=True)
    given = fields.Integer(required=True)
    best = fields.Float(required=True, allow_none=True)
    closed = fields.DateTime(required=True, allow_none=True)


class Granted(Schema):
    """Points that a correction gave without a response."""

    draw = fields.String(required=True, allow_none=True)
    variant = fields.String(required=True)
    change = fields.Nested(Change, required=True)


class Learner(Schema):
    """All that is kept of one learner."""

    learner = fields.String(required=True)
    draws = fields.List(fields.Nested(DrawOfLearner), required=True)
    allowances = fields.List(fields.Nested(LearnersAllowance), required=True)
    attempts = fields.List(fields.Nested(LearnersStanding), required=True)
    granted = fields.List(fields.Nested(Granted), required=True)
    responses = fields.List(fields.Nested(Response), required=True)


class Erasure(Schema):
    """How much has no name any more; nothing in it leads to where it is now."""

    responses = fields.Integer(required=True)
    draws = fields.Integer(required=True)
    texts = fields.Integer(required=True, metadata={"description": "written answers that are gone"})

"""Draws and allowances: what is taken, and what is sent."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from api.schemas.taken import Number, Taken, WholeNumber, learner
from bank.exams.draws import EXAM, POOLS

MOST_COUNT = 20
MOST_CHANCES = 100
MOST_EXTRA_MINUTES = 1_000_000


class DrawWish(Taken):
    learner = learner(required=True)
    pool = fields.String(validate=validate.OneOf(POOLS, error="pool must be one of {choices}"))
    count = WholeNumber(
        validate=validate.Range(1, MOST_COUNT),
        metadata={"description": "variants of each item; more than 1 in the practice pool alone"},
    )
    occasion = WholeNumber(
        validate=validate.Range(1, MOST_CHANCES + 1),
        metadata={
            "description": "2 and so on for a further chance; unless given, the last one, or the next when "
            "that is used up and another was granted"
        },
    )

    @validates_schema
    def one_of_each_in_an_exam(self, given: dict[str, Any], **_: Any) -> None:
        if given.get("count", 1) > 1 and given.get("pool", EXAM) == EXAM:
            raise ValidationError("count must be 1 in the exam pool", "count")


class NewAllowance(Taken):
    """What is not given stays as it is."""

    learner = learner(required=True)
    extra_minutes = Number(
        validate=validate.Range(0, MOST_EXTRA_MINUTES), metadata={"description": "that the learner has beyond others"}
    )
    chances = WholeNumber(
        validate=validate.Range(0, MOST_CHANCES),
        metadata={"description": "draws beyond the first"},
    )


class Allowance(Schema):
    bank = fields.String(required=True)
    learner = fields.String(required=True)
    extra_minutes = fields.Float(required=True)
    chances = fields.Integer(required=True)


class DrawnVariant(Schema):
    part = fields.Integer(metadata={"description": "of an item with several parts, from 0"})
    id = fields.String(required=True)
    href = fields.String(required=True)


class DrawnItem(Schema):
    item = fields.Integer(required=True, metadata={"description": "place in the blueprint, from 0"})
    points = fields.Float(required=True, metadata={"description": "of a variant, or of all parts together"})
    variants = fields.List(fields.Nested(DrawnVariant), required=True)


class LearnersDraw(Schema):
    """`opens` and `closes` are those of this learner."""

    id = fields.String(required=True)
    bank = fields.String(required=True)
    revision = fields.Integer(required=True)
    learner = fields.String(required=True)
    pool = fields.String(required=True, validate=validate.OneOf(POOLS))
    occasion = fields.Integer(required=True)
    opens = fields.DateTime(required=True, allow_none=True)
    closes = fields.DateTime(required=True, allow_none=True)
    attempts = fields.Integer(required=True, metadata={"description": "that each variant may be answered"})
    items = fields.List(fields.Nested(DrawnItem), required=True)

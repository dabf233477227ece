"""Blueprints as they are taken; their meaning is read by `bank.exams.reading`."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from api.schemas.policies import Policies
from api.schemas.shapes import document
from api.schemas.taken import MOST_REVISIONS, Number, Taken, WholeNumber, seed
from bank.exams.blueprint import MOST_COUNT, MOST_ITEMS, MOST_PARTS
from bank.exams.papers import papers

LONGEST_NAME = 128
MOST_PRACTICE = 1000
LEAST_POINTS, MOST_POINTS = 0.01, 1000  # results are told to six digits
NO_CONTROL = validate.Regexp(r"[^\x00-\x1f\x7f-\x9f\ud800-\udfff]*\Z", error="must have no control characters")
NAME = validate.And(validate.Length(1, LONGEST_NAME, error="must have 1 to {max} characters"), NO_CONTROL)
NARROWED = (
    "fixes parameters (`6`), narrows them (`{from: [4, 5, 6]}`, `{least: 4, most: 9}`), or takes them from an earlier "
    "part of the item (`{answer_of: 0}`)"
)


class BlueprintPart(Taken):
    family = fields.String(required=True, validate=validate.Length(1, 80))
    kind = fields.String(metadata={"description": "one of the family's; its first unless given"})
    params = document(NARROWED)
    points = Number(validate=validate.Range(LEAST_POINTS, MOST_POINTS))


class BlueprintItem(BlueprintPart):
    """A family, or several parts whose parameters named in `shared` are the same."""

    family = fields.String(validate=validate.Length(1, 80))
    title = fields.String(validate=validate.And(validate.Length(0, LONGEST_NAME), NO_CONTROL))
    parts = fields.List(fields.Nested(BlueprintPart), validate=validate.Length(1, MOST_PARTS))
    shared = fields.List(fields.String(validate=validate.Length(1, 80)), validate=validate.Length(0, 40))
    count = WholeNumber(required=True, validate=validate.Range(1, MOST_COUNT))


class Contents(Taken):
    """What a revision is built of: items, or a paper that comes with Resit and how many variants of each item."""

    items = fields.List(fields.Nested(BlueprintItem), validate=validate.Length(1, MOST_ITEMS))
    paper = fields.String(validate=validate.OneOf(list(papers()), error="paper must be one of {choices}"))
    count = WholeNumber(validate=validate.Range(1, MOST_COUNT), metadata={"description": "with `paper`"})
    practice = WholeNumber(validate=validate.Range(0, MOST_PRACTICE))
    policies = fields.Nested(Policies)
    seed = seed()

    @validates_schema
    def one_of_both(self, given: dict[str, Any], **_: Any) -> None:
        if ("items" in given) == ("paper" in given):
            raise ValidationError("a blueprint has either items or a paper", "items")
        if "paper" in given and "count" not in given:
            raise ValidationError("says how many variants of each item, and is missing", "count")


class NewBank(Contents):
    name = fields.String(required=True, validate=NAME)


class Regenerate(Contents):
    """Without items or a paper: those of the newest revision."""

    @validates_schema
    def one_of_both(self, given: dict[str, Any], **_: Any) -> None:
        if "items" in given and "paper" in given:
            raise ValidationError("a blueprint has either items or a paper", "items")
        if "paper" in given and "count" not in given:
            raise ValidationError("says how many variants of each item, and is missing", "count")


class Publish(Taken):
    revision = WholeNumber(validate=validate.Range(1, MOST_REVISIONS))

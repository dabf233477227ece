"""Blueprints as they are taken; their meaning is read by `bank.exams.reading`."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from api.schemas.shapes import document
from api.schemas.taken import Taken, WholeNumber, seed
from bank.exams import policies
from bank.exams.blueprint import MOST_COUNT, MOST_ITEMS, MOST_PARTS
from bank.exams.papers import papers

LONGEST_NAME = 128
MOST_PRACTICE = 1000
MOST_POINTS = 1000
MOST_ATTEMPTS = 100
MOST_MINUTES = 100_000
NAME = validate.And(
    validate.Length(1, LONGEST_NAME, error="must have 1 to {max} characters"),
    validate.Regexp(r"[^\x00-\x1f\x7f-\x9f\ud800-\udfff]+\Z", error="must have no control characters"),
)
NARROWED = (
    "fixes parameters (`6`), narrows them (`{from: [4, 5, 6]}`, `{least: 4, most: 9}`), or takes them from an earlier "
    "part of the item (`{answer_of: 0}`)"
)


def when(description: str) -> fields.String:
    return fields.String(validate=validate.OneOf(policies.TIMES), metadata={"description": description})


class Moment(fields.AwareDateTime):
    """ISO 8601 with a time zone, as seconds since the epoch."""

    def _deserialize(self, *given: Any, **options: Any) -> Any:
        return super()._deserialize(*given, **options).astimezone(UTC).timestamp()


class Policies(Taken):
    attempts = WholeNumber(validate=validate.Range(1, MOST_ATTEMPTS))
    penalty = fields.Float(
        validate=validate.Range(0, 1), metadata={"description": "share of the marks that each further attempt takes"}
    )
    choice_worth = fields.List(
        fields.Float(validate=validate.Range(0, 1)),
        validate=validate.Length(1, MOST_ATTEMPTS),
        metadata={"description": "share that a right choice earns at attempt 1, 2 and so on; the last one goes on"},
    )
    multiple_choice = fields.String(validate=validate.OneOf(policies.SCORINGS))
    feedback = when("when reasons against a response are told")
    solution = when("when the worked solution is shown")
    answer = when("when the right answer is shown")
    opens = Moment(allow_none=True)
    closes = Moment(allow_none=True)
    minutes = fields.Float(
        allow_none=True,
        validate=validate.Range(0, MOST_MINUTES, min_inclusive=False),
        metadata={"description": "that a learner has from the draw on"},
    )


class BlueprintPart(Taken):
    family = fields.String(required=True, validate=validate.Length(1, 80))
    kind = fields.String(metadata={"description": "one of the family's; its first unless given"})
    params = document(NARROWED)
    points = fields.Float(validate=validate.Range(0, MOST_POINTS, min_inclusive=False))


class BlueprintItem(BlueprintPart):
    """A family, or several parts whose parameters named in `shared` are the same."""

    family = fields.String(validate=validate.Length(1, 80))
    title = fields.String(validate=validate.Length(0, LONGEST_NAME))
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
    revision = WholeNumber(validate=validate.Range(1, 1_000_000))

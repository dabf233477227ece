"""What is taken: bodies and queries."""

from __future__ import annotations

import re
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from api.lists import Cursor
from api.schemas.jobs import JOB_STATES
from api.schemas.sent import STATES
from api.schemas.shapes import anything, document
from bank import kinds, registry
from bank.attempts import learner_name
from bank.errors import UnknownFamily
from bank.identity import LARGEST_SEED

FAMILY = re.compile(r"[A-Za-z0-9_]{1,80}\Z", re.ASCII)
ID = re.compile(r"[A-Za-z0-9_-]{1,128}\Z", re.ASCII)
MOST_BATCH_ITEMS = 100
MOST_REMARK_CHARACTERS = 4000
MOST_REASON_CHARACTERS = 1000
MOST_REVISIONS = 1_000_000
MOST_NAMED = 1000  # families or variants that one call names
WRITTEN = re.compile(r"[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]*\Z")
REASON = re.compile(r"(?=[^\x00]*\S)[^\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]*\Z")
LEARNER = re.compile(r"[^\x00-\x1f\x7f-\x9f\ud800-\udfff]{1,128}")
LEARNER_AS_SENT = r"^\s*[^\x00-\x1f\x7f-\x9f]{1,128}\s*$"
LEARNER_SAID = (
    "the client's own name for the person, compared in NFC and without white space around it: `eve` and `eve ` are one "
    "person, `Eve` is another. Keys of scope student name nobody"
)


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


class Learner(fields.String):
    """A name as it is compared."""

    def _deserialize(self, *given: Any, **options: Any) -> str:
        return learner_name(super()._deserialize(*given, **options))


def learner(**options: Any) -> Learner:
    return Learner(validate=printable, metadata={"description": LEARNER_SAID, "pattern": LEARNER_AS_SENT}, **options)


class WholeNumber(fields.Integer):
    """A number without a fraction, as JSON Schema has it: 7.0 is 7, and "7" is none."""

    def _validated(self, value: Any) -> int:
        whole = int(value) if isinstance(value, float) and value.is_integer() else value
        if not isinstance(whole, int) or isinstance(whole, bool):
            raise self.make_error("invalid", input=value)
        return whole


class Number(fields.Float):
    """As JSON has it: "7" is none."""

    def _validated(self, value: Any) -> float:
        if isinstance(value, str | bool):
            raise self.make_error("invalid", input=value)
        return super()._validated(value)


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


class BanksQuery(Schema):
    cursor = Cursor("banks")


class BankQuery(Schema):
    revision = fields.Integer(validate=validate.Range(1, 1_000_000))
    cursor = Cursor("members")


class ReportQuery(Schema):
    revision = fields.Integer(validate=validate.Range(1, 1_000_000))


class CorrectionsQuery(Schema):
    cursor = Cursor("corrections")


def reason() -> fields.String:
    """For the audit record."""
    return fields.String(
        required=True,
        validate=[
            validate.Length(1, MOST_REASON_CHARACTERS),
            validate.Regexp(REASON, error="reason must say something, without control characters"),
        ],
    )


class Withdraw(Taken):
    reason = reason()


class Correct(Taken):
    reason = reason()
    revision = WholeNumber(
        validate=validate.Range(1, MOST_REVISIONS),
        metadata={"description": "one that was published, if it is not the one that is drawn from now"},
    )
    families = fields.List(
        fields.String(validate=validate.Regexp(FAMILY, error="no family goes by that name")),
        validate=validate.Length(1, MOST_NAMED),
        metadata={"description": "look at all variants of these; else at those of any family that has changed"},
    )
    annul = fields.List(
        fields.String(validate=validate.Length(1, 128)),
        validate=validate.Length(1, MOST_NAMED),
        metadata={"description": "variants of this revision with full points for all who were given one"},
    )


class Confirm(Taken):
    lower = fields.Boolean(
        truthy={True}, falsy={False}, metadata={"description": "whether results may become worse; false unless given"}
    )


class Draw(Taken):
    family = fields.String(required=True, validate=known_family)
    seed = seed()
    params = document("fixes some or all parameters")
    kind = fields.String()


class SeedQuery(Schema):
    kind = fields.String(metadata={"description": "one of the family's kinds; its first unless given"})


class LearnerQuery(Schema):
    learner = learner()


class NamedLearner(Schema):
    learner = learner(required=True)


class ResponsesQuery(LearnerQuery):
    bank = fields.String(validate=validate.Regexp(ID, error="no bank has this id"))
    variant = fields.String(validate=validate.Regexp(ID, error="no variant has this id"))
    graded = fields.Boolean(
        truthy={"true"},
        falsy={"false"},
        metadata={"description": "false: what waits for a person; true: all the others"},
    )
    cursor = Cursor("responses")


class Mark(Taken):
    points = Number(required=True, validate=validate.Range(0, 10**6), metadata={"description": "0 to max_score"})
    remark = fields.String(
        load_default="",
        validate=[
            validate.Length(0, MOST_REMARK_CHARACTERS),
            validate.Regexp(WRITTEN, error="remark must have no control characters but tabs and line breaks"),
        ],
    )


class Erasing(Taken):
    learner = learner(required=True)
    texts = fields.Boolean(
        load_default=True,
        truthy={True},
        falsy={False},
        metadata={"description": "whether written answers, and remarks on them, go as well"},
    )


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

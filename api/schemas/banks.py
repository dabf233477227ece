"""What is sent of banks."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from api.schemas.sent import STATES, Fault
from api.schemas.shapes import document

BANK_STATES, POOLS = ("building", "ready", "published", "archived"), ("exam", "practice")


class Ordered(Schema):
    """A revision that is being built; `warnings` tell what is asked for and cannot be."""

    bank = fields.String(required=True)
    revision = fields.Integer(required=True)
    job = fields.String(required=True, allow_none=True)
    warnings = fields.List(fields.Nested(Fault), required=True)


class Counts(Schema):
    wanted = fields.Integer(required=True, metadata={"description": "variants, or groups of parts, of all items"})
    built = fields.Integer(required=True)


class Bank(Schema):
    id = fields.String(required=True)
    name = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(BANK_STATES))
    revision = fields.Integer(required=True, metadata={"description": "the newest"})
    published = fields.Integer(required=True, allow_none=True, metadata={"description": "the revision drawn from"})
    created = fields.DateTime(required=True)
    counts = fields.Nested(Counts, required=True)


class Banks(Schema):
    items = fields.List(fields.Nested(Bank), required=True)
    next = fields.String(required=True, allow_none=True)


class Refused(Schema):
    reason = fields.String(required=True)
    count = fields.Integer(required=True)


class BuiltItem(Schema):
    item = fields.Integer(required=True, metadata={"description": "place in the blueprint, from 0"})
    wanted = fields.Integer(required=True)
    built = fields.Integer(required=True)
    tried = fields.Integer(required=True, metadata={"description": "candidates"})
    exhausted = fields.Boolean(required=True, metadata={"description": "there are no more questions than were built"})
    refused = fields.List(fields.Nested(Refused), required=True)


class Member(Schema):
    item = fields.Integer(required=True)
    place = fields.Integer(required=True)
    part = fields.Integer(required=True)
    pool = fields.String(required=True, validate=validate.OneOf(POOLS))
    variant = fields.String(required=True)
    family = fields.String(required=True)
    kind = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    stale = fields.Boolean(required=True, metadata={"description": "the family has changed since: it is not drawn"})


class Revision(Schema):
    revision = fields.Integer(required=True)
    state = fields.String(required=True, validate=validate.OneOf(BANK_STATES))
    created = fields.DateTime(required=True)
    published = fields.DateTime(required=True, allow_none=True)
    job = fields.String(required=True, allow_none=True)
    seed = fields.Integer(required=True)
    digest = fields.String(required=True, allow_none=True, metadata={"description": "of the manifest, once published"})
    blueprint = document("complete, with defaults filled in", required=True)
    items = fields.List(fields.Nested(BuiltItem), required=True)


class WholeBank(Bank):
    """With one revision, the newest unless another is asked for, and a page of its variants."""

    shown = fields.Nested(Revision, required=True)
    variants = fields.List(fields.Nested(Member), required=True)
    next = fields.String(required=True, allow_none=True)

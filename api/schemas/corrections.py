"""What is sent of withdrawals and corrections."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from api.schemas.sent import STATES
from api.schemas.shapes import anything
from api.schemas.withdrawn import Withdrawn
from bank.store.findings import FINDINGS
from bank.store.findings import STATES as CORRECTION_STATES

KEY_SAID = "the key, with options by their texts"
TOUCHED_SAID = "who have answered it, or were given what is annulled"
COUNTED_SAID = "as it was when the points were counted"
SINCE_SAID = "responses, and draws of what is annulled, that have come in since the points were counted: not in these"
APPLIED_SAID = "what regrading has changed so far"


class WithdrawnVariant(Withdrawn):
    id = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    superseded_by = fields.String(required=True, allow_none=True)


class OrderedCorrection(Schema):
    correction = fields.String(required=True)
    job = fields.String(required=True, allow_none=True, metadata={"description": "null where nothing is to be done"})


class Points(Schema):
    gain = fields.Float(required=True, metadata={"description": f"of all learners together, {COUNTED_SAID}"})
    loss = fields.Float(required=True, metadata={"description": "the same: what they lose if results may become worse"})


class Applied(Schema):
    gain = fields.Float(required=True)
    loss = fields.Float(required=True)


class CorrectedVariant(Schema):
    variant = fields.String(required=True)
    family = fields.String(required=True)
    finding = fields.String(required=True, validate=validate.OneOf(FINDINGS))
    before = anything(KEY_SAID, required=True)
    after = anything(f"today: {KEY_SAID}; null where there is none", required=True, allow_none=True)
    successor = fields.String(required=True, allow_none=True, metadata={"description": "the variant with today's key"})
    why = fields.String(required=True, allow_none=True, metadata={"description": "it is unproven"})
    learners = fields.Integer(required=True, metadata={"description": "who answered it, or was given what is annulled"})
    responses = fields.Integer(required=True)
    points = fields.Nested(Points, required=True)
    since = fields.Integer(required=True, metadata={"description": SINCE_SAID})
    applied = fields.Nested(Applied, required=True, metadata={"description": APPLIED_SAID})


class Totals(Points):
    looked_at = fields.Integer(required=True, metadata={"description": "variants, so far"})
    same = fields.Integer(required=True, metadata={"description": "variants whose key stands"})
    changed = fields.Integer(required=True)
    unproven = fields.Integer(required=True, metadata={"description": "variants whose key of today was refuted"})
    annulled = fields.Integer(required=True)
    learners = fields.Integer(required=True, metadata={"description": "each counted once"})
    responses = fields.Integer(required=True)
    regraded = fields.Integer(required=True, metadata={"description": "results that this correction has changed"})
    since = fields.Integer(required=True, metadata={"description": SINCE_SAID})
    applied = fields.Nested(Applied, required=True, metadata={"description": APPLIED_SAID})


class Correction(Schema):
    id = fields.String(required=True)
    bank = fields.String(required=True)
    revision = fields.Integer(required=True)
    state = fields.String(required=True, validate=validate.OneOf(CORRECTION_STATES))
    reason = fields.String(required=True)
    who = fields.String(required=True)
    created = fields.DateTime(required=True)
    confirmed = fields.DateTime(required=True, allow_none=True)
    confirmed_by = fields.String(required=True, allow_none=True)
    lower = fields.Boolean(required=True, metadata={"description": "whether results may become worse"})
    job = fields.String(required=True, allow_none=True)


class WholeCorrection(Correction):
    """With every variant that was looked at but those whose key stands."""

    variants = fields.List(fields.Nested(CorrectedVariant), required=True)
    totals = fields.Nested(Totals, required=True)


class Corrections(Schema):
    items = fields.List(fields.Nested(Correction), required=True)
    next = fields.String(required=True, allow_none=True)

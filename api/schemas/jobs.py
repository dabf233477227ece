"""What is sent of jobs."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from api.schemas.shapes import anything

JOB_STATES = ("queued", "running", "succeeded", "failed", "cancelled")


class Failure(Schema):
    reason = fields.String(required=True)
    count = fields.Integer(required=True)


class Job(Schema):
    id = fields.String(required=True)
    kind = fields.String(required=True, metadata={"description": "what was asked for: verify"})
    state = fields.String(required=True, validate=validate.OneOf(JOB_STATES))
    done = fields.Integer(required=True)
    total = fields.Integer(required=True)
    failed = fields.List(fields.Nested(Failure), required=True)
    eta_seconds = fields.Float(required=True, allow_none=True)
    created = fields.DateTime(required=True)
    result = anything("where to find what was built", required=True, allow_none=True)


class Jobs(Schema):
    items = fields.List(fields.Nested(Job), required=True)
    next = fields.String(required=True, allow_none=True)

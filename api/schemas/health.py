"""What is sent of the state of the service."""

from __future__ import annotations

from marshmallow import Schema, fields


class Health(Schema):
    status = fields.String(required=True)
    degraded = fields.List(
        fields.String(), metadata={"description": "what is missing: redis (or broker, cache), workers"}
    )

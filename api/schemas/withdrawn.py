"""Why a variant is served no more, as it is sent."""

from __future__ import annotations

from marshmallow import Schema, fields


class Withdrawn(Schema):
    """Why a variant is not served any more."""

    reason = fields.String(required=True)
    who = fields.String(required=True, metadata={"description": "the API key that said so, or the lab"})
    moment = fields.DateTime(required=True)

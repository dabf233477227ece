"""What is said of families."""

from __future__ import annotations

from marshmallow import Schema, fields

from api.schemas.shapes import document

NULL_SPACE = "null where there is no bound to it (`unbounded`), and where it is beyond 2^53"


class Family(Schema):
    name = fields.String(required=True)
    title = fields.String(required=True)
    topic = fields.String(required=True)
    source = fields.List(fields.String(), required=True)
    kinds = fields.List(fields.String(), required=True, metadata={"description": "the first is the default"})
    points = fields.Integer(required=True)
    version = fields.String(required=True)
    parameters = document("JSON Schema of `params`", required=True)
    space = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": f"distinct questions, default kind; {NULL_SPACE}", "maximum": 2**53},
    )
    spaces = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(allow_none=True, metadata={"maximum": 2**53}),
        required=True,
        metadata={"description": f"distinct questions of each kind; {NULL_SPACE}"},
    )
    unbounded = fields.Boolean(
        required=True, metadata={"description": "whether there is no bound to the number of distinct questions"}
    )
    small = fields.List(
        fields.String(), required=True, metadata={"description": "kinds with fewer than 100 distinct questions"}
    )
    evidence = fields.List(fields.String(), required=True, metadata={"description": "tiers that prove the keys"})
    effort = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.Float()),
        metadata={"description": "least and most work of a question by what it asks, in steps with small numbers"},
    )
    calculator = fields.Boolean(metadata={"description": "whether a learner needs one"})


class Catalogue(Schema):
    items = fields.List(fields.Nested(Family), required=True)
    next = fields.String(required=True, allow_none=True)

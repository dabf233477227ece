"""Members whose inner form depends on the kind or on the family."""

from __future__ import annotations

from typing import Any

from marshmallow import fields


def anything(description: str, **options: Any) -> fields.Raw:
    """JSON of any shape."""
    return fields.Raw(metadata={"description": description}, **options)


def document(description: str, **options: Any) -> fields.Dict:
    """A JSON object whose members depend on the kind or on the family."""
    return fields.Dict(keys=fields.String(), metadata={"description": description}, **options)

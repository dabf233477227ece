"""Manifests as they come in, in parts that fit a request."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from api.schemas.banks import Ordered, Refused
from api.schemas.blueprints import NAME, Contents
from api.schemas.taken import Taken, seed
from bank.exams.blueprint import MOST_COUNT, MOST_ITEMS, MOST_PARTS
from bank.exams.manifest import COLUMNS, FORMAT, FORMAT_VERSION, Row, row_of
from bank.identity import LARGEST_SEED

MOST_ROWS = 500
WORD = re.compile(r"[A-Za-z0-9_]{1,80}", re.ASCII)


def _whole(most: int) -> Callable[[Any], bool]:
    return lambda each: type(each) is int and 0 <= each < most


def _text(pattern: re.Pattern[str]) -> Callable[[Any], bool]:
    return lambda each: isinstance(each, str) and bool(pattern.fullmatch(each))


FITS: tuple[Callable[[Any], bool], ...] = (  # each of the columns
    _whole(MOST_ITEMS),
    _whole(2 * MOST_COUNT),
    _whole(MOST_PARTS),
    _text(re.compile("exam|practice")),
    _text(WORD),
    _text(WORD),
    _text(WORD),
    _whole(LARGEST_SEED + 1),
    lambda each: isinstance(each, dict),
    _text(re.compile("[0-9a-f]{64}", re.ASCII)),
    _text(re.compile("[A-Za-z0-9_-]{1,128}", re.ASCII)),
)


class ManifestRow(fields.Field[Row]):
    """A list in the order of the manifest's `columns`."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Row:
        if not isinstance(value, list) or len(value) != len(COLUMNS):
            raise ValidationError(f"a variant is a list of {len(COLUMNS)} values: {', '.join(COLUMNS)}")
        for name, fits, each in zip(COLUMNS, FITS, value, strict=True):
            if not fits(each):
                raise ValidationError(f"{name} cannot be this")
        return row_of(value)


def known_columns(names: list[str]) -> None:
    if names != list(COLUMNS):
        raise ValidationError(f"columns must be {', '.join(COLUMNS)}")


class ManifestPart(Taken):
    variants = fields.List(
        ManifestRow(metadata={"description": ", ".join(COLUMNS)}),
        required=True,
        validate=validate.Length(0, MOST_ROWS),
    )


class Manifest(ManifestPart):
    """The file that `GET /v1/banks/{bank}/exports/json` sends, with its first variants."""

    format = fields.String(required=True, validate=validate.Equal(FORMAT))
    format_version = fields.Integer(required=True, validate=validate.Equal(FORMAT_VERSION))
    name = fields.String(required=True, validate=NAME)
    seed = seed()
    blueprint = fields.Nested(Contents, required=True)
    columns = fields.List(fields.String(), validate=known_columns)


class Imported(Ordered):
    taken = fields.Integer(required=True, metadata={"description": "variants of this call that are here now"})
    refused = fields.List(fields.Nested(Refused), required=True)


class ExportReport(Schema):
    format = fields.String(required=True)
    lost = fields.List(fields.String(), required=True, metadata={"description": "what the format cannot carry"})

"""What a request says, read strictly: bodies and queries through marshmallow, faults with a JSON pointer each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

import flask_smorest
from flask import Request
from marshmallow import Schema, ValidationError
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import UnsupportedMediaType

from api import strict_json
from api.errors import Invalid
from bank.errors import Problem


class Reader(FlaskParser):
    """webargs, with our own reader of JSON and our own form of errors."""

    def load_json(self, req: Request, schema: Schema) -> Any:
        if req.mimetype != "application/json":
            raise UnsupportedMediaType("the body must be application/json")
        if req.headers.get("Content-Encoding", "identity") != "identity":
            raise UnsupportedMediaType("the body must not be compressed")
        return strict_json.loads(req.get_data(cache=False))

    def handle_error(self, error: ValidationError, *args: Any, **kwargs: Any) -> NoReturn:
        (messages,) = error.messages_dict.values()  # by location, of which there is one at a time
        raise Invalid(*problems(messages)) from None


class Blueprint(flask_smorest.Blueprint):
    """Routes of one noun, read by our reader and described in `/openapi.json`."""

    ARGUMENTS_PARSER = Reader()


def load(schema: Schema, given: object) -> Any:
    """One value by a schema. Raises Invalid."""
    try:
        return schema.load(given)  # type: ignore[arg-type]  # whatever it is, marshmallow says what is wrong with it
    except ValidationError as error:
        raise Invalid(*problems(error.messages)) from None


def problems(messages: object, pointer: str = "") -> Iterator[Problem]:
    """marshmallow's tree of messages, one problem a leaf.

    >>> list(problems({"items": {0: {"variant": ["Missing."]}}}))
    [Problem(pointer='/items/0/variant', detail='Missing.')]
    """
    if isinstance(messages, Mapping):
        for name, below in messages.items():
            yield from problems(below, pointer if name == "_schema" else f"{pointer}/{_escaped(name)}")
    elif isinstance(messages, list):
        for message in messages:
            yield from problems(message, pointer)
    else:
        yield Problem(pointer, str(messages))


def _escaped(name: object) -> str:
    return str(name).replace("~", "~0").replace("/", "~1")

"""What a request says, read strictly: bodies and queries through marshmallow, faults with a JSON pointer each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import flask_smorest
from flask import Request
from marshmallow import RAISE, Schema, ValidationError
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import UnsupportedMediaType

from api import strict_json
from api.errors import Invalid
from bank.errors import Problem

PARAMETERS_TOO = "x-parameters"  # until `api.openapi` has put them where they belong

View = TypeVar("View", bound=Callable[..., Any])


class Reader(FlaskParser):
    """webargs, with our own reader of JSON and our own form of errors. A misspelt parameter is refused, not ignored."""

    DEFAULT_UNKNOWN_BY_LOCATION = {**FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, "query": RAISE}

    def load_json(self, req: Request, schema: Schema) -> Any:
        if req.mimetype != "application/json":
            if not (req.mimetype or req.get_data() or demands_a_body(schema)):
                return {}
            raise UnsupportedMediaType("the body must be application/json")
        if req.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise UnsupportedMediaType("the body must not be compressed")
        return strict_json.loads(req.get_data(cache=False))

    def handle_error(self, error: ValidationError, *args: Any, **kwargs: Any) -> NoReturn:
        (messages,) = error.messages_dict.values()  # by location, of which there is one at a time
        raise Invalid(*problems(messages)) from None


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]  # it ships no types
    """Routes of one noun, read by our reader and described in `/openapi.json`.

    `response` sends what a view returns through a schema. `alt_response` and `doc` only describe: they leave the view
    as it is, where flask-smorest would wrap it. Calls that are made often only describe what they send, for a schema
    costs more than to grade a response; that they send what they describe is tested.
    """

    ARGUMENTS_PARSER = Reader()

    if TYPE_CHECKING:  # what flask-smorest leaves without types

        def route(self, rule: str, *, methods: Sequence[str] = ("GET",)) -> Callable[[View], View]: ...

        def response(self, status_code: int, schema: type[Schema], **described: Any) -> Callable[[View], View]: ...

    def arguments(self, schema: type[Schema], *, location: str = "json") -> Callable[[View], View]:
        """The schema is made once: for each request anew it would cost as much again as it takes to read one."""
        read = schema()
        found: Callable[[View], View] = super().arguments(read, location=location, required=demands_a_body(read))
        return found

    def alt_response(self, status_code: int, response: str | None = None, **described: Any) -> Callable[[View], View]:
        return _describing(super().alt_response(status_code, response, **described))

    @staticmethod
    def doc(**described: Any) -> Callable[[View], View]:
        """`parameters` come beside those of a schema, which flask-smorest would put them in the place of."""
        if "parameters" in described:
            described[PARAMETERS_TOO] = described.pop("parameters")
        return _describing(flask_smorest.Blueprint.doc(**described))


def _describing(decorate: Callable[[View], View]) -> Callable[[View], View]:
    """A decorator of flask-smorest that leaves its documentation at the view, and no wrapper around it."""

    def describe(view: View) -> View:
        view.__dict__["_apidoc"] = decorate(view).__dict__["_apidoc"]
        return view

    return describe


def demands_a_body(schema: Schema) -> bool:
    """Whether something must be said: where all may be left out, so may the body itself."""
    return any(field.required for field in schema.fields.values())


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

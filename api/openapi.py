"""The description in `/openapi.json`: from the schemas that read the requests, and the families' own parameters."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from http import HTTPStatus
from typing import Any

import flask_smorest
from flask import Flask

from api.auth import ANYBODY
from api.errors import PROBLEM_MEDIA_TYPE
from api.request_parsing import PARAMETERS_TOO, Blueprint
from api.schemas import sent, taken
from bank import registry
from bank.identity import LARGEST_SEED
from bank.variant import ready

KEY_SCHEME = {"type": "http", "scheme": "bearer", "description": "`resit keys create` makes one"}
REFUSALS_WITH_A_KEY = (401, 403, 406, 429, 503)  # what any call with a key may answer
REFUSALS_WITH_A_BODY = (400, 413, 415, 422)  # what any call with a body may answer


ABOUT = (
    "Every href, link and `Location` is a path on the host that was asked, the prefix of the service included: "
    "resolve it against the URL of the request, not against `servers`. A list is `{items, next}`, with `next` in "
    "`Link` as well."
)
REQUEST_ID = {
    "in": "header",
    "name": "X-Request-Id",
    "schema": {"type": "string"},
    "description": "names the request: 8 to 64 letters, digits, `.`, `_`, `-`; another one is replaced",
}
TEXT, NUMBER = {"type": "string"}, {"type": "integer"}
HEADERS: dict[str, dict[str, Any]] = {
    "X-Request-Id": {"schema": TEXT, "description": "names the request in our log"},
    "RateLimit-Limit": {"schema": NUMBER, "description": "calls a minute that this key may make"},
    "RateLimit-Remaining": {"schema": NUMBER, "description": "of these, what is left"},
    "RateLimit-Reset": {"schema": NUMBER, "description": "seconds until the next minute begins"},
    "Retry-After": {"schema": NUMBER, "description": "seconds after which to ask again", "required": True},
    "Location": {"schema": TEXT, "description": "where to ask again", "required": True},
    "WWW-Authenticate": {"schema": TEXT, "description": "how to show a key"},
}
RATE_LIMIT = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")
HEADERS_OF_STATUS = {
    202: ("Location", "Retry-After"),
    401: ("WWW-Authenticate",),
    429: ("Retry-After",),
    503: ("Retry-After",),
}


class Api(flask_smorest.Api):  # type: ignore[misc]  # it ships no types
    """flask-smorest's collector of documentation, without its pages and its errors: we have our own."""

    ERROR_SCHEMA = sent.Problem

    def _register_doc_blueprint(self) -> None:
        """`api.views.documents` serves what it collects."""

    def _register_error_handlers(self) -> None:
        """`api.errors` answers all of them."""

    def _register_responses(self) -> None:
        for status in (*REFUSALS_WITH_A_KEY, *REFUSALS_WITH_A_BODY, 404, 409):
            named = HTTPStatus(status)
            content = {PROBLEM_MEDIA_TYPE: {"schema": self.ERROR_SCHEMA}}
            answer = {"description": named.phrase, "content": content, "headers": headers_of(status)}
            self.spec.components.response(named.name, answer)
        self.spec.components.response("NOT_MODIFIED", {"description": "Not Modified"})


def publish(app: Flask, nouns: Sequence[Blueprint], prefix: str) -> None:
    """Register the blueprints, and collect what they say of themselves."""
    title = {"title": "Resit", "version": "1", "openapi_version": "3.1.0", "info": {"description": ABOUT}}
    api = Api(app, spec_kwargs=title | {"servers": [{"url": prefix or "/"}]})
    for name, header in HEADERS.items():
        api.spec.components.header(name, header)
    api.spec.components.parameter("X-Request-Id", "header", REQUEST_ID)
    api.spec.components.schema("BatchItem", schema=taken.BatchItem)
    api.spec.components.security_scheme("key", KEY_SCHEME)
    for noun in nouns:
        api.register_blueprint(noun)
    app.extensions["blueprint_schema"] = lru_cache(maxsize=1)(lambda: ready(alone(api.spec.to_dict(), "NewBank")))
    app.extensions["openapi"] = lru_cache(maxsize=1)(lambda: ready(complete(api.spec.to_dict())))


def complete(spec: dict[str, Any]) -> dict[str, Any]:
    """What no view has to say of itself: what follows from its form and its scope, and the families' parameters."""
    for path, item in spec["paths"].items():
        for operation in (item[method] for method in ("get", "post", "delete") if method in item):
            complete_operation(path, operation)
        for parameter in item.get("parameters", ()):
            parameter["schema"] = path_schema(parameter["name"]) or parameter["schema"]
    schemas = spec["components"]["schemas"]
    schemas["Draw"] = {"oneOf": [draw_schema(name) for name in registry.all_families()]}
    schemas["Batch"]["properties"]["items"]["items"] = {"$ref": "#/components/schemas/BatchItem"}
    return spec


def alone(spec: dict[str, Any], name: str) -> dict[str, Any]:
    """One of the schemas as a document of its own, with those that it refers to."""
    schemas = spec["components"]["schemas"]
    needed, looked_at = {name}, set[str]()
    while following := needed - looked_at:
        looked_at |= following
        for each in following:
            needed |= set(re.findall(r"#/components/schemas/([A-Za-z0-9]+)", ready(schemas[each]).decode()))
    text = ready({each: schemas[each] for each in sorted(needed)}).decode().replace("#/components/schemas/", "#/$defs/")
    definitions = json.loads(text)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **definitions.pop(name), "$defs": definitions}


def complete_operation(path: str, operation: dict[str, Any]) -> None:
    """Parameters, headers, refusals, and the scope in words."""
    read = [*operation.get("parameters", ()), *operation.pop(PARAMETERS_TOO, ())]
    operation["parameters"] = [*read, {"$ref": "#/components/parameters/X-Request-Id"}]
    scope, responses = operation["x-scope"], operation["responses"]
    responses.pop("default", None)
    for status, response in responses.items():
        if "$ref" not in response:
            limited = () if scope == ANYBODY else RATE_LIMIT
            response["headers"] = headers_of(int(status), *limited) | response.get("headers", {})
    for status in refusals(path, operation):
        responses.setdefault(str(status), {"$ref": f"#/components/responses/{HTTPStatus(status).name}"})
    needed = "Anybody may call it, without a key." if scope == ANYBODY else f"Scope of the key: `{scope}` or wider."
    operation["description"] = "\n\n".join(filter(None, (operation.get("description"), needed)))


def headers_of(status: int, *others: str) -> dict[str, Any]:
    """Those that every answer of a status has."""
    names = ("X-Request-Id", *others, *HEADERS_OF_STATUS.get(status, ()))
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def refusals(path: str, operation: dict[str, Any]) -> Iterator[int]:
    """The statuses that follow from the form of a call."""
    if operation["x-scope"] != ANYBODY:
        yield from REFUSALS_WITH_A_KEY
    if "requestBody" in operation:
        yield from REFUSALS_WITH_A_BODY
    if any(parameter.get("in") == "query" for parameter in operation["parameters"]):
        yield 422
    if "{" in path:
        yield 404
        yield 503


def path_schema(name: str) -> dict[str, Any] | None:
    """What a hole of a path may be filled with."""
    holes: dict[str, dict[str, Any]] = {
        "family": {"enum": list(registry.all_families())},
        "seed": {"type": "integer", "minimum": 0, "maximum": LARGEST_SEED},
        "variant_id": {"type": "string", "pattern": "^[A-Za-z0-9_]{1,80}-[0-9a-f]{16}$"},
        "job_id": {"type": "string", "pattern": "^job-[0-9a-f]{16}$"},
        "bank_id": {"type": "string", "pattern": "^bank-[0-9a-f]{16}$"},
        "file_format": {"enum": ["json"]},
        "response_id": {"type": "string", "pattern": "^response-[0-9a-f]{16}$"},
        "draw_id": {"type": "string", "pattern": "^draw-[0-9a-f]{16}$"},
        "name": {"type": "string"},
    }
    return holes.get(name)


def draw_schema(name: str) -> dict[str, Any]:
    """The body of `POST /v1/variants` for one family."""
    family = registry.get(name)
    properties = {
        "family": {"const": name},
        "seed": {"type": "integer", "minimum": 0, "maximum": LARGEST_SEED},
        "kind": {"enum": list(family.kinds)},
        "params": family.schema(),
    }
    return {"type": "object", "properties": properties, "required": ["family"], "additionalProperties": False}

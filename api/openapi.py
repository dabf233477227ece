"""The description in `/openapi.json`: from the schemas that read the requests, and the families' own parameters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from http import HTTPStatus
from typing import Any

import flask_smorest
from flask import Flask

from api.auth import ANYBODY
from api.errors import PROBLEM_MEDIA_TYPE
from api.request_parsing import Blueprint
from api.schemas import sent
from bank import registry
from bank.identity import LARGEST_SEED
from bank.variant import ready

KEY_SCHEME = {"type": "http", "scheme": "bearer", "description": "`resit keys create` makes one"}
REFUSALS_WITH_A_KEY = (401, 403, 406, 429, 503)  # what any call with a key may answer
REFUSALS_WITH_A_BODY = (400, 413, 415, 422)  # what any call with a body may answer


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
            self.spec.components.response(named.name, {"description": named.phrase, "content": content})
        self.spec.components.response("NOT_MODIFIED", {"description": "Not Modified"})


def publish(app: Flask, nouns: Sequence[Blueprint], prefix: str) -> None:
    """Register the blueprints, and collect what they say of themselves."""
    title = {"title": "Resit", "version": "1", "openapi_version": "3.1.0", "servers": [{"url": prefix or "/"}]}
    api = Api(app, spec_kwargs=title)
    api.spec.components.security_scheme("key", KEY_SCHEME)
    for noun in nouns:
        api.register_blueprint(noun)
    app.extensions["openapi"] = lru_cache(maxsize=1)(lambda: ready(complete(api.spec.to_dict())))


def complete(spec: dict[str, Any]) -> dict[str, Any]:
    """What no view has to say of itself: the refusals that follow from its form, and the families' parameters."""
    for path, item in spec["paths"].items():
        for operation in (item[method] for method in ("get", "post", "delete") if method in item):
            operation["responses"].pop("default", None)
            for status in refusals(path, operation):
                reference = {"$ref": f"#/components/responses/{HTTPStatus(status).name}"}
                operation["responses"].setdefault(str(status), reference)
        for parameter in item.get("parameters", ()):
            parameter["schema"] = path_schema(parameter["name"]) or parameter["schema"]
    spec["components"]["schemas"]["Draw"] = {"oneOf": [draw_schema(name) for name in registry.all_families()]}
    return spec


def refusals(path: str, operation: dict[str, Any]) -> Iterator[int]:
    """The statuses that follow from the form of a call."""
    if operation["x-scope"] != ANYBODY:
        yield from REFUSALS_WITH_A_KEY
    if "requestBody" in operation:
        yield from REFUSALS_WITH_A_BODY
    if any(parameter["in"] == "query" for parameter in operation.get("parameters", ())):
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

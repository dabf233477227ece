"""The description of the API, and a page to read it on."""

from __future__ import annotations

import importlib.resources
from collections.abc import Iterator
from functools import lru_cache
from http import HTTPStatus

from flask import Response, current_app, render_template_string
from werkzeug.exceptions import NotFound

from api.auth import ANYBODY, needs
from api.errors import STATUS, documented, slug
from api.request_parsing import Blueprint
from bank.errors import BankError

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; frame-ancestors 'none'"
)
PAGE_FILES = {
    "docs.css": ("api", "pages", "text/css; charset=utf-8"),
    "docs.js": ("api", "pages", "text/javascript; charset=utf-8"),
    "swagger-ui.css": ("flask_swagger_ui", "dist", "text/css; charset=utf-8"),
    "swagger-ui-bundle.js": ("flask_swagger_ui", "dist", "text/javascript; charset=utf-8"),
    "favicon-32x32.png": ("flask_swagger_ui", "dist", "image/png"),
}
blueprint = Blueprint("documents", __name__, description="What you are reading.")


@blueprint.route("/openapi.json")
@needs(ANYBODY)
@blueprint.alt_response(200, schema={"type": "object"})
def openapi() -> Response:
    """This description."""
    return Response(current_app.extensions["openapi"](), content_type="application/json")


@blueprint.route("/v1/blueprint.schema.json")
@needs("student")
@blueprint.alt_response(200, schema={"type": "object"}, content_type="application/schema+json")
def blueprint_schema() -> Response:
    """JSON Schema (2020-12) of the blueprints that `POST /v1/banks` takes."""
    return Response(current_app.extensions["blueprint_schema"](), content_type="application/schema+json")


@blueprint.route("/docs")
@needs(ANYBODY)
@blueprint.alt_response(200, schema={"type": "string"}, content_type="text/html")
def page() -> Response:
    """A page to browse the calls on; it loads nothing from elsewhere."""
    html = render_template_string(_file("api", "pages", "docs.html").decode(), problems=list(problems()))
    return Response(html, headers={"Content-Security-Policy": PAGE_POLICY}, content_type="text/html; charset=utf-8")


@blueprint.route("/docs/<name>")
@needs(ANYBODY)
@blueprint.alt_response(200, schema={"type": "string"}, content_type="text/css")
@blueprint.alt_response(200, schema={"type": "string"}, content_type="text/javascript")
@blueprint.alt_response(200, schema={"type": "string"}, content_type="image/png")
def page_file(name: str) -> Response:
    """A style or script of that page."""
    if name not in PAGE_FILES:
        raise NotFound("the page has no such file")
    package, folder, media = PAGE_FILES[name]
    headers = {"Cache-Control": "public, max-age=86400"}
    return Response(_file(package, folder, name), headers=headers, content_type=media)


def problems() -> Iterator[dict[str, object]]:
    """Every error with a name, for the page."""
    for error in documented():
        status = STATUS[error] if issubclass(error, BankError) else HTTPStatus(getattr(error, "code", 500))
        yield {"slug": slug(error), "status": status.value, "meaning": " ".join((error.__doc__ or "").split())}


@lru_cache
def _file(package: str, folder: str, name: str) -> bytes:
    return importlib.resources.files(package).joinpath(folder, name).read_bytes()

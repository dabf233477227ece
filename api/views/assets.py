"""Figures, named by their content."""

from __future__ import annotations

import re

from flask import Response, request
from werkzeug.exceptions import NotFound

from api.auth import ANYBODY, needs
from api.parts import current_parts
from api.request_parsing import Blueprint
from api.views.variants import ETAG, IF_NONE_MATCH

FIGURE_NAME = re.compile(r"([0-9a-f]{64})\.(svg|png)", re.ASCII)
MEDIA_TYPES = {"svg": "image/svg+xml", "png": "image/png"}
FIGURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"  # an SVG opened by itself draws, no more
OCTETS = {"type": "string", "format": "binary"}

blueprint = Blueprint("assets", __name__, description="Figures.")


@blueprint.route("/v1/assets/<name>")
@needs(ANYBODY)
@blueprint.alt_response(200, schema=OCTETS, content_type="image/svg+xml", headers=ETAG)
@blueprint.alt_response(200, schema=OCTETS, content_type="image/png", headers=ETAG)
@blueprint.alt_response(304)
@blueprint.doc(parameters=[IF_NONE_MATCH])
def asset(name: str) -> Response:
    """A figure, SVG or PNG; it never changes."""
    sha256, ending = found.groups() if (found := FIGURE_NAME.fullmatch(name)) else ("", "")
    figure = current_parts().store.assets.find(sha256) if sha256 else None
    if figure is None or figure.media_type != MEDIA_TYPES[ending]:
        raise NotFound("no figure has this name")
    headers = {"ETag": f'"{sha256}"', "Cache-Control": "public, max-age=31536000, immutable"}
    if request.if_none_match.contains_weak(sha256):
        return Response(status=304, headers=headers)
    headers["Content-Security-Policy"] = FIGURE_POLICY
    return Response(figure.content, headers=headers, content_type=figure.media_type)

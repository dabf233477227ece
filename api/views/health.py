"""Is it alive, is it ready, what has it done: for balancers, supervisors and Prometheus."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from api.auth import ANYBODY, RANK, needs
from api.parts import current_parts
from api.request_parsing import Blueprint
from api.schemas.health import Health
from bank.errors import StoreUnavailable

EXPOSITION_MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"

blueprint = Blueprint("health", __name__, description="For those who run it.")


@blueprint.route("/healthz")
@needs(ANYBODY)
@blueprint.response(200, Health)
def alive() -> dict[str, Any]:
    """The process is alive."""
    return {"status": "alive"}


@blueprint.route("/readyz")
@needs(ANYBODY)
@blueprint.response(200, Health)
@blueprint.alt_response(503, "SERVICE_UNAVAILABLE")
def prepared() -> dict[str, Any]:
    """The database is migrated and can be written, or was so a second ago.

    `degraded` names what is missing and can be done without.
    """
    missing = current_parts().readiness.missing()
    return {"status": "degraded" if missing else "ready", "degraded": missing}


@blueprint.route("/metrics")
@needs(ANYBODY)
@blueprint.alt_response(200, schema={"type": "string"}, content_type="text/plain")
def metrics() -> Response:
    """Prometheus text: requests, time to answer, variants by state, work that waits.

    A key is not needed; with one of an instructor the variants are told by family.
    """
    exposition = current_parts().metrics.exposition(by_family=_is_instructor())
    return Response(exposition, content_type=EXPOSITION_MEDIA_TYPE)


def _is_instructor() -> bool:
    """Whether the caller shows such a key, though nobody asked for one."""
    try:
        key = current_parts().keyring.find(request.headers.get("Authorization", ""))
    except StoreUnavailable:
        return False
    return key is not None and RANK[key.scope] >= RANK["instructor"]

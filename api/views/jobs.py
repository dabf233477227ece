"""Work that was asked for, as a client watches it."""

from __future__ import annotations

import re
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from flask import Response, g, request
from werkzeug.exceptions import NotFound

from api import lists
from api.auth import JSON, at_least, needs, offers
from api.parts import current_parts
from api.request_parsing import Blueprint
from api.schemas import jobs as sent
from api.schemas import taken

if TYPE_CHECKING:
    from bank.store import Job

EVENT_STREAM = "text/event-stream"
EVENT = {  # the type of each event in the stream
    "type": "object",
    "properties": {"event": {"const": "job"}, "data": {"type": "string", "contentMediaType": "application/json"}},
}
JOB_ID = re.compile(r"job-[0-9a-f]{16}", re.ASCII)

blueprint = Blueprint("jobs", __name__, description="Work for the workers.")


@blueprint.route("/v1/jobs")
@needs("instructor")
@blueprint.arguments(taken.JobsQuery, location="query")
@blueprint.response(200, sent.Jobs, headers=lists.LINK)
def every(query: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Every job, or those in one state, the newest first.

    A hundred a page; `next` and the header `Link` lead to the next one.
    """
    found = current_parts().store.jobs.newest(query.get("state"), query.get("cursor"), lists.FETCHED)
    body, headers = lists.page("jobs", found, attrgetter("place"))
    return body | {"items": [as_sent(job) for job in body["items"]]}, headers


@blueprint.route("/v1/jobs/<job_id>")
@needs("lms")
@blueprint.response(200, sent.Job)
def watch(job_id: str) -> dict[str, Any]:
    """How far a job is. An LMS may watch those that an answer to its own key has named."""
    return as_sent(current_parts().store.jobs.find(job_id) if JOB_ID.fullmatch(job_id) and _may_watch(job_id) else None)


@blueprint.route("/v1/jobs/<job_id>", methods=["DELETE"])
@needs("instructor")
@blueprint.response(200, sent.Job)
def cancel(job_id: str) -> dict[str, Any]:
    """Cancel what is not done yet; what was built stays. A job that has ended stays as it is."""
    return as_sent(current_parts().store.jobs.cancel(job_id) if JOB_ID.fullmatch(job_id) else None)


@blueprint.route("/v1/jobs/<job_id>/events")
@needs("instructor")
@offers(EVENT_STREAM, JSON)
@blueprint.alt_response(200, schema=EVENT, content_type=EVENT_STREAM)
def events(job_id: str) -> Response:
    """A job as server-sent events: one named `job` for every change, with what `GET /v1/jobs/{job_id}` answers.

    A connection ends after some seconds, and after the job: whoever reads on connects again, as `EventSource` does.
    """
    parts = current_parts()
    as_sent(parts.store.jobs.find(job_id) if JOB_ID.fullmatch(job_id) else None)
    line = request.environ.get("gunicorn.socket")
    stream = parts.job_events.stream(lambda: as_sent(parts.store.jobs.find(job_id)), line)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return Response(stream, headers=headers, content_type=EVENT_STREAM)


def _may_watch(job_id: str) -> bool:
    return at_least("instructor") or current_parts().store.jobs.may_watch(job_id, g.key.prefix)


def as_sent(job: Job | None) -> dict[str, Any]:
    """Raises NotFound where there is none."""
    if job is None:
        raise NotFound("no job has this id")
    failed = [{"reason": reason, "count": count} for reason, count in job.failed]
    numbers = {"done": job.done, "total": job.total, "failed": failed, "eta_seconds": job.eta_seconds}
    about = {"id": job.id, "kind": job.kind, "state": job.state}
    return {**about, **numbers, "created": job.created, "result": job.result}

"""Work that was asked for, as a client watches it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import NotFound

from api.auth import needs
from api.parts import current_parts
from api.request_parsing import Blueprint
from api.schemas import sent

if TYPE_CHECKING:
    from bank.store import Job

JOB_ID = re.compile(r"job-[0-9a-f]{16}", re.ASCII)

blueprint = Blueprint("jobs", __name__, description="Work for the workers.")


@blueprint.route("/v1/jobs/<job_id>")
@needs("instructor")
@blueprint.response(200, sent.Job)
def watch(job_id: str) -> dict[str, Any]:
    """How far a job is."""
    return as_sent(current_parts().store.jobs.find(job_id) if JOB_ID.fullmatch(job_id) else None)


@blueprint.route("/v1/jobs/<job_id>", methods=["DELETE"])
@needs("instructor")
@blueprint.response(200, sent.Job)
def cancel(job_id: str) -> dict[str, Any]:
    """Cancel what is not done yet; what was built stays. A job that has ended stays as it is."""
    return as_sent(current_parts().store.jobs.cancel(job_id) if JOB_ID.fullmatch(job_id) else None)


def as_sent(job: Job | None) -> dict[str, Any]:
    """Raises NotFound where there is none."""
    if job is None:
        raise NotFound("no job has this id")
    failed = [{"reason": reason, "count": count} for reason, count in job.failed]
    numbers = {"done": job.done, "total": job.total, "failed": failed, "eta_seconds": job.eta_seconds}
    about = {"id": job.id, "kind": job.kind, "state": job.state}
    return {**about, **numbers, "created": job.created, "result": job.result}

"""Watching and cancelling work."""

from datetime import datetime

import pytest

from tests.api.conftest import RATIO
from tests.secret import named


def test_a_job_tells_how_far_it_is(service):
    drawn = service.drawn(*(named(RATIO.draft(seed)) for seed in range(4)))
    path = f"/v1/jobs/{service.store.variants.find(drawn).job}"
    queued = service.get(path).json
    assert (queued["state"], queued["done"], queued["total"], queued["failed"]) == ("queued", 0, 4, [])
    assert datetime.fromisoformat(queued["created"]).utcoffset().total_seconds() == 0
    service.judge("bulk")
    done = service.get(path).json
    assert (done["state"], done["done"], done["eta_seconds"]) == ("succeeded", 4, None)


def test_what_failed_is_counted_by_its_reason(service):
    drawn = service.drawn(named(RATIO.draft(1)))
    while lease := service.store.work.lease("bulk", 1, 60, 1.0):
        service.store.work.fail(lease, "it took too long")
    job = service.get(f"/v1/jobs/{service.store.variants.find(drawn).job}").json
    assert (job["state"], job["failed"]) == ("failed", [{"reason": "it took too long", "count": 1}])


def test_cancelling_keeps_what_was_built(service):
    drawn = service.drawn(*(named(RATIO.draft(seed)) for seed in range(4)))
    path = f"/v1/jobs/{service.store.variants.find(drawn).job}"
    lease = service.store.work.lease("bulk", 1, 60, 1.0)
    assert lease is not None
    cancelled = service.call("DELETE", path, "instructor")
    assert (cancelled.status_code, cancelled.json["state"]) == (200, "cancelled")
    assert service.get(path).json["state"] == "cancelled"
    assert service.store.work.waiting() == {}
    assert service.store.variants.find(drawn) is not None


def test_a_job_that_has_ended_stays_as_it_is(service, choice):
    path = f"/v1/jobs/{service.store.variants.find(choice).job}"
    assert service.call("DELETE", path, "instructor").json["state"] == "succeeded"


@pytest.mark.parametrize("name", ["job-0000000000000000", "x", "%00", "x" * 5000])
def test_a_job_that_is_not_there_is_404(service, name):
    for method in ("GET", "DELETE"):
        assert service.call(method, f"/v1/jobs/{name}", "instructor").status_code == 404

"""A whole service under a path: what it announces can be followed."""

import json

import pytest

from tests.end_to_end.instance import Instance


@pytest.fixture
def service(tmp_path):
    running = Instance(tmp_path / "home", prefix="/resit").start()
    yield running
    running.stop()


def test_the_announced_addresses_lie_below_the_prefix(service):
    assert f"ready at {service.url}/resit, its documentation at {service.url}/resit/docs" in service.output
    shown = json.loads(service.run(service.curl))
    assert shown["state"] == "verified"
    assert shown["links"]["self"] == f"/resit/v1/variants/{shown['id']}"
    assert service.get(shown["links"]["self"]).json() == shown
    assert service.get("/readyz", scope=None).status_code == 404

"""The line, the id and the headers of every request."""

import json
import os
import sys
from contextlib import suppress

import pytest

from tests.api.conftest import RATIO
from tests.secret import named

LINE = {
    "event",
    "level",
    "timestamp",
    "request_id",
    "method",
    "route",
    "subject",
    "status",
    "ms",
    "key",
    "job",
    "client",
}


def lines(capsys):
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_every_request_has_a_line(service_with, capsys):
    service = service_with()
    shown = service.verified(named(RATIO.draft(1)))
    for _ in range(2):
        service.get(f"/v1/variants/{shown}", "student")
    service.get("/nonsense", None)
    told = lines(capsys)
    assert all(set(line) == LINE for line in told)
    assert [(line["route"], line["subject"], line["status"]) for line in told] == [
        ("/v1/variants/<variant_id>", shown, 200),
        ("/v1/variants/<variant_id>", shown, 200),
        ("none", None, 404),
    ]
    assert told[0]["key"] == service.keys["student"].partition(".")[0]


def test_the_line_of_a_new_variant_names_its_job(service_with, capsys):
    service = service_with()
    found = service.post("/v1/variants", json={"family": "quadratic_layer_ratio", "seed": 1}).json
    (line,) = lines(capsys)
    assert (line["subject"], line["job"]) == (found["id"], found["job"])


def test_a_seed_is_not_in_the_log(service_with, capsys):
    service = service_with()
    service.get("/v1/families/quadratic_layer_ratio/variants/987654321987", "lms")
    assert "987654321987" not in capsys.readouterr().out


def test_a_quieter_log_leaves_requests_out(service_with, capsys):
    service_with(log_level="WARNING").get("/v1/families")
    assert capsys.readouterr().out == ""


def full():
    return open("/dev/full", "w")  # noqa: PTH123 - closed by the test


def read_by_nobody():
    reader, writer = os.pipe()
    os.close(reader)
    return os.fdopen(writer, "w")


@pytest.mark.parametrize("output", [full, read_by_nobody])
def test_lines_that_nobody_takes_cost_no_answer(service_with, monkeypatch, output):
    lost = output()
    monkeypatch.setattr(sys, "stdout", lost)
    service = service_with()
    shown = service.verified(named(RATIO.draft(1)))
    for path in ("/v1/families", f"/v1/variants/{shown}", f"/v1/variants/{shown}"):
        assert service.get(path, "student").status_code == 200
    assert service.get("/nonsense", None).status_code == 404
    with pytest.raises(OSError):
        print("a line", file=lost, flush=True)
    with suppress(OSError):
        lost.close()


@pytest.mark.parametrize("asked", ["0123abcd-ef", "a" * 64])
def test_a_client_may_name_its_request(service, asked):
    found = service.get("/v1/families", None, headers={"X-Request-Id": asked})
    assert found.headers["X-Request-Id"] == asked
    assert found.json["instance"] == f"urn:resit:request:{asked}"


@pytest.mark.parametrize("asked", ["short", "a" * 65, 'quote"quote"', "<script>alert</script>", "é" * 10])
def test_a_name_that_could_upset_a_log_is_replaced(service, asked):
    found = service.get("/v1/families", None, headers={"X-Request-Id": asked})
    assert asked not in str(found.headers)
    assert len(found.headers["X-Request-Id"]) == 16


@pytest.mark.parametrize("path", ["/v1/families", "/nonsense", "/healthz", "/openapi.json"])
def test_every_answer_keeps_browsers_careful(service, path):
    headers = service.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert all(len(headers.getlist(name)) == 1 for name in dict(headers))

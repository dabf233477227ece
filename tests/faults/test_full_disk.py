"""The disk is full: everybody is answered, and no process dies."""

import errno
import subprocess
from pathlib import Path

import pytest

from api.metric_files import SpacedDict
from bank import registry
from bank.store import Store
from tests.secret import named
from tests.servers.api import Api
from tests.servers.processes import wait_for
from tests.servers.workers import environment


@pytest.fixture
def small_disk(tmp_path):
    """40 MB of a file system of its own."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", folder], capture_output=True, text=True
    )
    if mounted.returncode != 0:
        pytest.skip(f"no file system can be mounted here: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def fill(folder: Path):
    """To the last byte; returns the file that takes the room."""
    path = folder / "ballast"
    with path.open("wb", buffering=0) as ballast:
        for size in (2**20, 4096, 1):
            try:
                while True:
                    ballast.write(b"x" * size)
            except OSError as error:
                assert error.errno == errno.ENOSPC
    return path


def test_routes_that_nobody_used_before_are_answered_on_a_full_disk(small_disk, redis_server, tmp_path):
    url = f"sqlite:///{small_disk / 'record.sqlite'}"
    store = Store(url)
    store.migrate()
    variant = named(registry.get("quadratic_layer_ratio").draft(1)).id
    settings = {"WEB_CONCURRENCY": "2", "PROMETHEUS_MULTIPROC_DIR": str(small_disk / "metrics")}
    api = Api(tmp_path, environment(url, redis_server) | settings, store)
    api.start()
    try:
        wait_for(lambda: len(api.processes()) == 2, "both processes")
        pids = api.processes()
        ballast = fill(small_disk)
        paths = ("/v1/families", f"/v1/variants/{variant}", f"/v1/variants/{variant}/evidence", "/readyz", "/metrics")
        paths += (f"/v1/assets/{'a' * 64}.svg", "/openapi.json", "/docs", "/v1/jobs/job-0000000000000000", "/nonsense")
        draw = {"family": "quadratic_layer_ratio"}
        grade = {"response": {"choice": "a"}, "learner": "anna"}
        for _ in range(6):
            answers = [api.get("instructor", path) for path in paths]
            answers += [api.post("instructor", "/v1/variants", draw)]
            answers += [api.post("lms", f"/v1/variants/{variant}/grade", grade)]
            assert {answer.status_code for answer in answers} <= {200, 202, 404, 503, 507}
        assert api.processes() == pids
        ballast.unlink()
        assert api.get("student", "/readyz").status_code == 200
    finally:
        api.stop()
        store.close()


def test_counts_go_on_in_memory_where_there_is_no_room(small_disk, caplog):
    kept = SpacedDict(str(small_disk / "counter_0.db"))
    kept.write_value("before", 1.0, 0.0)
    ballast = fill(small_disk)
    for number in range(3000):  # more than the file has room for
        kept.write_value(f"{number:0100}", float(number), 0.0)
    fresh = SpacedDict(str(small_disk / "counter_1.db"))
    fresh.write_value("x", 2.0, 0.0)
    assert (kept.read_value("before")[0], kept.read_value(f"{2999:0100}")[0], fresh.read_value("x")[0]) == (1, 2999, 2)
    assert not (small_disk / "counter_1.db").exists()
    assert len(caplog.records) == 2
    ballast.unlink()


def test_the_space_is_taken_before_it_is_written_to(tmp_path):
    SpacedDict(str(tmp_path / "counter_0.db")).close()
    assert (tmp_path / "counter_0.db").stat().st_blocks * 512 >= 1 << 16

"""A disk that fills up under the record and the counts of a running service, and has room again."""

import shutil

import pytest

from bank import registry
from bank.store import Store
from tests.api.conftest import Service
from tests.secret import SECRET
from tests.servers.gunicorn import Gunicorn
from tests.servers.processes import wait_for
from tests.servers.small_disk import filled, mount, unmount

JSON = {"Content-Type": "application/json"}
READS = ("/v1/families", "/v1/families/quadratic_layer_ratio", "/v1/variants/none-0000000000000000", "/openapi.json")
ALSO = ("/metrics", "/readyz", "/healthz")


@pytest.fixture
def small_disk(tmp_path):
    """A folder with 8 MB of room."""
    folder = tmp_path / "small"
    folder.mkdir()
    if not mount(folder, "8m"):
        pytest.skip("only root may mount a file system of its own")
    yield folder
    unmount(folder)


@pytest.fixture
def service(small_disk, settings, empty_record):
    shutil.copy(empty_record, small_disk / "resit.sqlite")
    store = Store(f"sqlite:///{small_disk}/resit.sqlite")
    service = Service(settings, store)
    yield service
    service.close()
    store.close()


@pytest.fixture
def api(service, small_disk, environ, tmp_path):
    own = {
        "RESIT_DATABASE_URL": f"sqlite:///{small_disk}/resit.sqlite",
        "RESIT_SECRET": SECRET,
        "PROMETHEUS_MULTIPROC_DIR": str(small_disk / "metrics"),
    }
    server = Gunicorn(tmp_path, environ | own, "--workers", "2").start()
    yield server
    server.stop()


def calls(api, key):
    """Of each kind that a service gets, most of them for the first time in its life: status and headers."""
    names = list(registry.all_families())
    for round_ in range(14):
        for path in (*READS, *ALSO):
            yield api.get(path, key)[:2]
        body = f'{{"family": "{names[round_ % len(names)]}"}}'.encode()
        yield api.get("/v1/variants", key, "POST", body, **JSON)[:2]
        yield api.get(f"/nowhere/{round_}", key, "PUT", b"{}", **JSON)[:2]


def test_a_full_disk_drops_no_call_and_is_recovered_from(api, service, small_disk):
    key = service.keys["instructor"]
    with filled(small_disk):
        answers = list(calls(api, key))
    assert len(answers) == 126
    assert {status for status, _ in answers} <= {200, 202, 404, 405, 503, 507}
    assert all("Retry-After" in headers for status, headers in answers if status in {503, 507})
    body = b'{"family": "quadratic_layer_ratio"}'
    wait_for(lambda: api.get("/v1/variants", key, "POST", body, **JSON)[0] == 202, "a record that takes variants")
    wait_for(lambda: api.get("/readyz")[0] == 200, "a service that is ready")
    with service.store.database.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
    log = (api.folder / "api.log").read_text()
    assert "counts of" in log

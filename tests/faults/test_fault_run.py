"""Everything that can go wrong, one after the other, while students work: nobody waits long, nothing is lost."""

import contextlib
import os
import shutil
import signal
import tempfile
import time
from pathlib import Path

import pytest
from sqlalchemy import select

from bank.store import Store
from bank.store.tables import RESPONSES
from tests.end_to_end.instance import Instance
from tests.faults.load import DRAW, FAMILY, GRADE, Load
from tests.servers.lines import STALLED_HEAD, half_sent, held
from tests.servers.postgresql import PostgresServer, programs
from tests.servers.processes import wait_for
from tests.servers.small_disk import filled, mount, unmount

SLOWEST_SECONDS = 5.0  # of an answer, whatever is broken
RECOVERY_SECONDS = 10.0  # from the end of a fault until all is as before
FAULT_SECONDS = 8.0
TMPFS = "40m"
SOME_ROUTES = ("/v1/families", "/v1/families/gd_rate", "/v1/families/none", "/v1/nothing", "/docs", "/openapi.json")


@pytest.fixture
def home_on_a_small_disk():
    """A folder on a file system of its own, as only root may make one."""
    folder = Path(tempfile.mkdtemp(prefix="resit-full-"))
    is_small = mount(folder, TMPFS)
    yield folder if is_small else None
    if is_small:
        unmount(folder)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres(short_folder):
    if programs() is None:
        pytest.skip("PostgreSQL is not installed")
    folder = short_folder / "fault-run"
    folder.mkdir()
    server = PostgresServer(folder).start()
    yield server
    server.thaw()
    server.stop()


@pytest.fixture
def service(postgres, home_on_a_small_disk, tmp_path):
    home = (home_on_a_small_disk or tmp_path) / "home"
    instance = Instance(home, database_url=postgres.database("run"))
    instance.start()
    yield instance
    instance.stop()
    shutil.copytree(home / "log", tmp_path / "log", dirs_exist_ok=True)  # before its disk goes


class Run:
    """A service under load, and what was done to it."""

    def __init__(self, service):
        self.service = service
        self.store = Store(service.environment()["RESIT_DATABASE_URL"])
        wishes = [
            service.post("/v1/variants", FAMILY | {"seed": seed}, headers={"Prefer": "wait=20"}) for seed in range(4)
        ]
        self.load = Load(service.url, service.keys, [answer.json()["id"] for answer in wishes])
        self._seed = 1_000_000

    @contextlib.contextmanager
    def fault(self):
        """Holds what is broken inside for a while; afterwards all must be well again within `RECOVERY_SECONDS`."""
        yield
        ended = time.monotonic()
        wait_for(self._is_well, "a service that is as before", 60)
        assert time.monotonic() - ended < RECOVERY_SECONDS

    def _is_well(self):
        self._seed += 1
        with contextlib.suppress(OSError, ValueError):
            drawn = self.service.post("/v1/variants", FAMILY | {"seed": self._seed}, headers={"Prefer": "wait=1"})
            return drawn.status_code == 201 and self.service.get("/readyz").json().get("degraded") == []
        return False


def test_all_faults_one_after_the_other(service, postgres, home_on_a_small_disk):
    run = Run(service)
    stalled_body = half_sent(service.keys["student"])
    with run.fault(), held(service.port, 200, STALLED_HEAD), held(service.port, 60, stalled_body):
        time.sleep(FAULT_SECONDS)
    if home_on_a_small_disk:
        with run.fault(), filled(home_on_a_small_disk):
            seen = {service.get(path).status_code for path in SOME_ROUTES}
            assert seen <= {200, 404, 503, 507}
            time.sleep(FAULT_SECONDS)
    with run.fault():
        postgres.freeze()
        time.sleep(FAULT_SECONDS)
        postgres.thaw()
    with run.fault():
        for name in ("worker-interactive", "worker-bulk", "worker-training"):
            os.killpg(service.program(name), signal.SIGKILL)
    with run.fault():
        os.kill(service.program("worker-interactive"), signal.SIGSTOP)
        time.sleep(FAULT_SECONDS)
    with run.fault(), orphaned_redis(service):
        gone = time.monotonic()
        service.start()
        back = time.monotonic()
    answers = run.load.end()
    refused = [answer for answer in answers if answer.status == 0 and not gone - 2 < answer.sent < back]
    assert refused == []
    late = [answer for answer in answers if not answer.status >= 0 or answer.seconds > SLOWEST_SECONDS]
    assert late == []
    unexpected = [answer for answer in answers if answer.status not in (0, 200, 201, 202, 503, 507)]
    assert unexpected == [], _said_of_errors(service)
    assert [answer for answer in answers if answer.status in (503, 507) and not answer.retry_after] == []
    with contextlib.closing(run.store):
        assert_nothing_is_lost(run.store, answers)


def _said_of_errors(service):
    """What the API logged of answers that no client should have got."""
    lines = [line for path in (service.home / "log").glob("*api*") for line in path.read_text().splitlines()]
    return "\n".join(line for line in lines if '"level": "error"' in line)


def assert_nothing_is_lost(store, answers):
    """Every draw that was accepted is confirmed in the end, every grade that was told is in the record."""
    drawn = {answer.body["id"] for answer in answers if answer.what == DRAW and answer.status in (200, 201, 202)}
    assert drawn
    wait_for(lambda: all(store.variants.find(name).state == "verified" for name in drawn), "all that was drawn", 60)
    graded = {(answer.variant, answer.learner) for answer in answers if answer.what == GRADE and answer.status == 200}
    assert graded
    with store.database.reading() as connection:
        kept = {
            (row.variant, row.learner) for row in connection.execute(select(RESPONSES.c.variant, RESPONSES.c.learner))
        }
    assert graded - kept == set()


@contextlib.contextmanager
def orphaned_redis(service):
    """Frozen while its supervisor is killed, awake again when another service has taken its place."""
    redis = service.program("redis")
    os.kill(redis, signal.SIGSTOP)
    service.process.kill()
    service.process.wait()
    yield
    with contextlib.suppress(ProcessLookupError):
        os.kill(redis, signal.SIGCONT)

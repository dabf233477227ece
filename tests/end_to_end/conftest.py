"""A running service, shared by the tests that leave it as they found it; its ids are those of the README."""

import shutil
import tempfile
from pathlib import Path

import pytest

from docs.regenerate import SECRET
from embedded.home import Home
from tests.end_to_end.instance import Instance

UNUSUAL = "50%25 %s ;b #c 'q\" ü?x[1]&+"


@pytest.fixture(scope="session")
def service():
    folder = Path(tempfile.mkdtemp(prefix="resit-e2e-"))
    running = Instance(folder / "home", secret=SECRET).start()
    yield running
    running.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def lone_service(tmp_path):
    """One for a test that stops or damages it; not started yet. Its home is a shared folder with an unusual name."""
    home = tmp_path / UNUSUAL
    home.mkdir()
    home.chmod(0o755)
    instance = Instance(home)
    yield instance
    instance.stop()
    shutil.rmtree(Home(home).redis, ignore_errors=True)  # in the temporary folder: the path is long

"""A running service, shared by the tests that leave it as they found it; its ids are those of the README."""

import shutil
import tempfile
from pathlib import Path

import pytest

from docs.regenerate import SECRET
from tests.end_to_end.instance import Instance


@pytest.fixture(scope="session")
def service():
    folder = Path(tempfile.mkdtemp(prefix="resit-e2e-"))
    running = Instance(folder / "home", secret=SECRET).start()
    yield running
    running.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def lone_service(tmp_path):
    """One for a test that stops or damages it; not started yet."""
    instance = Instance(tmp_path / "home")
    yield instance
    instance.stop()

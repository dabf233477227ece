"""The poison is for the workers of some tests, not to be collected."""

import os
from pathlib import Path

import pytest

from bank import families, registry

collect_ignore = ["poison"]
POISON = Path(__file__).parent / "poison"


def poison_path():
    """In the environment of a process, this lets it know the venomous family."""
    return {"PYTHONPATH": os.pathsep.join((str(POISON), str(Path(__file__).parents[2])))}


@pytest.fixture
def venomous(monkeypatch):
    """The family, known to this process while the test runs."""
    monkeypatch.setattr(families, "__path__", [*families.__path__, str(POISON / "families")])
    registry.all_families.cache_clear()
    yield registry.get("venomous")
    registry.all_families.cache_clear()

"""A lab for all tests of the bank, so that a training runs once, and packages of families that a test writes."""

import sys
from functools import partial

import pytest

from bank import registry
from bank.lab import Lab
from tests.course import write_course


@pytest.fixture(scope="session")
def lab():
    return Lab(0)


@pytest.fixture
def course(tmp_path, monkeypatch):
    """Writes a package of families, and forgets all of it afterwards."""
    known = set(sys.modules)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(registry, "_packages", dict(registry._packages))
    registry.all_families.cache_clear()
    yield partial(write_course, tmp_path)
    monkeypatch.undo()
    registry.all_families.cache_clear()
    for name in set(sys.modules) - known:
        if name.partition(".")[0] in ("mycourse", "othercourse"):
            sys.modules.pop(name)

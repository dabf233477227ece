"""A lab for all tests of the bank, so that a training runs once, and packages of families that a test writes."""

import sys

import pytest

from bank import registry
from bank.lab import Lab

DOUBLING = '''
"""Doubling, for a course of its own."""

from bank.authoring import Exercise, Integers, Measurement, Unwritten, Wrong, param, unwritten


class {name}(Exercise):
    """Twice a number."""

    title = "Doubling"
    source = ("+",)
    points = 1
    kinds = ("numeric", "single_choice")
    tiers = ("exact",)
    experiment = "counted"

    n: int = param(Integers(3, 99), "a number")
    stem = r"What is twice \\(<<n>>\\)?"
    solution = r"It is \\(<<answer>>\\)."

    def solve(self):
        return 2 * self.n

    def distractors(self):
        yield Wrong(self.n, "Nothing was doubled.")
        yield Wrong(3 * self.n, "This is three times the number.")
        yield Wrong(self.n**2, "This is the square.")

    def measured(self, lab):
        return Measurement(len([0] * self.n + [0] * self.n), tolerance=0.0)
'''


@pytest.fixture(scope="session")
def lab():
    return Lab(0)


@pytest.fixture
def course(tmp_path, monkeypatch):
    """Writes `<package>/families/counting/<name>.py`, and forgets all of it afterwards."""

    def write(package, name, source=DOUBLING):
        folder = tmp_path / package / "families" / "counting"
        folder.mkdir(parents=True)
        for place in (folder, folder.parent, folder.parent.parent):
            (place / "__init__.py").touch()
        (folder / f"{name}.py").write_text(source.replace("{name}", name.title().replace("_", "")))
        return f"{package}.families"

    known = set(sys.modules)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(registry, "_packages", dict(registry._packages))
    registry.all_families.cache_clear()
    yield write
    monkeypatch.undo()
    registry.all_families.cache_clear()
    for name in set(sys.modules) - known:
        if name.partition(".")[0] in ("mycourse", "othercourse"):
            sys.modules.pop(name)

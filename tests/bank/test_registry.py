"""Families of a course's own: packages of the same shape, refused at start where names clash."""

import json

import pytest

from bank import registry
from bank.errors import FamilyClash, NoSuchPackage

FAMILY = '''
"""Doubling, for a course of its own."""

from bank.authoring import Exercise, Integers, Measurement, Wrong, param


class {name}(Exercise):
    """Twice a number."""

    title = "Doubling"
    source = ("+",)
    points = 1
    kinds = ("numeric",)
    tiers = ("exact",)
    experiment = "counted"

    n: int = param(Integers(3, 99), "a number")
    stem = r"What is twice \\(<<n>>\\)?"
    solution = r"It is \\(<<answer>>\\)."

    def solve(self):
        return 2 * self.n

    def distractors(self):
        yield Wrong(self.n, "Nothing was doubled.")

    def measured(self, lab):
        return Measurement(len([0] * self.n + [0] * self.n), tolerance=0.0)
'''


@pytest.fixture
def course(tmp_path, monkeypatch):
    """Writes `<package>/families/counting/<name>.py`, and forgets all of it afterwards."""

    def write(package, name):
        folder = tmp_path / package / "families" / "counting"
        folder.mkdir(parents=True)
        for place in (folder, folder.parent, folder.parent.parent):
            (place / "__init__.py").touch()
        (folder / f"{name}.py").write_text(FAMILY.format(name=name.title().replace("_", "")))
        return f"{package}.families"

    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(registry, "_packages", dict(registry._packages))
    registry.all_families.cache_clear()
    yield write
    monkeypatch.undo()
    registry.all_families.cache_clear()


def test_a_course_adds_its_own_families(course):
    registry.include([course("mycourse", "doubling")])
    family = registry.get("doubling")
    assert family.topic() == "counting"
    draft = family.draft(3)
    assert json.loads(draft.private)["answer"]["value"] == 2 * draft.params["n"]
    assert "gd_rate" in registry.all_families()


def test_a_name_that_clashes_is_refused(course):
    with pytest.raises(FamilyClash, match="are both called gd_rate"):
        registry.include([course("othercourse", "gd_rate")])


@pytest.mark.parametrize("name", ["nowhere.families", "json.decoder"])
def test_what_is_no_package_of_families_is_refused(course, name):
    with pytest.raises(NoSuchPackage, match=name):
        registry.include([name])

"""Families of a course's own: packages of the same shape, refused at start where names clash."""

import json

import pytest

from bank import registry
from bank.errors import FamilyClash, NoSuchPackage


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

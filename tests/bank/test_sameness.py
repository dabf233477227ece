"""Whatever the seed: what is asked alike looks alike, and tells nothing of the key."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bank import registry
from bank.contract.drawing import Drawn
from bank.contract.sameness import appearance

FAMILIES = registry.all_families()
ASKED = [(name, kind) for name, family in FAMILIES.items() for kind in family.kinds]


def drawn(family, kind, seed):
    draft = family.rehearsed(seed, kind)
    return family.from_json(draft.params).asking, Drawn(draft, json.loads(draft.seen), json.loads(draft.private))


@pytest.mark.parametrize(("name", "kind"), ASKED)
@settings(deadline=None, max_examples=15)
@given(seeds=st.lists(st.integers(0, 2**53), min_size=8, max_size=8, unique=True))
def test_instruction_tolerance_and_options_are_those_of_what_is_asked(name, kind, seeds):
    family, known = FAMILIES[name], {}
    for seed in seeds:
        asking, question = drawn(family, kind, seed)
        assert known.setdefault(asking, appearance(question)) == appearance(question)

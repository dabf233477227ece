"""What every family promises (`bank.contract`), tried on each family that the registry finds."""

import pytest

from bank import contract, registry
from bank.contract import PROMISES

ASKED = [(name, kind) for name, family in registry.all_families().items() for kind in family.kinds]


def test_there_are_families():
    assert ASKED


@pytest.mark.parametrize("promise", PROMISES, ids=contract.sentence)
@pytest.mark.parametrize(("name", "kind"), ASKED)
def test_every_family_keeps(promise, name, kind, lab):
    promise(registry.get(name), kind, lab)

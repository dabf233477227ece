"""What every family promises (`bank.contract`), tried on each family that the registry finds."""

import pytest

from bank import contract, registry
from bank.contract import MEASURED, PROMISES

ASKED = [(name, kind) for name, family in registry.all_families().items() for kind in family.kinds]
TRAINED = [(name, kind) for name, kind in ASKED if "training" in registry.get(name).tiers]


def promised(quick):
    """(promise, name, kind) of all that a training takes part in, or of the rest."""
    every = [(promise, *asked) for asked in ASKED for promise in PROMISES]
    chosen = [one for one in every if (one[0] in MEASURED and one[1:] in TRAINED) != quick]
    return [pytest.param(*one) for one in chosen]


def named(value):
    return contract.sentence(value) if callable(value) else value


def test_there_are_families():
    assert ASKED


@pytest.mark.parametrize(("promise", "name", "kind"), promised(quick=True), ids=named)
def test_every_family_keeps(promise, name, kind, lab):
    promise(registry.get(name), kind, lab)


@pytest.mark.slow
@pytest.mark.parametrize(("promise", "name", "kind"), promised(quick=False), ids=named)
def test_every_family_that_rests_on_trainings_keeps(promise, name, kind, lab):
    promise(registry.get(name), kind, lab)

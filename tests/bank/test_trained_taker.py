"""Who has seen 400 questions of last year's exam with their keys, and nothing of the matter, earns little this year."""

import pytest

from bank import registry
from tests.bank.trained_taker import limit, score, telling

CHOICE = [name for name, family in registry.all_families().items() if "single_choice" in family.kinds]


@pytest.mark.slow
@pytest.mark.parametrize("name", CHOICE)
def test_a_trained_test_taker_earns_little(name):
    found, best, learnt, tried = score(registry.get(name))
    bound = limit(len(learnt.texts[0]))
    assert found <= bound, f"{best} scores {found:.2f}, by {telling(best, learnt, tried)}"

"""The two pools about quadratic layers: as many questions as planned, each statement measured, trainings decisive."""

from math import sqrt

import pytest

from bank.errors import BadParams, Problem
from bank.families.quadratic_layer.bias_role import BiasRole
from bank.families.quadratic_layer.symmetry_reason import SymmetryReason
from bank.lab import Lab
from bank.lab.bias import LEAST_EFFECT
from bank.lab.trainings.bias_start import PAIRS

POOLS = (BiasRole, SymmetryReason)
FAIR_DRAWS = {
    BiasRole: (34345654, 9813044 + 9813044),
    SymmetryReason: (94842888, 27097968 + 27097968),
}  # with one true and with three true
each_pool = pytest.mark.parametrize("pool", POOLS, ids=lambda pool: pool.name())


@pytest.fixture(scope="module")
def lab():
    return Lab(0)


@each_pool
def test_all_that_can_be_measured_is_measured_and_found_as_stated(pool, lab):
    assert {statement.id for statement in pool.pool if statement.check is None} <= {"T35", "F35"}
    measured = {statement.id: statement.check(lab) for statement in pool.pool if statement.check}
    assert measured == {statement.id: statement.true for statement in pool.pool if statement.check}


@each_pool
def test_statements_that_decide_one_another_never_meet(pool):
    for seed in range(300):
        drawn = set(pool.draft(seed).params["statements"])
        assert all(len(drawn & group) <= 1 for group in pool.conflicts)


@each_pool
def test_a_client_who_asks_for_such_statements_is_told_which(pool):
    for group in pool.conflicts:
        one, other = sorted(group)[:2]
        near = pool.rivals()[one] | pool.rivals()[other]
        others = [statement.id for statement in pool.pool if statement.id not in near][:2]
        with pytest.raises(BadParams) as refusal:
            pool.draft(0, params={"statements": [one, other, *others]})
        assert Problem("/params/statements", f"{one} and {other} decide one another") in refusal.value.problems


@each_pool
def test_the_number_of_fair_draws_is_known(pool):
    assert (pool.space("multiple_choice"), pool.space("single_choice")) == FAIR_DRAWS[pool]


def test_scalars_that_start_at_zero_are_judged_with_four_deviations_to_spare(lab):
    found = lab.bias.training()
    assert (found["effect"] - LEAST_EFFECT) * sqrt(PAIRS) / found["deviation"] >= 4
    assert found["accuracy"] > 0.7


def test_the_same_training_notices_a_start_that_is_a_problem_with_as_many(lab):
    found = lab.bias.training("zero")
    assert (LEAST_EFFECT - found["effect"]) * sqrt(PAIRS) / found["deviation"] >= 4


def test_statements_about_numbers_are_measured_with_their_numbers(lab):
    """The check of a row is the lab's, whatever the row says: another number in it is refuted."""
    numbers = {"2": {"lam": 2, "c": 3}, "8": {"M": 5, "N": 3}, "14": {"eta": 0.5, "g": 4, "c": 3}}
    right = {"2": ("value", 3), "8": ("count", 3), "14": ("value", 1)}
    for pair, row in numbers.items():
        name, value = right[pair]
        held = [BiasRole.checks[pair](lab, **row, **{name: value + off}) for off in (-1, 0, 1)]
        assert held == [False, True, False]

"""Residual networks that subtract: mirrored starts, changed signs, and families whose keys rest on them."""

import pytest

from bank import registry
from bank.errors import BadParams
from bank.lab import Lab
from bank.lab.trainings.residual_signs import ResidualSigns
from bank.lab.trainings.residual_signs import Settings as Trained
from bank.lab.trainings.sign_flips import SAME, SignFlips
from bank.lab.trainings.sign_flips import Settings as Flip


@pytest.fixture(scope="module")
def lab():
    return Lab()


def test_every_row_of_the_table_of_tails_is_met(lab):
    assert [each.says for each in SignFlips.criteria(lab, 1) if not each.met] == []


def test_a_net_trains_in_a_stack_as_it_trains_alone(lab):
    few = [Trained(tail, True, sign, seeds=(3,)) for tail in ("linear", "batch_norm") for sign in (1, -1)]
    alone = [ResidualSigns.run(lab, [each])[0] for each in few]
    for one, beside in zip(alone, ResidualSigns.run(lab, few), strict=True):
        assert one["accuracy"] == pytest.approx(beside["accuracy"], abs=0.02)


def test_only_the_right_change_of_signs_mirrors_a_normalised_branch(lab):
    changes = ("scale_and_shift", "weights_and_shift", "scale", "weights_and_scale", "last_layer")
    found = SignFlips.run(lab, [Flip("batch_norm", True, change, seeds=(0,)) for change in changes])
    assert [each["largest"] <= SAME for each in found] == [True, True, False, False, False]


def test_a_statement_of_the_pool_with_its_truth_turned_is_refuted(lab):
    pool = registry.get("residual_subtraction_why").pool
    light = [one for one in pool if one.check is not None and one.level != "E3"]
    assert [one.id for one in light if one.check(lab) is not one.true] == []


@pytest.mark.parametrize(("kind", "claim"), [("multiple_choice", "trained"), ("single_choice", "scale")])
def test_a_claim_of_another_kind_is_refused_whatever_else_is_set(kind, claim):
    with pytest.raises(BadParams) as refused:
        registry.get("residual_subtraction").draft(0, kind, {"claim": claim})
    assert {problem.pointer for problem in refused.value.problems} & {"/params/claim", "/params/event"}

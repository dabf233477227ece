"""Bounded logits, gains of random layers, collapsed models: the benches against cases worked out by hand."""

from fractions import Fraction
from math import exp, log, sqrt

import pytest

from bank.errors import BadParams
from bank.families.mlp.bounded_logits import BoundedLogits
from bank.families.mlp.collapsed_model import CollapsedModel
from bank.families.mlp.init_gain import InitGain
from bank.lab import Lab
from bank.lab.confined_logits import ACTIVATIONS
from bank.verification import Task, verify

EXAM = (3072, 512, 256)


@pytest.fixture(scope="module")
def lab():
    return Lab(0)


def verdict(lab, family, params):
    draft = family.draft(1, family.kinds[0], params)
    (found,) = verify(lab, family.name(), [Task(family.kinds[0], draft.params, 1)])
    return found.verdict


@pytest.mark.parametrize(
    ("activation", "scale", "width"),
    [("tanh", 1, 2), ("sigmoid", 1, 1), ("relu6", 1, 6), ("hardtanh", 1, 2), ("scaled_tanh", 1.5, 3)],
)
def test_the_search_finds_the_bounds_of_each_activation_whatever_is_added(lab, activation, scale, width):
    found = lab.confined_logits.searched([(activation, scale, shift, 10) for shift in (0.0, -2.5)])
    for each in found:
        assert each.largest == pytest.approx(1 / (1 + 9 * exp(-width)), rel=1e-9)
        assert each.least_loss == pytest.approx(log(1 + 9 * exp(-width)), rel=1e-9)
        assert each.seen <= each.largest


def test_the_lab_knows_every_activation_that_is_asked_about():
    assert set(ACTIVATIONS) == set(BoundedLogits.domains()["activation"].of.values)


@pytest.mark.parametrize("activation", ["tanh", "sigmoid"])
@pytest.mark.parametrize("classes", [2, 10, 1000])
def test_a_client_may_ask_about_an_activation_without_a_shift(lab, activation, classes):
    params = {"activation": activation, "classes": classes, "scale": None, "shift": 0}
    assert verdict(lab, BoundedLogits, params) == "confirmed"


def test_logits_that_start_at_zero_or_lie_around_it_are_drawn_rarely():
    drawn = [BoundedLogits.draw(BoundedLogits.rng(seed), "fields") for seed in range(500)]
    assert sum(not question.low or not question.low + question.high for question in drawn) < 500 / 20
    assert {question.activation for question in drawn} == set(ACTIVATIONS)


def test_paths_add_up_to_the_signal_of_the_exams_net(lab):
    gains = [0.01 * sqrt(width) for width in EXAM]  # 0.554, 0.226, 0.160
    found = lab.signal_sizes.output_deviation((*EXAM, 10), 0.01)
    assert found == pytest.approx(gains[0] * gains[1] * gains[2], rel=1e-9)
    assert found == pytest.approx(0.0201, abs=5e-5)


def test_the_width_behind_the_last_layer_does_not_matter(lab):
    few, many = (lab.signal_sizes.output_deviation((64, 100, outputs), 0.1) for outputs in (1, 50))
    assert few == pytest.approx(many, rel=1e-12)


def test_random_nets_are_as_large_as_their_bound_says(lab):
    for sizes in ((64, 10), (256, 64, 10), (100, 200, 300, 10)):
        value, error = lab.signal_sizes.sampled(sizes, 0.05)
        exact = lab.signal_sizes.output_deviation(sizes, 0.05)
        assert abs(value - exact) < error < exact / 2
        sigma, room = lab.signal_sizes.sampled_unit(sizes)
        assert abs(sigma - lab.signal_sizes.unit_deviation(sizes)) < room


@pytest.mark.parametrize(
    "params",
    [
        {"ask": "output_std", "sigma": "0.01", "fan_ins": EXAM, "outputs": 10},
        {"ask": "unit_gain_sigma", "fan_ins": (*EXAM, 100), "outputs": 10},
        {"ask": "unit_gain_sigma", "fan_ins": (512,), "outputs": 256},
    ],
)
def test_the_exams_own_widths_can_be_asked_about(lab, params):
    assert verdict(lab, InitGain, params) == "confirmed"


def test_a_sigma_asks_what_it_leads_to():
    assert InitGain.draft(1, "numeric", {"sigma": "0.02"}).params["ask"] == "output_std"
    with pytest.raises(BadParams):
        InitGain.draft(1, "numeric", {"ask": "unit_gain_sigma", "sigma": "0.02"})


def test_the_search_for_constant_outputs_ends_at_shares_and_entropy(lab):
    equal, unequal = lab.constant_outputs.best([(10, 1), (3, 2)])
    assert equal == {"accuracy": pytest.approx(0.1), "loss": pytest.approx(log(10), rel=1e-9)}
    assert unequal == {"accuracy": pytest.approx(0.5), "loss": pytest.approx(1.5 * log(2), rel=1e-9)}  # 1/2, 1/4, 1/4


def test_classes_alone_are_equally_frequent():
    assert CollapsedModel.draft(1, "fields", {"classes": 10}).params == {"classes": 10, "times": None}
    assert CollapsedModel.draft(1, "fields", {"times": 4}).params["classes"] <= 20


def test_a_gain_of_one_layer_is_the_inverse_of_the_root_of_its_inputs():
    asked = InitGain(ask="unit_gain_sigma", sigma=None, fan_ins=(400,), outputs=100)
    assert float(asked.solve()) == pytest.approx(1 / 20)
    two = InitGain(ask="unit_gain_sigma", sigma=None, fan_ins=(400, 100), outputs=10)
    assert float(two.solve()) ** 2 * 20 * 10 == pytest.approx(1)
    gain = InitGain(ask="output_std", sigma=Fraction(1, 10), fan_ins=(400, 100), outputs=1)
    assert float(gain.solve()) == pytest.approx(2)

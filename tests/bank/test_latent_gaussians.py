"""The benches behind the questions about Gaussians of an adversarial autoencoder, held against cases by hand."""

from math import isclose

import pytest

from bank import registry
from bank.errors import BadParams
from bank.lab import Lab


@pytest.mark.parametrize("seed", range(5))
def test_a_circle_is_measured_as_by_hand(seed):
    circle = Lab(seed).circle
    assert circle.distance(6, 3.0) == pytest.approx(3)
    assert circle.distance(4, 1.0) == pytest.approx(2**0.5)
    assert circle.radius(6, 2.5) == pytest.approx(2.5)
    assert circle.error(6, 1.0, 0.5) == pytest.approx(0.158655, rel=5e-4)  # at one standard deviation
    share, room = circle.error_sampled(6, 1.0, 0.5)
    assert abs(share - 0.158655) <= room < 0.02


@pytest.mark.parametrize("seed", range(5))
def test_the_best_discriminator_is_found_as_by_hand(seed):
    bench = Lab(seed).best_discriminator
    asked = [[(0, 0)] * 3, [((2, 2), 2.0), ((0, 0), 1.0), ((0, 0), 0.5)], [((3, 3), 3.0), ((0, 0), 1.0), ((0, 0), 1.0)]]
    for found in (bench.at(*asked), bench.in_a_cell(*asked)):
        assert found == pytest.approx([9 / 13, 1 / 2, 4 / 5], rel=1e-5)


@pytest.mark.parametrize(
    ("name", "params", "at"),
    [
        ("modes_on_circle", {"ask": "distance", "sigma": "1/2"}, "/params/sigma"),
        ("modes_on_circle", {"ask": "error", "K": 5, "R": 50, "sigma": "1/10"}, "/params/sigma"),
        ("latent_discriminator", {"prior_std": 2, "code_std": 2}, "/params/code_std"),
        ("latent_discriminator", {"z": [0, 0], "prior_mean": [0, 0], "code_mean": [20, 20]}, "/params/z"),
    ],
)
def test_what_makes_no_question_is_refused_by_name(name, params, at):
    with pytest.raises(BadParams) as refused:
        registry.get(name).draft(0, None, params)
    assert at in [problem.pointer for problem in refused.value.problems]


@pytest.mark.parametrize(
    ("name", "params", "key"),
    [
        ("modes_on_circle", {"ask": "distance", "K": 9, "R": 7}, 4.788282),
        ("latent_discriminator", {"z": [1, 1], "prior_mean": [0, 1], "code_mean": [1, -1]}, None),
    ],
)
def test_a_client_may_set_numbers_of_its_own(name, params, key):
    question = registry.get(name).draw(registry.get(name).rng(0), "numeric", registry.get(name).read(params))
    assert key is None or isclose(float(question.solve()), key, rel_tol=1e-6)
    (found,) = type(question).prove(Lab(0), [("numeric", question)])
    assert found.verdict == "confirmed"

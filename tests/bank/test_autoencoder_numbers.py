"""The benches behind the numeric questions about adversarial autoencoders, held against cases worked out by hand."""

from fractions import Fraction
from math import isclose

import pytest

from bank import registry
from bank.errors import BadParams
from bank.lab import Lab

FIFTHS = [Fraction(k, 20) for k in (8, 6, 4, 2)]  # 0.4, 0.3, 0.2, 0.1


@pytest.mark.parametrize("seed", range(5))
def test_images_are_exchanged_until_no_exchange_helps(seed):
    best = Lab(seed).exact_matching.best
    assert best(FIFTHS) == {"own_mode": Fraction(4, 5), "rarest_share": Fraction(2, 5)}
    assert best([Fraction(1, 3)] * 3) == {"own_mode": 1, "rarest_share": 1}
    assert best([Fraction(98, 100), Fraction(2, 100)]) == {
        "own_mode": Fraction(52, 100),
        "rarest_share": Fraction(4, 100),
    }


def test_a_batch_grows_image_by_image():
    batches = Lab(0).rare_batches
    assert batches.distribution(0.5, 2) == [0.25, 0.5, 0.25]
    assert batches.none(0.5, 3) == 0.125
    assert batches.expected(0.25, 8) == pytest.approx(2)
    assert (batches.smallest(0.5, 0.75), batches.smallest(0.5, 0.76)) == (2, 3)


@pytest.mark.parametrize("seed", range(5))
def test_drawn_batches_agree_and_tell_a_wrong_number(seed):
    batches = Lab(seed).rare_batches
    none, mean, size = batches.none_drawn(0.1, 10), batches.expected_drawn(0.1, 10), batches.smallest_drawn(0.1, 0.9)
    for seen, right in ((none, 0.9**10), (mean, 1), (size, 22)):
        assert seen.value - seen.below <= right <= seen.value + seen.above
    for seen, wrong in ((none, 1 - 0.9**10), (mean, 0.8), (size, 28)):
        assert not seen.value - seen.below <= wrong <= seen.value + seen.above


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
        ("mode_matching_bound", {"frequencies": ["1/2", "1/4", "1/5"]}, "/params/frequencies"),
        ("mode_matching_bound", {"frequencies": ["1/2", "1/4", "1/4"]}, "/params/frequencies"),
        ("rare_class_batch", {"ask": "expected", "B": None}, "/params/B"),
        ("rare_class_batch", {"ask": "smallest_batch", "f": "1/1000", "certainty": "99/100"}, "/params/f"),
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
        ("rare_class_batch", {"ask": "probability_none", "f": "1/20", "B": 20}, 0.95**20),
        ("modes_on_circle", {"ask": "distance", "K": 9, "R": 7}, 4.788282),
        ("latent_discriminator", {"z": [1, 1], "prior_mean": [0, 1], "code_mean": [1, -1]}, None),
    ],
)
def test_a_client_may_set_numbers_of_its_own(name, params, key):
    question = registry.get(name).draw(registry.get(name).rng(0), "numeric", registry.get(name).read(params))
    assert key is None or isclose(float(question.solve()), key, rel_tol=1e-6)
    (found,) = type(question).prove(Lab(0), [("numeric", question)])
    assert found.verdict == "confirmed"

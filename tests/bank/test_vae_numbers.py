"""Numbers of VAEs: what clients may set, what is refused, and what trainings and quadratures show."""

import json
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from math import isclose

import pytest

from bank.errors import BadParams
from bank.families.vae.gaussian_kl import GaussianKl
from bank.families.vae.levels import ABOVE, BELOW, BETWEEN, settings
from bank.families.vae.linear_beta_vae import LinearBetaVae
from bank.lab import Lab
from bank.lab.trainings.linear_beta_vae import STEPS, Settings
from bank.lab.trainings.linear_beta_vae import LinearBetaVae as Training
from bank.verification import Task, verify

PLAIN = {"eigenvalues": [8, 4, 1], "latents": 3, "S": "1/2", "beta": 4, "before": None}


def key_of(family, kind, params, seed=1):
    return json.loads(family.draft(seed, kind, params).private)["answer"]


@pytest.mark.slow
def test_a_client_asks_for_one_model_and_the_training_confirms_it():
    key = key_of(LinearBetaVae, "fields", PLAIN)["fields"]
    assert [key[name]["exact"] for name in ("active", "kl", "error", "collapse_beta")] == ["2", "ln(8)/2", "5", "16"]
    (judged,) = verify(Lab(), "linear_beta_vae", [Task("fields", PLAIN)])
    assert judged.verdict == "confirmed"
    assert [each["experiment"] for each in judged.evidence["results"]] == ["linear_beta_vae"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"eigenvalues": [8, 4, "9/4"]}, "an eigenvalue is within a factor of 1.28 of beta S"),
        ({"eigenvalues": [4, 8, 1]}, "eigenvalues must be in falling order"),
        ({"eigenvalues": [80, 4, 1]}, "beta S must be at least 1/30 of the largest eigenvalue"),
        ({"latents": 4}, "there must not be more latent variables than eigenvalues"),
        ({"before": 5}, "before must be below beta"),
        ({"beta": 40}, "beta S must be below the largest eigenvalue: else nothing is active"),
    ],
)
def test_models_that_a_training_may_miss_are_refused(changed, said):
    with pytest.raises(BadParams) as refused:
        LinearBetaVae.draft(1, "fields", PLAIN | changed)
    assert said in [problem.detail for problem in refused.value.problems]


def test_dice_need_the_limit_before_and_the_level_afterwards():
    for seed in range(200):
        question = LinearBetaVae.from_json(LinearBetaVae.draft(seed, "fields").params)
        first, last = question.levels
        above = [sum(value > level for value in question.eigenvalues) for level in (first, last)]
        assert above[0] > question.latents > above[1] > 0


def test_the_space_of_linear_beta_vae_counts_its_eigenvalues_setting_by_setting():
    total = 0
    for off, between in BETWEEN.items():
        for setting in settings(off):
            pools = zip((ABOVE, between, BELOW), (setting.above, setting.between, setting.below), strict=True)
            sets = [[some for n in counts for some in combinations(pool, n)] for counts, pool in pools]
            total += len(sets[0]) * len(sets[1]) * len(sets[2])
    assert total == LinearBetaVae.space("fields")


def test_as_often_one_two_and_three_latent_variables_are_switched_off():
    drawn = [LinearBetaVae.from_json(LinearBetaVae.draft(seed, "fields").params) for seed in range(300)]
    assert all(80 < count < 120 for count in Counter(question.solve()["active"] for question in drawn).values())


@pytest.mark.slow
def test_a_model_is_the_same_alone_and_among_larger_ones():
    small = Settings((8.0, 4.0, 1.0), 2, 0.5, 4.0)
    large = Settings((20.0, 8.0, 4.0, 1.0, 0.5), 4, 0.25, 6.0)
    (alone,) = Training.run(Lab(), [small])
    among, _ = Training.run(Lab(), [small, large])
    assert alone["active"] == among["active"]
    assert all(isclose(alone[name], among[name], rel_tol=1e-7) for name in ("kl", "error", "loss"))


@pytest.mark.slow
def test_twice_the_beta_with_half_the_variance_has_the_same_optimum():
    once = Settings((8.0, 4.0, 1.0), 3, 0.5, 4.0)
    twice = replace(once, S=0.25, beta=8.0)
    found, same = (kept.value for kept in Lab().results("linear_beta_vae", [once, twice]))
    assert found["active"] == same["active"]
    assert all(isclose(found[name], same[name], rel_tol=1e-4) for name in ("kl", "error"))


@pytest.mark.slow
def test_a_training_in_doubt_is_repeated_once_and_the_lower_loss_counts():
    asked = []

    def never(place, models):
        asked.append((place, len(models)))
        return False

    lab = Lab()
    case = ((8, 4, 1), 2, Fraction(1, 2), (1, 4))
    (found,) = lab.linear_autoencoders.trained([case], never)
    assert asked == [(0, 2)]
    runs = [
        [kept.value["loss"] for kept in lab.results("linear_beta_vae", [replace(each, seed=seed) for each in both])]
        for both in [[Settings((8.0, 4.0, 1.0), 2, 0.5, beta) for beta in (1.0, 4.0)]]
        for seed in (0, 1)
    ]
    assert [model["loss"] for model in found.models] == list(map(min, *runs))
    assert len(found.used) == 4


@pytest.mark.slow
def test_the_training_meets_its_acceptance():
    assert all(criterion.met for criterion in Training.criteria(Lab(), Training.seeds))


def test_a_training_stops_where_it_is_told_to(monkeypatch):
    class Cancelled(Exception):
        pass

    def stop(done, total):
        assert (done, total) == (1, STEPS)
        raise Cancelled

    monkeypatch.setattr("bank.lab.conditions.PROGRESS_EVERY_SECONDS", 0)
    with pytest.raises(Cancelled):
        Training.run(Lab(on_progress=stop), [Settings((2.0,), 1, 0.5, 1.0)])


def test_the_divergence_of_both_directions_is_one_over_the_other():
    pair = {"mean1": [2], "var1": ["1/2"], "mean2": [0], "var2": [4]}
    there = key_of(GaussianKl, "numeric", pair | {"ask": "ratio", "beta": None})["value"]
    swapped = {"mean1": pair["mean2"], "var1": pair["var2"], "mean2": pair["mean1"], "var2": pair["var1"]}
    back = key_of(GaussianKl, "numeric", swapped | {"ask": "ratio", "beta": None})["value"]
    assert isclose(there * back, 1)
    assert back > 1  # the wide Gaussian comes first


def test_what_a_client_gives_decides_what_is_asked():
    asked = [
        ({"beta": 3}, {"weighted"}),
        ({"mean2": [1], "var2": [2]}, {"direction", "ratio"}),
        ({"ask": "prior"}, {"prior"}),
    ]
    for given, expected in asked:
        drawn = [GaussianKl.draft(seed, "numeric", given).params for seed in range(20)]
        assert {params["ask"] for params in drawn} <= expected
        assert all(len(params["mean1"]) == 1 for params in drawn if "mean2" in given)


def test_a_second_gaussian_beside_the_prior_is_refused():
    with pytest.raises(BadParams, match="no fair question"):
        GaussianKl.draft(1, "numeric", {"ask": "prior", "mean2": [1]})


def test_the_best_code_at_beta_1_is_the_posterior_whose_gap_is_0():
    lab = Lab()
    ((m, v),) = lab.linear_code.best([(Fraction(3, 2), Fraction(1, 2), 2, 1)])
    (found,) = lab.linear_code.bounds([(Fraction(3, 2), Fraction(1, 2), 2, m, v)])
    assert abs(found.evidence - found.bound) < 1e-9
    assert abs(found.to_posterior) < 1e-9

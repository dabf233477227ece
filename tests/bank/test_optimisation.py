"""The families of gradient descent: the exam's own cases, what is refused, and a lab that measures in batches."""

import json
from fractions import Fraction
from random import Random

import numpy as np
import pytest

from bank import registry
from bank.authoring.alternatives import described
from bank.errors import BadParams
from bank.families.optimisation import form_of
from bank.kinds import grading
from bank.lab import Lab

FAMILIES = registry.all_families()
OPTIMISATION = [name for name, family in FAMILIES.items() if family.topic() == "optimisation"]
ILL_POSED = [
    ("gd_rate", {"eigenvalues": [1, 2, 4], "eta": "1/2"}, "/params/eta"),
    ("gd_rate", {"eta": 3}, "/params/eta"),
    ("gd_rate", {"eigenvalues": [1, 2, 4], "eta": "1/5", "other": "3/10"}, "/params/other"),
    ("gd_step", {"A": [[2, 0], [0, 4]], "b": [0, 0], "x": [1, 1], "eta": "1/2", "symmetric": True}, "/params/eta"),
    ("gd_step", {"A": [[1, 2], [2, 1]]}, "/params/A"),
    ("gd_step", {"A": [[2, 0, 0], [0, 4, 0]]}, "/params/A"),
    ("gd_step", {"A": [[2, 0], [0, 4]], "x": [1, 1, 1]}, "/params/x"),
    ("gd_step", {"A": [[2, 1], [0, 4]], "symmetric": True}, "/params/symmetric"),
    ("gd_step", {"ask": "component"}, "/params/ask"),
    ("heavy_ball_radius", {"eigenvalues": [1, 4], "alpha": 1, "beta": "1/4"}, "/params/alpha"),
    ("heavy_ball_radius", {"beta": 1}, "/params/beta"),
    ("heavy_ball_stability", {"beta": 1}, "/params/beta"),
    ("heavy_ball_conversion", {"lmin": 2, "lmax": 9}, "/params/lmin"),
    ("optimal_rate", {"kappa": 1}, "/params/kappa"),
    ("optimal_rate", {"ask": "kappa", "kappa": 4}, "/params/kappa"),
    ("momentum_steps_ratio", {"kappa": "1.2"}, "/params/kappa"),
    ("ridge_conditioning", {"lmin": 1, "lmax": 10, "target_kappa": 20}, "/params/target_kappa"),
    ("gd_steps_needed", {"eigenvalues": [1, 1000], "delta": "1/1000000"}, "/params/delta"),
]


def key(name, **params):
    return json.loads(registry.get(name).draft(1, params=params).private)


def test_the_optimal_rate_for_condition_number_four_is_three_fifths():
    assert key("optimal_rate", kappa=4)["answer"]["exact"] == "3/5"
    assert key("optimal_rate", rate="3/5")["answer"]["exact"] == "4"


def test_momentum_needs_less_than_half_of_the_steps_for_condition_number_four():
    private = key("momentum_steps_ratio", kappa=4)
    assert private["answer"]["value"] == pytest.approx(0.464974, abs=5e-7)
    for right in ("0.465", "ln(5/3)/ln(3)", "log(0.6)/log(1/3)"):
        assert grading.grade(private, {"value": right})["correct"]
    turned_over = grading.grade(private, {"value": "2.15"})
    assert not turned_over["correct"]
    assert "fewer" in turned_over["feedback"][0]["text"]


@pytest.mark.parametrize(("name", "params", "pointer"), ILL_POSED)
def test_an_ill_posed_question_is_refused_by_the_name_of_its_fault(name, params, pointer):
    with pytest.raises(BadParams) as refused:
        registry.get(name).draft(1, params=params)
    assert pointer in [problem.pointer for problem in refused.value.problems]


def test_the_condition_number_is_not_asked_in_letters():
    with pytest.raises(BadParams):
        registry.get("optimal_rate").draft(1, "expression", {"rate": "3/5"})


@pytest.mark.parametrize("name", [name for name in OPTIMISATION if "text" in FAMILIES[name].kinds])
def test_the_rubric_of_an_open_question_gives_all_its_points(name):
    private = json.loads(FAMILIES[name].draft(1, "text").private)
    rubric = private["answer"]["rubric"]
    assert sum(criterion["points"] for criterion in rubric) == private["points"]
    assert len({criterion["id"] for criterion in rubric}) == len(rubric)


def test_what_the_open_question_on_momentum_says_of_large_condition_numbers_is_measured():
    family = FAMILIES["momentum_steps_ratio"]
    (found,) = family.measure(Lab(0), [family.draw(family.rng(1), "text")])
    assert found.value == pytest.approx(1 / 10, rel=0.005)  # 1/sqrt(kappa)


def test_a_learning_rate_that_is_never_drawn_is_taken_as_it_is():
    assert key("gd_rate", eigenvalues=[1, 2, 4], eta="9/20")["answer"]["exact"] == "4/5"


def test_each_end_of_the_spectrum_decides_at_one_of_two_learning_rates():
    asked = {"eigenvalues": [1, 2, 4], "eta": "1/10", "other": "9/20"}
    assert key("gd_rate", **asked)["answer"]["exact"] == "8/9"  # 4/5 by the largest, 9/10 by the smallest


def test_heavy_ball_converges_up_to_a_step_size_of_twice_one_and_beta_over_the_largest_eigenvalue():
    assert key("heavy_ball_stability", eigenvalues=[1, 2, 4], beta="1/2")["answer"]["exact"] == "3/4"
    ball = Lab(0).rates.heavy_ball
    spectra, beta = [(1.0, 2.0, 4.0)] * 3, np.array([0.1, 0.5, 0.9])
    found = ball.largest_stable_step(spectra, beta)
    assert found == pytest.approx(2 * (1 + beta) / 4, rel=1e-9)
    assert (ball.radius(ball.iteration(spectra, 0.999 * found, beta)) < 1).all()
    assert (ball.radius(ball.iteration(spectra, 1.001 * found, beta)) > 1).all()


def test_momentum_that_makes_two_step_sizes_nearly_equal_is_refused():
    with pytest.raises(BadParams) as refused:
        registry.get("heavy_ball_stability").draft(1, params={"beta": "9/10"})
    assert any("the roots of" in problem.detail for problem in refused.value.problems)


def test_a_figure_says_in_words_after_how_many_steps_each_method_is_there():
    family = registry.get("momentum_steps_ratio")
    question = family.from_json({"kappa": 4})
    (found,) = family.measure(Lab(0), [question])
    descent, ball = (
        next(step for step, error in enumerate(found.series[method]) if error <= 0.001)
        for method in ("gradient_descent", "heavy_ball")
    )
    said = f"condition number 4: the error is 1/1000 after {descent} steps of gradient descent and {ball} of heavy ball"
    assert said in described(family.plot, found.series, question)


def test_every_row_that_dice_give_is_counted_among_the_questions_in_letters():
    rng = Random("rows")
    forms = [form_of(rng, n, symmetric=True) for n in (2, 3) for _ in range(15_000)]
    assert len({(place, row) for form in forms for place, row in enumerate(form)}) == 270


def test_a_component_in_letters_takes_both_halves_of_a_matrix_that_is_not_symmetric():
    asked = {"A": [[3, 3], [-1, 2]], "b": [0, 5], "symmetric": False, "ask": "component", "place": 2}
    draft = FAMILIES["gd_step"].draft(1, "expression", {**asked, "rate": "h", "start": "uvw"})
    private = json.loads(draft.private)
    for right in ("v - h*(u + 2*v - 5)", "(1 - 2*h)*v - h*u + 5*h"):
        assert grading.grade(private, {"expression": right})["correct"]
    one_sided = grading.grade(private, {"expression": "v - h*(-u + 2*v - 5)"})
    assert not one_sided["correct"]
    assert "not symmetric" in one_sided["feedback"][0]["text"]


def test_the_first_step_of_heavy_ball_may_lengthen_the_error_although_its_rate_is_below_one():
    errors = Lab(0).rates.heavy_ball.errors((1, 100), 4 / 121, (9 / 11) ** 2, 300)
    assert errors.max() > 1 > errors[-1] / errors[-2]


def test_one_trajectory_for_a_batch_is_the_trajectory_of_each():
    descent = Lab(0).rates.descent
    etas = np.array([0.1, 0.2, 0.15])
    forms = descent.forms([(1, 4, 9), (2, 3, 5), (1, 2, 12)])
    singly = [descent.worst_ratio(forms[i : i + 1], etas[i : i + 1])[0] for i in range(3)]
    assert descent.worst_ratio(forms, etas) == pytest.approx(singly, abs=1e-3)
    assert (descent.worst_ratio(forms, etas) <= descent.contraction(forms, etas) + 1e-12).all()


def test_the_norm_is_smallest_where_the_lab_finds_it_and_nowhere_below():
    descent = Lab(0).rates.descent
    forms = descent.forms([(1, 2, 4), (3, 5, 11)])
    assert descent.best_eta(forms) == pytest.approx([0.4, 1 / 7], rel=1e-9)
    assert descent.largest_stable_eta(forms) == pytest.approx([0.5, 2 / 11], rel=1e-9)


@pytest.mark.slow
def test_no_step_and_momentum_of_a_grid_beats_heavy_ball_at_its_best():
    ball = Lab(0).rates.heavy_ball
    for kappa in (2.0, 4.0, 9.0, 25.0):
        alpha, beta = (grid.ravel() for grid in np.meshgrid(np.linspace(0.01, 4 / kappa, 61), np.linspace(0, 0.98, 61)))
        radii = ball.radius(ball.iteration([(1.0, kappa)] * len(alpha), alpha, beta))
        (tuned,) = Lab(0).rates.tuned([(1, Fraction(kappa))])
        assert tuned.rate <= radii.min() + 1e-7
        assert radii.min() < tuned.rate + 0.05


def test_parameters_that_were_stored_before_there_was_another_one_are_read():
    """Null is what those have that a question need not have; else the one that lacks is named."""
    stored = {"eigenvalues": ["1", "2", "4"], "eta": "1/5"}
    assert registry.get("gd_rate").from_json(stored).solve() == Fraction(4, 5)
    with pytest.raises(BadParams) as refused:
        registry.get("gd_step").from_json(
            {"A": [[2, 0], [0, 1]], "b": [0, 0], "x": [1, 1], "eta": "1/4", "symmetric": True}
        )
    assert refused.value.problems[0].pointer == "/params/ask"

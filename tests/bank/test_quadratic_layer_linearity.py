"""Where a quadratic layer is linear: the lab against the degrees, cases by hand, and options that are fair."""

import json
from collections import Counter
from itertools import combinations
from math import comb, sqrt

import pytest

from bank.errors import BadParams
from bank.families.quadratic_layer.quadratic_layer_linearity import CLAIMS, QuadraticLayerLinearity
from bank.families.quadratic_layer.term_layers import PARTS, TABLE, all_layers
from bank.families.quadratic_layer.term_layers.patterns import ARGUMENTS, OPTIONS, are_nested
from bank.lab import Lab
from bank.lab.linearity import AFTER, TERMS

LECTURE = {"quadratic": "form", "linear": "b", "constant": "c", "after": "none", "lam": "trained"}
FOLLOWED = LECTURE | {"after": "linear"}
SEEDS = 800
EACH = 7  # of the layers is measured: all of them take half a minute


@pytest.fixture(scope="module")
def lab():
    return Lab(0)


@pytest.fixture(scope="module")
def drawn():
    return [QuadraticLayerLinearity.draw(QuadraticLayerLinearity.rng(seed), "multiple_choice") for seed in range(SEEDS)]


def right(layer, claim, arguments):
    question = QuadraticLayerLinearity.from_json({**layer, "claim": claim, "arguments": arguments})
    return {name for name, holds in question.solve().items() if holds}


def refusal(**params):
    with pytest.raises(BadParams) as refused:
        QuadraticLayerLinearity.draft(0, None, params)
    return {problem.pointer for problem in refused.value.problems}


def askable(layer):
    return [name for name in ARGUMENTS if layer.arguments.issuperset(name.split("+"))]


def test_the_lab_builds_every_term_and_every_layer_that_follows():
    assert set(TERMS) == {name for part in PARTS for name in TABLE[part]}
    assert set(AFTER) == {"none", *TABLE["after"]}


@pytest.mark.parametrize("claim", CLAIMS)
@pytest.mark.parametrize("after", AFTER)
def test_the_lab_measures_every_argument_as_degrees_say(claim, after, lab):
    for layer in [layer for layer in all_layers() if layer.after == after][::EACH]:
        told = tuple(layer.parts.values()), after, layer.lam
        found = {name: lab.linearity.holds(claim, *told, name.split("+")) for name in askable(layer)}
        assert found == {name: layer.is_so(claim, name) for name in found}, layer


@pytest.mark.parametrize("lam", ["trained", 0, 3, -2])
def test_for_every_lambda_the_layer_is_linear_in_its_parameters_together(lam):
    layer = LECTURE | {"lam": lam}
    assert right(layer, "linear", ["x", "A", "b", "A+b+c"]) == {"A+b+c"}
    assert right(layer, "affine", ["A", "b", "c", "x"]) == {"A", "b", "c"} | ({"x"} if lam == 0 else set())


def test_lambda_and_what_it_multiplies_are_not_linear_together():
    assert right(LECTURE, "affine", ["lam+A", "lam+b", "lam+c", "A+b+c"]) == {"lam+b", "lam+c", "A+b+c"}
    scaled = LECTURE | {"linear": "lam_b", "constant": "lam_c"}
    assert right(scaled, "linear", ["lam", "lam+b", "lam+c", "A+b+c"]) == {"lam", "A+b+c"}


def test_a_layer_of_the_form_alone_is_linear_in_the_matrix_and_in_lambda():
    alone = LECTURE | {"linear": "none", "constant": "none"}
    assert right(alone, "linear", ["x", "A", "lam", "lam+A"]) == {"A", "lam"}


def test_a_second_layer_adds_a_bias_to_what_must_change_along():
    assert right(FOLLOWED, "linear", ["A+b+c", "A+b+c+d", "v", "v+d"]) == {"A+b+c+d", "v+d"}
    assert right(FOLLOWED | {"after": "shifted"}, "linear", ["A+b+c", "A+b+c+d", "v", "v+d"]) == {"A+b+c+d", "v"}


@pytest.mark.parametrize("after", ["relu", "squared"])
def test_behind_what_is_not_affine_only_the_last_layer_is(after):
    assert right(FOLLOWED | {"after": after}, "affine", ["A", "c+d", "b", "v+d"]) == {"v+d"}


@pytest.mark.parametrize(
    ("layer", "claim", "argument", "said"),
    [
        (LECTURE, "affine", "lam+A", "multiplies"),
        (LECTURE, "linear", "A", "does not double"),
        (LECTURE, "linear", "A+b+c", "exactly one factor from"),
        (LECTURE, "affine", "c", "more than one factor"),
        (LECTURE | {"lam": 0}, "affine", "A", "constant"),
        (FOLLOWED | {"after": "relu"}, "affine", "b", "kink"),
        (FOLLOWED | {"after": "squared"}, "affine", "b", "y^2"),
    ],
)
def test_every_sort_of_reason_is_given_where_it_belongs(layer, claim, argument, said):
    question = QuadraticLayerLinearity.from_json({**layer, "claim": claim, "arguments": [argument, "x", "A+c", "b+c"]})
    assert said in question.why(argument)


def test_reasons_name_terms_by_the_power_that_they_grow_with():
    question = QuadraticLayerLinearity.from_json({**LECTURE, "claim": "affine", "arguments": ["x+A", "b", "c", "lam"]})
    assert question.why("x+A").endswith(r"\(\lambda\, \mathbf{x}^\top \mathbf{A} \mathbf{x}\) by 8.")


def test_what_leaves_y_as_it_is_is_not_said_to_change_it():
    asked = {"claim": "affine", "arguments": ["A+b", "c+d", "x", "v+d"]}
    question = QuadraticLayerLinearity.from_json({**FOLLOWED, **asked, "after": "relu", "lam": 0})
    assert question.why("A+b").startswith(r"\(y\) changes with \(\mathbf{b}\), and")
    assert question.why("c+d").startswith(r"\(y\) changes with \(c\), and")


def test_one_two_or_three_options_are_right_and_each_argument_about_as_often_as_not(drawn):
    counts, shown, holding = Counter(), Counter(), Counter()
    for question in drawn:
        key = question.solve()
        counts[sum(key.values())] += 1
        shown.update(list(key))
        holding.update(name for name, holds in key.items() if holds)
    assert {right: round(count / SEEDS, 1) for right, count in counts.items()} == {1: 0.4, 2: 0.4, 3: 0.2}
    assert set(shown) == set(ARGUMENTS)
    for name, times in shown.items():
        assert abs(holding[name] / times - 0.45) <= 0.07 + 3 / (2 * sqrt(times)), name


def test_no_question_is_drawn_again_and_again(drawn):
    times = Counter(question.identity("multiple_choice") for question in drawn)
    assert max(times.values()) <= 0.05 * SEEDS


def test_the_space_is_the_number_of_fair_sets_of_options_of_every_layer():
    """Counted layer by layer, and without the arguments that are right of every layer, or of none."""
    total = 0
    for claim in CLAIMS:
        found = {layer: {name: layer.is_so(claim, name) for name in askable(layer)} for layer in all_layers()}
        both = {name for name in ARGUMENTS if len({key[name] for key in found.values() if name in key}) == 2}
        for key in found.values():
            names = [name for name in key if name in both]
            if claim == "linear":
                true = sum(key[name] for name in names)
                total += sum(comb(true, k) * comb(len(names) - true, OPTIONS - k) for k in range(1, OPTIONS))
            else:
                sets = (each for each in combinations(names, OPTIONS) if not are_nested(each))
                total += sum(0 < sum(key[name] for name in each) < OPTIONS for each in sets)
    assert QuadraticLayerLinearity.space("multiple_choice") == total


def test_the_number_that_lambda_is_makes_no_other_question_unless_it_is_zero():
    asked = {**LECTURE, "claim": "affine", "arguments": ["x", "A", "b", "c"]}
    made = [QuadraticLayerLinearity.from_json(asked | {"lam": lam}) for lam in ("trained", 0, 2, -3)]
    assert len({question.identity("multiple_choice") for question in made}) == 3


@pytest.mark.parametrize(
    ("changed", "pointers"),
    [
        ({"lam": 2, "arguments": ["x", "A", "b", "lam"]}, {"/params/arguments/3"}),
        ({"constant": "none", "arguments": ["x", "A+b+c", "b", "c"]}, {"/params/arguments/1", "/params/arguments/3"}),
        ({"arguments": ["x", "A", "A+b", "c"]}, {"/params/arguments"}),
        ({"claim": "linear", "arguments": ["x", "A", "b", "c"]}, {"/params"}),
        ({"quadratic": "form_lam_squared", "lam": 2}, {"/params/lam"}),
        ({"quadratic": "form_alone", "lam": 2}, {"/params/lam"}),
        ({"lam": 0, "linear": "none"}, {"/params/lam"}),
        ({"linear": "b_squared", "after": "relu"}, {"/params/after"}),
        ({"quadratic": "form_fixed_vector", "linear": "lam_b", "constant": "lam_c"}, {"/params"}),
    ],
)
def test_what_cannot_be_asked_of_a_layer_is_refused(changed, pointers):
    asked = LECTURE | {"claim": "affine", "arguments": ["x", "A", "b", "c+d" if "after" in changed else "c"]}
    assert refusal(**(asked | changed)) >= pointers


def test_a_client_may_set_a_part_of_the_layer_alone():
    draft = QuadraticLayerLinearity.draft(3, None, {"after": "relu", "claim": "affine"})
    assert draft.params["after"] == "relu"
    assert r"\max(y, 0)" in json.loads(draft.seen)["stem"]["text"]

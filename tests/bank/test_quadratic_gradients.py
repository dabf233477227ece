"""Gradients of a quadratic layer and stacks of them: what may be asked, and whether the lab tells right from wrong."""

import json
from collections import Counter
from fractions import Fraction
from itertools import product

import pytest

from bank import registry
from bank.errors import BadParams
from bank.families.quadratic_layer.gradient_errata import CLAIMS, GradientErrata
from bank.families.quadratic_layer.quadratic_gradient_A import QuadraticGradientA
from bank.families.quadratic_layer.quadratic_gradient_x import QuadraticGradientX
from bank.families.quadratic_layer.quadratic_stack_collapse import QuadraticStackCollapse
from bank.families.quadratic_layer.quadratic_stack_degree import QuadraticStackDegree
from bank.lab import Lab

LAB = Lab(0)
ENTRY = {"x": [3, -4], "g": [4, 3], "lam": "3/2", "k": 1, "i": 1, "j": 2, "tied": False}
INPUT = {"x": [2, -1], "g": [3], "lam": "1/2", "A": [[[1, 2], [2, 0]]], "b": [[1, -4]]}


def answer(family, kind, params):
    return json.loads(family.draft(None, kind, params).private)["answer"]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, "-72"),
        ({"tied": True}, "-144"),
        ({"tied": True, "i": 2, "j": 1}, "-144"),
        ({"j": 1}, "54"),
        ({"tied": True, "j": 1}, "54"),
        ({"lam": 3, "k": 2}, "-108"),
        ({"lam": "2/3"}, "-32"),
    ],
)
def test_an_entry_counts_with_lambda_and_with_the_convention(changed, expected):
    assert answer(QuadraticGradientA, "numeric", ENTRY | changed)["exact"] == expected


@pytest.mark.parametrize(
    ("tied", "j", "expected"),
    [(False, 2, "lam*g_1*x_1*x_2"), (True, 2, "2*lam*g_1*x_1*x_2"), (True, 1, "lam*g_1*x_1*x_1")],
)
def test_the_formula_of_an_entry_follows_the_convention(tied, j, expected):
    assert answer(QuadraticGradientA, "expression", ENTRY | {"tied": tied, "j": j})["expression"] == expected


def pointers(family, kind, params):
    with pytest.raises(BadParams) as refusal:
        family.draft(1, kind, params)
    return list(dict.fromkeys(problem.pointer for problem in refusal.value.problems))


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"x": [0, 1]}, "/params/x"),
        ({"x": [2, -2]}, "/params/x"),
        ({"x": [2, 5]}, "/params/x/1"),
        ({"x": [2]}, "/params/x"),
        ({"g": [0, 1]}, "/params/g"),
        ({"g": [1, 1]}, "/params/g"),
        ({"g": [4, 3, -3]}, "/params/g"),
        ({"g": [1, 3]}, "/params"),
        ({"lam": 1}, "/params"),
        ({"lam": 0}, "/params/lam"),
        ({"lam": "1/0"}, "/params/lam"),
        ({"lam": 101}, "/params/lam"),
        ({"k": 3}, "/params/k"),
        ({"k": 0}, "/params/k"),
        ({"i": 3}, "/params/i"),
        ({"j": 5}, "/params/j"),
        ({"tied": 1}, "/params/tied"),
        ({"m": 1}, "/params/m"),
    ],
)
def test_parameters_of_an_entry_are_refused_where_they_are_at_fault(changed, pointer):
    assert pointers(QuadraticGradientA, "numeric", ENTRY | changed) == [pointer]


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"x": [0, 1]}, "/params/x"),
        ({"g": [0]}, "/params/g"),
        ({"lam": 0}, "/params/lam"),
        ({"A": [[[1, 2], [3, 0]]]}, "/params/A"),
        ({"A": [[[1, 2, 0], [2, 0, 0]]]}, "/params/A"),
        ({"A": [[[0, 0], [0, 0]]]}, "/params/A"),
        ({"A": [[[1, "x"], [2, 0]]]}, "/params/A/0/0/1"),
        ({"b": [[0, 0]]}, "/params/b"),
        ({"lam": 1}, "/params"),
        ({"b": [[1, 0]]}, "/params"),
        ({"b": [[1, 2], [3, 4]]}, "/params/b"),
    ],
)
def test_parameters_of_an_input_are_refused_where_they_are_at_fault(changed, pointer):
    assert pointers(QuadraticGradientX, "fields", INPUT | changed) == [pointer]


@pytest.mark.parametrize(
    ("family", "kind", "given"),
    [
        ("quadratic_gradient_A", "numeric", {"i": 4, "j": 1, "k": 3, "tied": False}),
        ("quadratic_gradient_A", "expression", {"x": [1, 3]}),
        ("quadratic_gradient_A", "single_choice", {"tied": True, "lam": "1/10"}),
        ("quadratic_gradient_x", "fields", {"A": INPUT["A"]}),
        ("quadratic_gradient_x", "fields", {"b": [[1, 2, 3], [4, 5, 6]]}),
        ("quadratic_gradient_x", "fields", {"x": [1, 2, 3, -4], "lam": "2/7"}),
        ("quadratic_stack_degree", "numeric", {"lambdas": ["9/20", 0, 0, 1], "ask": "coefficients"}),
        ("quadratic_stack_degree", "single_choice", {"widths": [4, 3]}),
        ("quadratic_stack_degree", "numeric", {"lambdas": [1, 0, 1], "ask": "parameters", "M": 2}),
        ("quadratic_stack_collapse", "single_choice", {"lambdas": ["9/20", 0]}),
        ("gradient_errata", "single_choice", {"fault": "lambda_added"}),
        ("gradient_errata", "single_choice", {"line": "c"}),
    ],
)
def test_the_dice_keep_what_is_given(family, kind, given):
    for seed in range(30):
        drawn = registry.get(family).draft(seed, kind, given).params
        assert {name: drawn[name] for name in given} == given


@pytest.mark.parametrize("tied", [False, True])
def test_both_routes_of_the_lab_find_the_same_derivative_of_every_entry(tied):
    for entry in product(range(2), range(3), range(3)):
        exact, found = LAB.layer_gradients.by_entry(Fraction(1, 10), (1, -2, 4), (3, -1), entry, tied)
        assert float(exact) == pytest.approx(found, abs=1e-12)


@pytest.mark.parametrize("parameter", CLAIMS)
def test_the_lab_finds_the_right_lines_right(parameter):
    assert LAB.layer_gradients.verdict(parameter, CLAIMS[parameter][""]) is True


@pytest.mark.parametrize(("line", "fault"), [(line, fault) for line in CLAIMS for fault in CLAIMS[line] if fault])
def test_the_lab_finds_every_fault_of_a_line(line, fault):
    assert LAB.layer_gradients.verdict(line, CLAIMS[line][fault]) is False


def test_a_line_that_is_wrong_now_and_then_is_undecided():
    tries = iter(range(10_000))
    assert LAB.layer_gradients.verdict("c", lambda d, i: d.g[i] + (next(tries) < 30)) is None


def test_a_fault_belongs_to_its_line():
    assert pointers(GradientErrata, "single_choice", {"line": "c", "fault": "b_in_sum"}) == ["/params/fault"]


def test_every_line_is_the_wrong_one_equally_often():
    lines = Counter(GradientErrata.draft(seed).params["line"] for seed in range(400))
    assert set(lines) == set(CLAIMS)
    assert min(lines.values()) > 70


def stack(params):
    return QuadraticStackDegree.from_json({"M": 2, "widths": None} | params)


@pytest.mark.parametrize(
    ("lambdas", "degree"),
    [([0], 1), ([2], 2), ([0, 0, 0], 1), ([1, 0], 2), ([0, "1/2", -1], 4), ([1, 0, 2, "1/2"], 8), ([1, 1, 1, 1], 16)],
)
def test_the_degree_of_a_stack_doubles_with_every_quadratic_layer(lambdas, degree):
    assert stack({"lambdas": lambdas, "ask": "degree"}).solve() == degree
    assert LAB.degree.of_stack([Fraction(lam) for lam in lambdas]) == degree


def test_the_coefficients_are_as_many_as_there_are_monomials():
    assert stack({"lambdas": [1, 1], "ask": "coefficients"}).solve() == 15
    assert LAB.degree.monomials(2, 4) == len([1 for i in range(5) for j in range(5) if i + j <= 4])


@pytest.mark.parametrize(
    ("lambdas", "widths", "count"),
    [([1], [1], 3 + 2 + 1), ([0], [1], 2 + 1), ([1, 0], [3, 1], 18 + 4), ([0, 2, 0], [1, 2, 1], 3 + 6 + 3)],
)
def test_a_linear_layer_of_a_stack_has_no_matrices(lambdas, widths, count):
    question = stack({"lambdas": lambdas, "ask": "parameters", "widths": widths})
    assert question.solve() == question.measured(LAB).value == count


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"ask": "parameters", "lambdas": [1, 0], "widths": [2, 3, 4]}, "/params/widths"),
        ({"ask": "coefficients", "widths": [2, 3]}, "/params/widths"),
        ({"ask": "parameters", "widths": None}, "/params/widths"),
    ],
)
def test_widths_belong_to_the_layers_of_a_stack_whose_parameters_are_asked_for(given, pointer):
    assert pointers(QuadraticStackDegree, "numeric", given) == [pointer]


def test_the_dice_ask_for_no_bare_degree_but_a_client_may():
    asked = Counter(QuadraticStackDegree.draft(seed).params["ask"] for seed in range(200))
    assert set(asked) == {"coefficients", "parameters"}
    assert min(asked.values()) > 70
    assert QuadraticStackDegree.draft(0, "numeric", {"ask": "degree"}).params["ask"] == "degree"


def test_every_stack_that_is_drawn_has_a_linear_layer_and_another_one():
    for seed in range(200):
        lambdas = QuadraticStackDegree.draft(seed).params["lambdas"]
        assert 0 in lambdas
        assert set(lambdas) != {0}


@pytest.mark.parametrize(
    ("lambdas", "claim", "expected"),
    [
        ([1, 1], "one_quadratic_layer", "No"),
        ([1, 0], "one_quadratic_layer", "Yes"),
        ([0, 0], "one_quadratic_layer", "Yes"),
        ([1, 2, 0], "needs_activations", "No"),
        ([0, 2, 0], "needs_activations", "Yes"),
        ([1, 1], "more_expressive", "Yes"),
        ([1, 0], "more_expressive", "It depends on whether there are activation functions"),
    ],
)
def test_what_a_stack_can_do_is_what_the_lab_sees(lambdas, claim, expected):
    question = QuadraticStackCollapse.from_json({"lambdas": lambdas, "claim": claim})
    (found,) = QuadraticStackCollapse.measure(LAB, [question])
    assert question.solve() == found.value == expected


def test_relu_takes_every_stack_out_of_the_polynomials_of_degree_two():
    for lambdas in product(map(Fraction, (0, 1, -1, "1/2", 2)), repeat=2):
        assert LAB.degree.bends(lambdas, activation=True)


@pytest.mark.parametrize("claim", ["one_quadratic_layer", "needs_activations", "more_expressive"])
def test_every_answer_offered_is_right_in_half_of_the_questions_on_its_claim(claim):
    right, shown = Counter(), set()
    for seed in range(200):
        draft = QuadraticStackCollapse.draft(seed, params={"claim": claim})
        texts = {choice["id"]: choice["text"] for choice in json.loads(draft.seen)["choices"]}
        right[texts[json.loads(draft.private)["answer"]["choice"]]] += 1
        shown |= set(texts.values())
    assert set(right) == shown
    assert min(right.values()) > 70


def test_yes_stands_first():
    for seed in range(20):
        choices = json.loads(QuadraticStackCollapse.draft(seed).seen)["choices"]
        assert choices[0]["text"] == "Yes"

"""Gradients of a quadratic layer and stacks of them: what may be asked, and whether the lab tells right from wrong."""

import json
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from itertools import product

import pytest

from bank import registry
from bank.errors import BadParams
from bank.families.quadratic_layer.gradient_errata import FAULTS, PARAMETERS, GradientErrata
from bank.families.quadratic_layer.gradient_lines import layers_of
from bank.families.quadratic_layer.quadratic_gradient_A import QuadraticGradientA
from bank.families.quadratic_layer.quadratic_gradient_x import QuadraticGradientX
from bank.families.quadratic_layer.quadratic_stack_collapse import QuadraticStackCollapse
from bank.families.quadratic_layer.quadratic_stack_degree import QuadraticStackDegree
from bank.lab import Lab
from bank.lab.defined_layers import Draw
from tests.bank.printed_lines import claim_of, loss_of

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
        ("gradient_errata", "single_choice", {"fault": "half"}),
        ("gradient_errata", "single_choice", {"line": "c"}),
        ("gradient_errata", "single_choice", {"matrix": "any", "scaled": ["b", "A"], "shared": [], "half": True}),
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


EXAM = {"parameters": "x A b c", "matrix": "tied", "doubled": True, "half": False, "scaled": ["A"], "shared": []}
ERRATA = EXAM | {"skip": False, "line": "A", "fault": "tie"}


def asked_beside(layer, line):
    """The questions whose options are the lines of a layer, of which that line is wrong."""
    every = (GradientErrata(**layer, line=line, fault=fault) for fault in FAULTS[line])
    return [question for each in every for question in each.neighbours()]


def lines_shown(question):
    own, mistaken = question.layer.lines, question.mistaken.lines
    return {name: (mistaken if name == question.line else own)[name].right for name in own}


@pytest.mark.parametrize("parameters", PARAMETERS)
def test_the_lab_finds_the_lines_of_a_layer_right_and_a_changed_one_wrong(parameters):
    layers = layers_of(parameters)
    for layer in layers[:: len(layers) // 12]:
        for line in parameters.split():
            for question in asked_beside(layer, line):
                told, tried = question.layer.definition, LAB.defined_layers.verdict
                assert all(tried(told, name, own.claim) is True for name, own in question.layer.lines.items())
                assert tried(told, line, question.mistaken.lines[line].claim) is False


@pytest.mark.parametrize("parameters", PARAMETERS)
def test_what_is_printed_is_right_and_wrong_as_the_lab_finds_it(parameters):
    layers = layers_of(parameters)
    for layer in layers[:: len(layers) // 4]:
        for line in parameters.split():
            (question, *_) = asked_beside(layer, line)
            for name, printed in lines_shown(question).items():
                right = LAB.defined_layers.verdict(question.layer.definition, name, claim_of(name, printed))
                assert right is (name != line)


NUMBERS = {"x": [3, -5], "g": [7, 4], "b": [[2, 9], [-4, 6]], "c": [8, -3], "s": [5, 11]}
MATRICES = [[[2, 7], [7, -3]], [[4, -6], [-6, 9]]]


@pytest.mark.parametrize("parameters", PARAMETERS)
def test_the_layer_that_is_printed_has_the_lines_that_are_printed(parameters):
    """Of polynomials of degree 2 the central difference with step 1 is the derivative."""
    for params in layers_of(parameters):
        layer = GradientErrata(**params, line="A", fault="tie").layer
        lam = [Fraction(3, 2), Fraction(5, 2) if layer.trained else Fraction(3, 2)]
        draw = Draw(**NUMBERS, A=MATRICES, lam=lam)
        for name in {"x", "c", "s", "lam"} & layer.lines.keys():
            moved = [
                replace(
                    draw, **{name: [value + step * (i == 0 or name in layer.shared) for i, value in enumerate(own)]}
                )
                for own in [getattr(draw, name)]
                for step in (1, -1)
            ]
            up, down = (loss_of(layer.output, each) for each in moved)
            assert (up - down) / Fraction(2) == claim_of(name, layer.lines[name].right)(draw, 0)


@pytest.mark.parametrize("parameters", PARAMETERS)
def test_each_of_four_lines_can_be_the_wrong_one_whichever_they_are(parameters):
    for layer in layers_of(parameters):
        first = GradientErrata(**layer, line="A", fault="tie").layer
        right = {name: line.right for name, line in first.lines.items()}
        for line in parameters.split():
            asked = asked_beside(layer, line)
            assert asked
            assert all(lines_shown(question) == right for question in asked)


def test_a_line_that_is_wrong_now_and_then_is_undecided():
    tries, exam = iter(range(10_000)), GradientErrata.from_json(ERRATA).layer.definition
    assert LAB.defined_layers.verdict(exam, "c", lambda d, i: d.g[i] + (next(tries) < 30)) is None


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"line": "c"}, "/params/fault"),
        ({"parameters": "A b c lam", "line": "x", "fault": "skip"}, "/params/line"),
        ({"scaled": ["A", "s"]}, "/params/scaled"),
        ({"scaled": []}, "/params/scaled"),
        ({"scaled": ["c"], "line": "c", "fault": "lambda"}, "/params/fault"),
        ({"shared": ["lam"]}, "/params/shared"),
        ({"parameters": "A b c s", "doubled": False, "skip": True}, "/params/parameters"),
        ({"matrix": "any"}, "/params/doubled"),
        ({"fault": "half"}, "/params/fault"),
        ({"fault": "lambda"}, "/params/fault"),
        ({"line": "x", "fault": "symmetry"}, "/params/doubled"),
    ],
)
def test_a_line_that_would_not_be_the_only_wrong_one_is_refused(changed, pointer):
    assert pointers(GradientErrata, "single_choice", ERRATA | changed) == [pointer]


def test_a_reason_names_the_layer_that_the_wrong_line_belongs_to():
    told = json.loads(GradientErrata.draft(1, "single_choice", ERRATA).private)["solution"]["text"]
    assert "belongs to a layer in which \\(A_{ij}\\) and \\(A_{ji}\\) are two parameters; here they are one" in told


def test_every_line_of_a_layer_is_the_wrong_one_equally_often():
    drawn = (GradientErrata.draft(seed).params for seed in range(1000))
    places = Counter(params["parameters"].split().index(params["line"]) for params in drawn)
    assert all(200 < places[place] < 300 for place in range(4))


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

"""Quadratic layers: the exam's own cases, fair options, and what is refused of the parameters of clients."""

import json
from collections import Counter
from fractions import Fraction
from math import floor, sqrt

import pytest
import torch

from bank import registry
from bank.errors import BadParams
from bank.families.quadratic_layer.larger_model import LargerModel
from bank.families.quadratic_layer.model_parameter_count import ModelParameterCount
from bank.families.quadratic_layer.quadratic_layer_bias import QuadraticLayerBias
from bank.families.quadratic_layer.quadratic_layer_module import GROUPS, MODULES, SETTINGS, QuadraticLayerModule
from bank.families.quadratic_layer.quadratic_layer_ratio import LAYERS, QuadraticLayerRatio
from bank.families.quadratic_layer.quadratic_layer_size import QuadraticLayerSize
from bank.families.quadratic_layer.symmetrise_matrix import SymmetriseMatrix
from bank.families.quadratic_layer.widest_hidden_layer import WidestHiddenLayer
from bank.kinds import grading
from bank.lab import Lab
from bank.strategies.seen import numbers_in

SEEDS = 1500
QUADRATIC = {"type": "quadratic", "in": 8, "out": 5}


@pytest.fixture(scope="module")
def lab():
    return Lab(0)


def refusal(family, params, kind=None):
    with pytest.raises(BadParams) as refused:
        family.draft(0, kind, params)
    return {problem.pointer for problem in refused.value.problems}


def modules_of(setting):
    """The questions about a setting, for all its numbers."""
    fixed = ({"setting": setting, "M": M, "k": k} for M in range(3, 13) for k in range(1, 6))
    return [question for params in fixed if (question := QuadraticLayerModule(**params)).is_drawn("single_choice")]


@pytest.mark.parametrize("setting", SETTINGS)
def test_only_the_key_has_the_functions_of_the_layer_and_no_more(setting, lab):
    asked = modules_of(setting)
    assert asked
    for question in asked:
        sizes = setting, question.M, question.N, question.k
        trained, free = lab.modules.agreeing(*sizes), lab.modules.special(*sizes).free
        assert [module for module, count in trained.items() if count <= free] == [question.module]
        assert trained[question.module] == free


@pytest.mark.parametrize("sorts", GROUPS.values(), ids=GROUPS)
def test_options_are_two_modules_of_one_sort_and_two_of_another(sorts):
    """Each is the key as often as the others, and as often beside another one as that beside it."""
    assert len({len(sort) for sort in sorts}) == 1
    sort_of = {MODULES[name]["name"]: i for i, sort in enumerate(sorts) for name in sort}
    keys, beside = Counter(), Counter()
    for seed in range(SEEDS):
        draft = QuadraticLayerModule.draft(seed)
        key = QuadraticLayerModule.from_json(draft.params).solve()
        if key in sort_of:
            options = [choice["text"] for choice in json.loads(draft.seen)["choices"]]
            assert sorted(Counter(sort_of[option] for option in options).values()) == [2, 2]
            keys[key] += 1
            beside.update((key, option) for option in options if option != key)
    expected = SEEDS / len(MODULES)
    assert all(abs(keys[name] - expected) < 4 * sqrt(expected) for name in sort_of)
    assert all(abs(beside[a, b] - beside[b, a]) < 4.5 * sqrt(beside[a, b] + beside[b, a]) for a, b in beside)


def test_every_module_is_the_key_of_a_setting():
    assert {setting["module"] for setting in SETTINGS.values()} == MODULES.keys()
    assert sorted(name for sorts in GROUPS.values() for sort in sorts for name in sort) == sorted(MODULES)


def test_a_module_is_asked_about_with_the_numbers_of_a_client():
    assert QuadraticLayerModule.draft(0, params={"setting": "pooling", "M": 6}).params["k"] in (2, 3)
    assert refusal(QuadraticLayerModule, {"setting": "pooling", "M": 7}) == {"/params/k"}


@pytest.mark.parametrize("layer", LAYERS)
def test_every_tempting_ratio_in_letters_is_answered_with_its_reason(layer):
    question = QuadraticLayerRatio.draft(0, "expression", {"layer": layer})
    private = json.loads(question.private)
    for mistake in private["feedback"]:
        grade = grading.grade(private, mistake["on"])
        assert (grade["correct"], len(grade["feedback"])) == (False, 1)


def test_the_exam_asks_for_half_of_m_plus_one():
    private = json.loads(QuadraticLayerRatio.draft(0, "expression", {"layer": "sym"}).private)
    assert grading.grade(private, {"expression": "(M+2)/2"})["correct"]
    assert not grading.grade(private, {"expression": "M^2*N"})["correct"]


@pytest.mark.parametrize(
    ("layers", "pointers"),
    [
        ([QUADRATIC, {"type": "linear", "in": 4, "out": 2}], {"/params/layers/1/in"}),
        ([{"type": "activation"}], {"/params/layers/0/in", "/params/layers"}),
        ([QUADRATIC, {"type": "batchnorm", "out": 3}], {"/params/layers/1/out"}),
        ([QUADRATIC | {"times": 2}], {"/params/layers/0/times"}),
        ([QUADRATIC, {"type": "dropout", "times": 2}], {"/params/layers/1/times"}),
        ([QUADRATIC, {"type": "activation", "trainable": False}], {"/params/layers/1/trainable"}),
        ([QUADRATIC, {"type": "batchnorm", "bias": False}], {"/params/layers/1/bias"}),
        ([QUADRATIC | {"trainable": False}], {"/params/layers"}),
        ([QUADRATIC | {"in": 0}], {"/params/layers/0/in"}),
        ([{"in": 3, "out": 2}], {"/params/layers/0/type"}),
        ([QUADRATIC | {"width": 3}], {"/params/layers/0/width"}),
    ],
)
def test_a_model_that_cannot_be_is_refused_where_it_is_at_fault(layers, pointers):
    assert refusal(ModelParameterCount, {"layers": layers}) == pointers


def test_widths_that_follow_from_others_may_be_left_out(lab):
    layers = [QUADRATIC, {"type": "batchnorm"}, {"type": "activation"}, {"type": "linear", "out": 3, "bias": False}]
    question = ModelParameterCount.from_json({"layers": layers})
    assert question.solve() == 5 * (36 + 8 + 1) + 10 + 15
    assert lab.layers.trainable(lab.layers.model(question.model.layers)) == question.solve()
    assert ModelParameterCount.draft(0, params={"layers": layers}).params == question.to_json()


def test_models_of_every_kind_of_layer_are_drawn():
    models = [ModelParameterCount.draft(seed).params["layers"] for seed in range(200)]
    layers = [layer for model in models for layer in model]
    assert {len(model) for model in models} == {1, 2, 3, 4}
    assert {layer["type"] for layer in layers} == {"quadratic", "linear", "batchnorm", "activation", "dropout"}
    assert any(layer["times"] > 1 for layer in layers)
    assert any(not layer["trainable"] for layer in layers)
    assert any(not layer["bias"] for layer in layers)


def test_the_model_that_looks_larger_is_so_half_of_the_time():
    drawn = [LargerModel.draw(LargerModel.rng(seed), "numeric") for seed in range(400)]
    assert {question.as_it_looks for question in drawn} == {True, False}
    assert 160 <= sum(question.as_it_looks for question in drawn) <= 240
    assert 160 <= sum(question.solve() > 0 for question in drawn) <= 240


@pytest.mark.parametrize(
    ("second", "pointers"),
    [
        ([QUADRATIC], {"/params"}),
        ([QUADRATIC, {"type": "linear", "in": 4, "out": 2}], {"/params/second/1/in"}),
        ([{"type": "linear", "in": 8, "out": 5, "trainable": False}], {"/params/second"}),
    ],
)
def test_two_models_that_cannot_be_compared_are_refused(second, pointers):
    assert refusal(LargerModel, {"first": [QUADRATIC], "second": second}) == pointers


def test_a_client_may_set_one_of_two_models():
    params = LargerModel.draft(0, params={"first": [QUADRATIC]}).params
    assert params["first"] == [{**QUADRATIC, "bias": True, "times": 1, "trainable": True}]
    assert params["second"]


@pytest.mark.parametrize(("budget", "width"), [(20, 0), (21, 1), (38, 1), (39, 2), (182, 9), (183, 10)])
def test_the_widest_hidden_layer_is_found_by_building_models(budget, width, lab):
    """Of 18 h + 3 parameters."""
    assert lab.layers.widest(4, 3, budget) == width


@pytest.mark.parametrize(
    ("params", "pointers"),
    [
        ({"M": 4, "C": 4}, {"/params/C"}),
        ({"M": 4, "C": 3, "B": 20}, {"/params/B"}),
        ({"M": 4, "C": 3, "B": 170}, {"/params"}),
    ],
)
def test_a_budget_that_the_biases_do_not_decide_is_refused(params, pointers):
    assert refusal(WidestHiddenLayer, params) == pointers


def test_sizes_that_the_dice_do_not_know_get_a_budget():
    params = WidestHiddenLayer.draft(0, params={"M": 16, "C": 2}).params
    assert WidestHiddenLayer.from_json(params).solve() > 70


@pytest.mark.parametrize("A", [[[1, 2], [2, 5]], [[0, 2], [-2, 0]], [[1, 2, 3], [4, 5, 6]]])
def test_a_matrix_with_nothing_to_symmetrise_is_refused(A):
    assert refusal(SymmetriseMatrix, {"A": A}) == {"/params/A"}


@pytest.mark.parametrize(
    ("params", "pointers"),
    [
        ({"ask": "output_at_zero", "delta": 2}, {"/params/delta"}),
        ({"ask": "sgd_step", "grad": 0}, {"/params/grad"}),
        ({"ask": "sgd_step", "eta": 0}, {"/params/eta"}),
        ({"ask": "output_change", "delta": "-1/2"}, {"/params/delta"}),
        ({"ask": "sgd_step", "second": [2, 3, 4]}, {"/params/second"}),
        ({"ask": "output_at_zero", "A": [[1, 2], [3, 4]]}, {"/params/A"}),
        ({"ask": "output_change", "lam": 0}, {"/params/lam"}),
        ({"ask": "output_change", "outputs": [2, 3]}, {"/params/outputs"}),
        ({"ask": "output_change", "inputs": [[0, 3]]}, {"/params/inputs"}),
        ({"ask": "sgd_step", "inputs": [[1, 2], [2, 4], [1, 3]]}, {"/params/inputs"}),
    ],
)
def test_what_a_question_about_the_bias_does_not_need_is_refused(params, pointers):
    assert refusal(QuadraticLayerBias, params) == pointers


def test_copying_a_printed_number_does_not_pay_in_a_question_about_the_bias():
    printed = 0
    for seed in range(400):
        draft = QuadraticLayerBias.draft(seed)
        key = Fraction(json.loads(draft.private)["answer"]["exact"])
        printed += float(key) in numbers_in(json.loads(draft.seen)["stem"]["text"])
    assert printed <= 20


def test_a_layer_is_set_up_to_give_the_outputs_of_a_batch(lab):
    inputs, outputs = torch.tensor([[2.0, 3.0], [-3.0, -2.0], [2.0, 4.0]]).double(), [5.0, -7.0, 2.0]
    layer = lab.bias_at_work.giving(outputs, inputs, c=4.0, lam=-3.0)
    assert layer(inputs)[:, 0].tolist() == pytest.approx(outputs)
    assert layer(torch.zeros(1, 2).double()).item() == 4.0


def test_outputs_that_no_layer_has_are_refused_by_the_lab(lab):
    inputs = torch.tensor([[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]]).double()
    with pytest.raises(ValueError, match="no layer"):
        lab.bias_at_work.giving([1.0, 5.0, -8.0], inputs, c=4.0, lam=2.0)


def test_a_client_may_set_a_learning_rate_that_the_dice_do_not_know():
    draft = QuadraticLayerBias.draft(0, params={"ask": "sgd_step", "c": 2, "grad": -3, "eta": "3/7"})
    assert json.loads(draft.private)["answer"]["exact"] == "23/7"


def test_sizes_alone_ask_about_the_layer_of_the_definition():
    draft = registry.get("quadratic_layer_ratio").draft(1, "numeric", {"M": 6, "N": 5})
    assert draft.params["layer"] == "sym"
    assert json.loads(draft.private)["answer"]["exact"] == "4"


@pytest.mark.parametrize("layer", LAYERS)
def test_the_definition_describes_the_very_layer_whose_parameters_are_counted(layer):
    for kind in QuadraticLayerRatio.kinds:
        text = json.loads(QuadraticLayerRatio.draft(3, kind, {"layer": layer}).seen)["stem"]["text"]
        assert ("symmetric" in text) == (layer in ("sym", "nobias", "sharedA", "lam"))
        assert ("not trained" in text, "trained as well" in text) == (layer != "lam", layer == "lam")
        assert (r"\mathbf{A}^{(i)}" in text) == (layer != "sharedA")
        assert ("c^{(i)}" in text) == (layer != "nobias")


def test_letters_are_those_of_the_question_wherever_they_are_printed():
    draft = QuadraticLayerRatio.draft(0, "expression", {"layer": "lam", "letters": "pq", "ask": "parameters"})
    private = json.loads(draft.private)
    printed = json.loads(draft.seen)["stem"]["text"] + private["solution"]["text"] + json.dumps(private["feedback"])
    assert not {"M", "N"} & set(printed)
    assert grading.grade(private, {"expression": "q(p+1)(p+2)/2 + 1"})["correct"]


@pytest.mark.parametrize(("times", "inputs"), [(8, 14), ("17/2", 15), ("8.1", 15), ("37/3", 23)])
def test_how_many_times_as_many_parameters_may_be_any_number(times, inputs, lab):
    question = QuadraticLayerSize.from_json(QuadraticLayerSize.draft(0, params={"times": times}).params)
    assert (question.layer, question.solve()) == ("sym", inputs)
    assert question.measured(lab).value == inputs


@pytest.mark.parametrize(
    ("params", "pointers"),
    [
        ({"times": "1.2"}, {"/params/times"}),
        ({"times": 99}, {"/params/times"}),
        ({"times": 8, "layer": "sym", "N": 4}, {"/params/N"}),
        ({"ask": "inputs", "layer": "full"}, {"/params/layer"}),
        ({"ask": "outputs", "layer": "sharedA"}, {"/params/layer"}),
        ({"ask": "outputs", "times": 3}, {"/params/times"}),
        ({"M": 4, "N": 2}, {"/params/N"}),
    ],
)
def test_sizes_that_no_layer_has_are_refused(params, pointers):
    assert refusal(QuadraticLayerSize, params) == pointers


def test_the_dice_round_away_from_the_nearest_whole_number():
    for seed in range(200):
        question = QuadraticLayerSize.from_json(QuadraticLayerSize.draft(seed).params)
        assert question.solve() not in (question.bound, floor(question.bound + Fraction(1, 2)))

"""Quadratic layers: the exam's own cases, fair options, and what is refused of the parameters of clients."""

import json
from fractions import Fraction
from math import floor

import pytest
import torch

from bank import registry
from bank.errors import BadParams
from bank.families.quadratic_layer.model_parameter_count import ModelParameterCount
from bank.families.quadratic_layer.quadratic_layer_bias import QuadraticLayerBias
from bank.families.quadratic_layer.quadratic_layer_module import MODULES, SETTINGS, QuadraticLayerModule
from bank.families.quadratic_layer.quadratic_layer_ratio import LAYERS, QuadraticLayerRatio
from bank.families.quadratic_layer.quadratic_layer_size import QuadraticLayerSize
from bank.families.quadratic_layer.symmetrise_matrix import SymmetriseMatrix
from bank.kinds import grading
from bank.lab import Lab
from bank.strategies.seen import numbers_in

QUADRATIC = {"type": "quadratic", "in": 8, "out": 5}


@pytest.fixture(scope="module")
def lab():
    return Lab(0)


def refusal(family, params, kind=None):
    with pytest.raises(BadParams) as refused:
        family.draft(0, kind, params)
    return {problem.pointer for problem in refused.value.problems}


@pytest.mark.parametrize("setting", SETTINGS)
def test_no_option_describes_the_layer_as_well_as_the_key(setting, lab):
    agreeing = {MODULES[name] for name in lab.modules.agreeing(setting)}
    question = QuadraticLayerModule(setting=setting)
    wrong = {mistake.value for mistake in question.asked(question.kinds[0]).mistakes}
    more_general = {MODULES["linear"]} if setting == "b" else set()  # its bias is what the question asks about
    assert agreeing & wrong == more_general
    assert question.solve() in agreeing


def test_the_settings_leave_different_modules(lab):
    assert all(lab.modules.obtained(setting) == SETTINGS[setting]["module"] for setting in SETTINGS)


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
    assert lab.layers.trainable(lab.layers.model(question.fitted)) == question.solve()
    assert ModelParameterCount.draft(0, params={"layers": layers}).params == question.to_json()


def test_models_of_every_kind_of_layer_are_drawn():
    models = [ModelParameterCount.draft(seed).params["layers"] for seed in range(200)]
    layers = [layer for model in models for layer in model]
    assert {len(model) for model in models} == {1, 2, 3, 4}
    assert {layer["type"] for layer in layers} == {"quadratic", "linear", "batchnorm", "activation", "dropout"}
    assert any(layer["times"] > 1 for layer in layers)
    assert any(not layer["trainable"] for layer in layers)
    assert any(not layer["bias"] for layer in layers)


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

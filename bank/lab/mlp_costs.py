"""What an edit of the MLP costs its small copies, and the bounds that make it a defect or harmless."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import exp, log1p
from statistics import fmean
from typing import Any, Literal

from bank.lab.acceptance import Criterion
from bank.mlp_program import CLASSES, HARMLESS, Program, edited

LOWERS, SPARES = 0.03, 0.02  # accuracy lost, mean over the seeds; nothing is said of what lies between
DEARER = 0.3  # negative log-likelihood added where logits are confined: their order suffers less
TOGETHER = 0.15  # accuracy lost by the three defects of the exam
SMALL_INIT, FADED = 0.01, 0.2  # a standard deviation, and what it leaves of the first layer's gradient at most
RANGES = {"Tanh": 2.0, "Sigmoid": 1.0}  # lengths of the intervals that logits may be confined to
SPECIFIED = {  # accuracy lost at widths 64 and 32, where it was measured before
    "learning_rate_0.1": "0.189 ± 0.036",
    "learning_rate_0.2": "0.279",
    "learning_rate_0.5": "0.351",
    "learning_rate_1": "0.373",
    "learning_rate_1e-5": "0.52 ± 0.04",
    "learning_rate_1e-6": "0.52 ± 0.04",
    "learning_rate_0.004": "-0.027 ± 0.013",
    "tanh_on_logits": "0.102 ± 0.033",
    "sigmoid_on_logits": "0.125 ± 0.030",
    "init_std_0.001": "0.253",
    "init_std_0.003": "0.208",
    "init_std_0.01": "0.124 ± 0.033",
    "init_std_1": "0.455 ± 0.038",
    "weights_zero": "0.527 ± 0.030",
    "weights_equal": "0.445 ± 0.036",
    "no_hidden_activation": "0.214 ± 0.036",
    "sigmoid_hidden": "0.222 ± 0.034",
    "relu_kaiming": "-0.097",
    "gelu_kaiming": "-0.127",
    "dropout_0.9": "0.401 ± 0.044",
    "dropout_0": "-0.031 ± 0.016",
    "weight_decay_0.1": "0.180 ± 0.032",
    "weight_decay_1e-5": "0",
    "double_softmax": "0.074 ± 0.033",
    "log_softmax_twice": "0 exactly",
    "sgd_0.0001": "0.509 ± 0.040",
    "sgd_10": "0.397 ± 0.039",
    "beta1_0.8": "-0.009 ± 0.014",
    "beta2_0.99": "-0.001 ± 0.002",
    "bias_0.01": "0 ± 0.004",
}
ADDED = {"tanh_on_logits": "0.417 ± 0.053", "sigmoid_on_logits": "0.746 ± 0.070", "double_softmax": "0.757 ± 0.070"}
LEAST = {"tanh_on_logits": "1.510 of 400", "sigmoid_on_logits": "1.904 of 400"}
GRADIENT = {"init_std_0.01": "0.036 to 0.054 over 400 seeds"}
ALL = "0.346 ± 0.043"
MEASURED = (64, 32)  # widths of what is specified

Result = Mapping[str, Any]  # of `trainings.mlp_defects`


def lowers(program: Program, correct: Result, changed: Result) -> bool | Literal["undecided"]:
    """Whether a program has lost accuracy, from the results of its copies and of the correct program's.

    One whose logits are confined must also stay above the least loss that allows, and one that starts small must show
    the gradient that faded: of every seed.
    """
    lost, added = fmean(less(correct, changed, "accuracy")), -fmean(less(correct, changed, "nll"))
    if lost <= SPARES:
        return False
    enough = lost >= LOWERS or (confined(program) is not None and added >= DEARER)
    return (
        enough and min(changed["nll"]) >= least_loss(program) and _has_faded(program, correct, changed)
    ) or "undecided"


def confined(program: Program) -> float | None:
    """The length of the interval that the logits are confined to, if they are."""
    return 1.0 if program.last == "softmax_first" else RANGES.get(program.output)


def least_loss(program: Program) -> float:
    """The least loss: all of the interval between the right class and the others.

    >>> round(least_loss(edited(["tanh_on_logits"])), 4), round(least_loss(edited(["double_softmax"])), 4)
    (0.7966, 1.4612)
    """
    length = confined(program)
    return 0.0 if length is None else log1p((CLASSES - 1) * exp(-length))


def _has_faded(program: Program, correct: Result, changed: Result) -> bool:
    return not starts_small(program) or all(ratio < FADED for ratio in _gradients(correct, changed))


def starts_small(program: Program) -> bool:
    return program.init == "normal" and program.scale <= SMALL_INIT


def _gradients(correct: Result, changed: Result) -> list[float]:
    """The first layer's gradient at the first step, as a part of the correct program's: of each seed."""
    return [b / a for a, b in zip(correct["gradient"], changed["gradient"], strict=True)]


def less(correct: Result, changed: Result, measure: str) -> list[float]:
    """By how much each seed has less of it."""
    return [a - b for a, b in zip(correct[measure], changed[measure], strict=True)]


def criteria(widths: tuple[int, int], alone: Mapping[str, Result], together: Result) -> Iterator[Criterion]:
    """What copies of these widths have to show: without an edit (""), with each alone, with the three of the exam."""
    correct, of = alone[""], f"at widths {widths[0]} and {widths[1]}"
    known: Mapping[str, str] = SPECIFIED if widths == MEASURED else {}
    for edit, result in alone.items():
        if edit:
            yield _lost(edit, less(correct, result, "accuracy"), of, known.get(edit, ""))
            yield from _beside(edit, correct, result, of)
    lost = less(correct, together, "accuracy")
    told = ALL if known else ""
    yield Criterion(f"accuracy lost by the exam's three defects {of}", lost, least=TOGETHER, specified=told)


def _lost(edit: str, lost: Sequence[float], of: str, specified: str) -> Criterion:
    says = f"accuracy lost by {edit} {of}"
    if edit in HARMLESS:
        return Criterion(says, lost, most=SPARES, specified=specified)
    loss_decides = edited([edit]).last == "softmax_first"  # it costs less accuracy; what it adds to the loss decides
    return Criterion(says, lost, least=SPARES if loss_decides else LOWERS, specified=specified)


def _beside(edit: str, correct: Result, result: Result, of: str) -> Iterator[Criterion]:
    """What must follow from an edit beside the accuracy that it costs."""
    program = edited([edit])
    if confined(program) is not None:
        added, floor = [-gained for gained in less(correct, result, "nll")], least_loss(program)
        yield Criterion(f"loss added by {edit} {of}", added, least=DEARER, specified=ADDED[edit])
        says = f"loss with {edit} {of}, never below {floor:.3f}"
        yield Criterion(says, result["nll"], least=floor, by="each", judged=1, specified=LEAST.get(edit, ""))
    if starts_small(program):
        says = f"first layer's gradient with {edit} beside Xavier's {of}"
        ratios = _gradients(correct, result)
        yield Criterion(says, ratios, most=FADED, by="each", judged=1, specified=GRADIENT.get(edit, ""))

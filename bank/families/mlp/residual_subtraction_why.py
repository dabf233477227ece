"""Why a residual network may subtract its branches, when it may not, and what the other sign does not change."""

from __future__ import annotations

from bank.authoring import StatementPool, Trained

SECONDS = 2.5  # of forty trainings with each sign
FIRST = "residual_signs"


class ResidualSubtractionWhy(StatementPool):
    """Statements about minus in place of plus, and the open question of the exam.

    >>> question = ResidualSubtractionWhy(statements=("T7", "F8", "F20.1", "F5"), polarity="all")
    >>> question.solve(), list(question.refusals("multiple_choice"))
    ({'T7': True, 'F8': False, 'F20.1': False, 'F5': False}, [])
    """

    title = "Residual connections: why minus does as well as plus"
    source = ("7b",)
    points = 5
    kinds = ("text", "multiple_choice")

    checks = {
        "1": lambda lab, change, **_: lab.plus_and_minus.mirrors("batch_norm", True, change),
        "2": lambda lab, change, **_: lab.plus_and_minus.mirrors("linear", True, change),
        "3": lambda lab, tail, **_: lab.plus_and_minus.exchangeable(tail, True, "branches"),
        "4": lambda lab, sign, way, **_: lab.plus_and_minus.direction("relu", True, sign) == way,
        "T5": lambda lab: lab.residual_facts.gradient_of_skip(-1) == 1,
        "F5": lambda lab: lab.residual_facts.gradient_of_skip(-1) == -1,
        "T6": lambda lab: lab.residual_facts.jacobian_is(-1, of_identity=1, of_branch=-1),
        "F6": lambda lab: lab.residual_facts.jacobian_is(-1, of_identity=-1, of_branch=1),
        "7": Trained(FIRST, SECONDS, lambda lab: lab.plus_and_minus.trains_alike("batch_norm", True)),
        "8": Trained(FIRST, SECONDS, lambda lab: lab.plus_and_minus.is_spoilt("batch_norm", True)),
        "9": lambda lab: lab.plus_and_minus.mirrors("batch_norm", True, "scale_and_shift"),
        "10": lambda lab: (
            lab.residual_facts.cuts_off("batch_norm", 1) and lab.residual_facts.cuts_off("batch_norm", -1)
        ),
        "11": lambda lab, tail, relu_after, **_: lab.plus_and_minus.exchangeable(tail, relu_after, "all"),
        "12": lambda lab: lab.residual_facts.start_is_symmetric(),
        "13": lambda lab: lab.plus_and_minus.mirrors("batch_norm", True, "scale_and_shift"),
        "14": lambda lab: lab.plus_and_minus.mirrors("dropout", True, "last_layer"),
        "15": lambda lab: lab.plus_and_minus.mirrors("layer_norm", True, "scale_and_shift"),
        "16": lambda lab: lab.residual_facts.variance_grows(-1),
        "17": lambda lab: lab.residual_facts.branch_shows_both_signs(),
        "18": Trained(FIRST, SECONDS, lambda lab: lab.plus_and_minus.trains_alike("batch_norm", True)),
        "19": lambda lab: lab.plus_and_minus.mirrors("batch_norm", True, "scale_and_shift"),
        "20": lambda lab, sign, **_: not lab.residual_facts.cuts_off("relu", sign),
        "21": lambda lab: lab.plus_and_minus.exchangeable("batch_norm", True, "branches"),
        "22": lambda lab, bias_too, **_: lab.residual_facts.convolution_turns(bias_too),
        "23": lambda lab: lab.residual_facts.batch_norm_turns(),
        "24": lambda lab: lab.residual_facts.gradients_mirror(),
        "25": lambda lab: lab.plus_and_minus.direction("batch_norm", True, -1) == "both",
        "T26": lambda lab: lab.residual_facts.branch_is(-1, of_input=1, of_output=-1),
        "F26": lambda lab: lab.residual_facts.branch_is(-1, of_input=-1, of_output=1),
        "27": lambda lab: lab.residual_facts.zero_branch_keeps_the_stream(-1),
    }

"""What the scalar c of a quadratic layer is, and what it is not."""

from __future__ import annotations

from bank.authoring import StatementPool, Trained
from bank.families.quadratic_layer import QUADRATIC_LAYER

SECONDS = 5.0  # of the paired trainings


class BiasRole(StatementPool):
    """Statements about the bias of a quadratic layer.

    >>> question = BiasRole(statements=("T1", "F1", "F2", "F3"), polarity="which")
    >>> question.solve(), list(question.refusals("single_choice"))
    ({'T1': True, 'F1': False, 'F2': False, 'F3': False}, [])
    """

    title = "Quadratic layer: the role of the scalar c"
    source = ("2b",)
    points = 2
    prelude = QUADRATIC_LAYER

    checks = {
        "T1": lambda lab: lab.bias.is_a_constant_added(),
        "T2": lambda lab: lab.bias.is_the_output_at_zero(),
        "T3": lambda lab: lab.bias.has_derivative_one(),
        "T4": lambda lab: lab.bias.fits_into_an_augmented_form(),
        "T5": lambda lab: lab.bias.adds_per_layer("outputs"),
        "T6": lambda lab: lab.bias.gets_the_gradient_of_the_output(),
        "T7": lambda lab: lab.bias.vanishes_in_batch_norm(),
        "T8": lambda lab: lab.bias.is_the_bias_of_a_linear_layer(),
        "T9": lambda lab: lab.bias.leaves_the_curvature(),
        "T10": Trained("bias training", SECONDS, lambda lab: lab.bias.may_start_at_zero()),
        "F3": lambda lab: lab.bias.raises_the_slope(),
        "F4": lambda lab: lab.bias.multiplies_the_input(),
        "F5": lambda lab: lab.bias.raises_the_slope(),
        "F6": lambda lab: lab.bias.adds_per_layer("weights"),
        "F7": lambda lab: lab.bias.gradient_vanishes_at_zero(),
        "F8": Trained("bias training", SECONDS, lambda lab: lab.bias.outputs_stay_identical()),
        "F10": lambda lab: lab.bias.decides_the_degree(),
    }

"""What the scalar c of a quadratic layer is, and what it is not."""

from __future__ import annotations

from bank.authoring import Statement, StatementPool
from bank.families.quadratic_layer import QUADRATIC_LAYER


class BiasRole(StatementPool):
    """Statements about the bias of a quadratic layer.

    >>> question = BiasRole(statements=("T1", "F1", "F2", "F3"), polarity="which")
    >>> question.solve(), list(question.refusals("single_choice"))
    ({'T1': True, 'F1': False, 'F2': False, 'F3': False}, [])
    """

    title = "Quadratic layer: the role of the scalar c"
    source = ("2b",)
    points = 2
    tiers = ("exact", "numeric", "training", "reference")
    about = r"about the scalars \(c^{(i)}\)"
    conflicts = (frozenset({"T3", "T6", "F7"}), frozenset({"T5", "F6"}), frozenset({"T9", "F5", "F10"}))

    pool = (
        Statement(
            "T1",
            r"Each \(c^{(i)}\) is a bias term",
            True,
            r"\(c^{(i)}\) is added to the output, whatever the input is",
            "E0",
            lambda lab: lab.bias.is_a_constant_added(),
        ),
        Statement(
            "T2",
            r"For \(\mathbf{x} = \mathbf{0}\) the output of the layer is \((c^{(1)}, \dots, c^{(N)})\)",
            True,
            r"Both terms that contain \(\mathbf{x}\) vanish at \(\mathbf{0}\)",
            "E0",
            lambda lab: lab.bias.is_the_output_at_zero(),
        ),
        Statement(
            "T3",
            r"\(\partial y_i / \partial c^{(i)} = 1\) for every \(\mathbf{x}\)",
            True,
            r"\(c^{(i)}\) is a summand of \(y_i\) with factor 1",
            "E1",
            lambda lab: lab.bias.has_derivative_one(),
        ),
        Statement(
            "T4",
            r"\(\mathbf{b}^{(i)}\) and \(c^{(i)}\) can be absorbed into one homogeneous quadratic form of the "
            r"augmented input \((\mathbf{x}, 1)\)",
            True,
            r"The matrix of that form is \(\begin{pmatrix} \lambda \mathbf{A}^{(i)} & \mathbf{b}^{(i)}/2 \\ "
            r"{\mathbf{b}^{(i)}}^\top/2 & c^{(i)} \end{pmatrix}\)",
            "E1",
            lambda lab: lab.bias.fits_into_an_augmented_form(),
        ),
        Statement(
            "T5",
            r"The \(c^{(i)}\) add exactly \(N\) parameters to the layer",
            True,
            "There is one for each output",
            "E0",
            lambda lab: lab.bias.adds_per_layer("outputs"),
        ),
        Statement(
            "T6",
            r"For one sample, \(\partial L / \partial c^{(i)} = \partial L / \partial y_i\); over a batch these are "
            "summed",
            True,
            r"By the chain rule, since \(\partial y_i / \partial c^{(i)} = 1\)",
            "E1",
            lambda lab: lab.bias.gets_the_gradient_of_the_output(),
        ),
        Statement(
            "T7",
            r"If the layer is followed directly by BatchNorm in training mode, the \(c^{(i)}\) have no influence on "
            "the normalised output",
            True,
            r"BatchNorm subtracts the mean over the batch, and \(c^{(i)}\) with it",
            "E1",
            lambda lab: lab.bias.vanishes_in_batch_norm(),
        ),
        Statement(
            "T8",
            r"For \(\lambda = 0\) the \(c^{(i)}\) are the bias of an ordinary linear layer",
            True,
            r"What is left is \(y_i = \mathbf{x}^\top \mathbf{b}^{(i)} + c^{(i)}\)",
            "E1",
            lambda lab: lab.bias.is_the_bias_of_a_linear_layer(),
        ),
        Statement(
            "T9",
            r"The Hessian of \(y_i\) with respect to \(\mathbf{x}\) does not depend on \(c^{(i)}\)",
            True,
            r"The Hessian is \(2 \lambda \mathbf{A}^{(i)}\)",
            "E1",
            lambda lab: lab.bias.leaves_the_curvature(),
        ),
        Statement(
            "T10",
            r"Initialising all \(c^{(i)}\) with 0 is unproblematic as long as the weights are random",
            True,
            r"The random \(\mathbf{A}^{(i)}\) and \(\mathbf{b}^{(i)}\) break the symmetry between the outputs already",
            "E3",
            lambda lab: lab.bias.may_start_at_zero(),
        ),
        Statement(
            "F1",
            r"The \(c^{(i)}\) are the stride of the layer",
            False,
            "A stride is the step of a window that slides over the input, as in a convolution; here no window slides",
            "D",
        ),
        Statement(
            "F2",
            r"Each \(c^{(i)}\) is an activation function",
            False,
            r"An activation is a function of its input; \(c^{(i)}\) is a number that does not depend on \(\mathbf{x}\)",
            "D",
        ),
        Statement(
            "F3",
            r"The \(c^{(i)}\) guarantee that the output stays large, so that gradients do not vanish",
            False,
            r"\(\partial y_i / \partial \mathbf{x}\) does not contain \(c^{(i)}\), so a large \(c^{(i)}\) does not "
            "help",
            "E1",
            lambda lab: lab.bias.raises_the_slope(),
        ),
        Statement(
            "F4",
            r"Each \(c^{(i)}\) multiplies the input \(\mathbf{x}\)",
            False,
            r"It is added; what it adds is the same for every \(\mathbf{x}\)",
            "E0",
            lambda lab: lab.bias.multiplies_the_input(),
        ),
        Statement(
            "F5",
            r"Increasing \(c^{(i)}\) increases \(\partial y_i / \partial \mathbf{x}\)",
            False,
            r"\(\partial y_i / \partial \mathbf{x} = 2 \lambda \mathbf{A}^{(i)} \mathbf{x} + \mathbf{b}^{(i)}\) does "
            r"not contain \(c^{(i)}\)",
            "E1",
            lambda lab: lab.bias.raises_the_slope(),
        ),
        Statement(
            "F6",
            r"The \(c^{(i)}\) add \(N \cdot M\) parameters to the layer",
            False,
            r"Each of the \(N\) outputs has one; \(N \cdot M\) is the number of entries of the \(\mathbf{b}^{(i)}\)",
            "E0",
            lambda lab: lab.bias.adds_per_layer("weights"),
        ),
        Statement(
            "F7",
            r"\(\partial L / \partial c^{(i)}\) is zero whenever \(\mathbf{x} = \mathbf{0}\)",
            False,
            r"It equals \(\partial L / \partial y_i\), also at \(\mathbf{0}\)",
            "E1",
            lambda lab: lab.bias.gradient_vanishes_at_zero(),
        ),
        Statement(
            "F8",
            r"All \(c^{(i)}\) must be initialised with different values, otherwise all outputs stay identical during "
            "training",
            False,
            r"Outputs with different random \(\mathbf{A}^{(i)}\) and \(\mathbf{b}^{(i)}\) differ from the start",
            "E3",
            lambda lab: lab.bias.outputs_stay_identical(),
        ),
        Statement(
            "F9",
            r"The \(c^{(i)}\) are a regulariser like weight decay",
            False,
            r"A regulariser adds a penalty to the loss; \(c^{(i)}\) is added to the output",
            "D",
        ),
        Statement(
            "F10",
            r"\(c^{(i)}\) decides whether \(y_i\) is of degree 1 or 2 in \(\mathbf{x}\)",
            False,
            r"That is decided by \(\lambda\) and \(\mathbf{A}^{(i)}\); a constant does not change the degree",
            "E0",
            lambda lab: lab.bias.decides_the_degree(),
        ),
    )

    prelude = QUADRATIC_LAYER

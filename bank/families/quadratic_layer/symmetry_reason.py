"""Why the matrices of a quadratic layer are symmetric, and what would happen if they were not."""

from __future__ import annotations

from bank.authoring import Statement, StatementPool
from bank.families.quadratic_layer import QUADRATIC_LAYER


class SymmetryReason(StatementPool):
    r"""Statements about the constraint that A is symmetric.

    The exam's own reason, that the matrix becomes unique, is T3 and T5; its remark that parameters would grow is F6.

    >>> SymmetryReason(statements=("T3", "F1", "F2", "F6"), polarity="which").solve()
    {'T3': True, 'F1': False, 'F2': False, 'F6': False}
    """

    title = "Quadratic layer: why the matrices are symmetric"
    source = ("2c",)
    points = 2
    tiers = ("exact", "numeric")
    about = r"about the constraint that the \(\mathbf{A}^{(i)}\) are symmetric"
    conflicts = (
        frozenset({"T1", "T2", "F5"}),
        frozenset({"T3", "T5"}),
        frozenset({"T7", "F6"}),
        frozenset({"T4", "F9"}),
        frozenset({"F3", "F7"}),
    )

    pool = (
        Statement(
            "T1",
            r"For every square \(\mathbf{A}\) the quadratic form \(\mathbf{x}^\top \mathbf{A} \mathbf{x}\) equals "
            r"that of \((\mathbf{A} + \mathbf{A}^\top)/2\)",
            True,
            r"A number is its own transpose, so \(\mathbf{x}^\top \mathbf{A} \mathbf{x} = \mathbf{x}^\top "
            r"\mathbf{A}^\top \mathbf{x}\)",
            "E0",
            lambda lab: lab.symmetry.equals_its_symmetric_part(),
        ),
        Statement(
            "T2",
            r"An antisymmetric \(\mathbf{A}\) gives \(\mathbf{x}^\top \mathbf{A} \mathbf{x} = 0\) for all "
            r"\(\mathbf{x}\)",
            True,
            r"Transposing gives \(\mathbf{x}^\top \mathbf{A} \mathbf{x} = -\mathbf{x}^\top \mathbf{A} \mathbf{x}\)",
            "E0",
            lambda lab: lab.symmetry.vanishes_where_antisymmetric(),
        ),
        Statement(
            "T3",
            r"Without the constraint \(\mathbf{A}^{(i)}\) is not uniquely determined by the function of the layer",
            True,
            "Any antisymmetric matrix can be added without changing the function",
            "E0",
            lambda lab: lab.symmetry.is_ambiguous_without_it(),
        ),
        Statement(
            "T4",
            r"The constraint removes \(N \cdot M(M-1)/2\) redundant parameters",
            True,
            r"In each of the \(N\) matrices the entries above the diagonal repeat those below",
            "E0",
            lambda lab: lab.symmetry.removes_redundancy(),
        ),
        Statement(
            "T5",
            r"With symmetric matrices and \(\lambda \ne 0\), layers with equal functions have equal "
            r"\(\mathbf{A}^{(i)}\)",
            True,
            r"The Hessian of \(y_i\) is \(2 \lambda \mathbf{A}^{(i)}\), so the function determines the matrix",
            "E0",
            lambda lab: lab.symmetry.is_unique_with_it(),
        ),
        Statement(
            "T6",
            r"For one sample, the gradient of the loss with respect to an unconstrained \(\mathbf{A}^{(i)}\) is "
            r"\(\lambda \frac{\partial L}{\partial y_i} \mathbf{x} \mathbf{x}^\top\) and hence symmetric",
            True,
            r"\(\partial (\mathbf{x}^\top \mathbf{A} \mathbf{x}) / \partial A_{jk} = x_j x_k\), which is the same for "
            r"\(A_{kj}\)",
            "E1",
            lambda lab: lab.symmetry.has_gradient_of_outer_products(),
        ),
        Statement(
            "T7",
            r"Plain gradient descent on an unconstrained \(\mathbf{A}^{(i)}\) never changes its antisymmetric part",
            True,
            "Every gradient is symmetric, so every step is",
            "E1",
            lambda lab: lab.symmetry.survives_descent(),
        ),
        Statement(
            "T8",
            r"With L2 weight decay, gradient descent on an unconstrained \(\mathbf{A}^{(i)}\) shrinks its "
            "antisymmetric part geometrically",
            True,
            r"The loss does not touch that part, and weight decay \(w\) multiplies it by \(1 - \eta w\) in each step",
            "E1",
            lambda lab: lab.symmetry.decays_geometrically(),
        ),
        Statement(
            "T9",
            "The constraint does not reduce the set of functions that the layer can represent",
            True,
            r"Every function of a matrix \(\mathbf{A}\) is that of its symmetric part \((\mathbf{A} + "
            r"\mathbf{A}^\top)/2\)",
            "E0",
            lambda lab: lab.symmetry.keeps_every_function(),
        ),
        Statement(
            "T10",
            r"\(\partial y_i / \partial \mathbf{x} = 2 \lambda \mathbf{A}^{(i)} \mathbf{x} + \mathbf{b}^{(i)}\) "
            r"relies on the symmetry; in general it is \(\lambda (\mathbf{A}^{(i)} + {\mathbf{A}^{(i)}}^\top) "
            r"\mathbf{x} + \mathbf{b}^{(i)}\)",
            True,
            r"The product rule differentiates both factors \(\mathbf{x}\), and gives \(\mathbf{A} \mathbf{x}\) and "
            r"\(\mathbf{A}^\top \mathbf{x}\)",
            "E1",
            lambda lab: lab.symmetry.needs_symmetry_for_twice_ax(),
        ),
        Statement(
            "F1",
            r"Without symmetry \(\mathbf{x}^\top \mathbf{A} \mathbf{x}\) would not be a scalar",
            False,
            r"A row times a square matrix times a column is \(1 \times 1\) for every square \(\mathbf{A}\)",
            "E0",
            lambda lab: lab.symmetry.gives_no_scalar_without_it(),
        ),
        Statement(
            "F2",
            r"If \(\mathbf{A}^{(i)}\) had no real eigenvalues, the forward pass would produce complex numbers",
            False,
            "The forward pass adds and multiplies real numbers; it computes no eigenvalues",
            "E0",
            lambda lab: lab.symmetry.gives_complex_numbers(),
        ),
        Statement(
            "F3",
            r"Symmetry makes each \(y_i\) a convex function of \(\mathbf{x}\)",
            False,
            r"That needs \(\lambda \mathbf{A}^{(i)}\) to be positive semidefinite; \(\mathrm{diag}(1, -1)\) is "
            "symmetric and bends both ways",
            "E0",
            lambda lab: lab.symmetry.makes_outputs_convex(),
        ),
        Statement(
            "F4",
            "Non-symmetric matrices would make the layer strictly more expressive",
            False,
            "Each of them has the form of a symmetric matrix, its symmetric part",
            "E0",
            lambda lab: lab.symmetry.costs_functions(),
        ),
        Statement(
            "F5",
            r"\(\mathbf{x}^\top \mathbf{A} \mathbf{x}\) differs from its transpose if \(\mathbf{A}\) is not symmetric",
            False,
            "It is a number, and a number is its own transpose",
            "E0",
            lambda lab: lab.symmetry.differs_from_its_transpose(),
        ),
        Statement(
            "F6",
            r"Gradient descent on an unconstrained \(\mathbf{A}^{(i)}\) makes its antisymmetric part grow without "
            "bound",
            False,
            "The gradient is symmetric, so descent leaves that part as it was",
            "E1",
            lambda lab: lab.symmetry.grows_in_descent(),
        ),
        Statement(
            "F7",
            "A symmetric matrix is always invertible",
            False,
            "The zero matrix is symmetric",
            "E0",
            lambda lab: lab.symmetry.is_always_invertible(),
        ),
        Statement(
            "F8",
            r"Backpropagation through \(\mathbf{x}^\top \mathbf{A} \mathbf{x}\) is impossible for non-symmetric "
            r"\(\mathbf{A}\)",
            False,
            r"The derivative \((\mathbf{A} + \mathbf{A}^\top) \mathbf{x}\) exists for every square \(\mathbf{A}\)",
            "E1",
            lambda lab: lab.symmetry.blocks_backpropagation(),
        ),
        Statement(
            "F9",
            r"Symmetry halves the number of free entries of \(\mathbf{A}^{(i)}\) exactly, from \(M^2\) to \(M^2/2\)",
            False,
            r"The diagonal is not repeated: \(M(M+1)/2\) entries remain",
            "E0",
            lambda lab: lab.symmetry.halves_the_entries(),
        ),
        Statement(
            "F10",
            "Symmetry makes the layer equivariant to permutations of the inputs",
            False,
            "Symmetry ties two entries of one matrix, not the weights of different inputs",
            "E1",
            lambda lab: lab.symmetry.is_equivariant(),
        ),
    )

    prelude = QUADRATIC_LAYER

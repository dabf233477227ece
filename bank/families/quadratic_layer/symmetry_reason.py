"""Why the matrices of a quadratic layer are symmetric, and what would happen if they were not."""

from __future__ import annotations

from bank.authoring import StatementPool
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
    prelude = QUADRATIC_LAYER

    checks = {
        "T1": lambda lab: lab.symmetry.equals_its_symmetric_part(),
        "T2": lambda lab: lab.symmetry.vanishes_where_antisymmetric(),
        "T3": lambda lab: lab.symmetry.is_ambiguous_without_it(),
        "T4": lambda lab: lab.symmetry.removes_redundancy(),
        "T5": lambda lab: lab.symmetry.is_unique_with_it(),
        "T6": lambda lab: lab.symmetry.has_gradient_of_outer_products(),
        "T7": lambda lab: lab.symmetry.survives_descent(),
        "T8": lambda lab: lab.symmetry.decays_geometrically(),
        "T9": lambda lab: lab.symmetry.keeps_every_function(),
        "T10": lambda lab: lab.symmetry.needs_symmetry_for_twice_ax(),
        "F1": lambda lab: lab.symmetry.gives_no_scalar_without_it(),
        "F2": lambda lab: lab.symmetry.gives_complex_numbers(),
        "F3": lambda lab: lab.symmetry.makes_outputs_convex(),
        "F4": lambda lab: lab.symmetry.costs_functions(),
        "F5": lambda lab: lab.symmetry.differs_from_its_transpose(),
        "F6": lambda lab: lab.symmetry.grows_in_descent(),
        "F7": lambda lab: lab.symmetry.is_always_invertible(),
        "F8": lambda lab: lab.symmetry.blocks_backpropagation(),
        "F9": lambda lab: lab.symmetry.halves_the_entries(),
        "F10": lambda lab: lab.symmetry.is_equivariant(),
    }

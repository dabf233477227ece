"""Why the matrices of a quadratic layer are symmetric, and what would happen if they were not."""

from __future__ import annotations

from bank.authoring import StatementPool
from bank.families.quadratic_layer import QUADRATIC_LAYER


class SymmetryReason(StatementPool):
    r"""Statements about the constraint that A is symmetric, and about layers without it.

    The exam's own reason, that the matrix becomes unique, is T3 and T4; its remark that parameters would grow is a row
    of F13.

    >>> SymmetryReason(statements=("T4", "F1", "F20.1", "F34"), polarity="which").solve()
    {'T4': True, 'F1': False, 'F20.1': False, 'F34': False}
    """

    title = "Quadratic layer: why the matrices are symmetric"
    source = ("2c",)
    points = 2
    prelude = QUADRATIC_LAYER

    checks = {
        "1": lambda lab: lab.forms.are_those_of_the_transpose(),
        "2": lambda lab, a, b, c, d, p, q, value, **_: lab.forms.value([[a, b], [c, d]], (p, q)) == value,
        "3": lambda lab: not lab.forms.determine("any"),
        "4": lambda lab: lab.forms.determine("symmetric"),
        "5": lambda lab, M, N, count, **_: lab.symmetry.saves(M, N) == count,
        "6": lambda lab, M, count, **_: lab.symmetry.free_entries(M) == count,
        "7": lambda lab, a, b, c, d, entry, **_: lab.symmetry.symmetric_matrix([[a, b], [c, d]])[0][1] == entry,
        "8": lambda lab, lam, factor, entry, **_: lab.symmetry.factor_of_the_product(lam, entry) == factor,
        "9": lambda lab: lab.symmetry.has_symmetric_gradients(),
        "10": lambda lab, lam, p, q, g, value, **_: lab.symmetry.by_an_entry("full", lam, p, q, g) == value,
        "11": lambda lab, lam, p, q, g, value, **_: lab.symmetry.by_an_entry("symmetric", lam, p, q, g) == value,
        "12": lambda lab, a, b, c, value, **_: lab.symmetry.follows(a, b, c, value),
        "13": lambda lab, method, does: lab.symmetry.fate_of_the_rest(method) == does,
        "14": lambda lab: lab.symmetry.stays_symmetric(),
        "15": lambda lab, eta, w, factor, **_: lab.symmetry.decays_by(eta, w, factor),
        "16": lambda lab, lam, a, b, c, d, p, q, value, **_: lab.symmetry.slope(lam, [[a, b], [c, d]], (p, q)) == value,
        "17": lambda lab: not lab.symmetry.has_slope_of_twice_ax("full"),
        "18": lambda lab: lab.symmetry.has_symmetric_hessians(),
        "19": lambda lab, a, b: lab.forms.are_real_by_eigenvalues([[a, -b], [b, a]]),
        "20": lambda lab, lam, a, b, d, **_: lab.forms.bend_upwards(lam, [[a, b], [b, d]]),
        "21": lambda lab: lab.forms.are_regular_at_times(),
        "22": lambda lab, what, **_: lab.forms.keep(what),
        "23": lambda lab, order, **_: lab.forms.are_substituted(order),
        "24": lambda lab, a, b, d: lab.forms.ignore_an_exchange([[a, b], [b, d]]),
        "25": lambda lab, terms, **_: lab.forms.combine_to_symmetric_ones(terms),
        "26": lambda lab, order, factor, **_: lab.forms.reach_every_symmetric_one(order, factor),
        "27": lambda lab: lab.symmetry.ignores_its_matrices(lam=0.0),
        "28": lambda lab: lab.forms.are_the_same_functions("any"),
        "29": lambda lab: lab.symmetry.is_differentiated_rightly(),
        "30": lambda lab, kind, **_: lab.forms.determine(kind),
        "31": lambda lab, kind, **_: lab.forms.are_the_same_functions(kind),
        "32": lambda lab, k: lab.forms.ignore_the_antisymmetric_part(k),
        "T33": lambda lab: lab.forms.have_squares("least"),
        "F33": lambda lab: lab.forms.have_squares("largest"),
        "T34": lambda lab: lab.forms.lose_their_mixed_products(outputs=1),
        "F34": lambda lab: lab.forms.lose_their_mixed_products(outputs=2),
        "35": lambda lab, u, v, rank, **_: lab.forms.rank_of_a_product(u, v) == rank,
    }

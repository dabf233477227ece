"""What the scalar c of a quadratic layer is, and what it is not."""

from __future__ import annotations

from bank.authoring import StatementPool, Trained
from bank.families.quadratic_layer import QUADRATIC_LAYER

SECONDS = 5.0  # of the paired trainings
ROUNDING = 1e-12


class BiasRole(StatementPool):
    """Statements about the bias of a quadratic layer.

    >>> question = BiasRole(statements=("T8.1", "F2.1", "F12.1", "F29"), polarity="which")
    >>> question.solve(), list(question.refusals("single_choice"))
    ({'T8.1': True, 'F2.1': False, 'F12.1': False, 'F29': False}, [])
    """

    title = "Quadratic layer: the role of the scalar c"
    source = ("2b",)
    points = 2
    prelude = QUADRATIC_LAYER

    checks = {
        "1": lambda lab, k, factor, **_: lab.bias.growth_of_the_addition(k) == factor,
        "2": lambda lab, lam, c, value: lab.bias.output_at_zero(c, lam) == value,
        "3": lambda lab, lam, j, i, x1, x2, value: lab.bias.derivative(lam, j, i, x1, x2) == value,
        "4": lambda lab, g, x1, x2, value: lab.bias.gradient(g, x1, x2) == value,
        "5": lambda lab, g1, g2, g3, how, value: (
            abs(lab.bias.gradient_of_a_batch([g1, g2, g3], how) - value) <= ROUNDING
        ),
        "6": lambda lab, moves, stays, **_: (
            lab.bias.hessian_changes_with(moves) and not lab.bias.hessian_changes_with(stays)
        ),
        "7": lambda lab, value, **numbers: lab.parabolas.slope(**numbers) == value,
        "8": lambda lab, M, N, count: lab.bias.adds(M, N) == count,
        "9": lambda lab, mode, rise: lab.biased_nets.batch_norm_hides(mode, rise),
        "10": lambda lab, follows, raised, rise, **_: lab.biased_nets.hides(follows, raised, rise),
        "11": lambda lab, q, p, h, c, corner: lab.parabolas.is_form((q, p, c), ((q, h), (h, corner))),
        "12": lambda lab, weight, bias, **_: lab.bias.is_linear_with(weight, bias),
        "T13": Trained("bias training", SECONDS, lambda lab: lab.bias.may_start_at_zero("random")),
        "F13": Trained("bias training from zero", SECONDS, lambda lab: lab.bias.may_start_at_zero("zero")),
        "14": lambda lab, eta, g, c, value: abs(lab.bias.after_one_step(c, g, eta) - value) <= ROUNDING,
        "15": lambda lab, eta, decay, c, value: abs(lab.bias.after_one_step(c, 0, eta, decay) - value) <= ROUNDING,
        "16": lambda lab, name, **_: lab.bias.stays_quadratic_without(name),
        "17": lambda lab, rise, right, up, **_: lab.parabolas.moves(rise, right, up),
        "18": lambda lab, p, factor, q, **_: not lab.bias.stays_in(p, factor, q),
        "19": lambda lab, c, **_: lab.biased_nets.relu_is_zero(c),
        "20": lambda lab, y, g, value: lab.biased_nets.gradient_before_relu(y, g) == value,
        "21": lambda lab, name, **_: lab.parabolas.stays_convex(name),
        "22": lambda lab, c, d, total: lab.parabolas.adds_up(c, d, total),
        "23": lambda lab, place: lab.biased_nets.gradient_of_a_stack_changes(place),
        "24": lambda lab, b1, c1, b2, c2, c: lab.parabolas.follows((b1, c1), (b2, c2), c),
        "25": lambda lab, k, A, b, factor, **_: lab.parabolas.undoes_scaling(k, A, b, factor),
        "26": lambda lab, **numbers: lab.parabolas.shifted(**numbers),
        "27": lambda lab, r1, r2, r3, error, c, **_: lab.parabolas.fits_best((r1, r2, r3), error, c),
        "28": lambda lab, a, x1, x2, value: lab.bias.curvature_of_the_loss(a, x1, x2) == value,
        "T29": lambda lab: lab.biased_nets.boundary_changes() == (False, True),
        "F29": lambda lab: lab.biased_nets.boundary_changes() == (True, False),
        "30": lambda lab, k, factor, c: lab.bias.scales(c, k, factor),
        "31": lambda lab, moves, stays, **_: (
            lab.bias.changes_in_training(moves) and not lab.bias.changes_in_training(stays)
        ),
        "32": lambda lab, N, total: abs(lab.biased_nets.sum_of_gradients(N) - total) <= ROUNDING,
        "33": lambda lab, factor, name, **_: lab.biased_nets.softmax_grows(factor, name),
        "34": lambda lab, constant, c, entry: lab.bias.is_replaced(constant, c, entry),
    }

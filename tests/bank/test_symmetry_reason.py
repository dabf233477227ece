"""The pool about symmetric matrices: its checks notice what is off, and its reasons name what is right."""

import pytest
import torch

from bank.families.quadratic_layer.symmetry_reason import SymmetryReason
from bank.lab import Lab, symmetry

CLAIMS = {  # the hole of a pair with what its sentence claims
    **dict.fromkeys(("2", "10", "11", "12", "16"), "value"),
    **dict.fromkeys(("5", "6"), "count"),
    **dict.fromkeys(("7", "8"), "entry"),
    "15": "factor",
    "35": "rank",
}
CLAIMING = [one for one in SymmetryReason.pool if one.form[1:] in CLAIMS]
DECIDING = [  # statements, and what they would give away
    ("T10", "F11"),
    ("T1", "F28"),
    ("T2", "F31"),
    ("T9", "F13"),
    ("T12", "F14"),
    ("T16", "F17"),
    ("T35", "F21"),
    ("T3", "F33"),
]


@pytest.fixture(scope="module")
def lab():
    return Lab(0)


@pytest.mark.parametrize("statement", [one for one in CLAIMING if one.true], ids=lambda one: one.id)
def test_a_number_that_is_off_is_refuted(lab, statement):
    check, hole = statement.check, CLAIMS[statement.form[1:]]
    claimed = check.keywords[hole]
    assert not any(check(lab, **{hole: wrong}) for wrong in (claimed + 1, claimed - 1, 2 * claimed, -claimed))


@pytest.mark.parametrize("statement", CLAIMING, ids=lambda one: one.id)
def test_a_reason_names_the_number_that_is_right(statement):
    values = statement.check.keywords
    if "right" in values:
        assert (values["right"] == values[CLAIMS[statement.form[1:]]]) is statement.true


def test_a_matrix_that_is_called_convex_or_not_has_the_reason_that_is_given():
    for one in SymmetryReason.forms()["T20"]:
        v = one.check.keywords
        assert v["a"] * v["d"] - v["b"] ** 2 == v["det"] > 0
        assert v["lam"] * (v["a"] + v["d"]) > 0
    for one in SymmetryReason.forms()["F20"]:
        v = one.check.keywords
        form = v["a"] * v["p"] ** 2 + 2 * v["b"] * v["p"] * v["q"] + v["d"] * v["q"] ** 2
        assert v["lam"] * form == v["bend"] < 0


def test_a_number_that_is_wrong_in_one_row_is_right_in_another():
    for pair in ("2", "5", "7", "10", "11", "12", "15", "16", "35"):
        true, false = (
            {one.check.keywords[CLAIMS[pair]] for one in SymmetryReason.forms()[f"{side}{pair}"]} for side in "TF"
        )
        assert true & false


@pytest.mark.parametrize(("one", "other"), DECIDING)
def test_a_statement_never_meets_one_that_it_decides(one, other):
    rivals, forms = SymmetryReason.rivals(), SymmetryReason.forms()
    assert all(then.id in rivals[first.id] for first in forms[one] for then in forms[other])


class Lopsided(torch.optim.SGD):
    """Moves the entries above the diagonal further than those below."""

    def step(self, closure=None):
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.dim() == 3:
                    parameter.grad = parameter.grad + parameter.grad.triu(1)
        return super().step(closure)


def test_a_training_that_moves_the_antisymmetric_part_is_noticed(monkeypatch):
    monkeypatch.setitem(symmetry.METHODS, "lopsided", lambda parameters: Lopsided(parameters, lr=symmetry.RATE))
    assert Lab(0).symmetry.fate_of_the_rest("lopsided") in ("enlarges", "reduces")
    monkeypatch.setattr(torch.optim, "SGD", Lopsided)
    lab = Lab(0)
    assert not lab.symmetry.stays_symmetric()
    assert not lab.symmetry.decays_by(0.5, 0.2, 0.9)
    assert not lab.symmetry.follows(5, 1, 9, 5)


def test_an_entry_that_does_not_get_there_is_no_measurement(lab):
    with pytest.raises(ArithmeticError, match="has not come to"):
        lab.symmetry.follows(5, 1, 1000, 5)

"""A formula is proven where it gives what was measured, and what tempts is refuted there."""

import pytest

from bank import registry
from bank.authoring import Evidence, Measurement, Point
from bank.authoring.formulas import proven
from bank.lab import Lab

OWN = Evidence("confirmed", "numeric", "a product", 6, 6.0, 1e-9)
POINTS = [
    Point({"a": a, "b": b, **more}, Measurement(float(a * b), 1e-9)) for a, b, more in ((2, 3, {"c": 1}), (2, 2, {}))
]


def test_a_formula_that_agrees_at_every_point_is_confirmed_and_the_others_refuted():
    found = proven("a*b", ["a + b", "a*b*c + c"], POINTS, OWN)
    assert (found.verdict, found.measured) == ("confirmed", "agrees at 2 of 2 points")
    assert [mistake["verdict"] for mistake in found.distractors] == ["refuted", "refuted"]


@pytest.mark.parametrize(("text", "wrong"), [("a + b", []), ("a*b", ["b*a"]), ("a*b", ["a*b*c"])])
def test_a_formula_is_not_confirmed_where_it_disagrees_once_or_a_wrong_one_never_does(text, wrong):
    assert proven(text, wrong, POINTS, OWN).verdict == "refuted"


@pytest.mark.parametrize(
    ("name", "family"),
    [(name, family) for name, family in registry.all_families().items() if "expression" in family.kinds],
)
def test_the_lab_refutes_the_formulas_that_tempt(name, family):
    questions = [family.draw(family.rng(seed), "expression") for seed in range(5)]
    for question, evidence in zip(questions, family.prove(Lab(0), [("expression", q) for q in questions]), strict=True):
        assert evidence.verdict == "confirmed"
        assert [mistake["value"] for mistake in evidence.distractors] == [text for text, _ in question.formula().wrong]

"""Two formulas are the same where they agree at points that their letters may stand for."""

import json

import pytest

from bank import registry
from bank.kinds import grading
from bank.notation.expression import parse
from bank.notation.expression.comparing import ENOUGH, Domain, Real, Values, Whole, points_of, same

REAL = Domain.of({"x": Real(-10, 10), "y": Real(-10, 10)})
SHRINKING = Domain.of({"eta": Real(0, 2), "lam": Real(0, 50), "k": Whole(1, 12), "c": Real(-10, 10)}, [("eta", "lam")])
QUESTIONS = {
    (name, seed): family.draw(family.rng(seed), "expression")
    for name, family in registry.all_families().items()
    if "expression" in family.kinds
    for seed in range(12)
}


def private_of(name, seed):
    return json.loads(registry.get(name).draft(seed, "expression").private)


def agree(one, other, domain):
    letters = [name for name, _ in domain.letters]
    return same(Values(parse(one, letters), domain), Values(parse(other, letters), domain))


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("(x+y)^2", "x^2 + 2*x*y + y^2", True),
        ("x/x", "1", True),
        ("ln(x^2)", "2*ln(abs(x))", True),
        ("sqrt(x)^2", "x", True),
        ("sqrt(x^2)", "x", False),
        ("abs(x)", "x", False),
        ("exp(ln(x) + ln(y))", "x*y", True),
        ("(x^2 - y^2)/(x - y)", "x + y", True),
        ("x^2", "x^2 + 1e-4", False),
        ("x", "y", False),
        ("1/(x-x)", "1/(x-x)", None),
        ("ln(-x^2)", "x", None),
    ],
)
def test_formulas_are_compared_by_their_values(one, other, equal):
    assert agree(one, other, REAL) is equal


@pytest.mark.parametrize("way", ["c*exp(k*ln(1-eta*lam))", "c/(1/(1-eta*lam))^k", "c*(1-lam*eta)^(k-1)*(1-eta*lam)"])
def test_a_power_may_be_written_with_a_logarithm_where_its_base_is_positive(way):
    assert agree(way, "(1-eta*lam)^k*c", SHRINKING) is True


@pytest.mark.parametrize("wrong", ["c*abs(1-eta*lam)^k", "c*(1-eta*lam)^(k+1)", "c*(1-eta*lam)", "c*exp(-k*eta*lam)"])
def test_what_agrees_in_a_part_of_the_domain_is_wrong(wrong):
    assert agree(wrong, "(1-eta*lam)^k*c", SHRINKING) is False


def test_half_of_the_points_are_where_roots_and_logarithms_exist():
    for place, at in enumerate(points_of(SHRINKING)):
        assert SHRINKING.holds(at)
        assert isinstance(at["k"], int)
        assert place % 2 or (at["c"] > 0 and at["eta"] * at["lam"] < 1)
    assert len(points_of(SHRINKING)) >= 4 * ENOUGH
    assert min(at["c"] for at in points_of(SHRINKING)) < 0


def test_a_domain_is_stored_with_the_variant():
    assert Domain.load(SHRINKING.record()) == SHRINKING


def test_a_domain_in_which_no_point_lies_is_a_mistake_of_its_author():
    with pytest.raises(ValueError, match="hardly a point"):
        points_of(Domain.of({"x": Whole(2, 9)}, [("x",)]))


@pytest.mark.parametrize("key", QUESTIONS, ids=lambda key: f"{key[0]}-{key[1]}")
def test_the_numbers_of_a_question_lie_in_the_domain_of_its_formula(key):
    formula = QUESTIONS[key].formula()
    assert Domain.of(formula.domain, formula.below_one).holds(formula.at)


REWRITTEN = ("{0}", "({0})^2/({0})", "2*({0}) - ({0})", "-(-({0}))", "1/(1/({0}))")
WHERE_POSITIVE = ("exp(ln({0}))", "sqrt({0})*sqrt({0})", "(({0})^3)^(1/3)")


@pytest.mark.parametrize("key", QUESTIONS, ids=lambda key: f"{key[0]}-{key[1]}")
def test_the_key_is_right_however_it_is_written_and_no_named_mistake_is(key):
    question, private = QUESTIONS[key], private_of(*key)
    text = private["answer"]["expression"]
    judged = {way: grading.grade(private, {"expression": way.format(text)})["correct"] for way in REWRITTEN}
    assert judged == dict.fromkeys(REWRITTEN, True)
    assert False not in [grading.grade(private, {"expression": way.format(text)})["correct"] for way in WHERE_POSITIVE]
    for wrong, _ in question.formula().wrong:
        assert grading.grade(private, {"expression": wrong})["correct"] is False, wrong


def test_a_formula_without_values_is_kept_for_a_person():
    private = private_of("optimal_rate", 0)
    letter = private["shape"]["variables"][0]
    found = grading.grade(private, {"expression": f"ln(-{letter}) + 1"})
    assert (found["score"], found["correct"]) == (None, None)
    assert "rubric" not in found
    assert "could not be compared" in found["feedback"][0]["text"]


def test_a_variant_from_before_there_were_domains_is_compared_at_whole_numbers():
    private = {
        "kind": "expression",
        "points": 1,
        "shape": {"variables": ["M"]},
        "answer": {"expression": "M/2 + 1", "variables": ["M"]},
        "feedback": [],
    }
    assert grading.grade(private, {"expression": "(M+2)/2"})["correct"] is True
    assert grading.grade(private, {"expression": "M/2"})["correct"] is False

"""Both directions of the divergence: discrete models, Gaussians near mixtures, and what the fits have to show."""

import json
from collections import Counter
from decimal import Decimal, localcontext
from fractions import Fraction
from math import inf, isclose
from random import Random

import pytest

from bank import registry
from bank.authoring.pool import StatementPool
from bank.errors import BadParams
from bank.kinds import grading
from bank.lab import Lab
from bank.lab.laboratory import experiments
from bank.lab.mixture_acceptance import UNEQUAL
from bank.verification import Task, verify

CANDIDATES, FIT, DIRECTIONS = (registry.get(name) for name in ("kl_candidates", "kl_fit", "kl_directions"))
ROUNDING = 1e-10
DRAWS = 400
ILL_POSED = [
    (FIT, "fields", {"w": "1/2"}, "/params/w"),
    (FIT, "fields", {"s": 1}, "/params/s"),
    (FIT, "fields", {"m": 6, "s": 2}, "/params/m"),
    (FIT, "single_choice", {"curves": ["match", "light", "between", "wide"]}, "/params/curves"),
    (FIT, "fields", {"curves": ["match", "heavy", "between", "wide"]}, "/params/curves"),
    (CANDIDATES, "fields", {"p": ["1/2", "1/4", "1/8"]}, "/params/p"),
]


def drawn(family, kind, count=DRAWS):
    return [family.draw(family.rng(seed), kind) for seed in range(count)]


def divergence(a, b):
    """With fifty digits, from the fractions."""
    with localcontext() as context:
        context.prec = 50
        terms = [
            (Decimal(x.numerator) / x.denominator, Decimal(y.numerator) / y.denominator)
            for x, y in zip(a, b, strict=True)
        ]
        if any(x and not y for x, y in terms):
            return inf
        return float(sum(x * (x / y).ln() for x, y in terms if x))


def test_torch_finds_the_divergences_that_fifty_digits_give():
    asked = [(question.p, question.candidates) for question in drawn(CANDIDATES, "fields", 100)]
    for (p, candidates), found in zip(asked, Lab().discrete_kl.divergences(asked), strict=True):
        for q, forward, reverse in zip(candidates, found.forward, found.reverse, strict=True):
            assert isclose(forward, divergence(p, q), rel_tol=ROUNDING)
            assert isclose(reverse, divergence(q, p), rel_tol=ROUNDING)


def test_no_candidate_is_the_nearest_in_both_directions_and_each_is_as_often():
    keys = [question.solve() for question in drawn(CANDIDATES, "fields")]
    assert all(key["forward"] != key["reverse"] for key in keys)
    for field in ("forward", "reverse"):
        times = Counter(key[field] for key in keys)
        assert len(times) == 7
        assert all(0.5 / 7 <= count / DRAWS <= 1.5 / 7 for count in times.values())


def test_an_infinite_divergence_is_never_the_smallest():
    half, third = Fraction(1, 2), Fraction(1, 3)
    question = CANDIDATES(p=(half, Fraction(0), half), candidates=((third,) * 3, (1, 0, 0), (0, 1, 0)))
    assert question.solve() == {"forward": 1, "reverse": 2}


@pytest.mark.parametrize(("family", "kind", "params", "pointer"), ILL_POSED)
def test_what_has_no_fair_answer_is_refused(family, kind, params, pointer):
    with pytest.raises(BadParams) as refused:
        family.draft(1, kind, params)
    assert pointer in {problem.pointer for problem in refused.value.problems}


def test_the_heavier_component_wins_and_not_the_taller_one():
    lab = Lab()
    (fits,) = lab.mixture_fits.fits([tuple(UNEQUAL.values())])
    assert fits["reverse"]["mean"] == pytest.approx(-8, abs=0.01)
    assert fits["reverse"]["kl"] == pytest.approx(0.511, abs=1e-3)
    assert fits["reverse"]["named"]["right"] == pytest.approx(0.916, abs=1e-3)


def test_the_fits_meet_their_criteria():
    experiment = experiments()["kl_fits"]
    missed = [criterion.says for criterion in experiment.criteria(Lab(), experiment.seeds) if not criterion.met]
    assert not missed


def test_results_do_not_depend_on_what_stands_beside_them_in_a_stack():
    experiment = experiments()["kl_fits"]
    settings = [experiment.read(dict(zip("wmst", each, strict=True))) for each in [(0.3, 4, 1, 1), (0.7, 9, 2, 2)]]
    alone = [experiment.run(Lab(), [each])[0] for each in settings]
    for one, together in zip(alone, experiment.run(Lab(), settings), strict=True):
        for direction in ("forward", "reverse"):
            for name in ("mean", "sd", "kl"):
                assert one[direction][name] == pytest.approx(together[direction][name], rel=1e-6)


def test_the_key_of_a_choice_is_the_curve_with_the_smallest_divergence():
    tasks = [
        Task("single_choice", question.to_json(), seed) for seed, question in enumerate(drawn(FIT, "single_choice", 4))
    ]
    for task, judged in zip(tasks, verify(Lab(), "kl_fit", tasks), strict=True):
        (check,) = judged.evidence["checks"]
        assert judged.verdict == "confirmed"
        assert check["measured"] == judged.evidence["claimed"]
        private = json.loads(judged.finished.private)
        letter = "abcd"["ABCD".index(check["measured"])]
        assert grading.grade(private, {"choice": letter})["correct"], task


def test_the_figure_of_a_question_for_numbers_shows_the_data_alone():
    question = drawn(FIT, "fields", 1)[0]
    (kept,) = Lab().results("kl_fits", [question.run().settings])
    assert set(question.shown(kept.value).series) == {"x", "p"}


@pytest.mark.parametrize("seed", [0, 7])
def test_each_statement_is_what_the_lab_finds_and_its_twin_is_not(seed):
    lab = Lab(seed=seed)
    measured = [statement for statement in DIRECTIONS.pool if statement.check]
    assert len(measured) > 100
    assert [statement.id for statement in measured if statement.check(lab) is not statement.true] == []


def test_the_open_question_rests_on_true_statements():
    assert issubclass(DIRECTIONS, StatementPool)
    question = DIRECTIONS.draw(Random("text"), "text")
    assert all(question.solve().values())
    assert sum(criterion.points for criterion in DIRECTIONS.essay.rubric) == DIRECTIONS.points

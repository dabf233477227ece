"""How many questions a family says it has, held against the questions that it draws.

Of few questions every one is found: drawn at least once on average, a question is missing less often than seen exactly
once. So the number is exact where none was seen only once, and off by chance at most where some were.

Of many questions a sample shows one side: n draws among S questions coincide in at least n(n - 1)/(2 S) pairs on
average, however uneven they are, so that fewer pairs refute a number that is too small. That it is not far too large is
tried roughly: a family that has thousands shows hundreds.
"""

import json
from collections import Counter
from math import comb, sqrt
from pathlib import Path
from random import Random

import pytest

from bank import catalogue, families, registry, spaces
from bank.authoring.parameters import TRIED
from bank.catalogue import SMALL

ROUNDS = 30  # draws for each of few questions
SAMPLE = 3000  # draws among many
SIGMAS = 4
FAMILIES = registry.all_families()
ASKED = [(name, kind) for name, family in FAMILIES.items() for kind in family.kinds]
FEW = [(name, kind) for name, kind in ASKED if (FAMILIES[name].space(kind) or TRIED + 1) <= TRIED]
MANY = [asked for asked in ASKED if asked not in FEW]


def drawn(name, kind, count):
    rng = Random(f"the space of {name}")
    return (FAMILIES[name].draw(rng, kind) for _ in range(count))


def seen(name, kind, count):
    return Counter(question.identity(kind) for question in drawn(name, kind, count))


def is_met(claimed, times):
    """Whether no more questions were seen than claimed, and no more are missing than chance leaves out."""
    once = sum(count == 1 for count in times.values())
    return 0 <= claimed - len(times) <= once + SIGMAS * sqrt(once)


def is_large_enough(claimed, times):
    """Whether as many pairs of draws coincide as must among so many questions."""
    pairs = sum(comb(count, 2) for count in times.values())
    least = comb(times.total(), 2) / claimed
    return pairs >= least - SIGMAS * sqrt(least)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "kind"), FEW)
def test_few_questions_are_all_found(name, kind):
    claimed = FAMILIES[name].space(kind)
    assert is_met(claimed, seen(name, kind, max(SAMPLE, ROUNDS * claimed)))


@pytest.mark.parametrize(("name", "kind"), MANY)
def test_many_questions_coincide_as_often_as_they_must(name, kind):
    claimed, times = FAMILIES[name].space(kind), seen(name, kind, SAMPLE)
    assert len(times) > TRIED / 10
    assert claimed is None or is_large_enough(claimed, times)


def test_a_wrong_number_is_found_out():
    few = seen("momentum_steps_ratio", "numeric", SAMPLE)
    assert [claimed for claimed in range(60, 76) if is_met(claimed, few)] == [68]
    assert not is_large_enough(10 * TRIED, seen("quadratic_gradient_x", "fields", SAMPLE))


def answer_of(question):
    """Of a question about a run, with the result that is made up."""
    run = question.run()
    return (question.knowing(run.specimen) if run else question).solve()


@pytest.mark.parametrize(("name", "kind"), ASKED)
def test_one_question_has_one_answer(name, kind):
    answers = {}
    for question in drawn(name, kind, SAMPLE // 10):
        answer = question.formula().text if kind == "expression" else answer_of(question)
        assert answers.setdefault(question.identity(kind), answer) == answer


@pytest.mark.parametrize(
    ("name", "kind", "count"),
    [
        ("quadratic_layer_ratio", "expression", 138),
        ("quadratic_gradient_A", "expression", 234),
        ("quadratic_layer_module", "single_choice", 673),
        ("gradient_errata", "single_choice", 2288 + 816 + 816 + 992 + 4192),  # by the lines that are shown
        ("quadratic_layer_linearity", "multiple_choice", 169719),  # layer by layer, in the tests of the family
        ("momentum_steps_ratio", "numeric", 68),
        ("gd_step", "expression", (270 * 9 + 1) * 24),  # rows, entries of b or none; along an eigenvector; letters
        ("optimal_rate", "expression", 26),
        ("modes_on_circle", "numeric", 9 * 21 + 2350 + 9 * 26 * 12),  # distance, error, radius
        ("linear_gaussian_elbo", "fields", 6 * 5 * 8 * 7 * 7),  # fair or not, as the next two
        # a mean and a variance a dimension, ten weights; two Gaussians with other means and variances
        ("gaussian_kl", "numeric", 266**4 + 11 * (266 + 266**2 + 266**3) + 2 * (58 * 42 + (58 * 42) ** 2)),
        ("linear_beta_vae", "fields", 63257),  # setting by setting, in the tests of the family
    ],
)
def test_questions_that_were_counted_by_hand(name, kind, count):
    assert FAMILIES[name].space(kind) == count


def test_what_the_answer_does_not_depend_on_makes_no_other_question():
    ratio, degree = FAMILIES["quadratic_layer_ratio"], FAMILIES["quadratic_stack_degree"]
    shared = {"M": 6, "r": None, "ask": "ratio", "letters": "MN"}
    sizes = [{"N": N, "layer": layer} | shared for layer in ("sym", "lam") for N in (5, 7)]
    assert len({ratio.from_json(params).identity("numeric") for params in sizes}) == 3
    asked = [{"ask": ask, "M": M} for ask in ("degree", "coefficients") for M in (2, 3)]
    stacks = [{"lambdas": [1, 0], "widths": None} | each for each in asked]
    assert len({degree.from_json(params).identity("numeric") for params in stacks}) == 3


def test_a_count_that_a_reader_of_json_would_round_is_null_and_bounded(monkeypatch):
    monkeypatch.setattr(catalogue, "space", lambda family, kind: 2**53 + 1)
    entry = catalogue.entry.__wrapped__(FAMILIES["quadratic_layer_ratio"])
    assert (entry["space"], set(entry["spaces"].values()), entry["unbounded"]) == (None, {None}, False)


def test_the_catalogue_names_the_kinds_with_few_questions():
    for family in FAMILIES.values():
        entry = catalogue.entry(family)
        few = [kind for kind, space in entry["spaces"].items() if space is not None and space < SMALL]
        assert entry["small"] == few
        assert entry["space"] == entry["spaces"][family.kinds[0]]
        assert {family.space(kind) is None for kind in family.kinds} == {entry["unbounded"]}
    assert catalogue.entry(FAMILIES["optimal_rate"])["small"] == ["expression", "text"]


def test_what_is_written_down_is_what_is_counted_and_nothing_else_is_believed(monkeypatch):
    written = json.loads((Path(families.__path__[0]) / spaces.SPACES).read_text())
    assert written == spaces.counted_now(FAMILIES.values())
    assert all(spaces.space(FAMILIES[name], kind) == FAMILIES[name].space(kind) for name, kind in ASKED)
    family = FAMILIES["gd_rate"]
    monkeypatch.setattr(family, "version", lambda: "of tomorrow")
    monkeypatch.setattr(family, "space", lambda kind: 7)
    assert spaces.space.__wrapped__(family, "numeric") == 7

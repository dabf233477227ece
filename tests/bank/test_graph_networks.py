"""Aggregators of neighbours: each one permuted in the lab, and drawn so that guessing does not pay."""

import json
from collections import Counter
from itertools import combinations

import pytest

from bank.errors import BadParams
from bank.families.graph_networks.permutation_invariant_aggregators import (
    AGGREGATORS,
    INVARIANT,
    PermutationInvariantAggregators,
)
from bank.lab import Lab
from bank.lab.aggregation import AGGREGATORS as BUILT


def drawn(count):
    return [PermutationInvariantAggregators.draft(seed) for seed in range(count)]


def test_the_lab_builds_every_aggregator_that_is_asked_about():
    assert set(BUILT) == set(AGGREGATORS)


@pytest.mark.parametrize("name", AGGREGATORS)
def test_permuting_the_neighbours_tells_which_aggregators_are_invariant(name):
    assert [Lab(seed).aggregation.is_invariant(name) for seed in range(3)] == [name in INVARIANT] * 3


def test_one_two_or_three_options_are_right_about_equally_often():
    counts = Counter(len(json.loads(variant.private)["answer"]["choices"]) for variant in drawn(600))
    assert set(counts) == {1, 2, 3}
    assert max(counts.values()) <= 0.40 * 600


def test_the_space_is_the_number_of_fair_sets():
    fair = 0
    for names in combinations(AGGREGATORS, 4):
        fair += not list(PermutationInvariantAggregators(aggregators=names).refusals("multiple_choice"))
    assert fair == PermutationInvariantAggregators.space("multiple_choice")


def test_no_two_options_of_a_question_decide_one_another():
    with pytest.raises(BadParams):
        PermutationInvariantAggregators.draft(1, None, {"aggregators": ["lstm", "gru", "sum", "first"]})


def test_options_that_are_all_invariant_are_refused():
    with pytest.raises(BadParams):
        PermutationInvariantAggregators.draft(1, None, {"aggregators": ["sum", "max", "std", "product"]})


def test_evidence_tells_of_every_option():
    question = PermutationInvariantAggregators(aggregators=("sum", "lstm", "median", "first"))
    (found,) = PermutationInvariantAggregators.prove(Lab(0), [("multiple_choice", question)])
    assert found.measured == {"sum": True, "lstm": False, "median": True, "first": False}
    assert len(found.distractors) == 4

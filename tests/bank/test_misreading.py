"""Options in blocks: each right answer of a block is the key of a question like this one."""

import json
import re
from collections import Counter
from dataclasses import replace
from random import Random

import pytest

from bank import registry
from bank.authoring import Exercise
from bank.authoring.misreading import FAR
from bank.families.quadratic_layer.redundant_parameters import RedundantParameters
from bank.lab import Lab
from bank.notation.values import exact, is_number
from bank.verification import Task, verify

CHOICE = "single_choice"
RIGHT_FOR = re.compile(r"This would be right for \\\(([MN]) = (\d+)\\\)\.$")


CHOICES = [name for name, family in registry.all_families().items() if CHOICE in family.kinds]
EXERCISES = [name for name in CHOICES if issubclass(registry.get(name), Exercise)]
WITH_LINES = [name for name in EXERCISES if registry.get(name).misreadings is not Exercise.misreadings]


def drawn(family, count):
    return [family.draw(family.rng(seed), CHOICE) for seed in range(count)]


def test_most_families_have_lines():
    assert len(WITH_LINES) > 12


@pytest.mark.parametrize("name", WITH_LINES)
def test_values_rise_and_the_own_one_is_among_them(name):
    for question in drawn(registry.get(name), 40):
        for line in question.misreadings():
            assert list(line.values) == sorted(line.values)
            assert line.own in line.values


@pytest.mark.parametrize("name", WITH_LINES)
def test_a_block_is_found_for_nearly_every_question(name):
    found = [question.beside(Random(seed)) is not None for seed, question in enumerate(drawn(registry.get(name), 100))]
    assert found.count(True) >= 85


@pytest.mark.parametrize("name", WITH_LINES)
def test_no_option_is_the_key_and_none_comes_twice(name):
    for seed, question in enumerate(drawn(registry.get(name), 40)):
        wrong = [option.value for option in question.beside(Random(seed)) or ()]
        key = question.part(question.key, CHOICE)
        assert key not in wrong
        assert len(set(question.show([key, *wrong]))) in (1 + len(wrong), 1)


def test_what_the_reason_says_is_so():
    told = 0
    for seed, question in enumerate(drawn(RedundantParameters, 100)):
        for option in question.beside(Random(seed)):
            if taken := RIGHT_FOR.match(option.why):
                name, value = taken.groups()
                assert option.value == replace(question, **{name: int(value)}).solve()
                told += 1
    assert told > 100


def test_whoever_knows_the_rule_and_not_the_numbers_has_to_guess():
    """Where all four options follow the rule, the key has each place by size equally often."""
    ranks = Counter()
    for seed, question in enumerate(drawn(RedundantParameters, 2000)):
        options = question.beside(Random(seed))
        if all(RIGHT_FOR.match(option.why) for option in options):
            ranks[sum(option.value < question.solve() for option in options)] += 1
    assert sum(ranks.values()) > 400
    assert max(ranks.values()) < 1.25 * sum(ranks.values()) / 4


def test_the_same_seed_shows_the_same_options_and_another_one_others():
    shown = [
        {
            choice["text"]
            for choice in json.loads(RedundantParameters.draft(seed, CHOICE, {"M": 9, "N": 4}).seen)["choices"]
        }
        for seed in (1, 1, 2, 3)
    ]
    assert shown[0] == shown[1]
    assert len(set(map(frozenset, shown))) > 1


@pytest.mark.parametrize("name", ["redundant_parameters", "optimal_rate", "symmetrise_matrix"])
def test_the_lab_refutes_each_option_of_the_very_variant(name):
    family = registry.get(name)
    drafts = [family.draft(seed, CHOICE) for seed in range(8)]
    judged = verify(Lab(0), name, [Task(CHOICE, draft.params, draft.seed) for draft in drafts])
    for draft, found in zip(drafts, judged, strict=True):
        question = family.from_json(draft.params)
        refuted = [one["value"] for one in found.evidence["distractors"] if one["verdict"] == "refuted"]
        shown = question.shown_beside(draft.seed, CHOICE)
        assert found.verdict == "confirmed"
        assert len(shown) == 3
        assert all(exact(value) in refuted for value in shown if is_number(value))


def test_an_option_that_the_lab_does_not_refute_disputes_the_variant(monkeypatch):
    """As a fault in drawing would have it: the key again, written in another way."""
    question = RedundantParameters(M=7, N=5)
    monkeypatch.setattr(RedundantParameters, "shown_beside", lambda self, seed, kind: [self.solve()])
    (found,) = verify(Lab(0), "redundant_parameters", [Task(CHOICE, question.to_json(), 1)])
    assert found.verdict == "refuted"


@pytest.mark.parametrize("name", WITH_LINES)
def test_no_option_is_of_another_size_altogether(name):
    for seed, question in enumerate(drawn(registry.get(name), 60)):
        wrong = question.beside(Random(seed)) or ()
        sizes = [abs(float(option.value)) for option in wrong if is_number(option.value)]
        if sizes:
            sizes.append(abs(float(question.part(question.key, CHOICE))))
            assert max(sizes) <= FAR * min(sizes)

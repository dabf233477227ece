"""Variances in Transformers: what is drawn, what is refused, what random layers show."""

import json
import re
from collections import Counter
from fractions import Fraction

import pytest

from bank.errors import BadParams
from bank.families.transformer.pre_ln_variance import SUB_BLOCKS, PreLnVariance, _telling
from bank.kinds import grading
from bank.lab import Lab

EXAM = {"variance": 1, "gains": [1, 1], "blocks": 1}


def test_the_block_of_the_exam_gives_variance_three():
    private = json.loads(PreLnVariance.draft(1, "fields", EXAM).private)
    assert private["answer"]["fields"]["variance"]["exact"] == "3"
    assert grading.grade(private, {"fields": {"mean": "0", "variance": "3"}})["correct"]


@pytest.mark.slow
@pytest.mark.parametrize("kind", PreLnVariance.kinds)
def test_the_space_of_pre_ln_variance_is_the_number_of_its_fair_questions(kind):
    drawn = [each for sub_blocks in SUB_BLOCKS for each in _telling(sub_blocks)]
    questions = [PreLnVariance(variance=variance, gains=gains, blocks=blocks) for variance, gains, blocks in drawn]
    fair = {question.identity(kind) for question in questions if question.is_drawn(kind)}
    assert len(fair) == PreLnVariance.space(kind)


def test_no_mistake_comes_near_the_variance():
    for seed in range(100):
        question = PreLnVariance.from_json(PreLnVariance.draft(seed, "numeric").params)
        asked = question.asked("numeric")
        assert all(abs(float(wrong.value) / float(asked.key) - 1) > 0.1 for wrong in asked.mistakes)


def test_a_client_is_told_which_mistake_gives_the_answer():
    with pytest.raises(BadParams) as refused:
        PreLnVariance.draft(1, "numeric", {"variance": 4, "gains": [2, "1/2", "1/2"], "blocks": 1})
    assert "not of its input" in str(refused.value.problems)


def test_the_same_instruction_stands_under_whole_and_broken_variances():
    endings = {
        json.loads(PreLnVariance.draft(seed, "numeric").seen)["stem"]["text"].split("\n\n")[-1] for seed in range(20)
    }
    assert len(endings) == 1


def test_random_layers_show_the_variance_whatever_the_seed():
    for seed in (1, 2):
        (found,) = Lab(seed).layer_norm.pre_ln([Fraction(1, 2)], [(Fraction(2), Fraction(1, 4)) * 3])
        assert found.variance == pytest.approx(7.25, rel=0.04)
        assert found.mean == pytest.approx(0, abs=0.04)


def test_streams_of_a_batch_are_measured_as_they_are_alone():
    variances, gains = [Fraction(1), Fraction(4)], [(Fraction(1),) * 2, (Fraction(1, 2),) * 6]
    together = Lab(0).layer_norm.pre_ln(variances, gains)
    alone = [Lab(0).layer_norm.pre_ln([variance], [each])[0] for variance, each in zip(variances, gains, strict=True)]
    assert [found.variance for found in together] == pytest.approx([found.variance for found in alone], rel=1e-4)


def test_mistakes_of_unhandy_fractions_can_be_read_back():
    unhandy = {"variance": 20, "gains": ["31/99", "89/83"], "blocks": 12}
    private = json.loads(PreLnVariance.draft(1, "numeric", unhandy).private)
    assert grading.grade(private, {"value": "12345"})["correct"] is False


def test_the_key_has_every_rank_among_its_options_and_never_its_root_beside_it():
    ranks = Counter()
    for seed in range(400):
        draft = PreLnVariance.draft(seed, "single_choice")
        answer = json.loads(draft.private)["answer"]
        shown = [float(re.search(r"([\d.]+)\)", option["text"])[1]) for option in json.loads(draft.seen)["choices"]]
        ranks[sorted(shown).index(answer["value"])] += 1
        assert not any(abs(value - answer["value"] ** 0.5) < 0.005 for value in shown if value != 1), draft.params
    assert min(ranks.values()) > 0.12 * 400 and len(ranks) == 4

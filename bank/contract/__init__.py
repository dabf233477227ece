"""What every family promises, in each kind that it is asked in.

A promise is a function whose name says it. It is given a family, a kind and a lab, and raises BrokenPromise with the
seed and the field at fault where it is not kept.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from bank.authoring.family import Family
from bank.contract import accessibility, guessers, pools, questions, sameness, wrong_rules

if TYPE_CHECKING:
    from bank.authoring.laboratory import Lab

Promise = Callable[[type[Family], str, "Lab"], None]

MEASURED: tuple[Promise, ...] = (questions.the_lab_confirms_twenty_keys, questions.the_lab_refutes_a_perturbed_key)
PROMISES: tuple[Promise, ...] = (
    questions.nothing_is_left_to_write,
    questions.two_hundred_seeds_are_drawn_with_their_parts,
    questions.the_public_part_holds_no_key,
    questions.what_looks_the_same_has_the_same_key,
    *MEASURED,
    questions.sample_responses_are_graded_as_they_are,
    wrong_rules.no_named_mistake_is_graded_right,
    wrong_rules.mistakes_that_cannot_be_avoided_are_rare,
    wrong_rules.every_reason_holds,
    wrong_rules.no_value_is_the_key_again_and_again,
    sameness.instruction_tolerance_and_options_do_not_depend_on_the_key,
    sameness.effort_is_declared_and_comparable,
    guessers.no_strategy_earns_more_than_chance,
    guessers.fixed_answers_are_right_equally_often,
    guessers.one_option_at_most_follows_from_the_key,
    pools.a_pool_has_twenty_pairs,
    pools.true_and_false_statements_are_alike_in_length,
    pools.no_word_tells_true_from_false,
    pools.statements_that_decide_one_another_never_meet,
    pools.a_learner_who_remembers_ten_questions_still_errs,
    accessibility.every_formula_can_be_heard,
    accessibility.fractions_in_options_can_be_read,
    accessibility.figures_are_told_in_words_and_numbers,
)
OF_A_PACKAGE: tuple[Promise, ...] = (  # beside those
    questions.its_examples_are_so,
    questions.students_see_what_golden_json_says,
)


def sentence(promise: Promise) -> str:
    """
    >>> sentence(questions.the_public_part_holds_no_key)
    'the public part holds no key'
    """
    return promise.__name__.replace("_", " ")

"""What guessing earns over all attempts, reckoned exactly: the best strategy is played out against real gradings."""

import json
import re
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bank import registry
from bank.attempts import AT_ONCE, AttemptRules, Standing, judge, learner_name
from bank.errors import AlreadyAnswered, AttemptsExhausted
from bank.kinds import grading
from bank.kinds.posing import RIGHT, WRONG

LETTERS = "abcdef"
DEFAULT = AttemptRules()
PAYING = AttemptRules(choice_worth=(1.0,))
TELLING = AttemptRules(choice_worth=(1.0,), choice_reasons=AT_ONCE)


def single(options):
    """Every question of so many options that looks the same, and every response to it."""
    letters = LETTERS[:options]
    return [privately("single_choice", letters, {"choice": key}, key) for key in letters], [
        {"choice": letter} for letter in letters
    ]


def multiple(options):
    """The same with every set of right options but none and all, which no question has."""
    letters = LETTERS[:options]
    subsets = [some for size in range(options + 1) for some in combinations(letters, size)]
    keys = [some for some in subsets if 0 < len(some) < options]
    return [privately("multiple_choice", letters, {"choices": list(key)}, key) for key in keys], [
        {"choices": list(some)} for some in subsets if some
    ]


def privately(kind, letters, answer, key):
    """What grades a question: of every option it is said whether it applies."""
    said = [f"{RIGHT if letter in key else WRONG} This is {letter}." for letter in letters]
    feedback = [
        {"on": {"choice": letter}, "text": text, "html": text} for letter, text in zip(letters, said, strict=True)
    ]
    return {"kind": kind, "shape": {"choices": list(letters)}, "answer": answer, "feedback": feedback, "points": 1}


class Guesser:
    """Knows the rules, and of the question what it was told so far; gives the response that pays most in the end."""

    def __init__(self, rules, questions, responses):
        self._rules, self._questions, self._responses = rules, questions, responses
        self._known = {}

    def earns(self):
        """The expected score of the best strategy, over all questions that look the same."""
        return self._best(frozenset(range(len(self._questions))), Standing())

    def _best(self, possible, standing):
        if (possible, standing) not in self._known:
            ways = [self._stopping(standing), *(self._trying(possible, standing, way) for way in self._responses)]
            self._known[possible, standing] = max(ways)
        return self._known[possible, standing]

    @staticmethod
    def _stopping(standing):
        return Fraction(standing.best or 0)

    def _trying(self, possible, standing, response):
        heard = {}  # what could be told, of which questions, and where one stands then
        for number in possible:
            private = self._questions[number]
            try:
                told, after = judge(self._rules, private, grading.grade(private, response), standing)
            except (AlreadyAnswered, AttemptsExhausted):
                return self._stopping(standing)
            heard.setdefault((json.dumps(told), after), set()).add(number)
        return sum(
            Fraction(len(some), len(possible)) * self._best(frozenset(some), after)
            for (_, after), some in heard.items()
        )


@pytest.mark.parametrize("options", [2, 3, 4, 5, 6])
def test_guessing_among_options_earns_what_one_guess_earns(options):
    assert Guesser(DEFAULT, *single(options)).earns() == Fraction(1, options)


@pytest.mark.parametrize("options", [3, 4, 5])
def test_guessing_what_applies_earns_what_one_guess_earns(options):
    assert Guesser(DEFAULT, *multiple(options)).earns() == Fraction(1, 2**options - 2)


def test_the_guesser_finds_what_pays():
    assert Guesser(PAYING, *single(4)).earns() == Fraction(3, 4)
    assert Guesser(PAYING, *multiple(4)).earns() == Fraction(3, 14)
    assert Guesser(TELLING, *multiple(4)).earns() == 1


@pytest.mark.parametrize("worth", [(1.0, 0.01), (1.0, 0.5, 0.25), (1.0, 0.75, 0.5)])
def test_any_worth_of_a_further_attempt_pays_the_guesser(worth):
    expected = sum(map(Fraction, (worth + worth[-1:])[:3])) / 4
    assert Guesser(AttemptRules(choice_worth=worth), *single(4)).earns() == pytest.approx(float(expected), abs=1e-6)
    assert expected > Fraction(1, 4)


def test_reasons_that_are_told_at_once_do_not_pay_where_later_attempts_are_worth_nothing():
    rules = AttemptRules(choice_reasons=AT_ONCE)
    assert Guesser(rules, *multiple(4)).earns() == Fraction(1, 14)


@given(st.lists(st.sampled_from([0.0, 0.25, 0.5, 0.75]), min_size=1, max_size=3))
def test_however_options_are_scored_the_first_attempt_alone_earns(scores):
    private, standing = single(4)[0][0], Standing()
    for score in scores:
        parts = [{"name": "a", "correct": False, "score": score}]
        result = {"score": score, "correct": False, "parts": parts, "feedback": [{}]}
        told, standing = judge(DEFAULT, private, result, standing)
        assert (told["parts"] == [], told["feedback"] == []) == ((told["attempts_left"] > 0,) * 2)
        assert sum(part["score"] for part in told["parts"]) in (0, told["score"])
    assert standing == Standing(len(scores), len(scores), scores[0])


def test_worth_falls_to_its_last_value_and_what_is_typed_keeps_it():
    rules = AttemptRules(limit=5, choice_worth=(1.0, 0.5, 0.25))
    assert [rules.worth({"shape": {"choices": ["a"]}}, attempt) for attempt in range(1, 6)] == [
        1,
        0.5,
        0.25,
        0.25,
        0.25,
    ]
    assert [rules.worth({"shape": {"form": "whole"}}, attempt) for attempt in range(1, 6)] == [1] * 5


@given(st.text(max_size=20))
def test_a_name_is_itself_once_it_is_compared(name):
    assert learner_name(learner_name(name)) == learner_name(f" {name}\u00a0") == learner_name(name)


TYPED = [
    (name, kind)
    for name, family in registry.all_families().items()
    for kind in family.kinds
    if kind in ("numeric", "fields")
]


@pytest.mark.parametrize(("name", "kind"), TYPED)
def test_a_reason_that_is_told_at_once_does_not_name_the_key(name, kind):
    for seed in range(8):
        draft = registry.get(name).rehearsed(seed, kind)
        private = json.loads(draft.private)
        answer = private["answer"]
        keys = [part["exact"] for part in answer.get("fields", {"": answer}).values()]
        long = "|".join(re.escape(key) for key in keys if len(key) > 2)  # a short one may stand for something else
        for reason in private["feedback"] if long else ():
            assert not re.search(rf"(?<![\d./])(?:{long})(?![\d/]|\.\d)", reason["text"]), (seed, reason["text"])

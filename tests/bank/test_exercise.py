"""An exercise put in several kinds: what each asks for, what it refuses, what the lab is told."""

from fractions import Fraction
from random import Random

import pytest

from bank.authoring import (
    FRACTION,
    WHOLE,
    Criterion,
    Essay,
    Exercise,
    Integers,
    Measurement,
    Within,
    Wrong,
    param,
    rounded,
)
from bank.kinds import get


class Spread(Exercise):
    """Mean and variance in fields, the variance alone as a number, both in words."""

    title, source, points, stem, solution = "Spread", ("+",), 1, "?", "!"
    kinds = ("fields", "numeric", "single_choice", "text")
    tiers = ("numeric",)
    experiment = "none"
    options = 3

    mean: int = param(Integers(0, 9), "the mean")
    variance: int = param(Integers(1, 9), "the variance")

    def solve(self):
        return {"mean": self.mean, "variance": self.variance}

    def distractors(self):
        yield Wrong({"mean": self.mean + 1, "variance": self.variance}, "One too far.")
        yield Wrong({"mean": self.mean, "variance": self.variance**2}, "Squared twice.")
        yield Wrong({"mean": 0, "variance": self.variance + 1}, "Divided by n - 1.")

    def part(self, value, kind):
        return value["variance"] if kind in ("numeric", "single_choice") else value

    def show(self, options):
        return [rf"\(\mathcal N(0, {value})\)" for value in options]

    def essay(self):
        return Essay("It spreads.", [Criterion("R1", 1, "names the mean"), Criterion("R2", 2, "names the variance")])

    def measured(self, lab):
        near = Within("again", float(self.variance), 0.1, 0.1, "variance")
        return Measurement({"mean": float(self.mean), "variance": float(self.variance)}, 1e-9, also=[near])


class Even(Exercise):
    """Which numbers are even?"""

    title, source, points, stem, solution = "Even", ("+",), 1, "?", "!"
    kinds = ("multiple_choice",)
    tiers = ("exact",)
    experiment = "division"

    first: int = param(Integers(0, 9), "a number")

    def solve(self):
        return {str(number): number % 2 == 0 for number in (self.first, self.first + 1, self.first + 2)}

    def distractors(self):
        key = self.solve()
        for number in key:
            yield Wrong(key | {number: not key[number]}, f"{number} divided by 2 leaves {int(number) % 2}.")

    def measured(self, lab):
        return Measurement({number: int(number) % 2 == 0 for number in self.solve()}, tolerance=0.0)


@pytest.fixture
def spread():
    return Spread(mean=1, variance=3)


def test_each_kind_has_the_part_of_the_answer_that_it_asks_for(spread):
    assert spread.asked("fields").key == {"mean": 1, "variance": 3}
    assert spread.asked("numeric").key == 3
    assert spread.answer == {"mean": 1, "variance": 3}


def test_a_mistake_in_what_is_not_asked_for_is_no_mistake_there(spread):
    assert [wrong.value for wrong in spread.asked("numeric").mistakes] == [9, 4]
    assert len(spread.asked("fields").mistakes) == 3


def test_a_mistake_that_gives_the_whole_answer_is_refused_in_every_kind():
    question = Spread(mean=1, variance=1)
    for kind in ("fields", "numeric", "single_choice"):
        assert [wrong.why for wrong in question.rewarded(kind)] == ["Squared twice."]
        assert "a mistake gives the key: Squared twice." in [problem.detail for problem in question.refusals(kind)]


def test_what_cannot_be_avoided_is_declared_and_not_refused(monkeypatch):
    declared = [Wrong({"mean": 0, "variance": 1}, "Squared twice.", unavoidable="One is its own square.")]
    monkeypatch.setattr(Spread, "distractors", lambda question: declared)
    question = Spread(mean=0, variance=1)
    assert list(question.rewarded("numeric")) == [declared[0]._replace(value=1)]
    assert not list(question.refusals("numeric"))


def test_only_options_of_the_form_asked_for_are_offered(monkeypatch):
    half = Wrong({"mean": 1, "variance": Fraction(3, 2)}, "Halved.")
    monkeypatch.setattr(Spread, "distractors", lambda question: [half])
    offered = {}
    for form in (WHOLE, FRACTION, rounded()):
        monkeypatch.setattr(Spread, "form", form)
        offered[form.name] = Spread(mean=1, variance=3).asked("single_choice").mistakes[0].offered
    assert offered == {"whole": False, "fraction": True, "rounded": True}


def test_rounded_options_have_four_digits_each(monkeypatch):
    monkeypatch.undo()
    assert Exercise.show(Spread(mean=1, variance=3), [Fraction(1, 4), 2]) == [r"\(0.2500\)", r"\(2.000\)"]


def test_a_question_outside_its_band_is_drawn_for_a_client_alone(monkeypatch):
    monkeypatch.setattr(Spread, "effort", lambda question: question.variance)
    monkeypatch.setattr(Spread, "band", (3, 6))
    drawn = {Spread.draw(Random(seed), "numeric").variance for seed in range(60)}
    assert drawn == {3, 4, 5, 6}
    assert Spread.draw(Random(1), "numeric", {"variance": 9}).variance == 9


def test_options_are_shown_as_the_family_writes_them(spread):
    posed = spread.pose("single_choice", Random(1))
    assert sorted(posed.choices) == [rf"\(\mathcal N(0, {value})\)" for value in (3, 4, 9)]
    assert posed.answer["exact"] == "3"


def test_the_lab_judges_the_part_and_checks_the_whole(spread):
    found = spread.judged(spread.measured(None), "numeric")
    assert (found.verdict, found.claimed, found.measured) == ("confirmed", "3", 3.0)
    assert found.more["checks"][0]["holds"] is True


def test_words_are_posed_with_a_model_and_a_rubric(spread):
    posed = spread.pose("text", Random(1))
    assert posed.answer["model"] == "It spreads."
    assert [(part["id"], part["points"]) for part in posed.answer["rubric"]] == [("R1", 1), ("R2", 2)]


def test_the_tolerance_belongs_to_what_is_asked_and_never_to_the_key(monkeypatch):
    allowed = []
    for form in (WHOLE, rounded(), {"": rounded(0.01)}):
        monkeypatch.setattr(Spread, "form", form)
        for variance in (3, 7):
            posed = get("numeric").pose(Spread(mean=1, variance=variance).asked("numeric"), Random(1))
            allowed.append(posed.answer["tolerance"]["relative"])
    assert allowed == [0, 0, 0.005, 0.005, 0.01, 0.01]


def test_ticked_options_carry_their_reasons_and_their_names():
    posed = Even(first=4).pose("multiple_choice", Random(1))
    assert posed.answer == {"choices": ["a", "c"], "statements": ["4", "6"]}
    assert posed.feedback[:2] == [
        ({"choice": "a"}, "Correct. 4 divided by 2 leaves 0."),
        ({"choice": "b"}, "No. 5 divided by 2 leaves 1."),
    ]


def test_the_lab_judges_every_option():
    question = Even(first=4)
    found = question.judged(question.measured(None), "multiple_choice")
    assert (found.verdict, found.measured) == ("confirmed", {"4": True, "5": False, "6": True})
    assert [mistake["verdict"] for mistake in found.distractors] == ["refuted"] * 3


def test_options_that_all_apply_are_no_question(monkeypatch):
    monkeypatch.setattr(Even, "solve", lambda question: {"2": True, "4": True})
    assert "every option applies, or none does" in [p.detail for p in Even(first=2).refusals("multiple_choice")]

"""What is promised to those who do not see formulas and figures, and how a question that breaks it is told."""

from copy import deepcopy

import pytest

from bank.contract import accessibility
from bank.contract.drawing import Drawn
from bank.errors import BrokenPromise

FORMULA = '<math alttext="x"><mi>x</mi></math>'
LARGE = '<math displaystyle="true" alttext="1/2"><mfrac><mn>1</mn><mn>2</mn></mfrac></math>'
FIGURE = {"alt": "The error falls.", "data": {"rows": [[0, 1.0]], "html": "<table><caption>Error</caption></table>"}}
PUBLIC = {
    "stem": {"html": f"<p>{FORMULA}</p><pre><code>print(...)</code></pre>"},
    "choices": [{"id": "a", "html": FORMULA}, {"id": "b", "html": f"{FORMULA} or {LARGE}"}],
    "figures": [FIGURE],
}
PRIVATE = {"solution": {"html": FORMULA}, "feedback": [{"on": {}, "html": FORMULA}]}
PROMISES = (
    accessibility.every_formula_can_be_heard,
    accessibility.fractions_in_options_can_be_read,
    accessibility.figures_are_told_in_words_and_numbers,
)


@pytest.fixture
def told(monkeypatch):
    """Tries a promise on one question."""

    def try_on(promise, public, private):
        monkeypatch.setattr(accessibility, "drawn", lambda family, kind: [Drawn(None, public, private)])
        promise(None, "single_choice", None)

    return try_on


@pytest.mark.parametrize("promise", PROMISES)
def test_a_question_that_can_be_heard_and_read_keeps_every_promise(told, promise):
    told(promise, PUBLIC, PRIVATE)


@pytest.mark.parametrize(
    ("promise", "path", "put", "said"),
    [
        (0, ("stem", "html"), "<math><mi>x</mi></math>", "stem: a formula has no alttext"),
        (0, ("stem", "html"), '<math alttext=""><mi>x</mi></math>', "stem: a formula has no alttext"),
        (0, ("choices", 1, "html"), "<math display='block'><mi>x</mi></math>", "option b: a formula has no alttext"),
        (0, ("solution", "html"), "so it goes on ...", "solution: three dots"),
        (0, ("feedback", 0, "html"), "<math alttext='x'><mo>.</mo><mo>.</mo><mo>.</mo></math>", "feedback: "),
        (1, ("choices", 0, "html"), LARGE.replace(' displaystyle="true"', ""), "option a: a fraction is small"),
        (2, ("figures", 0, "alt"), " ", "figures: one has no alternative in words"),
        (2, ("figures", 0, "data"), {}, "figures: one has no numbers"),
        (2, ("figures", 0, "data", "html"), "<table></table>", "figures: one has no table with a caption"),
    ],
)
def test_a_question_that_breaks_a_promise_is_told_with_the_place(told, promise, path, put, said):
    public, private = deepcopy((PUBLIC, PRIVATE))
    *way, last = path
    part = public if way[0] in public else private
    for step in way:
        part = part[step]
    part[last] = put
    with pytest.raises(BrokenPromise, match=f"seed 0, {said}"):
        told(PROMISES[promise], public, private)

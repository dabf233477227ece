"""The contract tells which promise a family breaks, and where."""

import json

import pytest

from bank import contract, golden, registry
from bank.contract import PROMISES, questions
from bank.errors import BrokenPromise, UnusableFamily
from tests.course import DOUBLING

BY_SENTENCE = {contract.sentence(promise): promise for promise in PROMISES}

# What is changed in a family that keeps every promise: what stands there, what comes instead, what is said of it.
BROKEN = {
    "nothing is left to write": ('r"What is twice \\(<<n>>\\)?"', 'unwritten("stem: what is asked")', "stem: what is"),
    "two hundred seeds are drawn with their parts": ("2 * self.n\n", "100 // (self.n - 50)\n", "ZeroDivisionError"),
    "what looks the same has the same key": (
        "twice \\(<<n>>\\)",
        "twice that number",
        "is another one for the",
    ),
    "the lab confirms twenty keys": (
        "2 * self.n\n",
        "2 * self.n + 1\n",
        "answer: the lab says refuted: claimed",
    ),
    "the lab refutes a perturbed key": (
        "len([0] * self.n + [0] * self.n)",
        "self.solve()",
        "seed 0, answer: the lab lets",
    ),
    "no named mistake is graded right": (
        "yield Wrong(self.n,",
        "yield Wrong(2 * self.n, 'Added twice.', unavoidable='so it is')\n        yield Wrong(self.n,",
        "is a named mistake and graded right: Added twice.",
    ),
    "mistakes that cannot be avoided are rare": (
        "yield Wrong(self.n,",
        "yield Wrong(2 * self.n, 'Added twice.', unavoidable='so it is')\n        yield Wrong(self.n,",
        "a declared mistake gives the key in 400 of 400 draws",
    ),
    "every reason holds": ('"Two was added."', '"It is 99.", holds=self.n == 99', "not so of {'n': "),
    "no value is the key again and again": ("Integers(20, 99)", "Integers(20, 29)", "in 400 draws"),
    "instruction tolerance and options do not depend on the key": (
        "    def effort",
        "    def show(self, options):\n"
        "        return [f'\\\\({value}' + ('.0' if self.n % 2 else '') + '\\\\)' for value in options]\n"
        "\n    def effort",
        "options: is ",
    ),
    "effort is declared and comparable": (
        "band = (2, 2)",
        "band = (2, 7)",
        "the band of effort of what it asks is 2 to 7",
    ),
    "no strategy earns more than chance": (
        "range(20, 100))",
        "(self.n, self.n + 9, self.n + 18, self.n + 27))",
        "mistakes below it are missing",
    ),
    "every formula can be heard": ("twice \\(<<n>>\\)", "twice \\(<<n>>\\) ...", "stem: three dots are no ellipsis"),
}


def broken(promise, family, lab):
    """The kinds of a family in which a promise is not kept, with what is said of it."""
    said = {}
    for kind in family.kinds:
        try:
            promise(family, kind, lab)
        except BrokenPromise as error:
            said[kind] = str(error)
    return said


@pytest.fixture
def doubling(course):
    """Makes the family of the course, with something else in the place of some text."""

    def make(old="", new=""):
        assert old in DOUBLING
        registry.include([course("mycourse", "doubling", DOUBLING.replace(old, new, 1))])
        return registry.get("doubling")

    return make


def test_a_family_that_keeps_every_promise_is_told_nothing(doubling, lab):
    family = doubling()
    assert [broken(promise, family, lab) for promise in PROMISES] == [{}] * len(PROMISES)


@pytest.mark.parametrize("sentence", BROKEN)
def test_a_broken_promise_is_named_with_its_place(doubling, lab, sentence):
    old, new, said = BROKEN[sentence]
    found = broken(BY_SENTENCE[sentence], doubling(old, new), lab)
    assert found
    assert all(said in each for each in found.values())


def test_all_that_is_left_to_write_is_listed_at_once(doubling, lab):
    family = doubling("return 2 * self.n", 'raise Unwritten("solve: the answer")')
    source = registry.file_of("doubling")
    source.write_text(source.read_text().replace('"Doubling"', 'unwritten("title: of a line")'))
    source.with_suffix(".toml").write_text('why = "UNWRITTEN: the reason"\n')
    assert broken(questions.nothing_is_left_to_write, family, lab)["numeric"].splitlines()[1:] == [
        "doubling.py:10: title: of a line",
        "doubling.py:27: solve: the answer",
        "doubling.toml:1: the reason",
    ]


def test_a_package_with_a_golden_json_is_held_to_it(doubling, lab):
    family = doubling()
    promise = questions.students_see_what_golden_json_says
    assert broken(promise, family, lab) == {}
    folder = registry.file_of("doubling").parents[1]
    written = golden.seen_now([family])
    (folder / "golden.json").write_text(json.dumps(written))
    assert broken(promise, family, lab) == {}
    written["doubling"]["numeric"] = "0"
    questions.golden_lines.__globals__["_read"].cache_clear()
    (folder / "golden.json").write_text(json.dumps(written))
    assert set(broken(promise, family, lab)) == {"numeric", "single_choice"}


@pytest.mark.parametrize(("claimed", "kinds"), [(6, set()), (7, {"numeric", "single_choice"})])
def test_an_example_that_is_not_so_is_told(doubling, lab, claimed, kinds):
    example = f'"""Twice a number.\n\n    >>> {{name}}(n=3).solve()\n    {claimed}\n    """'
    said = broken(questions.its_examples_are_so, doubling('"""Twice a number."""', example), lab)
    assert set(said) == kinds
    assert all("Got:\n    6" in each for each in said.values())


@pytest.mark.parametrize(
    ("old", "new"),
    [("class {name}(", "class ("), ("def measured", "def weighed"), ("bank.authoring", "bank.nowhere"), ("solve", "s")],
)
def test_a_family_that_cannot_be_used_is_one_line(doubling, old, new):
    with pytest.raises(UnusableFamily, match=r"^mycourse\.families\.counting\.doubling") as refusal:
        doubling(old, new)
    assert "\n" not in str(refusal.value)

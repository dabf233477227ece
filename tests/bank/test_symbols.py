"""In every family that asks for a formula, each letter can be typed as shown, as TeX calls it and as the stem says."""

import json
import re

import pytest

from bank import registry
from bank.errors import Unreadable
from bank.kinds import grading
from bank.notation.expression import parse, read, tex_name
from bank.notation.expression.arithmetic import CONSTANTS, FUNCTIONS
from bank.notation.expression.spelling import GREEK

ASKING = [name for name, family in registry.all_families().items() if "expression" in family.kinds]
SEEDS = range(25)
NAME = re.compile("[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)?")
LOWERED = str.maketrans("0123456789ij", "₀₁₂₃₄₅₆₇₈₉ᵢⱼ")
each_family = pytest.mark.parametrize("name", ASKING)


def questions(name):
    return [json.loads(registry.get(name).rehearsed(seed, "expression").private) for seed in SEEDS]


def ways(variable, variables):
    r"""
    >>> sorted(ways("x_3", ["x_3"])), sorted(ways("lam", ["lam"]))[:3]
    (['X_3', 'x3', 'x_3', 'x_{3}', 'x₃'], ['LAM', 'Lam', '\\lambda'])
    """
    tex = tex_name(variable)
    stem, _, index = tex.replace("{", "").replace("}", "").partition("_")
    stems = {stem} if len(stem) == 1 else {stem, stem.removeprefix("\\")}
    stems |= {char for char, word in GREEK.items() if stem == f"\\{word}"}
    found = {variable, tex, *stems} if not index else {variable, tex}
    for each in stems if index else ():
        found |= {f"{each}_{index}", f"{each}_{{{index}}}", each + index.translate(LOWERED)}
        found |= {each + index} if index.isdigit() else set()
    cased = {variable.upper(), variable.title()} - {*CONSTANTS, *FUNCTIONS}
    alone = [each.lower() for each in variables].count(variable.lower()) == 1
    return {*found, *cased} if alone else found


@each_family
def test_every_letter_of_a_formula_can_be_typed_as_it_is_shown(name):
    for private in questions(name):
        variables = private["shape"]["variables"]
        for variable in variables:
            for way in ways(variable, variables):
                assert read(way, variables).text == variable, way
                assert read(f"2{way}", variables).text == f"2*{variable}"


@each_family
def test_the_key_is_right_with_its_letters_in_any_of_their_spellings(name):
    for seed, private in enumerate(questions(name)):
        key, variables = private["answer"]["expression"], private["shape"]["variables"]
        most = max(len(ways(variable, variables)) for variable in variables)
        for place in range(most):
            typed = written(key, {each: sorted(ways(each, variables)) for each in variables}, place)
            assert grading.grade(private, {"expression": typed})["correct"], (seed, typed)
            assert grading.validate(private, {"expression": typed})["reading"]["html"]


def written(key, spelled, place):
    """With each letter in one of its spellings."""
    return NAME.sub(lambda found: chosen(spelled.get(found.group(), [found.group()]), place), key)


def chosen(ways, place):
    return ways[place % len(ways)]


@each_family
def test_letters_beside_one_another_are_their_product(name):
    for private in questions(name):
        letters = [each for each in private["shape"]["variables"] if len(each) == 1]
        if len(letters) > 1 and "".join(letters) not in {*CONSTANTS, *FUNCTIONS}:
            assert read("".join(letters), private["shape"]["variables"]).text == "*".join(letters)
        ready = " ".join(private["shape"]["variables"])
        assert read(ready, private["shape"]["variables"]).text == ready.replace(" ", "*")


@each_family
def test_an_unknown_name_is_told_all_names_that_are_known(name):
    for private in questions(name):
        variables = private["shape"]["variables"]
        with pytest.raises(Unreadable) as refused:
            read("unheard_of", variables)
        assert all(re.search(rf"\b{re.escape(each)}\b", str(refused.value)) for each in [*variables, *FUNCTIONS])


@each_family
def test_a_key_is_read_by_a_learners_grammar_as_by_its_own(name):
    for private in questions(name):
        variables = private["shape"]["variables"]
        for key in [private["answer"]["expression"], *(entry["on"]["expression"] for entry in private["feedback"])]:
            assert read(key, variables).text == parse(key, variables).text

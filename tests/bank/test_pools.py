"""Pools of statements: read from TOML, drawn without twins or conflicts, proven, asked as an open question."""

import importlib
import json
import sys
from itertools import combinations
from textwrap import dedent

import pytest

from bank import registry
from bank.authoring import StatementPool
from bank.authoring.fair_sets import count_fair_sets
from bank.authoring.testimony import evident
from bank.errors import BadParams
from bank.kinds import grading
from bank.lab import Lab
from bank.variant import ready

POOLS = [family for family in registry.all_families().values() if issubclass(family, StatementPool)]
TWINS = [pool for pool in POOLS if pool.twins]
each_twin_pool = pytest.mark.parametrize("pool", TWINS, ids=lambda pool: pool.name())

CLASS = """
from bank.authoring import StatementPool, Trained


class Numbers(StatementPool):
    title = "Numbers"
    source = ("0",)
    points = 2
    {}
"""
PAIR = """
[[pair]]
id = {0}
level = "{1}"
tags = {2}
true = {{ text = "{0} is right", why = "It is" }}
false = {{ text = "{0} is wrong", why = "It is not" }}
"""
ESSAY = """
[essay]
question = "Why?"
model = "Because."
claims = ["T1", "T2"]
rubric = [
    {{ id = "R1", points = {}, criterion = "says why" }},
    {{ id = "R2", points = 1.5, criterion = "says how" }},
]
"""
ABSOLUTE = {"only", "always", "never", "must", "exactly", "all", "every", "each", "guarantees", "cannot", "no", "alone"}
NEGATIONS = {"no", "not", "none", "cannot", "without", "unlike", "absent", "never"}
HEDGES = {"can", "could", "may", "might", "would", "tends", "often", "some", "possible"}


def pairs(levels, tags=()):
    """The TOML of a pair for each level; `tags` by place."""
    tagged = dict(tags)
    return "about = 'about numbers'\n" + "".join(
        PAIR.format(place, level, json.dumps(tagged.get(place, []))) for place, level in enumerate(levels, 1)
    )


@pytest.fixture
def pool_of(tmp_path, monkeypatch):
    """Makes a family of the text of its class and of its TOML, as an author drops them into a topic's folder."""
    (tmp_path / "numbers_topic").mkdir()
    monkeypatch.syspath_prepend(tmp_path)

    def make(body, toml):
        for name in ("numbers_topic.numbers", "numbers_topic"):
            sys.modules.pop(name, None)
        (tmp_path / "numbers_topic" / "numbers.py").write_text(CLASS.format(body))
        (tmp_path / "numbers_topic" / "numbers.toml").write_text(dedent(toml))
        importlib.invalidate_caches()
        return importlib.import_module("numbers_topic.numbers").Numbers

    yield make
    for name in ("numbers_topic.numbers", "numbers_topic"):
        sys.modules.pop(name, None)


CHECKS_OF_FOUR = "checks = {str(n): lambda lab: True for n in range(1, 5)}"


@pytest.mark.parametrize(
    ("body", "toml", "fault"),
    [
        ("checks = {}", pairs(["E1"]), "numbers: T1 is of level E1, and no check measures it"),
        ("checks = {'T1': bool}", pairs(["E0"]), "F1 is of level E0, and no check measures it"),
        ("checks = {'1': bool, 'T9': bool}", pairs(["E1"]), "there is a check of T9, which is no statement"),
        ("checks = {'1': bool}", pairs(["D"]), "T1 is of level D, and a check measures it"),
        ("checks = {}", pairs(["E7"]), "T1 has the level 'E7'"),
        ("checks = {}", pairs(["D"]) + pairs(["D"]).partition("\n")[2], "T1 stands there twice"),
        ("checks = {}", "conflicts = [['T1', 'T8']]\n" + pairs(["D"]), "T8 stands among the conflicts"),
        ("checks = {}", pairs(["D"]).replace("why", "reason"), "'why' is missing in numbers.toml"),
        ("checks = {}; kinds = ('text',)", pairs(["D"]), "an open question needs both"),
        ("checks = {}", pairs(["D", "D"]) + ESSAY.format(0.5), "an open question needs both"),
        ("checks = {}; kinds = ('text',)", pairs(["D", "D"]) + ESSAY.format(1), "the rubric gives 2.5 points"),
        ("checks = {}; kinds = ('text',)", pairs(["D"]) + ESSAY.format(0.5), "rests on T2, which is no true"),
    ],
)
def test_a_pool_whose_statements_and_checks_do_not_fit_is_refused_at_import(pool_of, body, toml, fault):
    with pytest.raises(TypeError) as refusal:
        pool_of(body, toml)
    assert fault in str(refusal.value)
    assert str(refusal.value).startswith(("numbers: ", "Numbers: "))


def test_twins_never_meet_and_a_client_who_asks_for_both_is_told(pool_of):
    pool = pool_of("checks = {}", pairs("DDDDDD"))
    assert all(len({name[1:] for name in drawn(pool, seed)}) == 4 for seed in range(200))
    with pytest.raises(BadParams) as refusal:
        pool.draft(0, params={"statements": ["T1", "F1", "F2", "F3"], "polarity": "all"})
    assert [problem.detail for problem in refusal.value.problems] == ["F1 and T1 decide one another"]


def test_statements_that_share_a_tag_never_meet(pool_of):
    pool = pool_of("checks = {}", pairs("DDDDDD", {1: ["sizes"], 2: ["sizes", "signs"], 3: ["signs"]}))
    for seed in range(300):
        numbers = {name[1:] for name in drawn(pool, seed)}
        assert not {"1", "2"} <= numbers
        assert not {"2", "3"} <= numbers
    assert any({"1", "3"} <= {name[1:] for name in drawn(pool, seed)} for seed in range(300))


def test_a_question_shows_as_many_statements_and_true_ones_as_the_pool_says(pool_of):
    pool = pool_of("checks = {}; options = (5, 6); true_ones = (2, 3, 4)", pairs("D" * 9))
    seen = {(len(names), sum(name[0] == "T" for name in names)) for names in (drawn(pool, s) for s in range(300))}
    assert seen == {(options, true) for options in (5, 6) for true in (2, 3, 4)}
    for statements in (["T1", "T2", "F3", "F4"], ["T1", "F2", "F3", "F4", "F5"]):
        with pytest.raises(BadParams):
            pool.draft(0, params={"statements": statements, "polarity": "all"})
    asked = pool.draft(0, "single_choice", {"statements": ["T1", "T2", "T3", "T4", "F5"], "polarity": "not"})
    assert json.loads(asked.private)["answer"]["choice"] == "e"


def test_fair_sets_are_counted_as_if_they_were_written_down(pool_of):
    toml = pairs("DDLDLL", {1: ["sizes"], 2: ["sizes", "signs"], 3: ["signs"]})
    pool = pool_of("checks = {}; options = (3, 4)", toml)
    fair = [
        (len(found), sum(one.true for one in found))
        for size in (3, 4)
        for found in combinations(pool.pool, size)
        if sum(map(evident, found)) >= 2
        and not any(len(group & {one.id for one in found}) > 1 for group in pool.conflicts)
    ]
    counted = count_fair_sets(pool.pool, pool.conflicts, 4)
    assert {(size, true): counted[size, true, 2] for size, true in fair} == {pair: fair.count(pair) for pair in fair}
    assert pool.space("multiple_choice") == sum(true in (1, 2, 3) for _, true in fair)
    assert pool.space("single_choice") == sum((true == 1) + (true == size - 1) for size, true in fair)


def test_a_draw_of_proof_lines_alone_is_proven_and_quotes_them(pool_of):
    pool = pool_of("checks = {}", pairs("DDDD"))
    (found,) = pool.prove(Lab(0), [("multiple_choice", pool.from_json(pool.draft(0).params))])
    assert (found.verdict, found.tier, found.measured) == ("proven", "proof", {})
    assert {record["verdict"] for record in found.more["statements"]} == {"proven"}
    assert {record["proof"] for record in found.more["statements"]} <= {"It is", "It is not"}
    ready(found.record(0.0, {}))


def test_a_citation_is_a_reference_and_never_more_than_half_of_a_draw(pool_of):
    pool = pool_of("checks = {'2': lambda lab: True}", pairs(["L", "E1", "D", "L", "L"]))
    assert pool.tiers == ("numeric", "proof", "reference")
    question = pool.from_json({"statements": ["T1", "F2", "F3", "T4"], "polarity": "all"})
    (found,) = pool.prove(Lab(0), [("multiple_choice", question)])
    assert [record["verdict"] for record in found.more["statements"]] == [
        "reference",
        "confirmed",
        "proven",
        "reference",
    ]
    assert (found.verdict, found.tier) == ("confirmed", "numeric")
    assert all(sum(name[1:] in "145" for name in drawn(pool, seed)) <= 2 for seed in range(100))


@pytest.mark.parametrize(("measured", "verdict"), [("True", "confirmed"), ("False", "refuted"), ("None", "refuted")])
def test_what_the_lab_leaves_undecided_is_no_key(pool_of, measured, verdict):
    pool = pool_of(f"checks = {{'1': lambda lab: {measured}}}", pairs(["E1", "D", "D", "D"]))
    for statement in ("T1", "F1"):
        question = pool.from_json({"statements": [statement, "T2", "F3", "F4"], "polarity": "all"})
        (found,) = pool.prove(Lab(0), [("multiple_choice", question)])
        assert found.verdict == verdict


def test_a_question_costs_the_trainings_of_its_own_statements_each_once(pool_of):
    body = """checks = {
        "1": Trained("long", 4.0, lambda lab: True),
        "2": Trained("long", 4.0, lambda lab: True),
        "3": Trained("short", 1.0, lambda lab: True),
        "4": lambda lab: True,
    }"""
    pool = pool_of(body, pairs(["E3", "E3", "E3", "E1", "D", "D"]))

    def seconds(*statements):
        return pool.from_json({"statements": statements, "polarity": "all"}).seconds("multiple_choice")

    assert seconds("T4", "F5", "F6", "T3") == pytest.approx(1.01)
    assert seconds("T1", "F2", "F3", "T4") == pytest.approx(5.01)
    assert seconds("T4", "F4", "F5", "T6") == pytest.approx(0.01)


def test_an_open_question_is_graded_by_a_person_with_its_rubric(pool_of):
    body = CHECKS_OF_FOUR + "; kinds = ('text', 'multiple_choice')"
    pool = pool_of(body, pairs(["E0", "E3", "E1", "E1"]) + ESSAY.format(0.5))
    variant = pool.draft(3)
    public, private = json.loads(variant.seen), json.loads(variant.private)
    assert (variant.kind, public["choices"], pool.space("text")) == ("text", [], 1)
    assert "Why?" in public["stem"]["text"]
    assert "Because" not in variant.seen.decode()
    graded = grading.grade(private, {"text": "It is so."})
    assert (graded["score"], graded["correct"], graded["max_score"]) == (None, None, 2)
    assert [(part["id"], part["points"], part["criterion"]) for part in graded["rubric"]] == [
        ("R1", 0.5, "says why"),
        ("R2", 1.5, "says how"),
    ]
    assert private["answer"]["model"] == "Because."


def test_an_open_question_is_confirmed_by_what_its_model_answer_rests_on(pool_of):
    body = CHECKS_OF_FOUR + "; kinds = ('text', 'multiple_choice')"
    pool = pool_of(body, pairs(["E0", "E3", "E1", "E1"]) + ESSAY.format(0.5))
    (found,) = pool.prove(Lab(0), [("text", pool.from_json(pool.draft(0).params))])
    assert (found.verdict, found.tier, found.claimed) == ("confirmed", "training", {"T1": True, "T2": True})
    with pytest.raises(BadParams) as refusal:
        pool.draft(0, params={"statements": ["T1", "T3"]})
    assert "rests on all statements of its model answer" in refusal.value.problems[0].detail


def test_only_the_kinds_of_a_pool_say_what_its_parameters_may_be(pool_of):
    pool = pool_of("checks = {}; kinds = ('text', 'multiple_choice')", pairs("DDDD") + ESSAY.format(0.5))
    assert pool.schema()["properties"]["polarity"]["enum"] == ["all", "explain"]


@each_twin_pool
def test_there_are_twenty_pairs_alike_in_length(pool):
    texts = {statement.id: statement.text for statement in pool.pool}
    both = [(texts[name], texts[f"F{name[1:]}"]) for name in texts if name[0] == "T"]
    assert len(both) >= 20
    assert all(0.85 <= len(true) / len(false) <= 1.18 for true, false in both)
    assert abs(sum(len(true) - len(false) for true, false in both)) <= 3 * len(both)


@each_twin_pool
def test_no_word_tells_true_from_false(pool):
    words = {statement.id: set(statement.text.lower().replace(",", " ").split()) for statement in pool.pool}
    true = [words[statement.id] for statement in pool.pool if statement.true]
    false = [words[statement.id] for statement in pool.pool if not statement.true]
    for listed in (ABSOLUTE, HEDGES, NEGATIONS, *({word} for word in set().union(*words.values()))):
        hits = sum(bool(listed & each) for each in true) / len(true)
        misses = sum(not listed & each for each in false) / len(false)
        assert 0.4 <= (hits + misses) / 2 <= 0.6, listed


def drawn(pool, seed, kind="multiple_choice"):
    return pool.draft(seed, kind).params["statements"]

"""Pools of statements: read from TOML, drawn without twins or conflicts, proven, asked as an open question."""

import importlib
import json
import re
import sys
from itertools import combinations
from textwrap import dedent

import pytest

from bank.authoring.fair_sets import count_fair_sets
from bank.authoring.testimony import evident
from bank.contract import pools
from bank.errors import BadParams, BrokenPromise
from bank.kinds import grading
from bank.lab import Lab
from bank.variant import ready

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
ROWS = """
about = 'about numbers'
implies = [["T9", "T1"]]
[[pair]]
id = 9
level = "E0"
text = "A pair of <<N>> has <<count>> parts"
true.why = "There are <<count>>"
false.why = "There are not <<count>>"
rows = [
    { N = 1, true.count = 2, false.count = 6 },
    { N = 3, true.count = 6, false.count = 2 },
]
"""
CHECK_OF_ROWS = "checks = {'9': lambda lab, N, count: 2 * N == count}"
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
        ("checks = {}", "implies = [['T1', 'T8']]\n" + pairs(["D"]), "T8 stands in implies and is no statement"),
        ("checks = {}", "contradicts = [['F4', 'F1']]\n" + pairs(["D"]), "F4 stands in contradicts and is no"),
        ("checks = {}", "implies = [['T1', 'F2']]\n" + pairs("DD"), "T1 is true and implies F2, which is false"),
        ("checks = {}", "contradicts = [['T1', 'T2']]\n" + pairs("DD"), "T1 is true and contradicts T2, which is true"),
        ("checks = {}", ROWS.replace("count =", "counts ="), "'count' is missing in numbers.toml"),
        ("checks = {'9': lambda lab, N: True}", ROWS, "the check of T9.1: got an unexpected keyword argument 'count'"),
        (CHECK_OF_ROWS, ROWS.replace("= 6", "= 2"), "T9.1 and F9.1 say the same"),
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


@pytest.mark.parametrize(
    ("relations", "apart"),
    [
        ('implies = [["T1", "T2"]]', {"12"}),
        ('implies = [["F1", "T2"]]', {"12"}),
        ('contradicts = [["T1", "F2"]]', {"12"}),
        ('implies = [["T1", "T2"], ["T2", "T3"]]', {"12", "23", "13"}),
        ('implies = [["T1", "T2"], ["F3", "F2"]]', {"12", "23", "13"}),
        ('implies = [["T1", "T2"], ["T3", "T2"]]', {"12", "23"}),
        ('implies = [["T1", "T2"]]\ncontradicts = [["T2", "F3"]]', {"12", "23", "13"}),
    ],
)
def test_what_follows_from_a_statement_never_meets_it_in_either_form(pool_of, relations, apart):
    pool = pool_of("checks = {}", relations + "\n" + pairs("DDDDDD"))
    for one, other in apart:
        assert {f"T{other}", f"F{other}"} <= pool.rivals()[f"T{one}"] & pool.rivals()[f"F{one}"]
    numbers = [{name[1:] for name in drawn(pool, seed)} for seed in range(300)]
    met = {one + other for each in numbers for one, other in combinations(sorted(each), 2)}
    assert met == {one + other for one, other in combinations("123456", 2)} - apart


def test_a_pair_with_rows_shows_one_of_them_and_is_checked_with_its_numbers(pool_of):
    pool = pool_of(CHECK_OF_ROWS, ROWS + pairs("DDDD").partition("\n")[2])
    texts = {one.id: (one.text, one.why) for one in pool.pool if one.form == "F9"}
    assert texts == {
        "F9.1": ("A pair of 1 has 6 parts", "There are not 6"),
        "F9.2": ("A pair of 3 has 2 parts", "There are not 2"),
    }
    assert [one.check(None) for one in pool.forms()["T9"] + pool.forms()["F9"]] == [True, True, False, False]
    seen = [name for seed in range(400) for name in drawn(pool, seed)]
    assert {name for name in seen if "9" in name} == {"T9.1", "T9.2", "F9.1", "F9.2"}
    assert all(len({name[1] for name in drawn(pool, seed)} & {"1", "9"}) < 2 for seed in range(400))
    assert 0.7 <= sum(name[1] == "9" for name in seen) / sum(name[1] == "1" for name in seen) <= 1.4
    question = pool.from_json({"statements": ["F9.1", "T2", "F3", "F4"], "polarity": "all"})
    (found,) = pool.prove(Lab(0), [("multiple_choice", question)])
    assert (found.verdict, found.measured) == ("confirmed", {"F9.1": False})


def test_the_false_form_of_a_row_in_other_words_is_the_contrary(pool_of):
    toml = ROWS.replace('text = "A pair of <<N>> has <<count>> parts"', "").replace('parts"', 'parts"')
    toml = toml.replace("true.why", 'true.text = "<<N>> is odd"\nfalse.text = "<<N>> is even"\ntrue.why')
    pool = pool_of(
        "checks = {'9': Trained('parity', 1.0, lambda lab, N, **_: N % 2 == 1)}", toml + pairs("D").partition("\n")[2]
    )
    assert [one.check(None) for one in pool.forms()["T9"] + pool.forms()["F9"]] == [True, True, False, False]
    assert pool.forms()["F9"][1].check.run == "parity"


def test_the_reason_against_an_option_says_whether_it_is_true(pool_of):
    pool = pool_of("checks = {}", pairs("DDDD"))
    for polarity, statements in (("not", ["T1", "T2", "T3", "F4"]), ("which", ["F1", "F2", "F3", "T4"])):
        posed = json.loads(pool.draft(0, "single_choice", {"statements": statements, "polarity": polarity}).private)
        said = grading.grade(posed, {"choice": "a"})["feedback"][0]["text"]
        assert said == {"not": "This one is true. It is.", "which": "This one is false. It is not."}[polarity]


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
    tagged = pairs("DDLDLL", {1: ["sizes"], 2: ["sizes", "signs"], 3: ["signs"]})
    toml = ROWS + tagged.partition("\n")[2]
    pool = pool_of(CHECK_OF_ROWS + "; options = (3, 4)", toml)
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


def drawn(pool, seed, kind="multiple_choice"):
    return pool.draft(seed, kind).params["statements"]


PROMISED = """
[[pair]]
id = {0}
level = "D"
true = {{ text = "{2} matter {1} is so {3}", why = "It is" }}
false = {{ text = "{2} matter {1} is not {4}", why = "It is not" }}
"""


def promised(count=20, first="This", so="here", otherwise="it"):
    return "about = 'about matters'\n" + "".join(
        PROMISED.format(place, chr(ord("a") + place), first, so, otherwise) for place in range(1, count + 1)
    )


@pytest.mark.parametrize(
    ("promise", "toml", "said"),
    [
        (pools.a_pool_has_twenty_pairs, promised(19), "there are 19 pairs, and 20 are needed"),
        (
            pools.true_and_false_statements_are_alike_in_length,
            promised(so="in this case"),
            "T1 has 32 letters, F1 has 23",
        ),
        (
            pools.true_and_false_statements_are_alike_in_length,
            promised(first="Of those that many have heard of at school, this", so="here", otherwise="so"),
            "68 letters: tells true from false with an accuracy of 1.00",
        ),
        (
            pools.no_word_tells_true_from_false,
            promised(),
            "unlike, without: tells true from false with an accuracy of 0.00",
        ),
        (
            pools.a_learner_who_remembers_ten_questions_still_errs,
            promised(5),
            "who remembers ten questions has",
        ),
    ],
)
def test_a_pool_that_is_solved_without_knowing_the_matter_breaks_a_promise(pool_of, promise, toml, said):
    pool = pool_of("checks = {}", toml)
    with pytest.raises(BrokenPromise, match=re.escape(said)):
        promise(pool, "multiple_choice", Lab(0))

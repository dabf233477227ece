"""How every kind reads, grades and tests itself, on questions that no family has to make first."""

import json
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bank import kinds, registry
from bank.errors import Unreadable
from bank.kinds import grading
from bank.kinds.forms import FORMS, rate, rounded
from bank.kinds.forms import WHOLE as WHOLE_NUMBERS
from bank.kinds.kind import MALFORMED
from bank.kinds.posing import Asked
from bank.kinds.quantity import lets_pass
from bank.kinds.text import LONGEST
from bank.notation.values import exact

EXACT = {"absolute": 0, "relative": 0}
LOOSE = {"absolute": 0, "relative": 0.005}


def number(exact, value, tolerance=EXACT):
    return {"exact": exact, "value": value, "tolerance": tolerance}


def reason(text, **on):
    return {"on": on, "text": text, "html": f"<b>{text}</b>"}


def question(kind, shape, answer, *feedback, points=4):
    return {"kind": kind, "shape": shape, "answer": answer, "feedback": list(feedback), "points": points}


SINGLE = question(
    "single_choice",
    {"choices": ["a", "b", "c"]},
    {"choice": "b"},
    *(reason(text, choice=letter) for letter, text in (("a", "no"), ("b", "yes"), ("c", "never"))),
)
MULTIPLE = question(
    "multiple_choice",
    {"choices": ["a", "b", "c", "d"]},
    {"choices": ["a", "d"], "statements": ["T2", "T6"]},
    *(reason(f"about {letter}", choice=letter) for letter in "abcd"),
)
NUMERIC = question("numeric", {"form": "rounded"}, number("9/2", 4.5, LOOSE), reason("half", value="9/4"))
WHOLE = question("numeric", {"form": "whole"}, number("12", 12), reason("one less", value="11"))
FIELDS = question(
    "fields",
    {"fields": ["mean", "variance"], "form": "rounded"},
    {"fields": {"mean": number("0", 0), "variance": number("sqrt(3)", 3**0.5, LOOSE)}},
    reason("not one", field="mean", value="1"),
    reason("squared", field="variance", value="3"),
    reason("squared", field="mean", value="3"),
)
MATRIX = question(
    "matrix",
    {"rows": 2, "columns": 2, "form": "exact"},
    {"matrix": [["1", "5/2"], ["5/2", "0"]], "tolerance": EXACT},
    reason("doubled", matrix=[["2", "5"], ["5", "0"]]),
)
FORMULA = question(
    "expression",
    {"variables": ["M"]},
    {"expression": "M/2 + 1", "variables": ["M"]},
    reason("half", expression="M/2"),
)
TEXT = question(
    "text", {}, {"model": "Because.", "rubric": [{"id": "R1", "points": 1, "criterion": "says why"}]}, points=2
)
QUESTIONS = {
    "single choice": SINGLE,
    "multiple choice": MULTIPLE,
    "numeric": NUMERIC,
    "whole number": WHOLE,
    "fields": FIELDS,
    "matrix": MATRIX,
    "formula": FORMULA,
    "text": TEXT,
}
each_question = pytest.mark.parametrize("asked", QUESTIONS.values(), ids=QUESTIONS)


def samples(asked):
    return kinds.get(asked["kind"]).samples(asked["shape"], asked["answer"])


def refusal(asked, response):
    """The pointer and the position of the one fault."""
    with pytest.raises(Unreadable) as refused:
        grading.grade(asked, response)
    (problem,) = refused.value.problems
    return problem.pointer, refused.value.position


def test_there_is_a_question_of_every_kind():
    assert {asked["kind"] for asked in QUESTIONS.values()} == set(kinds.all_kinds())


@each_question
def test_right_samples_are_right(asked):
    graded = [grading.grade(asked, response) for response in samples(asked).right]
    assert graded
    if asked is TEXT:
        assert {grade["correct"] for grade in graded} == {None}
        return
    assert {(grade["correct"], grade["score"]) for grade in graded} == {(True, 4)}
    assert all(grade["feedback"] == [] for grade in graded if asked is not SINGLE and asked is not MULTIPLE)


@each_question
def test_wrong_samples_are_wrong(asked):
    graded = [grading.grade(asked, response) for response in samples(asked).wrong]
    assert graded or asked is TEXT
    assert all(grade["correct"] is False and grade["score"] < 4 for grade in graded)


@each_question
def test_malformed_samples_are_answered_with_the_place_of_the_fault(asked):
    malformed = samples(asked).malformed
    assert len(malformed) > len(MALFORMED)
    for response in malformed:
        validated = grading.validate(asked, response)
        assert (validated["valid"], validated["reading"]) == (False, None)
        assert all(
            problem["pointer"].startswith("/response") and problem["detail"] for problem in validated["problems"]
        )


@each_question
def test_what_is_read_is_shown_in_text_and_in_html(asked):
    for response in [*samples(asked).right, *samples(asked).wrong]:
        reading = grading.validate(asked, response)["reading"]
        assert reading["text"]
        assert reading["html"]
        assert "<script" not in reading["html"]


@each_question
def test_a_response_schema_names_the_one_member(asked):
    kind = kinds.get(asked["kind"])
    schema = kind.response_schema(asked["shape"])
    assert (schema["required"], schema["additionalProperties"]) == ([kind.key], False)
    assert list(schema["properties"]) == [kind.key]
    assert json.loads(json.dumps(schema)) == schema


@each_question
def test_an_instruction_is_a_sentence(asked):
    instruction = kinds.get(asked["kind"]).instruction(asked["shape"], asked["answer"])
    assert instruction[0].isupper()
    assert instruction.endswith(".")


def anything():
    """JSON as clients send it, with the numbers and the halves of characters that Python's reader lets through."""
    leaves = st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.sampled_from([10**400, -(10**400), 10**30, 1e308, 5e-324, float("inf"), float("nan")]),
        st.floats(),
        st.text(),
        st.sampled_from(["a", "b", "12", "M/2", "\ud800", "\0", "1" * 300]),
    )
    return st.recursive(
        leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4)
    )


def wrapped(asked):
    """Responses whose outer form is right, so that the inner one is put to the test."""
    shape = asked["shape"]
    inner = anything()
    if asked["kind"] == "fields":
        inner = st.one_of(inner, st.fixed_dictionaries({name: anything() for name in shape["fields"]}))
    if asked["kind"] == "matrix":
        inner = st.one_of(inner, st.lists(st.lists(anything(), min_size=2, max_size=2), min_size=2, max_size=2))
    return st.one_of(anything(), inner.map(lambda member: {kinds.get(asked["kind"]).key: member}))


@pytest.mark.slow
@each_question
@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_whatever_json_comes_is_read_or_refused(asked, data):
    response = data.draw(wrapped(asked))
    validated = grading.validate(asked, response)
    json.dumps(validated, ensure_ascii=False, allow_nan=False).encode()
    if validated["valid"]:
        grading.grade(asked, response)
    else:
        with pytest.raises(Unreadable):
            grading.grade(asked, response)


def test_one_option_and_its_reason():
    assert grading.grade(SINGLE, {"choice": "b"})["score"] == 4
    wrong = grading.grade(SINGLE, {"choice": "c"})
    assert (wrong["score"], wrong["feedback"]) == (0, [{"text": "never", "html": "<b>never</b>"}])


@pytest.mark.parametrize(
    ("picked", "correct", "told"),
    [
        (["d", "a"], True, []),
        (["a"], False, ["The selection is not complete."]),
        (["a", "d", "b"], False, ["about b"]),
        (["c", "b"], False, ["about b", "about c", "The selection is not complete."]),
    ],
)
def test_a_selection_is_all_or_nothing_and_does_not_tell_what_is_missing(picked, correct, told):
    grade = grading.grade(MULTIPLE, {"choices": picked})
    assert (grade["correct"], grade["score"]) == (correct, 4 if correct else 0)
    assert [reason["text"] for reason in grade["feedback"]] == told


def test_samples_are_right_and_wrong_also_where_all_options_apply():
    asked = question("multiple_choice", MULTIPLE["shape"], {"choices": ["a", "b", "c", "d"]})
    assert all(grading.grade(asked, response)["correct"] for response in samples(asked).right)
    assert not any(grading.grade(asked, response)["correct"] for response in samples(asked).wrong)


@pytest.mark.parametrize(
    ("response", "pointer"),
    [
        ({"choices": "a"}, "/response/choices"),
        ({"choices": {"a": 1}}, "/response/choices"),
        ({"choices": ["a", "e"]}, "/response/choices/1"),
        ({"choices": ["a", ["b"]]}, "/response/choices/1"),
        ({"choices": ["a", "a"]}, "/response/choices"),
        ({"choices": ["a"] * 5}, "/response/choices"),
        ({"choices": []}, "/response/choices"),
        ({"choice": "a"}, "/response"),
        ({}, "/response/choices"),
        (None, "/response"),
    ],
)
def test_a_selection_is_refused_where_it_is_at_fault(response, pointer):
    assert refusal(MULTIPLE, response) == (pointer, None)


@pytest.mark.parametrize(
    ("given", "correct"),
    [
        ("4.5", True),
        (4.5, True),
        ("9/2", True),
        ("4,51", True),
        ("4.53", False),
        (4, False),
        ("-4.5", False),
        ("9/4", False),
    ],
)
def test_a_number_is_right_within_its_tolerance(given, correct):
    assert grading.grade(NUMERIC, {"value": given})["correct"] is correct


@pytest.mark.parametrize(
    ("given", "correct"),
    [("12", True), (12.0, True), ("24/2", True), ("12.01", False), (12.000000001, False), ("3*4", True)],
)
def test_a_whole_number_is_exact(given, correct):
    assert grading.grade(WHOLE, {"value": given})["correct"] is correct


def test_a_named_mistake_has_its_reason():
    assert [entry["text"] for entry in grading.grade(NUMERIC, {"value": 2.25})["feedback"]] == ["half"]
    assert grading.grade(NUMERIC, {"value": 2.5})["feedback"] == []
    assert [entry["text"] for entry in grading.grade(FORMULA, {"expression": "0.5*M"})["feedback"]] == ["half"]


@pytest.mark.parametrize("huge", [10**400, -(10**400), 1e31, float("inf"), float("nan")])
def test_a_number_beyond_reason_is_refused(huge):
    assert refusal(NUMERIC, {"value": huge}) == ("/response/value", None)


@pytest.mark.parametrize(
    ("mean", "variance", "score", "told"),
    [
        ("0", "sqrt(3)", 4, []),
        (0, 1.73, 4, []),
        ("1", "sqrt(3)", 2, ["not one"]),
        ("3", "3", 0, ["squared"]),
        ("2", "1.8", 0, []),
        ("0", "3", 2, ["squared"]),
    ],
)
def test_each_field_counts_by_itself(mean, variance, score, told):
    grade = grading.grade(FIELDS, {"fields": {"mean": mean, "variance": variance}})
    assert (grade["score"], grade["correct"]) == (score, score == 4)
    assert sum(part["score"] for part in grade["parts"]) == score
    assert [part["name"] for part in grade["parts"]] == ["mean", "variance"]
    assert [reason["text"] for reason in grade["feedback"]] == told


@pytest.mark.parametrize(
    ("given", "pointer", "position"),
    [
        ({"mean": "0", "variance": "1", "mode": "2"}, "/response/fields", None),
        ({"mean": "0", "variance": "1 +"}, "/response/fields/variance", 3),
        ({"mean": True, "variance": "1"}, "/response/fields/mean", None),
        (["0", "1"], "/response/fields", None),
        ("0", "/response/fields", None),
    ],
)
def test_fields_are_refused_where_they_are_at_fault(given, pointer, position):
    assert refusal(FIELDS, {"fields": given}) == (pointer, position)


@pytest.mark.parametrize(
    "blank", [{}, *({"mean": left} for left in (None, "", "  ", "?", "？", "\u200b", "\ufeff \u2009"))]
)
def test_a_blank_field_is_worth_nothing_and_the_others_are_graded(blank):
    grade = grading.grade(FIELDS, {"fields": blank | {"variance": "sqrt(3)"}})
    assert (grade["score"], grade["correct"]) == (2, False)
    assert [(part["score"], part["blank"]) for part in grade["parts"]] == [(0, True), (2, False)]
    assert grade["reading"]["text"].startswith(r"mean = \(?\);")


def test_blank_cells_are_worth_nothing_and_the_others_are_graded():
    grade = grading.grade(MATRIX, {"matrix": [["1", "?"], [None, 0]]})
    assert (grade["score"], grade["correct"]) == (2, False)
    assert [(part["correct"], part["blank"]) for part in grade["parts"]] == [
        (True, False),
        (False, True),
        (False, True),
        (True, False),
    ]
    symmetric = MATRIX | {"shape": MATRIX["shape"] | {"symmetric": True}}
    assert grading.grade(symmetric, {"matrix": [["1", "?"], ["5/2", 0]]})["score"] == 0


@pytest.mark.parametrize(
    ("asked", "response", "pointer"),
    [
        (FIELDS, {"fields": {}}, "/response/fields"),
        (FIELDS, {"fields": {"mean": "?", "variance": None}}, "/response/fields"),
        (MATRIX, {"matrix": [["", " "], ["?", None]]}, "/response/matrix"),
        (MULTIPLE, {"choices": []}, "/response/choices"),
        (MULTIPLE, {"choices": None}, "/response/choices"),
        (NUMERIC, {"value": " "}, "/response/value"),
        (NUMERIC, {"value": None}, "/response/value"),
        (FORMULA, {"expression": ""}, "/response/expression"),
        (SINGLE, {"choice": None}, "/response/choice"),
        (SINGLE, {"choice": ""}, "/response/choice"),
        (TEXT, {"text": " "}, "/response/text"),
    ],
)
def test_a_response_without_an_answer_is_told_so(asked, response, pointer):
    (problem,) = grading.validate(asked, response)["problems"]
    assert problem == {"pointer": pointer, "detail": "no answer was given", "position": None}


def test_every_part_that_cannot_be_read_is_named():
    found = grading.validate(FIELDS, {"fields": {"mean": "1 +", "variance": "2;3"}})
    assert [(problem["pointer"], problem["position"]) for problem in found["problems"]] == [
        ("/response/fields/mean", 3),
        ("/response/fields/variance", 1),
    ]
    found = grading.validate(MATRIX, {"matrix": [["1", "x"], ["y", "0"]]})
    assert [problem["pointer"] for problem in found["problems"]] == ["/response/matrix/0/1", "/response/matrix/1/0"]


@given(st.integers(1, 12), st.sampled_from([1, 2, 3, 5, 7]), st.data())
def test_the_scores_of_parts_add_up_to_the_score(count, points, data):
    names = [f"n{place}" for place in range(count)]
    asked = question(
        "fields",
        {"fields": names, "form": "exact"},
        {"fields": {name: number("1", 1) for name in names}},
        points=points,
    )
    given = data.draw(st.lists(st.sampled_from(["1", "2", "?"]), min_size=count, max_size=count))
    grade = grading.grade(asked, {"fields": dict(zip(names, [*given[1:], "1"], strict=True))})
    assert round(sum(part["score"] for part in grade["parts"]), 9) == grade["score"]
    assert all(part["score"] == 0 for part in grade["parts"] if not part["correct"])


@pytest.mark.parametrize(
    ("picked", "score"), [("ad", 4), ("a", 2), ("adb", 2), ("ab", 0), ("b", 0), ("abcd", 0), ("bc", 0)]
)
def test_a_selection_may_be_scored_per_option(picked, score):
    asked = MULTIPLE | {"shape": MULTIPLE["shape"] | {"scoring": "per_option"}}
    grade = grading.grade(asked, {"choices": list(picked)})
    assert (grade["score"], grade["correct"]) == (score, score == 4)


@pytest.mark.parametrize("options", range(2, 8))
def test_luck_earns_hardly_more_per_option_than_one_guess_among_the_options(options):
    """Over every selection and every key that may be put so, all keys of a size being as likely."""
    names = "abcdefg"[:options]
    shape = {"choices": list(names), "scoring": "per_option"}
    for right in range(1, options // 2 + 1):
        asked = [question("multiple_choice", shape, {"choices": key}) for key in combinations(names, right)]
        for ticked in range(1, options + 1):
            scores = [grading.grade(one, {"choices": list(names[:ticked])})["score"] / 4 for one in asked]
            assert sum(scores) / len(scores) <= 1 / options + 0.05


def test_what_would_pay_luck_is_not_put_per_option():
    kind = kinds.get("multiple_choice")

    def faults(key, scoring):
        options = {"key": key, "mistakes": (), "form": WHOLE_NUMBERS, "options": 4, "order": (), "show": list}
        return list(kind.faults(Asked(**options, scoring=scoring)))

    most = {"A": True, "B": True, "C": True, "D": False}
    assert faults(most, "all") == []
    assert "most options apply" in faults(most, "per_option")[0]
    assert faults(most | {"C": False}, "per_option") == []


@pytest.mark.parametrize(
    ("scoring", "told"), [("all", "only for exactly the right"), ("per_option", "takes as many away")]
)
def test_the_instruction_says_how_a_selection_is_scored(scoring, told):
    kind = kinds.get("multiple_choice")
    assert told in kind.instruction(MULTIPLE["shape"] | {"scoring": scoring}, MULTIPLE["answer"])


@pytest.mark.parametrize("kind", ["numeric", "fields", "matrix"])
@pytest.mark.parametrize("form", FORMS)
def test_the_form_alone_says_how_numbers_are_asked_for(kind, form):
    shape = {"fields": ["mean"], "rows": 2, "columns": 2, "form": form}
    said = {kinds.get(kind).instruction(shape, answer) for answer in (number("9/2", 4.5), number("4", 4))}
    assert len(said) == 1


@pytest.mark.parametrize("key", [Fraction(541, 61), Fraction(9, 2), Fraction(8)], ids=str)
def test_where_a_fraction_is_asked_for_a_decimal_costs_nothing_whatever_its_value(key):
    fraction = question("numeric", {"form": "fraction"}, number(str(key), float(key)))
    assert grading.grade(fraction, {"value": str(key)})["correct"]
    for decimal in ("8.869", "8,869", 4.5, "4.5", "1e-3", repr(541 / 61)):
        assert refusal(fraction, {"value": decimal})[0] == "/response/value"
    assert grading.grade(fraction, {"value": "8.0"})["correct"] is (key == 8)
    assert grading.grade(fraction, {"value": 8.0})["correct"] is (key == 8)


def test_near_one_a_rate_is_as_far_off_as_what_is_missing_to_one():
    near = question("numeric", {"form": "rate"}, number("199/201", 199 / 201, rate().tolerance(Fraction(199, 201))))
    given = ("1", "0.9", "0.9905", "0.99005", "0.991")
    assert [grading.grade(near, {"value": each})["correct"] for each in given] == [False, False, False, True, False]


@pytest.mark.parametrize(
    ("mistake", "key", "form", "passes"),
    [
        (Fraction(1, 6), Fraction(6, 37), rounded(0.03), True),
        (Fraction(1, 6), Fraction(6, 37), rounded(), False),
        (23401, 23400, WHOLE_NUMBERS, True),
        (2341, 2340, WHOLE_NUMBERS, True),
        (241, 240, WHOLE_NUMBERS, False),
        (Fraction(451, 100), Fraction(9, 2), rounded(), True),
        (Fraction(45001, 10000), Fraction(9, 2), FORMS["exact"], True),
        (Fraction(45001, 10000), Fraction(9, 2), FORMS["fraction"], False),
        (1, Fraction(199, 201), rate(), False),
    ],
)
def test_a_mistake_that_would_be_graded_right_is_found(mistake, key, form, passes):
    assert lets_pass(mistake, key, form) is passes
    stored = question("numeric", {"form": form.name}, number(str(key), float(key), form.tolerance(key)))
    texts = [exact(mistake)] + ([f"{float(mistake):.{n}g}" for n in (3, 4)] if form.decimals else [])
    assert any(grading.grade(stored, {"value": text})["correct"] for text in texts) is passes


def test_a_mistake_is_known_again_where_it_was_rounded():
    steps = question("numeric", {"form": "whole"}, number("47", 47), reason("not rounded up", value="93/2"))
    assert [entry["text"] for entry in grading.grade(steps, {"value": "46.5"})["feedback"]] == ["not rounded up"]
    assert [entry["text"] for entry in grading.grade(steps, {"value": "46.4"})["feedback"]] == ["not rounded up"]
    assert grading.grade(steps, {"value": "46"})["feedback"] == []


@pytest.mark.parametrize(
    ("rows", "score", "told"),
    [
        ([["1", "5/2"], ["5/2", "0"]], 4, []),
        ([[1, 2.5], ["2,5", "1-1"]], 4, []),
        ([["1", "5/2"], ["0", "0"]], 3, []),
        ([["2", "5"], ["5", "0"]], 1, ["doubled"]),
        ([["2", "5"], ["5", "1"]], 0, []),
    ],
)
def test_each_cell_counts_by_itself(rows, score, told):
    grade = grading.grade(MATRIX, {"matrix": rows})
    assert (grade["score"], grade["correct"]) == (score, score == 4)
    assert [part["name"] for part in grade["parts"]] == ["1,1", "1,2", "2,1", "2,2"]
    assert [reason["text"] for reason in grade["feedback"]] == told


@pytest.mark.parametrize(
    ("rows", "score"),
    [
        ([[1, 2, 3], [2, 5, 6], [3, 6, 9]], 3),
        ([[1, 2, 0], [2, 5, 6], [0, 6, 9]], 2),
        ([[1, 2, 3], [2, 5, 6], [3, 6, 0]], 1),  # only the pair of the first two is right with its diagonal
        ([[1, 0, 0], [0, 5, 0], [0, 0, 9]], 0),  # the diagonal is only copied
        ([[1, 2, 3], [2, 5, 6], [4, 6, 9]], 0),  # not symmetric
    ],
)
def test_a_symmetric_matrix_earns_by_its_pairs(rows, score):
    key = [["1", "2", "3"], ["2", "5", "6"], ["3", "6", "9"]]
    shape = {"rows": 3, "columns": 3, "form": "exact"}
    asked = question("matrix", shape | {"symmetric": True}, {"matrix": key, "tolerance": EXACT}, points=3)
    grade = grading.grade(asked, {"matrix": [[str(cell) for cell in row] for row in rows]})
    assert (grade["score"], grade["correct"]) == (score, score == 3)
    assert sum(part["score"] for part in grade["parts"]) == pytest.approx(score)
    assert [part["correct"] for part in grade["parts"]] == [
        str(cell) == right for row, keys in zip(rows, key, strict=True) for cell, right in zip(row, keys, strict=True)
    ]
    stored_before = grading.grade({**asked, "shape": shape}, {"matrix": [[*map(str, row)] for row in rows]})
    assert stored_before["score"] == pytest.approx(sum(part["correct"] for part in grade["parts"]) / 3)


@pytest.mark.parametrize(
    ("rows", "pointer", "position"),
    [
        ([["1", "2"]], "/response/matrix", None),
        ([["1", "2"], ["3"]], "/response/matrix/1", None),
        ([["1", "2"], "34"], "/response/matrix/1", None),
        ([["1", "2"], ["3", "4?"]], "/response/matrix/1/1", 1),
        ([["1", True], ["3", "4"]], "/response/matrix/0/1", None),
        ({"0": ["1", "2"]}, "/response/matrix", None),
    ],
)
def test_a_matrix_is_refused_where_it_is_at_fault(rows, pointer, position):
    assert refusal(MATRIX, {"matrix": rows}) == (pointer, position)


def test_a_matrix_is_shown_as_it_was_read():
    shown = grading.validate(MATRIX, {"matrix": [["1/2", "-1"], ["sqrt(2)", "0"]]})["reading"]
    assert shown["text"] == r"\(\begin{pmatrix} \frac{1}{2} & -1 \\ \sqrt{2} & 0 \end{pmatrix}\)"
    assert shown["html"].startswith("<math")


def test_words_are_left_to_a_person_with_the_rubric():
    grade = grading.grade(TEXT, {"text": "Since <b>x</b> & y."})
    assert (grade["score"], grade["correct"], grade["max_score"]) == (None, None, 2)
    assert grade["rubric"] == TEXT["answer"]["rubric"]
    assert grade["reading"]["html"] == "Since &lt;b&gt;x&lt;/b&gt; &amp; y."


@pytest.mark.parametrize("given", ["", " \n", None, ["a"], 3, "a\0b", "a\x1bb", "a\ud800b"])
def test_what_is_no_text_is_refused(given):
    assert refusal(TEXT, {"text": given}) == ("/response/text", None)


def test_a_text_has_an_end():
    assert grading.grade(TEXT, {"text": "x" * LONGEST})["score"] is None
    assert refusal(TEXT, {"text": "x" * (LONGEST + 1)}) == ("/response/text", LONGEST)


ASKED = [(name, kind) for name, family in registry.all_families().items() for kind in family.kinds]


@pytest.mark.parametrize(("name", "kind"), ASKED)
def test_a_named_mistake_of_a_family_is_wrong_and_told_why(name, kind):
    """Each stored mistake, given as a response, must not pass; where it is alone, its reason comes back."""
    for seed in range(20):
        private = json.loads(registry.get(name).rehearsed(seed, kind).private)
        for entry in private["feedback"]:
            response = _given(private, entry["on"])
            if kind == "single_choice" and entry["on"] == {"choice": private["answer"]["choice"]}:
                continue
            grade = grading.grade(private, response)
            told = [reason["text"] for reason in grade["feedback"]]
            assert grade["correct"] is False or kind == "multiple_choice", (private["answer"], entry)
            assert told or grade["correct"], (private["answer"], entry)


def _given(private, mistake):
    """The response of a learner who made this mistake and no other."""
    if private["kind"] == "fields":
        right = {name: part["exact"] for name, part in private["answer"]["fields"].items()}
        return {"fields": right | {mistake["field"]: mistake["value"]}}
    return {"choices": [mistake["choice"]]} if private["kind"] == "multiple_choice" else dict(mistake)


def test_exact_numbers_are_compared_as_fractions():
    third = question("numeric", {}, number("1/3", 1 / 3))
    assert grading.grade(third, {"value": "1/3"})["correct"]
    assert grading.grade(third, {"value": repr(1 / 3)})["correct"]
    assert not grading.grade(third, {"value": "0.3333"})["correct"]
    assert Fraction(1, 3) != Fraction(repr(1 / 3))

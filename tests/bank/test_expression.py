"""The grammar of keys and formulas: what it reads, and what it refuses; what learners add to it is in test_reading."""

import json
import math
import subprocess
import sys
from fractions import Fraction
from math import isclose, log
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bank.errors import Unreadable
from bank.notation.expression import LONGEST, parse, read
from bank.notation.expression.arithmetic import FUNCTIONS
from bank.notation.mathml import formula
from tests.bank.attacks import ATTACKS, MATHEMATICS, PYTHON, SETTINGS

HOSTILE = [
    "__import__('os')",
    "9**9**9",
    "-" * 100_000 + "1",
    "nan",
    "\uff14",
    "inf",
    "x.y",
    "lambda: 1",
    "1e999",
    "1e99*1e99*1e99*1e99",
    "",
]
LETTERS = ("x", "kappa", "x_1")
AT = {"x": Fraction(3, 7), "kappa": Fraction(4), "x_1": Fraction(-5, 2)}
BOUNDS = ("longer than", "too many terms", "nested too deeply", "the number is too large", "a number with too many")
SOME_TIME = settings(deadline=None, max_examples=300)


@pytest.mark.parametrize(("text", "value"), [("9/2", Fraction(9, 2)), ("4.5", Fraction(9, 2)), ("4,5", Fraction(9, 2))])
def test_exact_numbers_stay_exact(text, value):
    assert parse(text).evaluate() == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2+3*4", 14),
        ("2-3-4", -5),
        ("16/4/2", 2),
        ("2^3^2", 512),
        ("2**3", 8),
        ("-2^2", -4),
        ("(-2)^2", 4),
        ("2^-1", Fraction(1, 2)),
        ("--3", 3),
        ("-+-3", 3),
        ("2(3+4)", 14),
        ("(1+1)(2+1)", 6),
        ("2·3", 6),
        ("7 − 2", 5),
        ("1e3", 1000),
        ("25e-2", Fraction(1, 4)),
        (".5", Fraction(1, 2)),
        ("sqrt(9/4)", Fraction(3, 2)),
        ("9^(1/2)", 3),
        ("ln(1)", 0),
        ("exp(0)", 1),
        ("abs(-2/3)", Fraction(2, 3)),
        (" 1 +\t1 ", 2),
    ],
)
def test_the_rules_of_written_mathematics(text, value):
    found = parse(text).evaluate()
    assert (found, type(found)) == (value, Fraction)


@pytest.mark.parametrize(
    ("text", "value"), [("2x", Fraction(6, 7)), ("x(x+1)", Fraction(30, 49)), ("2x^2", Fraction(18, 49))]
)
def test_letters_may_follow_numbers_at_once(text, value):
    assert parse(text, LETTERS).evaluate(AT) == value


def test_logarithms():
    assert isclose(float(parse("ln(5/3)/ln(3)").evaluate()), log(5 / 3) / log(3), rel_tol=1e-14)


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:16])
def test_what_is_no_mathematics_is_refused(text):
    with pytest.raises(Unreadable):
        parse(text).evaluate()


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("1 + ", 4),
        ("1 + ?", 4),
        ("2*(3", 2),
        ("y + 1", 0),
        ("1 2", 2),
        ("ln 2", 2),
        ("1/0", 1),
        ("1 + ln(-1)", 4),
        ("1)", 1),
    ],
)
def test_a_refusal_names_the_place(text, position):
    with pytest.raises(Unreadable) as refusal:
        parse(text).evaluate()
    assert refusal.value.position == position


both_readers = pytest.mark.parametrize("reader", [parse, read])


def outcome(text, letters=LETTERS, at=AT, reader=parse):
    """The value, or where it cannot be read, the position of the fault. Both are checked."""
    try:
        value = reader(text, letters).evaluate(at)
    except Unreadable as refusal:
        assert refusal.position is None or 0 <= refusal.position <= min(len(text), LONGEST)
        assert len(str(refusal).encode()) < 1000
        return refusal.position
    assert type(value) is Fraction or (type(value) is float and math.isfinite(value))
    float(value)
    return value


@both_readers
@pytest.mark.parametrize("attack", ATTACKS, ids=range(len(ATTACKS)))
def test_an_attack_is_a_value_or_unreadable(attack, reader):
    outcome(attack, reader=reader)


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("payload", PYTHON)
def test_no_python_is_mathematics(payload, setting):
    with pytest.raises(Unreadable):
        parse(setting.replace("{}", payload), ("x",)).evaluate({"x": 1})
    if payload not in MATHEMATICS:
        with pytest.raises(Unreadable):
            read(setting.replace("{}", payload), ("x",)).evaluate({"x": 1})


def test_five_hundred_attacks_execute_nothing_and_take_no_time():
    """In half a gigabyte, watched by the interpreter's own audit; the time is of the thread alone."""
    assert len(set(ATTACKS)) >= 500
    script = str(Path(__file__).with_name("attacks.py"))
    done = subprocess.run(
        [sys.executable, script], capture_output=True, text=True, env={"PYTHONPATH": str(Path(__file__).parents[2])}
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["reported"] == []
    assert found["slowest"][0] <= 0.05, found["slowest"]


@SOME_TIME
@given(st.text(max_size=LONGEST + 5))
def test_any_text_is_a_value_or_unreadable(text):
    outcome(text)
    outcome(text, reader=read)


@SOME_TIME
@given(st.text(alphabet="0123456789.,eE+-*/^() x_1lnsqrtexpabi", max_size=60))
def test_any_text_of_the_grammars_own_letters_is_a_value_or_unreadable(text):
    outcome(text)


@SOME_TIME
@given(st.text(alphabet="0123456789.,eE+-*/^() x_1lnsqrtlog'%=½²⁻₁√·λ\u202c\u2009\\frac{}[]", max_size=60))
def test_any_text_of_what_learners_type_is_a_value_or_unreadable(text):
    outcome(text, reader=read)


@SOME_TIME
@given(
    st.lists(st.sampled_from(["1", "2.5", "x", "pi", "+", "-", "*", "/", "^", "**", "(", ")", "sqrt(", "ln(", "exp("]))
)
def test_any_row_of_tokens_is_a_value_or_unreadable(tokens):
    outcome("".join(tokens))


def numbers():
    """Literals in every spelling."""
    whole, tail = st.integers(0, 10**12).map(str), st.text("0123456789", min_size=1, max_size=9)
    power = st.integers(-40, 40).map(lambda exponent: f"e{exponent}")
    return st.one_of(
        whole,
        st.builds("{}.{}".format, whole, tail),
        st.builds("{},{}".format, whole, tail),
        st.builds("{}{}".format, whole, power),
        tail.map(".{}".format),
    )


def formulas():
    """Well-formed formulas in the learner's own spelling, with signs and parentheses where they may stand."""
    leaves = st.one_of(numbers(), st.sampled_from([*LETTERS, "pi", "e"]))
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds("({})".format, inner),
            st.builds("-{}".format, inner),
            st.builds("+{}".format, inner),
            st.builds("{}({})".format, st.sampled_from(sorted(FUNCTIONS)), inner),
            st.builds("{}{}{}".format, inner, st.sampled_from(["+", "-", "*", "/", "^", "**", " - ", " * "]), inner),
            st.builds("({})({})".format, inner, inner),
        ),
        max_leaves=12,
    )


@SOME_TIME
@given(formulas())
def test_a_formula_written_back_reads_the_same(text):
    try:
        read = parse(text, LETTERS)
    except Unreadable as refusal:
        assert str(refusal).startswith(BOUNDS)
        return
    written = read.text
    if len(written) > LONGEST:
        return
    again = parse(written, LETTERS)
    assert again.text == written
    assert again.variables == read.variables
    assert outcome_of(written) == outcome_of(text)


def outcome_of(text):
    """The value or the words of the refusal."""
    try:
        return parse(text, LETTERS).evaluate(AT)
    except Unreadable as refusal:
        return str(refusal)


@SOME_TIME
@given(formulas())
def test_a_learner_is_never_read_otherwise_than_the_same_key(text):
    """Refused perhaps, since it has two readings; else it has the value that a key of these characters has."""
    try:
        read(text, LETTERS)
    except Unreadable:
        return
    assert outcome(text, reader=read) == outcome(text)


@SOME_TIME
@given(formulas())
def test_every_formula_that_is_read_can_be_shown(text):
    try:
        tex = parse(text, LETTERS).tex
    except Unreadable:
        return
    assert formula(tex).startswith("<math")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2(x+1)", "2*(x + 1)"),
        ("x-(1-x)", "x - (1 - x)"),
        ("x/(2*3)", "x/(2*3)"),
        ("-(-x)", "-(-x)"),
        ("2--3", "2 - (-3)"),
        ("(x^2)^3", "(x^2)^3"),
        ("2^-x", "2^(-x)"),
        ("1,50", "1.5"),
        ("1e-50", "1e-50"),
        ("1.25e200", "125e198"),
        ("0.001e-999", "0.001e-999"),
        ("1e30", "1000000000000000000000000000000"),
    ],
)
def test_a_reading_has_one_spelling(text, written):
    assert parse(text, LETTERS).text == written
    assert parse(written, LETTERS).evaluate(AT) == parse(text, LETTERS).evaluate(AT)


def test_numbers_with_a_power_of_ten_are_written_in_no_time():
    assert len(parse("1e-999" + "+1e-999" * 27).tex) < 1000


@pytest.mark.parametrize(
    ("text", "tex"),
    [
        ("ln(9)", r"\ln(9)"),
        ("ln(5/3)/ln(3)", r"\frac{\ln(5/3)}{\ln(3)}"),
        ("ln((sqrt(3) + 1)/2)", r"\ln\left(\frac{\sqrt{3} + 1}{2}\right)"),
        ("2*(1 - 3)", r"2 \cdot (1 - 3)"),
        ("(1/2)^3", r"{\left(\frac{1}{2}\right)}^{3}"),
    ],
)
def test_parentheses_are_as_high_as_what_they_hold(text, tex):
    assert parse(text).tex == tex

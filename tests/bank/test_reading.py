"""What learners type: how each way of writing is read, or which words it is refused with."""

from fractions import Fraction
from math import isclose, log, sqrt

import pytest

from bank.errors import Unreadable
from bank.kinds import grading
from bank.kinds.forms import FORMS, HINT
from bank.notation.expression import parse, read

EXACT = {"absolute": 0, "relative": 0}
LETTERS = ("lam", "x_3", "M", "N", "beta1")
NAMES = "pi, e, ln, log, exp, sqrt, abs"
OWN_NAMES = f"the names are lam (lambda), x_3, M, N, beta1, {NAMES}"
PRODUCT = "a product without a sign after a division at position"
NO_WORDS = f"cannot be read: give a number without words or units; names are {NAMES}"

READ = {  # as typed: what it is read as
    "thousands": {
        "23 400": "23400",
        "23\u2009400": "23400",
        "23\u00a0400": "23400",
        "23\u202f400": "23400",
        "23'400": "23400",
        "23’400": "23400",
        "1.234.567": "1234567",
        "1,234,567": "1234567",
        "1 234 567,5": "1234567.5",
        "1,234.5": "1234.5",
        "-23 400/7": "-23400/7",
    },
    "decimals": {
        "23,4": "23.4",
        "0,322": "0.322",
        "0.322": "0.322",
        "1234,567": "1234.567",
        "1,2340": "1.234",
        "96.": "96",
        "(96.)/2": "96/2",
        ".5": "0.5",
    },
    "spaces and what cannot be seen": {
        "\u00a09\u2009/\u200a2 ": "9/2",
        "\u200b9/2\ufeff": "9/2",
        "\u202d23400\u202c": "23400",
        "ln\u2061(2)": "ln(2)",
        "9/2\n": "9/2",
        "\r\n9/2\u2028": "9/2",
    },
    "signs": {
        "−3": "-3",
        "–3": "-3",
        "‒3": "-3",
        "－3": "-3",
        "﹣3": "-3",
        "9÷2": "9/2",
        "9∕2": "9/2",
        "9⁄2": "9/2",
        "9∶2": "9/2",
        "3∗2": "3*2",
        "3∙2": "3*2",
        "3•2": "3*2",
        "3·2": "3*2",
        "３＊２": "3*2",
    },
    "digits of other forms": {
        "２３４００": "23400",
        "𝟐𝟑": "23",
        "½": "1/2",
        "2½": "2 + 1/2",
        "-2 ½": "-(2 + 1/2)",
        "3²": "3^2",
        "10⁻³": "10^(-3)",
        "2³⁺¹": "2^(3 + 1)",
        "√½": "sqrt(1/2)",
    },
    "powers of ten": {
        "2.34x10^4": "23400",
        "2,34 x 10^4": "23400",
        "2.34×10⁴": "23400",
        "2.34X10^{4}": "23400",
        "2.34*10^(-4)": "0.000234",
        "1.234x10^4": "12340",
        ".5e-3": "0.0005",
        "1 e-3": "0.001",
        "9.55 e-1": "0.955",
        "9.55e -1": "0.955",
        ".955e0": "0.955",
        "2E3": "2000",
        "3^2*10^4": "3^2*10^4",
        "1/2*10^4": "1/2*10^4",
    },
    "brackets and TeX": {
        "[1 + 2]*{3}": "(1 + 2)*3",
        "10^{-3}": "10^(-3)",
        r"\frac{1}{2}": "1/2",
        r"\dfrac{1}{2}\cdot 3": "1/2*3",
        r"\left(1 + 2\right) \times 3": "(1 + 2)*3",
        r"\sqrt{2}": "sqrt(2)",
        r"\ln 2": "ln(2)",
        r"\log_{2}(8)": "ln(8)/ln(2)",
    },
    "functions": {
        "log2(5/4)": "ln(5/4)/ln(2)",
        "log₂ 8": "ln(8)/ln(2)",
        "log10(5)": "ln(5)/ln(10)",
        "log_2(5)": "ln(5)/ln(2)",
        "log_10(5)": "ln(5)/ln(10)",
        "LN(2)": "ln(2)",
        "Ln(2)": "ln(2)",
        "Sqrt(2)": "sqrt(2)",
        "ln 2": "ln(2)",
        "sqrt 2": "sqrt(2)",
        "√2": "sqrt(2)",
        "√2/2": "sqrt(2)/2",
        "exp 2": "exp(2)",
        "ln 5/3": "ln(5)/3",
        "log(2)": "ln(2)",
        "ln sqrt 2": "ln(sqrt(2))",
        "2π": "2*pi",
    },
    "per cent": {"32.2%": "0.322", "32,2 %": "0.322", "-5%": "-0.05"},
    "what stands in front": {
        "≈0.322": "0.322",
        "~0.322": "0.322",
        "= 0.322": "0.322",
        "=~0.322": "0.322",
        "ρ = 0.322": "0.322",
        "ρ ≈ 0.322": "0.322",
        r"\rho = 0.322": "0.322",
        "x_1 = 0.322": "0.322",
        "x' = 0.322": "0.322",
    },
    "products with a sign, or in parentheses": {
        "9/2*e": "9/2*e",
        "1/(2pi)": "1/(2*pi)",
        "(1/2)pi": "1/2*pi",
        "2sqrt(2)": "2*sqrt(2)",
        "2*e - 3": "2*e - 3",
    },
}
REFUSED = {  # as typed: the position of the fault, and the words
    "thousands or decimals": {
        "23,400": (0, "'23,400' at position 1 has two readings: write 23400 or 23.4"),
        "-1.234": (1, "'1.234' at position 2 has two readings: write 1234 or 1.2340"),
        "23,400/2": (0, "'23,400' at position 1 has two readings: write 23400 or 23.4"),
        "23,400x10^2": (0, "'23,400' at position 1 has two readings: write 23400 or 23.4"),
        "1,000%": (0, "'1,000' at position 1 has two readings: write 1000 or 1.0"),
    },
    "no number": {
        "1,23,400": (0, "'1,23,400' at position 1 is no number: give one answer with one decimal mark"),
        "1.2.3": (0, "'1.2.3' at position 1 is no number: give one answer with one decimal mark"),
        "12 34": (3, "two numbers in a row at position 4: write + or * between them"),
        "2 1/2": (2, "two numbers in a row at position 3: write + or * between them"),
        "1..2": (1, "'.' at position 2 cannot be read: a point stands only inside a number"),
    },
    "what is not known": {
        "\u200b1\u202e2": (2, "U+202E RIGHT-TO-LEFT OVERRIDE at position 3 cannot be read"),
        "\u00ad3": (0, "U+00AD SOFT HYPHEN at position 1 cannot be read"),
        "٣": (0, "U+0663 ARABIC-INDIC DIGIT THREE at position 1 cannot be read"),
        "1\0": (1, "U+0000 at position 2 cannot be read"),
        "\ud800": (0, "U+D800 at position 1 cannot be read"),
        "4?": (1, "'?' at position 2 cannot be read"),
        r"\infty": (0, r"the command \infty at position 1 cannot be read"),
        "9:2": (1, "':' at position 2 cannot be read: write / for a division"),
        "[1)": (2, "'[' is closed by ')' at position 3"),
        r"\frac12": (0, r"a fraction at position 1 is written \frac{1}{2}"),
        r"\sqrt[3]{2}": (0, "a root with an index at position 1: write it as a power such as 2^(1/3)"),
    },
    "a product right after a division": {
        "1/2pi": (3, f"{PRODUCT} 4 has two readings: write 1/2*pi or 1/(2*pi)"),
        "1/2 pi": (4, f"{PRODUCT} 5 has two readings: write 1/2*pi or 1/(2*pi)"),
        "1/2sqrt(2)": (3, f"{PRODUCT} 4 has two readings: write 1/2*sqrt(2) or 1/(2*sqrt(2))"),
        "9/2e": (3, f"{PRODUCT} 4 has two readings: write 9/2*e or 9/(2*e)"),
        "1/ln(2)ln(3)": (7, f"{PRODUCT} 8 has two readings: write 1/ln(2)*ln(3) or 1/(ln(2)*ln(3))"),
        "1/2(3)": (3, f"{PRODUCT} 4 has two readings: write 1/2*3 or 1/(2*3)"),
        "1/2x10^4": (2, "a power of ten after / at position 3 has two readings: write /(2*10^4) or /(2)*10^4"),
        r"2\frac{1}{2}": (1, "a number before a fraction at position 2 has two readings: write 2 + 1/2 or 2*(1/2)"),
    },
    "a number and an e": {
        "1e": (1, "'1e' at position 1 has an exponent without digits: write 1*e for Euler's number"),
        "2e+": (1, "'2e' at position 1 has an exponent without digits: write 2*e for Euler's number"),
        "2 e": (2, "'2 e' at position 1 has an exponent without digits: write 2*e for Euler's number"),
        "1e2pi": (1, "'1e2pi' at position 1 has a letter right behind its exponent: write * before the letter"),
        "1e2.5": (1, "'1e2' at position 1 has an exponent that is no whole number"),
        "1e-1000": (0, "an exponent of more than three digits at position 1 cannot be read"),
        "9.55e - 1": (0, "'9.55e - 1' at position 1 has two readings: write 9.55e-1 or 9.55*e - 1"),
        "e^2pi": (
            2,
            "a product without a sign in an exponent at position 3 has two readings: write e^2*pi or e^(2*pi)",
        ),
    },
    "periods and raised points": {
        "0.9(54)": (
            0,
            "'0.9(54)' at position 1 has two readings, 0.95454… and 0.9*54: write a fraction, or the * too",
        ),
        "0·955": (0, "'0·955' at position 1 has two readings: write 0.955 or 0*955"),
    },
    "functions": {
        "ln2": (0, f"unknown name 'ln2' at position 1: write ln(2); the names are {NAMES}"),
        "2sqrt2": (1, f"unknown name 'sqrt2' at position 2: write sqrt(2); the names are {NAMES}"),
        "ln": (2, "'ln' at position 1 needs parentheses: write ln(2)"),
        "ln -2": (2, "'ln' at position 1 needs parentheses: write ln(2)"),
        "√2²": (0, "'√' without parentheses at position 1 has two readings: write sqrt(2)^2 or sqrt(2^2)"),
        "ln 2pi": (0, "'ln' without parentheses at position 1 has two readings: write ln(2)*pi or ln(2*pi)"),
    },
    "per cent": {
        "%5": (0, "'%' at position 1 cannot be read: it belongs right behind a number"),
        "1 % 2": (4, "'2' at position 5 follows without a sign: write + or * before it"),
        "5%(2)": (2, "a product after % at position 3: write * before it"),
    },
    "words and units": {
        "23400 parameters": (6, f"'parameters' at position 7 {NO_WORDS}"),
        "λ": (0, f"'λ' at position 1 {NO_WORDS}"),
    },
    "several answers": {
        "9/2 or 4.5": (4, "'or' at position 5: give one answer"),
        "3;4": (1, "';' at position 2 cannot be read: give one answer"),
        "3, 4": (1, "',' at position 2 cannot be read: give one answer, with a comma only inside a number"),
        "9/2 = 4.5": (4, "'=' at position 5 cannot be read: give one answer, without ="),
        "3\n4": (1, "a line break at position 2 cannot be read: give one answer, in one line"),
    },
    "no whole formula": {
        "2 +": (3, "a number or a letter is missing at the end"),
        "2 +)": (3, "unexpected ')' at position 4: a number or a letter belongs there"),
        "2)": (1, "')' at position 2 closes nothing"),
        "*2": (0, "unexpected '*' at position 1: a number or a letter belongs there"),
        "(2": (0, "'(' at position 1 is not closed"),
        "(2 + [1": (5, "'[' at position 6 is not closed"),
        "(2)3": (3, "'3' at position 4 follows without a sign: write + or * before it"),
    },
}
SYMBOLS = {
    **dict.fromkeys(("λ", "lambda", r"\lambda", "lam", "Lam", "LAMBDA", "𝜆"), "lam"),
    **dict.fromkeys(("x3", "x_3", "x_{3}", "x₃", "X_3"), "x_3"),
    **dict.fromkeys(("β1", "β₁", r"\beta_1", r"\beta_{1}", "beta1", "beta_1", "Beta1"), "beta1"),
    **dict.fromkeys(("M", "m"), "M"),
    "MN": "M*N",
    "M N": "M*N",
    "2MN": "2*M*N",
    "λx₃M": "lam*x_3*M",
    "x_3x3": "x_3*x_3",
    "M²N": "M^2*N",
    "½MN": "1/2*M*N",
    "M/(2N)": "M/(2*N)",
    "ln M": "ln(M)",
    "M\u2062N": "M*N",
    "K = M + N": "M + N",
}
NO_SYMBOLS = {
    "M/2N": (3, f"{PRODUCT} 4 has two readings: write M/2*N or M/(2*N)"),
    "(M+2N)/2N": (8, f"{PRODUCT} 9 has two readings: write (M + 2*N)/2*N or (M + 2*N)/(2*N)"),
    "M/MN": (3, f"{PRODUCT} 4 has two readings: write M/M*N or M/(M*N)"),
    "M^MN": (2, "a product without a sign in an exponent at position 3 has two readings: write M^M*N or M^(M*N)"),
    "M2": (0, f"unknown name 'M2' at position 1: write M*2 or M^2; {OWN_NAMES}"),
    "mn": (0, f"unknown name 'mn' at position 1: write M*N; {OWN_NAMES}"),
    "Mpi": (0, f"unknown name 'Mpi' at position 1: write M*pi; {OWN_NAMES}"),
    "log2M": (0, f"unknown name 'log2M' at position 1: write log2(M) or ln(2*M); {OWN_NAMES}"),
    "lnM": (0, f"unknown name 'lnM' at position 1: write ln(M); {OWN_NAMES}"),
    "2 + ξ": (4, f"unknown name 'ξ' at position 5: {OWN_NAMES}"),
    "y": (0, f"unknown name 'y' at position 1: {OWN_NAMES}"),
}


def rows(table):
    return [pytest.param(typed, *told, id=typed) for typed, told in table.items()]


def numbers(sections, wrap):
    return rows({typed: wrap(told) for section in sections.values() for typed, told in section.items()})


@pytest.mark.parametrize(("typed", "reading"), numbers(READ, lambda told: (told,)))
def test_a_number_is_read_as_people_write_it(typed, reading):
    assert read(typed).text == reading
    assert read(typed).evaluate() == parse(reading).evaluate()


@pytest.mark.parametrize(("typed", "position", "words"), numbers(REFUSED, tuple))
def test_what_is_unclear_is_refused_with_the_position_as_typed(typed, position, words):
    assert refusal(typed) == (position, words)


@pytest.mark.parametrize(("typed", "reading"), rows({typed: (reading,) for typed, reading in SYMBOLS.items()}))
def test_a_symbol_is_read_as_shown_as_tex_and_as_the_stem_says(typed, reading):
    assert read(typed, LETTERS).text == reading


@pytest.mark.parametrize(("typed", "position", "words"), rows(NO_SYMBOLS))
def test_an_unclear_formula_is_refused(typed, position, words):
    assert refusal(typed, LETTERS) == (position, words)


def refusal(typed, letters=()):
    with pytest.raises(Unreadable) as refused:
        read(typed, letters)
    return refused.value.position, str(refused.value)


def asked(kind, form="exact"):
    number = {"exact": "9/2", "value": 4.5, "tolerance": EXACT}
    shape, answer = {
        "numeric": ({}, number),
        "fields": ({"fields": ["mean"]}, {"fields": {"mean": number}}),
        "matrix": ({"rows": 1, "columns": 1}, {"matrix": [["9/2"]], "tolerance": EXACT}),
        "expression": ({"variables": ["lam"]}, {"expression": "9/2", "variables": ["lam"]}),
    }[kind]
    return {"kind": kind, "shape": shape | {"form": form}, "answer": answer, "feedback": [], "points": 1}


RESPONSES = {
    "numeric": lambda typed: {"value": typed},
    "fields": lambda typed: {"fields": {"mean": typed}},
    "matrix": lambda typed: {"matrix": [[typed]]},
    "expression": lambda typed: {"expression": typed},
}
each_kind = pytest.mark.parametrize("kind", RESPONSES)


@each_kind
@pytest.mark.parametrize("typed", ["4½", "\u200b9÷2", "≈ 4,5", "450 %", "45x10^-1", r"\frac{9}{2}", "sqrt 81/2"])
def test_every_kind_reads_the_same(kind, typed):
    assert grading.grade(asked(kind), RESPONSES[kind](typed))["correct"]


@each_kind
@pytest.mark.parametrize("typed", ["23,400", "9/2pi", "1e", "4.5 cm", "9/2 or 4.5", "\u202e9/2"])
def test_every_kind_refuses_the_same_before_it_is_graded(kind, typed):
    with pytest.raises(Unreadable) as refused:
        grading.grade(asked(kind), RESPONSES[kind](typed))
    found = grading.validate(asked(kind), RESPONSES[kind](typed))
    assert (found["valid"], found["reading"]) == (False, None)
    (problem,) = found["problems"]
    assert problem["detail"] == str(refused.value)
    assert problem["position"] == refused.value.position


@each_kind
@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("23 400", r"\(23400\)"),
        ("32.2%", r"\(0.322\)"),
        ("ρ = 2½", r"\(2 + \frac{1}{2}\)"),
        ("ln 2", r"\(\ln(2)\)"),
        ("log(2)", r"\(\ln(2) \quad \text{(log is read as ln, the natural logarithm)}\)"),
        ("log2 8", r"\(\frac{\ln(8)}{\ln(2)}\)"),
    ],
)
def test_the_reading_shows_what_was_not_typed_so(kind, typed, shown):
    found = grading.validate(asked(kind), RESPONSES[kind](typed))["reading"]
    assert shown.removeprefix(r"\(").removesuffix(r"\)") in found["text"]
    assert found["html"]


@pytest.mark.parametrize("typed", ["1,234", "1.234"])
@pytest.mark.parametrize("form", [*FORMS, None])
def test_the_form_alone_says_how_three_digits_after_a_mark_are_read(typed, form):
    """Where a rounded number is asked for, it is below 1000, and this a decimal."""
    question = asked("numeric", form) if form else asked("numeric") | {"shape": {}}
    found = grading.validate(question, {"value": typed})
    if form in ("rounded", "rate"):
        assert found["reading"]["text"] == r"\(1.234\)"
    else:
        assert "has two readings: write 1234 or " in found["problems"][0]["detail"]


@pytest.mark.parametrize("form", ["rounded", "rate"])
def test_no_rounded_number_of_a_thousand_is_asked_for(form):
    assert list(FORMS[form].faults(Fraction(9994, 10))) == []
    assert list(FORMS[form].faults(Fraction(-9995, 10)))
    assert list(FORMS["whole"].faults(23400)) == []


@pytest.mark.parametrize(
    "typed", ["8.86", ".869", "8,86", "886%", "886.9%", "8.86e0", "886e-2", "8.86x10^0", "886*10^-2", "886×10⁻²", 8.869]
)
def test_where_a_fraction_is_asked_for_any_decimal_is_refused_with_a_hint(typed):
    found = grading.validate(asked("numeric", "fraction"), {"value": typed})
    assert [problem["detail"] for problem in found["problems"]] == [HINT]


@pytest.mark.parametrize("typed", ["8.869", "8,869"])
def test_where_a_fraction_is_asked_for_and_it_may_be_a_whole_number_both_are_named(typed):
    found = grading.validate(asked("numeric", "fraction"), {"value": typed})
    words = f"'{typed}' at position 1 has two readings: write 8869 or give a fraction for 8.869"
    assert [problem["detail"] for problem in found["problems"]] == [words]


@pytest.mark.parametrize(("given", "value"), [(4.5, "9/2"), (1e-3, "1/1000"), (1.234, "617/500"), (23400, "23400")])
def test_a_number_of_json_has_one_reading(given, value):
    question = asked("numeric", "exact")
    question["answer"] = {"exact": value, "value": given, "tolerance": EXACT}
    assert grading.grade(question, {"value": given})["correct"]


def test_where_x_is_a_letter_it_is_no_sign():
    assert refusal("2x10^4", ("x",))[1].startswith("unknown name 'x10' at position 2: write x*10 or x^10")
    assert read("2x", ("X",)).text == "2*X"


def test_a_letter_of_two_cases_is_never_guessed():
    assert read("mM", ("m", "M")).text == "m*M"
    assert read("X", ("x_1", "X")).text == "X"
    assert refusal("LAM", ("lam", "Lam"))[0] == 0


def test_logarithms_to_a_base():
    assert isclose(read("log2(5/4)").evaluate(), log(5 / 4, 2))
    assert isclose(read("√2").evaluate(), sqrt(2))


@pytest.mark.parametrize(
    ("stored", "value"),
    [
        ("1/2*x", Fraction(3, 2)),
        ("1/2x", Fraction(3, 2)),
        ("ln(5/3)/ln(3)", log(5 / 3) / log(3)),
        ("7.3e-05", Fraction(73, 1000000)),
        ("1.234", Fraction(617, 500)),
        ("1,234", Fraction(617, 500)),
        ("2x - 1", 5),
        ("log(3)", log(3)),
    ],
)
def test_what_is_stored_is_read_as_it_always_was(stored, value):
    assert parse(stored, ("x",)).evaluate({"x": 3}) == value

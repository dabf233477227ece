"""Formulas as MathML: what is heard, what is kept from one formula to the next, what is refused."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bank.notation import mathml
from bank.notation.mathml import BrokenText, formula

TIMES, APPLIED = "\u2062", "\u2061"


def heard(source):
    """The marks of a formula in their order, invisible ones among them."""
    return "".join(ET.fromstring(formula(source)).itertext())  # noqa: S314 - our own


def root(source):
    return ET.fromstring(formula(source))  # noqa: S314 - our own


@pytest.mark.parametrize("source", ["x", r"a < b", r'\text{"}', r"\begin{pmatrix} 1 & 2 \end{pmatrix}", r"\frac{1}{2}"])
def test_the_tex_of_a_formula_is_its_alternative(source):
    assert root(source).get("alttext") == source
    assert ET.fromstring(formula(source, display=True)).get("alttext") == source  # noqa: S314 - our own


@pytest.mark.parametrize(
    ("source", "marks"),
    [
        ("2 x", f"2{TIMES}x"),
        (r"2\lambda x_1", f"2{TIMES}λ{TIMES}x1"),
        (r"2(x + 1)", f"2{TIMES}(x+1)"),
        (r"(x + 1)(x - 1)", f"(x+1){TIMES}(x−1)"),
        (r"(\mathbf{A}\mathbf{x})^\top \mathbf{y}", f"(𝐀{TIMES}𝐱)⊤{TIMES}𝐲"),
        (r"\frac{1}{2} x", f"12{TIMES}x"),
        (r"a\,b", f"a{TIMES}b"),
        (r"2 \ln 3", f"2{TIMES}ln{APPLIED}3"),
        (r"\mathbf{A} \begin{pmatrix} 1 \\ 2 \end{pmatrix}", f"𝐀{TIMES}(12)"),
        (r"\eta \nabla f(x)", f"η{TIMES}∇f{APPLIED}(x)"),
    ],
)
def test_factors_are_multiplied_by_an_invisible_sign(source, marks):
    assert heard(source) == marks


@pytest.mark.parametrize(
    ("source", "marks"),
    [
        ("a(b + c)", "a(b+c)"),  # a product or a function
        (r"\rho(\eta)", "ρ(η)"),
        ("A_{jk}", "Ajk"),  # two indices
        (r"3\frac{1}{2}", "312"),  # a sum
        (r"1\,000", "1000"),
        (r"d\theta", "dθ"),
        (r"\frac{\partial}{\partial x} y", "∂∂xy"),
        (r"a \quad b", "ab"),
        ("x, y", "x,y"),
    ],
)
def test_what_may_be_no_product_has_no_invisible_sign(source, marks):
    assert heard(source) == marks


@pytest.mark.parametrize(
    ("source", "marks"),
    [
        ("f(x)", f"f{APPLIED}(x)"),
        (r"f'(x)", f"f′{APPLIED}(x)"),
        ("f^2(x)", "f2(x)"),
        (r"\ln(5/3)", f"ln{APPLIED}(5/3)"),
        (r"\exp(-x) c", f"exp{APPLIED}(−x){TIMES}c"),
        (r"\operatorname{softmax}(x)", f"softmax{APPLIED}(x)"),
        (r"\mathrm{LN}(x)", f"LN{APPLIED}(x)"),
        (r"\max_i x_i", f"maxi{APPLIED}xi"),
    ],
)
def test_functions_are_applied_by_an_invisible_sign(source, marks):
    assert heard(source) == marks


@pytest.mark.parametrize("source", [r"x_1, \dots, x_N", r"x_1, \ldots, x_N", "x_1, ..., x_N"])
def test_an_ellipsis_is_one_character(source):
    assert heard(source) == "x1,…,xN"


@pytest.mark.parametrize(
    ("source", "intent", "arguments"),
    [
        (r"\mathbf{x}^\top", "transpose($x)", {"x": "𝐱"}),
        (r"x_i^\top", "transpose(indexed-by($x,$j))", {"x": "x", "j": "i"}),
        (r"(a + b)^\top", "transpose($x)", {"x": "(a+b)"}),
        ("A^{(i)}", "_index:infix($x,$i)", {"x": "A", "i": "i"}),
        ("x^{(t + 1)}", "_index:infix($x,$i)", {"x": "x", "i": "t+1"}),
        ("A^{(i)}_{jk}", "_index:infix(indexed-by($x,$j),$i)", {"x": "A", "j": "jk", "i": "i"}),
        ("x^*", "_star:postfix($x)", {"x": "x"}),
        (r"x_k^\star", "_star:postfix(indexed-by($x,$j))", {"x": "x", "j": "k"}),
    ],
)
def test_a_superscript_that_is_no_power_says_what_it_is(source, intent, arguments):
    (script,) = root(source)
    assert script.get("intent") == intent
    named = {part.get("arg"): "".join(part.itertext()) for part in script.iter() if part.get("arg")}
    assert named == arguments


@pytest.mark.parametrize("source", ["x^2", "x^{i}", r"(1 - a)^{(k)}", "2^{(i)}", r"\mathbf{A}^{-1}"])
def test_what_may_be_a_power_says_nothing(source):
    assert not [part for part in root(source).iter() if part.get("intent")]


def test_a_display_style_at_the_beginning_makes_a_line_large():
    assert formula(r"\displaystyle \frac{a}{b}") == (
        r'<math displaystyle="true" alttext="\frac{a}{b}"><mfrac><mi>a</mi><mi>b</mi></mfrac></math>'
    )


NUMBERS = st.from_regex(r"-?(0|[1-9][0-9]{0,4})(\.[0-9]{1,2})?", fullmatch=True)
PLACES = st.sampled_from(
    [
        "{}",
        r"\frac{{{}}}{{7}} x",
        "x^{{{}}}",
        "x_{}^2",
        r"\frac12 {}",
        r"\frac {}3",
        r"\sqrt{}",
        "A^{{({})}}_{{3}}",
        r"\mathbf{{{}}}",
        r"\text{{of {} %}}",
        "x_1{} y",
        r"\begin{{pmatrix}} {} & 1 \\ -2 & \frac{{1}}{{{}}} \end{{pmatrix}} \mathbf{{x}}",
        r"\begin{{pmatrix}} 1 \\[{}em] 2 \end{{pmatrix}}",
    ]
)


@given(place=PLACES, one=NUMBERS, other=NUMBERS)
def test_a_formula_put_together_is_the_one_that_is_set_at_once(place, one, other):
    source = place.format(one, other)
    try:
        at_once = mathml._set(source)
    except BrokenText:
        with pytest.raises(BrokenText):
            formula(source)
    else:
        assert mathml._put_together(source) == at_once


@pytest.mark.parametrize("source", [r"\foo{x}", r"\frac{1}", r"{x", "x_1^2^3"])
def test_tex_that_cannot_be_read_is_refused_by_what_was_written(source):
    with pytest.raises(BrokenText) as refused:
        formula(source)
    assert str(refused.value).startswith(source)

"""Answers as people write them: a right answer, or one that is nearly right, in any of the ways that must be read.

Numbers and formulas are trees of the grammar; they are written here with the marks, signs, symbols, spaces and
invisible characters of real texts, and only in ways that have one reading.
"""

import re
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from hypothesis import strategies as st

from bank.errors import Unreadable
from bank.notation.expression import parse

GAPS = [" ", "\u2009", "\u00a0", "\u202f", "'", "’"]  # between groups of three digits
UNSEEN = ["\u200b", "\u202c", "\u202d", "\ufeff", "\u2060", "\u200e"]
SPACES = ["", "", " ", "\u00a0", "\u2009"]
SIGNS = {
    "+": ["+"],
    "-": ["-", "−", "–", "‒", "﹣"],
    "*": ["*", "·", "×", "⋅", "∗", "•"],
    "/": ["/", "÷", "∕", "⁄", "∶"],
}
RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
VULGAR = {Fraction(1, 2): "½", Fraction(1, 3): "⅓", Fraction(3, 4): "¾", Fraction(2, 5): "⅖", Fraction(7, 8): "⅞"}
GREEK = {"lam": ("lambda", "λ"), "eta": ("eta", "η"), "kappa": ("kappa", "κ"), "beta": ("beta", "β")}
FORMULA_LETTERS = ("lam", "eta", "kappa", "x_1", "x_2", "beta1", "M", "N", "k")
SUM, PRODUCT, POWER, ATOM = range(4)  # how tightly a text holds together
FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


@dataclass(frozen=True)
class Answer:
    """A key as it is stored, the form in which it is asked for, and the letters of a formula."""

    key: str
    form: str = "exact"
    letters: tuple[str, ...] = ()

    def question(self, kind):
        """The private part of a question that asks for it in this kind."""
        none = {"absolute": 0, "relative": 0}
        value = 0 if self.letters else float(parse(self.key).evaluate())
        number = {"exact": self.key, "value": value, "tolerance": none}
        shape, answer = {
            "numeric": ({}, number),
            "fields": ({"fields": ["mean"]}, {"fields": {"mean": number}}),
            "matrix": ({"rows": 1, "columns": 1}, {"matrix": [[self.key]], "tolerance": none}),
            "expression": ({"variables": [*self.letters]}, {"expression": self.key, "variables": [*self.letters]}),
        }[kind]
        return {"kind": kind, "shape": shape | {"form": self.form}, "answer": answer, "feedback": [], "points": 1}


def wholes():
    sizes = st.one_of(st.integers(-999, 999), st.integers(-(10**9), 10**9), st.integers(1, 999).map(lambda n: n * 1000))
    return st.builds(Answer, sizes.map(str), st.sampled_from(["whole", "exact", "fraction", ""]))


def decimals():
    value = st.builds(lambda digits, places: Fraction(digits, 10**places), st.integers(1, 10**7), st.integers(1, 6))
    return st.builds(Answer, value.map(str), st.sampled_from(["exact", "rounded", ""]))


def fractions():
    value = st.builds(Fraction, st.integers(-999, 9999), st.integers(2, 999)) | st.builds(
        lambda whole, part: whole + part, st.integers(0, 30), st.sampled_from([*VULGAR])
    )
    return st.builds(Answer, value.map(str), st.sampled_from(["fraction", "exact", ""]))


def constants():
    number = st.integers(2, 40)
    texts = st.one_of(
        st.builds("ln({}/{})/ln({})".format, number, number, number).filter(lambda text: parse(text).evaluate() != 0),
        st.builds("sqrt({})*{} + {}".format, number, number, number),
        st.builds("{}*pi/{}".format, number, number),
        st.builds("exp(-{}/{})".format, number, number),
        st.builds("({} - sqrt({}))^2 + e".format, number, number),
        st.builds("{}^{} + ln({})".format, number, st.integers(2, 4), number),
    )
    return st.builds(Answer, texts, st.just("exact"))


def formulas():
    leaves = st.sampled_from(FORMULA_LETTERS) | st.integers(2, 12).map(str)
    texts = st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds("({} + {})".format, inner, inner),
            st.builds("({}*{})".format, inner, inner),
            st.builds("({}/{})".format, inner, inner),
            st.builds("({})^{}".format, inner, st.integers(2, 3)),
            st.builds("sqrt({})".format, inner),
        ),
        max_leaves=6,
    )
    return st.builds(Answer, texts, st.just("exact"), st.just(FORMULA_LETTERS))


ANSWERS = st.one_of(wholes(), decimals(), fractions(), constants(), formulas())
SEEDS = st.integers(0, 2**64)


@st.composite
def right(draw):
    """An answer and a text that says it."""
    answer = draw(ANSWERS)
    return answer, Writer(draw(SEEDS), answer).text(answer.key)


@st.composite
def nearly_right(draw):
    """An answer and a text that says another: a digit, a sign, a power of ten or a factor is wrong."""
    answer = draw(ANSWERS)
    rng = Random(draw(SEEDS))
    keys = [another for another in _misses(answer, rng) if _differ(another, answer)]
    missed = rng.choice(keys)
    return answer, Writer(rng.random(), answer).text(missed)


def _misses(answer, rng):
    key = answer.key
    places = [at for at, char in enumerate(key) if char.isdigit() and not (at and key[at - 1] in "_a")]
    for at in rng.sample(places, min(3, len(places))):
        digit = rng.choice([d for d in "123456789" if d != key[at]])
        yield key[:at] + digit + key[at + 1 :]
    yield f"-({key})"
    yield f"({key})*{rng.choice([2, 3, 10, 1000])}"
    yield f"({key})/{rng.choice([2, 10, 1000])}"
    yield f"({key}) + {rng.choice([1, 10])}"


def _differ(key, answer):
    at = {letter: Fraction(place + 3, 2) for place, letter in enumerate(answer.letters)}
    try:
        one, other = (float(parse(text, answer.letters).evaluate(at)) for text in (key, answer.key))
    except Unreadable:
        return False  # divides by zero
    return abs(one - other) > 1e-6 * max(abs(one), abs(other))


class Writer:
    """Writes a tree as somebody might, the same for the same seed."""

    def __init__(self, seed, answer):
        self.rng, self.answer = Random(seed), answer
        self.unclear = answer.form not in ("rounded", "rate")
        self.no_decimals = answer.form == "fraction"

    def text(self, key):
        formula = parse(key, self.answer.letters)
        rational = not self.answer.letters and not re.search("[a-z]", key)
        return self._decorated(self._alone(formula.evaluate()) if rational else self.written(formula.tree)[0])

    def _decorated(self, text):
        """With what surrounds it, and characters in between that nobody sees."""
        text = self.rng.choice(["", "", "", "= ", "≈", "~ ", "ρ = ", "x_new=", r"\rho = "]) + text
        text = self.rng.choice(["", " ", "\u00a0", "\t"]) + text + self.rng.choice(["", "", " ", "\n", "\r\n"])
        if "\\" in text or "{" in text or "√" in text:
            return text
        if self.rng.random() < 0.15:
            text = text.translate(FULL_WIDTH)
        for _ in range(self.rng.choice([0, 0, 1, 3])):
            at = self.rng.randint(0, len(text))
            text = text[:at] + self.rng.choice(UNSEEN) + text[at:]
        return text

    def _alone(self, value):
        """One rational number that is the whole answer."""
        sign = self.rng.choice(SIGNS["-"]) + self.rng.choice(["", "", " "]) if value < 0 else ""
        size = abs(value)
        ways = [self.plain(size)] if size.denominator == 1 or 10**7 % size.denominator == 0 else []
        if size.denominator > 1 and (self.no_decimals or not ways):
            ways = []
        if ways:
            ways += [*ways, self.scientific(size), self.per_cent(size)]
        if size.denominator == 1 and size < 1000 and self.rng.random() < 0.3:
            ways.append(f"{size}.")
        if size.denominator > 1:
            ways += [self.quotient(size), *self.vulgar(size)]
        return sign + self.rng.choice(ways)

    def plain(self, size):
        """A whole or decimal number of at least 0."""
        digits, _, tail = _decimal(size).partition(".")
        marks = self.rng.choice([".", ","])
        short_head = digits != "0" and len(digits) <= 3
        if tail and len(tail) == 3 and short_head and self.unclear:
            tail += "0"
        if len(digits) > 3 and self.rng.random() < 0.7:
            several = [".", ","] if len(digits) > 6 else []
            gap = self.rng.choice([*GAPS, *(mark for mark in several if mark != marks or not tail)])
            digits = _grouped(digits, gap)
            marks = self.rng.choice([mark for mark in ".," if mark != gap])
        elif digits == "0" and tail and marks == "." and self.rng.random() < 0.3:
            digits = ""
        return f"{digits}{marks}{tail}" if tail else digits

    def scientific(self, size):
        shift = self.rng.randint(-3, 6)
        mantissa = _decimal(size / Fraction(10) ** shift)
        head, _, tail = mantissa.partition(".")
        if len(head) > 1 and len(tail) == 3:
            mantissa += "0"
        mantissa = mantissa.replace(".", self.rng.choice([".", ","]))
        gap = self.rng.choice(["", "", " ", "\u2009"])
        return self.rng.choice(
            [
                f"{mantissa}{self.rng.choice(['e', 'E', ' e'])}{shift}",
                f"{mantissa}{gap}{self.rng.choice(['x', 'X', '×', '·', '*'])}{gap}10^{shift}",
                f"{mantissa}{gap}×{gap}10{str(shift).translate(RAISED)}",
                rf"{mantissa}\cdot 10^{{{shift}}}",
                f"{mantissa}*10**({shift})",
            ]
        )

    def per_cent(self, size):
        return self.plain(size * 100) + self.rng.choice(["%", " %", "\u202f%"])

    def quotient(self, size):
        top, bottom = self.plain(Fraction(size.numerator)), self.plain(Fraction(size.denominator))
        space = self.rng.choice(SPACES)
        return self.rng.choice(
            [
                f"{top}{space}{self.rng.choice(SIGNS['/'])}{space}{bottom}",
                rf"\frac{{{top}}}{{{bottom}}}",
                f"[{top}]/{bottom}",
            ]
        )

    @staticmethod
    def vulgar(size):
        whole, part = divmod(size, 1)
        return [f"{whole or ''}{VULGAR[part]}"] * 3 if part in VULGAR else []

    def written(self, node):
        """The text of a tree, and how tightly it holds together."""
        if node.op == "number":
            return self.plain(node.number), ATOM
        if node.op == "name":
            return self.symbol(node.name), ATOM
        if node.op == "neg":
            return f"{self.rng.choice(SIGNS['-'])}{self.held(node.args[0], POWER)}", SUM
        if node.op == "^":
            return self.power(*node.args), POWER
        if node.op in SIGNS:
            return self.operation(node)
        return self.applied(node)

    def held(self, node, least):
        """In brackets where it would fall apart."""
        text, tight = self.written(node)
        if tight >= least:
            return text
        return self.rng.choice(["({})", "({})", "[{}]", r"\left({}\right)"]).replace("{}", text)

    def operation(self, node):
        left, right = node.args
        space = self.rng.choice(SPACES)
        if node.op in "+-":
            sign = self.rng.choice(SIGNS[node.op])
            return f"{self.held(left, SUM)}{space}{sign}{space}{self.held(right, PRODUCT)}", SUM
        if node.op == "/" and self.rng.random() < 0.3:
            return rf"\frac{{{self.written(left)[0]}}}{{{self.written(right)[0]}}}", ATOM
        if node.op == "*" and (together := self.together(left, right)):
            return together, PRODUCT
        sign = self.rng.choice(SIGNS[node.op])
        return f"{self.held(left, PRODUCT)}{space}{sign}{space}{self.held(right, POWER)}", PRODUCT

    def together(self, left, right):
        """A product without a sign: a number or letter and a letter, or something in parentheses behind."""
        if left.op not in ("number", "name") or self.rng.random() < 0.4:
            return ""
        if right.op in ("+", "-"):
            return f"{self.written(left)[0]}({self.written(right)[0]})"
        if right.op != "name" or right.name in ("e", "pi") or left.name in ("e", "pi"):
            return ""
        single = left.op == "number" or (len(left.name) == 1 and len(right.name) == 1)
        gap = self.rng.choice(["", " ", "\u2009"]) if single else self.rng.choice([" ", "\u00a0", "\u2062"])
        return f"{self.written(left)[0]}{gap}{self.written(right)[0]}"

    def power(self, base, exponent):
        held = self.held(base, ATOM)
        if exponent.op == "number" and exponent.number.denominator == 1 and self.rng.random() < 0.5:
            return held + str(exponent.number).translate(RAISED)
        text = self.written(exponent)[0]
        return f"{held}{self.rng.choice(['^', '**', ' ^ '])}{self.rng.choice(['({})', '{{{}}}']).format(text)}"

    def applied(self, node):
        argument, tight = self.written(node.args[0])
        simple = tight == ATOM and node.args[0].op in ("number", "name")
        if node.op == "sqrt" and self.rng.random() < 0.4:
            return self.rng.choice([rf"\sqrt{{{argument}}}", f"√({argument})"]), ATOM
        if simple and self.rng.random() < 0.3:
            return f"({node.op} {argument})", ATOM
        name = self.rng.choice([node.op, node.op.upper(), node.op.title(), "\\" + node.op])
        return f"{name}({argument})", ATOM

    def symbol(self, name):
        """A letter as the stem shows it, as TeX calls it and as the key spells it."""
        stem, _, index = name.partition("_")
        if not index and stem[-1].isdigit():
            stem, index = stem[:-1], stem[-1]
        ways = [stem, stem.title() if len(stem) > 1 else stem]
        if stem in GREEK:
            word, letter = GREEK[stem]
            ways += [word, letter, letter, f"\\{word}" + ("" if index else " ")]
        if name in ("e", "pi"):
            return self.rng.choice(["e"] if name == "e" else ["pi", "π", r"\pi "])
        stem = self.rng.choice(ways)
        return (
            stem + self.rng.choice([f"_{index}", index, f"_{{{index}}}", index.translate(LOWERED)]) if index else stem
        )


def _decimal(size):
    """All decimals of a number that has finitely many.

    >>> _decimal(Fraction(1, 8)), _decimal(Fraction(120))
    ('0.125', '120')
    """
    places = next(n for n in range(60) if (size * 10**n).denominator == 1)
    digits = str(size * 10**places).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}" if places else digits


def _grouped(digits, gap):
    head = len(digits) % 3 or 3
    return gap.join([digits[:head], *(digits[at : at + 3] for at in range(head, len(digits), 3))])

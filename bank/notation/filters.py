"""How the holes of a template write what fills them: numbers as terms, factors, vectors and lists, in TeX."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from html import escape
from typing import Any

from bank.notation.expression.writing import parenthesised
from bank.notation.values import Number, tex

UNITS = {"1": "", "-1": "-"}
WRITTEN_OUT = 3  # terms of a list without an ellipsis


def signed(value: Number) -> str:
    """A further term of a sum: `+ 3`, `- 3`."""
    return tex(value) if tex(value).startswith("-") else f"+ {tex(value)}"


def paren(value: Number) -> str:
    r"""A factor: negative numbers and fractions stand in parentheses.

    >>> paren(-2), paren(3)
    ('(-2)', '3')
    """
    written = tex(value)
    return written if written.isdigit() else parenthesised(written)


def coefficient(value: Number) -> str:
    r"""A number before a letter: nothing for 1, the sign alone for -1.

    >>> coefficient(1), coefficient(-1), coefficient(Fraction(-1, 2))
    ('', '-', '-\\frac{1}{2}')
    """
    return UNITS.get(tex(value), tex(value))


def raised(base: Number | str, exponent: int) -> str:
    r"""A power; the base alone where the exponent is 1.

    >>> raised(2, 1), raised(2, 3), raised(-2, 3), raised("d", 2)
    ('2', '2^{3}', '(-2)^{3}', 'd^{2}')
    """
    if exponent == 1:
        return base if isinstance(base, str) else tex(base)
    return f"{base if isinstance(base, str) else paren(base)}^{{{exponent}}}"


def numbered(letter: str, last: int, first: int = 1) -> str:
    r"""A letter with every index up to the last.

    >>> numbered("x", 1), numbered("x", 2), numbered("x", 5)
    ('x_{1}', 'x_{1}, x_{2}', 'x_{1}, x_{2}, \\dots, x_{5}')
    """
    return _enumerated([f"{letter}_{{{index}}}" for index in range(first, last + 1)])


def counted(last: int, first: int = 1) -> str:
    r"""The values of an index.

    >>> counted(1), counted(3), counted(4, first=0)
    ('1', '1, 2, 3', '0, 1, \\dots, 4')
    """
    return _enumerated([str(index) for index in range(first, last + 1)])


def _enumerated(terms: Sequence[str]) -> str:
    return ", ".join(terms if len(terms) <= WRITTEN_OUT else [*terms[:2], r"\dots", terms[-1]])


def in_a_sentence(texts: Sequence[str]) -> str:
    """One after the other, as a sentence names them.

    >>> in_a_sentence(["A"]), in_a_sentence(["A", "b", "c"])
    ('A', 'A, b and c')
    """
    return " and ".join([", ".join(texts[:-1]), texts[-1]] if len(texts) > 1 else texts)


def vector(values: Sequence[Number]) -> str:
    """A column."""
    return matrix([[value] for value in values])


def matrix(rows: Sequence[Sequence[Number]]) -> str:
    r"""
    >>> matrix([[1, 2], [3, 4]])
    '\\begin{pmatrix} 1 & 2 \\\\ 3 & 4 \\end{pmatrix}'
    """
    lines = r" \\ ".join(" & ".join(tex(value) for value in row) for row in rows)
    return rf"\begin{{pmatrix}} {lines} \end{{pmatrix}}"


def listed(values: Sequence[Number]) -> str:
    return r",\; ".join(tex(value) for value in values)


def power(value: Fraction) -> str:
    """A number such as 1/100000 as a power of ten, any other as it is.

    >>> power(Fraction(1, 100000)), power(Fraction(1, 10))
    ('10^{-5}', '\\\\frac{1}{10}')
    """
    zeros = len(str(value.denominator)) - 1
    return f"10^{{-{zeros}}}" if zeros > 1 and value == Fraction(1, 10**zeros) else tex(value)


def plain(value: object) -> str:
    """A word or number of the template's own, escaped for a place outside of formulas."""
    return escape(str(value), quote=False)


def spelt(value: object) -> str:
    """Outside of formulas: a fraction with a slash, other numbers with four digits at most.

    >>> spelt(Fraction(7, 2)), spelt(0.123456), spelt((1, 2))
    ('7/2', '0.1235', '1, 2')
    """
    if isinstance(value, str | int | Fraction):
        return str(value)
    if isinstance(value, Sequence):
        return ", ".join(map(spelt, value))
    return f"{float(value):.4g}"  # type: ignore[arg-type]  # a number of the lab, or one that is not rational


def reached(curve: Sequence[float], level: float) -> str:
    """After how many steps a falling curve is at a level, or that it is not.

    >>> reached([1, 0.5, 0.1], 0.5), reached([1, 0.5, 0.1], 0.01)
    ('1', 'more than 2')
    """
    steps = next((step for step, value in enumerate(curve) if value <= level), None)
    return f"more than {len(curve) - 1}" if steps is None else str(steps)


FILTERS: dict[str, Callable[..., Any]] = {
    "signed": signed,
    "paren": paren,
    "vector": vector,
    "matrix": matrix,
    "listed": listed,
    "power": power,
    "coefficient": coefficient,
    "raised": raised,
    "numbered": numbered,
    "counted": counted,
    "plain": plain,
    "reached": reached,
}

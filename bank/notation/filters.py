"""How the holes of a template write what fills them: numbers as terms, factors, vectors and lists, in TeX."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from html import escape
from typing import Any

from bank.notation.values import Number, tex


def signed(value: Number) -> str:
    """A further term of a sum: `+ 3`, `- 3`."""
    return tex(value) if tex(value).startswith("-") else f"+ {tex(value)}"


def paren(value: Number) -> str:
    r"""A factor: negative numbers and fractions stand in parentheses.

    >>> paren(-2), paren(3)
    ('(-2)', '3')
    """
    written = tex(value)
    return written if written.isdigit() else rf"\left({written}\right)" if "frac" in written else f"({written})"


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


FILTERS: dict[str, Callable[..., Any]] = {
    "signed": signed,
    "paren": paren,
    "vector": vector,
    "matrix": matrix,
    "listed": listed,
    "power": power,
    "plain": plain,
}

r"""One formula: from TeX to MathML that shows, says and spells out the same.

Formulas of a family differ from variant to variant in their numbers, mostly. What is made of the rest is kept by its
TeX, with holes for numbers and matrices, and a formula with new ones is put together from that.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from math_core import LatexError, LatexToMathML

from bank.errors import BankError
from bank.notation.bounded import MIB, kept_within
from bank.notation.semantics import APPLIED, spoken

FILLING = re.compile(  # begins with one of few characters, and looks behind from there: three times as fast
    r"([0-9\\](?:"
    r"(?<=\\)begin\{pmatrix\} (?:(?!\\begin).)*? \\end\{pmatrix\}"  # a matrix that holds no other
    r"|(?<=[0-9])(?<![\^_.0-9].)(?<!frac.)(?<!sqrt.)[0-9]*(?:\.[0-9]+)?"  # a number
    r"|(?<=[\^_][0-9])(?![0-9])"  # a single digit above or below
    r"))",
    re.DOTALL,
)
BEGIN, END = r"\begin{pmatrix} ", r" \end{pmatrix}"
STYLE = re.compile(r' style="[^"]*"')
LARGE = r"\displaystyle"
NUMBER, MATRIX, DIGIT = "\ue002", "\ue003", "\ue004"  # holes
HOLE = re.compile(f"[{NUMBER}{MATRIX}{DIGIT}]")
STAND_INS = {NUMBER: "{}", MATRIX: r"\begin{{pmatrix}} {} \end{{pmatrix}}", DIGIT: "{{{}}}"}
SET = {NUMBER: ">{}</mn>", MATRIX: "<mtr><mtd><mn>{}</mn></mtd></mtr>", DIGIT: ">{}</mn>"}  # `mn` may have attributes
FIRST = 70_007  # stands for what fills the first hole, the next number for the second
CELL, CELL_END = "<mtd>", "</mtd>"


class BrokenText(BankError):
    """A template of a family that is not what it should be: a broken formula, a forgotten hole."""


class Skeleton(NamedTuple):
    """MathML with `%s` for its numbers and for the rows of its matrices, and their order there if it is another one."""

    mathml: str
    order: tuple[int, ...] | None


def formula(source: str, display: bool = False) -> str:
    r"""MathML of one formula, with its TeX as `alttext`. In a line \displaystyle at its beginning makes it large.

    Raises BrokenText for TeX that cannot be read or that leaks into the page.

    >>> formula("x=2")
    '<math alttext="x=2"><mi>x</mi><mo>=</mo><mn>2</mn></math>'
    """
    return _formula(source, display)


@kept_within(MIB)
def _formula(source: str, display: bool) -> str:
    bare = source.removeprefix(LARGE).lstrip() if source.startswith(LARGE) else source
    style = ' display="block"' if display else ' displaystyle="true"' if bare is not source else ""
    return f'<math{style} alttext="{_in_attribute(bare)}">{_put_together(bare)}</math>'


def _put_together(source: str) -> str:
    """What stands inside of the `math` element."""
    parts = FILLING.split(source)
    if len(parts) == 1:
        return _set(source)
    fillings = parts[1::2]
    for place, filling in enumerate(fillings):
        around = parts[2 * place]
        if filling[0] == "\\":
            parts[2 * place + 1] = MATRIX
            fillings[place] = _rows(filling[len(BEGIN) : -len(END)])
        else:
            parts[2 * place + 1] = DIGIT if around and around[-1] in "^_" else NUMBER
    skeleton = _skeleton("".join(parts))
    if skeleton is None:
        return _set(source)
    if skeleton.order is not None:
        fillings = [fillings[place] for place in skeleton.order]
    return skeleton.mathml % tuple(fillings)


@kept_within(MIB // 2)
def _skeleton(key: str) -> Skeleton | None:
    """None where a filling does not come out as it went in: formulas with this key are set one by one."""
    holes, pieces = HOLE.findall(key), HOLE.split(key)
    names = [str(FIRST + place) for place in range(len(holes))]
    stand_ins = [STAND_INS[hole].format(name) for hole, name in zip(holes, names, strict=True)]
    source = pieces[0] + "".join(part for pair in zip(stand_ins, pieces[1:], strict=True) for part in pair)
    try:
        mathml = _set(source)
    except BrokenText:
        return None  # told of the formula as it was written
    found = [SET[hole].format(name) for hole, name in zip(holes, names, strict=True)]
    if any(mathml.count(name) != 1 or one not in mathml for name, one in zip(names, found, strict=True)):
        return None
    order = tuple(sorted(range(len(found)), key=lambda place: mathml.index(found[place])))
    mathml = mathml.replace("%", "%%")
    for hole, one in zip(holes, found, strict=True):
        mathml = mathml.replace(one, "%s" if hole == MATRIX else ">%s</mn>")
    return Skeleton(mathml, None if order == tuple(range(len(order))) else order)


def _rows(matrix: str) -> str:
    rows = [[_cell(cell.strip()) for cell in row.split("&")] for row in matrix.split(r"\\")]
    return "".join(f"<mtr>{''.join(row)}</mtr>" for row in rows)


@kept_within(MIB // 4)
def _cell(source: str) -> str:
    alone = _set(rf"\begin{{pmatrix}} {source} \end{{pmatrix}}")
    return alone[alone.index(CELL) : alone.rindex(CELL_END) + len(CELL_END)]


@kept_within(MIB // 2)
def _set(source: str) -> str:
    try:
        mathml = _converter().convert_with_local_state(source, displaystyle=False)
    except LatexError as error:
        raise BrokenText(f"{source}: {error}") from None
    mathml = STYLE.sub("", mathml).replace("&ApplyFunction;", APPLIED)
    if "\\" in mathml or "<<" in mathml:
        raise BrokenText(f"{source}: TeX leaks into {mathml}")
    return spoken(mathml).removeprefix("<math>").removesuffix("</math>")


@cache
def _converter() -> LatexToMathML:
    return LatexToMathML(fancy_error=False)


def _in_attribute(source: str) -> str:
    return source.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")

r"""Markdown with <<holes>> and TeX in \( \) and \[ \]: filled by Jinja, made HTML with MathML, no script or style."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache
from html import escape
from textwrap import dedent

from jinja2 import Environment, StrictUndefined, Template, meta
from markdown_it import MarkdownIt
from math_core import LatexError, LatexToMathML

from bank.errors import BankError
from bank.notation.values import Number, tex

FORMULA = re.compile(r"\\\((.+?)\\\)|\\\[(.+?)\\\]", re.DOTALL)
SLOT = re.compile("\ue000([0-9]+)\ue001")
LIST_GOES_ON = "\n</ul>\n<ul>\n"
BLANK = re.compile(r"\n(?:[ \t]*\n)+")
FENCE = "```"
FENCED = re.compile(r"(?:^|\n+)(```.*?\n```)(?:\n+|$)", re.DOTALL)  # code, blank lines and all
STYLE = re.compile(r' style="[^"]*"')


@dataclass(frozen=True, slots=True)
class Rich:
    """The same words twice: Markdown with TeX, and HTML with MathML that is safe to put into a page."""

    text: str
    html: str

    def record(self) -> dict[str, str]:
        return {"text": self.text, "html": self.html}


class BrokenText(BankError):
    """A template of a family that is not what it should be: a broken formula, a forgotten hole."""


def fill(template: str, **values: object) -> str:
    r"""Fill the holes of a template; numbers are written as TeX.

    >>> from fractions import Fraction
    >>> fill(r"\(M = <<M>>, r = <<r>>\)", M=4, r=Fraction(7, 2))
    '\\(M = 4, r = \\frac{7}{2}\\)'
    """
    if not values:
        return _filled_once(template)
    compiled = _compiled(template)
    return "".join(compiled.root_render_func(compiled.new_context(values, shared=True)))  # nothing is copied


@lru_cache(maxsize=1024)
def _filled_once(template: str) -> str:
    """A template without holes."""
    return _compiled(template).render()


@lru_cache(maxsize=1024)
def holes_of(template: str) -> frozenset[str]:
    r"""The names that a template needs.

    >>> sorted(holes_of(r"<% for x in xs %><<x>> of <<total>><% endfor %>"))
    ['total', 'xs']
    """
    return frozenset(meta.find_undeclared_variables(_holes().parse(template)))


def render(text: str) -> Rich:
    r"""Paragraphs, emphasis, lists, tables and code become HTML, formulas MathML.

    Each block between blank lines is set once, however often it comes back; a list goes on after a blank line. Code
    between fences is kept to the letter, whatever it holds.

    >>> render(r"so \(x=2\)").html
    '<p>so <math><mi>x</mi><mo>=</mo><mn>2</mn></math></p>'
    """
    html = "\n".join(_html(block, inline=False) for block in _blocks(text))
    return Rich(text, html.replace(LIST_GOES_ON, "\n"))


def render_inline(text: str) -> Rich:
    """The same for a line that stands inside another element: no paragraph around it."""
    return Rich(text, _html(text, inline=True))


@lru_cache(maxsize=1 << 15)
def formula(source: str, display: bool = False) -> str:
    """MathML of one formula. Raises BrokenText for TeX that cannot be read or that leaks into the page."""
    try:
        mathml = _converter().convert_with_local_state(source, displaystyle=display)
    except LatexError as error:
        raise BrokenText(f"{source}: {error}") from None
    mathml = STYLE.sub("", mathml).replace("&ApplyFunction;", "\u2061")
    if "\\" in mathml or "<<" in mathml:
        raise BrokenText(f"{source}: TeX leaks into {mathml}")
    return mathml


def _blocks(text: str) -> Iterator[str]:
    if FENCE not in text:
        yield from BLANK.split(text)
        return
    for part in FENCED.split(text):
        yield from [part] if FENCED.fullmatch(part) else BLANK.split(part)


@lru_cache(maxsize=1 << 14)
def _html(text: str, inline: bool) -> str:
    if FENCED.fullmatch(text):
        return str(_reader().render(text)).strip()
    formulas: list[str] = []

    def set_aside(found: re.Match[str]) -> str:
        inner, block = found.groups()
        formulas.append(formula((inner or block).strip(), display=block is not None))
        return f"\ue000{len(formulas) - 1}\ue001"

    skeleton = _markdown(FORMULA.sub(set_aside, text), inline)
    return SLOT.sub(lambda slot: formulas[int(slot.group(1))], skeleton)


@lru_cache(maxsize=4096)
def _markdown(skeleton: str, inline: bool) -> str:
    if "\\" in skeleton:
        raise BrokenText(f"a backslash outside of a formula: {skeleton}")
    reader = _reader()
    html = reader.renderInline(skeleton) if inline else reader.render(skeleton)
    return str(html).strip()


@cache
def _reader() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table").disable(["link", "image", "autolink", "escape"])


@cache
def _converter() -> LatexToMathML:
    return LatexToMathML(fancy_error=False)


@lru_cache(maxsize=1024)
def _compiled(template: str) -> Template:
    blocks = BLANK.split(template.strip("\n"))  # each dedented by itself: a template may begin with a text of its topic
    return _holes().from_string("\n\n".join(dedent(block) for block in blocks).strip())


@cache
def _holes() -> Environment:
    holes = Environment(
        variable_start_string="<<",
        variable_end_string=">>",
        block_start_string="<%",
        block_end_string="%>",
        comment_start_string="<#",
        comment_end_string="#>",
        trim_blocks=True,
        undefined=StrictUndefined,
        finalize=_written,
        autoescape=False,  # noqa: S701 - makes Markdown; HTML is escaped by the renderer
    )
    holes.filters.update(
        signed=signed, paren=paren, vector=vector, matrix=matrix, listed=listed, power=power, plain=plain
    )
    return holes


def _written(value: object) -> object:
    return value if isinstance(value, str) else tex(value)  # type: ignore[arg-type]  # templates pass numbers only


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

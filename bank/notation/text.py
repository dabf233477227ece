r"""Markdown with <<holes>> and TeX in \( \) and \[ \]: filled by Jinja, made HTML with MathML, no script or style."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from textwrap import dedent

from jinja2 import Environment, StrictUndefined, Template, meta
from markdown_it import MarkdownIt

from bank.notation.bounded import MIB, kept_within
from bank.notation.filters import FILTERS, spelt
from bank.notation.mathml import LARGE, BrokenText, formula
from bank.notation.values import tex

FORMULA = re.compile(r"\\\((.+?)\\\)|\\\[(.+?)\\\]", re.DOTALL)
SLOT = re.compile("\ue000([0-9]+)\ue001")
IN_A_LINE = re.compile(r"\\\((.+?)\\\)", re.DOTALL)
SMALL_IN_A_LINE = re.compile(r"\\(?:c?frac|binom|sum|prod|int|bigcup|bigcap|lim|(?:arg)?(?:max|min)_)")
LIST_GOES_ON = "\n</ul>\n<ul>\n"
BLANK = re.compile(r"\n(?:[ \t]*\n)+")
FENCE = "```"
FENCED = re.compile(r"(?:^|\n+)(```.*?\n```)(?:\n+|$)", re.DOTALL)  # code, blank lines and all


@dataclass(frozen=True, slots=True)
class Rich:
    """The same words twice: Markdown with TeX, and HTML with MathML that is safe to put into a page."""

    text: str
    html: str

    def record(self) -> dict[str, str]:
        return {"text": self.text, "html": self.html}


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


def fill_plainly(template: str, **values: object) -> str:
    """The same for text that is no Markdown: numbers are written as they are spoken, with four digits.

    >>> from fractions import Fraction
    >>> fill_plainly("<<r>>: <<xs>>, at last <<xs|last>>, 0.1 after <<xs|reached(0.1)>>", r=Fraction(7, 2), xs=[1, 0.1])
    '7/2: 1, 0.1, at last 0.1, 0.1 after 1'
    """
    return _compiled_plainly(template).render(values)


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
    '<p>so <math alttext="x=2"><mi>x</mi><mo>=</mo><mn>2</mn></math></p>'
    """
    html = "\n".join(_html(block, False) for block in _blocks(text))
    return Rich(text, html.replace(LIST_GOES_ON, "\n"))


def render_inline(text: str) -> Rich:
    """The same for a line that stands inside another element: no paragraph around it."""
    return Rich(text, _html(text, True))


def _blocks(text: str) -> Iterator[str]:
    if FENCE not in text:
        yield from BLANK.split(text)
        return
    for part in FENCED.split(text):
        yield from [part] if FENCED.fullmatch(part) else BLANK.split(part)


def enlarged(text: str) -> str:
    r"""Formulas that a line makes small in the size that they have on a line of their own.

    >>> enlarged(r"\(\frac{1}{2}\), \(x\)")
    '\\(\\displaystyle \\frac{1}{2}\\), \\(x\\)'
    """
    return IN_A_LINE.sub(_large, text) if SMALL_IN_A_LINE.search(text) else text


def _large(found: re.Match[str]) -> str:
    inner = found[1]
    small = SMALL_IN_A_LINE.search(inner) and not inner.startswith(LARGE)
    return rf"\({LARGE} {inner}\)" if small else found[0]


@kept_within(MIB)
def _html(text: str, inline: bool) -> str:
    if FENCED.fullmatch(text):
        return str(_reader().render(text)).strip()
    formulas: list[str] = []

    def set_aside(found: re.Match[str]) -> str:
        inner, block = found.groups()
        formulas.append(formula((inner or block).strip(), block is not None))
        return f"\ue000{len(formulas) - 1}\ue001"

    skeleton = _markdown(FORMULA.sub(set_aside, text), inline)
    return SLOT.sub(lambda slot: formulas[int(slot.group(1))], skeleton)


@kept_within(MIB // 2)
def _markdown(skeleton: str, inline: bool) -> str:
    if "\\" in skeleton:
        raise BrokenText(f"a backslash outside of a formula: {skeleton}")
    reader = _reader()
    html = reader.renderInline(skeleton) if inline else reader.render(skeleton)
    return str(html).strip()


@cache
def _reader() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table").disable(["link", "image", "autolink", "escape"])


@lru_cache(maxsize=1024)
def _compiled(template: str) -> Template:
    blocks = BLANK.split(template.strip("\n"))  # each dedented by itself: a template may begin with a text of its topic
    return _holes().from_string("\n\n".join(dedent(block) for block in blocks).strip())


@lru_cache(maxsize=128)
def _compiled_plainly(template: str) -> Template:
    return _plain_holes().from_string(template)


@cache
def _plain_holes() -> Environment:
    return _holes().overlay(finalize=spelt)


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
    holes.filters.update(FILTERS)
    return holes


def _written(value: object) -> object:
    return value if isinstance(value, str) else tex(value)  # type: ignore[arg-type]  # templates pass numbers only

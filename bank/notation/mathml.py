"""One formula, from TeX to MathML: the only importer of math_core."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from math_core import LatexError, LatexToMathML

from bank.errors import BankError

STYLE = re.compile(r' style="[^"]*"')


class BrokenText(BankError):
    """A template of a family that is not what it should be: a broken formula, a forgotten hole."""


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


@cache
def _converter() -> LatexToMathML:
    return LatexToMathML(fancy_error=False)

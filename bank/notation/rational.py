"""Exact numbers: `fractions.Fraction`, compiled. All of the bank takes the type from here.

A package of families of another's may hold those of the standard library: `compiled` makes them ours, once, where a
question hands over its answer and its mistakes.
"""

from __future__ import annotations

from fractions import Fraction as Plain
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fractions import Fraction
else:
    from quicktions import Fraction

__all__ = ["Fraction", "compiled"]


def compiled(value: Any) -> Any:
    """The value, or the members of the value, in the compiled type; what is no fraction stays as it is.

    >>> isinstance(compiled(Plain(1, 2)), Fraction), compiled({"mean": 0, "variance": Plain(3)})
    (True, {'mean': 0, 'variance': Fraction(3, 1)})
    """
    kind = type(value)
    if kind is Plain:
        return Fraction(value.numerator, value.denominator)
    if kind is tuple:
        return tuple(map(compiled, value)) if _holds_plain(value) else value
    return {name: compiled(part) for name, part in value.items()} if kind is dict else value


def _holds_plain(rows: tuple[Any, ...]) -> bool:
    return any(type(cell) is Plain for row in rows for cell in (row if type(row) is tuple else (row,)))

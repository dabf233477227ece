"""Numbers of the questions about codes and batches as decimals: in texts, and as answers without a simpler form."""

from collections.abc import Callable

from bank.authoring import Constant, Exact


def decimal(value: Exact) -> str:
    """As learners write it, with six places at most.

    >>> from fractions import Fraction
    >>> decimal(Fraction(7, 20)), decimal(Fraction(3)), decimal(10)
    ('0.35', '3', '10')
    """
    return f"{float(value):.6f}".rstrip("0").rstrip(".")


def said(letter: str) -> Callable[[Exact], str]:
    """How the texts give that letter (TeX) a value."""
    return lambda value: rf"\({letter} = {decimal(value)}\)"


def number(value: float) -> Constant:
    """With twelve places: a sine and a probability have no simpler form.

    >>> number(1 / 3)
    Constant(text='0.333333333333')
    """
    return Constant(f"{value:.12f}", value)

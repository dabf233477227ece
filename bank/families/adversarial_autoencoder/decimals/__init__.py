"""Numbers of the questions about Gaussians as decimals: in texts, and as answers without a simpler form."""

from collections.abc import Callable

from bank.authoring import Constant, Exact

SMALL = 1e-3


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
    """With twelve places, or more where it is small: a sine and a probability have no simpler form.

    >>> number(1 / 3), number(3e-15)
    (Constant(text='0.333333333333'), Constant(text='0.000000000000003000000000'))
    """
    return Constant(f"{value:.{12 if abs(value) > SMALL else 24}f}", value)

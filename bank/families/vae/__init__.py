"""Variational autoencoders: the definitions that their questions begin with."""

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache

from bank.authoring import tex

LINEAR_CODE = r"""
A variational autoencoder has one latent variable \(z\) and one observed variable \(x\). The prior is
\(p(z) = \mathcal{N}(0, 1)\), the decoder is \(p(x|z) = \mathcal{N}(wz, S)\), and the encoder gives
\(q(z|x) = \mathcal{N}(m, v)\). The second number of each \(\mathcal{N}\) is the variance, and logarithms are natural.
"""


@lru_cache(maxsize=1 << 12)
def decimal(value: Fraction) -> str:
    r"""As TeX, a decimal where it has at most four places.

    >>> decimal(Fraction(-13, 10)), decimal(Fraction(2)), decimal(Fraction(1, 3))
    ('-1.3', '2', '\\frac{1}{3}')
    """
    return tex(value) if 10_000 % value.denominator else f"{float(value):.4f}".rstrip("0").rstrip(".")


def row(values: Sequence[Fraction]) -> str:
    r"""As TeX, decimals beside one another; one alone without parentheses.

    >>> row((Fraction(1, 4),)), row((Fraction(1, 4), Fraction(2)))
    ('0.25', '(0.25,\\; 2)')
    """
    written = r",\; ".join(map(decimal, values))
    return written if len(values) == 1 else f"({written})"

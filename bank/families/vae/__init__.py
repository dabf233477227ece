"""The variational autoencoder, its bound, and the two directions of the Kullback-Leibler divergence."""

from fractions import Fraction

DISCRETE_KL = r"""
\(p\) is a distribution over <<bins>> bins that is given, and a model \(q\) is to come near it. The Kullback-Leibler
divergence of two such distributions, in nats, is
\[\mathrm{KL}(a \,\|\, b) = \sum_{i=1}^{<<bins>>} a_i \ln \frac{a_i}{b_i}.\] A bin with \(a_i = 0\) adds 0; one with
\(a_i > 0\) and \(b_i = 0\) makes the divergence infinite.
"""

CONTINUOUS_KL = r"""
Data with the density \(p\) are to be described by a model with the density \(q\). The Kullback-Leibler divergence of
two densities \(a\) and \(b\) is
\[\mathrm{KL}(a \,\|\, b) = \mathrm{E}_{x \sim a}\!\left[\ln \frac{a(x)}{b(x)}\right].\]
"""

DIGITS = 6


def decimal(value: Fraction) -> str:
    r"""As a decimal, in TeX; as a fraction where it has none of at most six places.

    >>> decimal(Fraction(-9, 4)), decimal(Fraction(1, 3))
    ('-2.25', '\\frac{1}{3}')
    """
    if 10**DIGITS % value.denominator == 0:
        return f"{value.numerator / value.denominator:.{DIGITS}f}".rstrip("0").rstrip(".")
    return rf"\frac{{{value.numerator}}}{{{value.denominator}}}"

"""Variational autoencoders: the definitions that their questions begin with."""

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache

from bank.authoring import tex

ELBO = r"""
A *variational autoencoder* (VAE) has a prior \(p(\mathbf{z})\) of the latent code \(\mathbf{z}\), an encoder
\(q(\mathbf{z}|\mathbf{x})\) and a decoder \(p(\mathbf{x}|\mathbf{z})\). It is trained to maximise
\[\mathcal{L}(\mathbf{x}) = \mathrm{E}_{q(\mathbf{z}|\mathbf{x})}[\log p(\mathbf{x}|\mathbf{z})]
- \mathrm{KL}(q(\mathbf{z}|\mathbf{x}) \,\|\, p(\mathbf{z})).\]
"""

ENCODER_AND_DECODER = r"""
The prior is \(\mathcal{N}(\mathbf{0}, \mathbf{I})\). The encoder is a Gaussian with a diagonal covariance matrix, the
decoder a Gaussian of a fixed variance; the parameters of both are given by neural networks.
"""

BETA_VAE = r"""
A *β-VAE* has the prior \(p(\mathbf{z}) = \mathcal{N}(\mathbf{0}, \mathbf{I})\), a Gaussian encoder
\(q(\mathbf{z}|\mathbf{x})\) with a diagonal covariance matrix, and a Gaussian decoder \(p(\mathbf{x}|\mathbf{z})\) of
the fixed variance \(\sigma^2\). It is trained to maximise
\[\mathcal{L}_\beta(\mathbf{x}) = \mathrm{E}_{q(\mathbf{z}|\mathbf{x})}[\log p(\mathbf{x}|\mathbf{z})]
- \beta\, \mathrm{KL}(q(\mathbf{z}|\mathbf{x}) \,\|\, p(\mathbf{z})), \qquad \beta > 0.\]
"""

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

LINEAR_CODE = r"""
A variational autoencoder has one latent variable \(z\) and one observed variable \(x\). The prior is
\(p(z) = \mathcal{N}(0, 1)\), the decoder is \(p(x|z) = \mathcal{N}(wz, S)\), and the encoder gives
\(q(z|x) = \mathcal{N}(m, v)\). The second number of each \(\mathcal{N}\) is the variance, and logarithms are natural.
"""

LINEAR_BETA_VAE = r"""
A linear \(\beta\)-VAE has \(k\) latent variables. The prior is
\(p(\mathbf{z}) = \mathcal{N}(\mathbf{0}, \mathbf{I})\), the encoder is
\(q(\mathbf{z}|\mathbf{x}) = \mathcal{N}(\mathbf{E}\mathbf{x}, \mathrm{diag}(\mathbf{v}))\), and the decoder is
\(p(\mathbf{x}|\mathbf{z}) = \mathcal{N}(\mathbf{W}\mathbf{z}, S\,\mathbf{I})\) with a fixed variance \(S\). The data
are Gaussian with mean 0. \(\mathbf{E}\), \(\mathbf{v}\) and \(\mathbf{W}\) are trained until the mean over all data of
\[\mathcal{L}_\beta = \mathbb{E}_{q(\mathbf{z}|\mathbf{x})}[\log p(\mathbf{x}|\mathbf{z})]
- \beta\, \mathrm{KL}(q(\mathbf{z}|\mathbf{x})\,\|\,p(\mathbf{z}))\]
is as large as possible. A latent variable is *active* if its mean KL is not 0.
"""


@lru_cache(maxsize=1 << 12)
def decimal(value: Fraction) -> str:
    r"""As TeX, a decimal where it has at most six places.

    >>> decimal(Fraction(-13, 10)), decimal(Fraction(2)), decimal(Fraction(1, 3))
    ('-1.3', '2', '\\frac{1}{3}')
    """
    return tex(value) if 10**6 % value.denominator else f"{float(value):.6f}".rstrip("0").rstrip(".")


def row(values: Sequence[Fraction]) -> str:
    r"""As TeX, decimals beside one another; one alone without parentheses.

    >>> row((Fraction(1, 4),)), row((Fraction(1, 4), Fraction(2)))
    ('0.25', '(0.25,\\; 2)')
    """
    written = r",\; ".join(map(decimal, values))
    return written if len(values) == 1 else f"({written})"

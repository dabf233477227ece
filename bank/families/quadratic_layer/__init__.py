"""Quadratic layers: the definition that their questions begin with, numbers for them, a check of derivatives."""

from fractions import Fraction
from random import Random

from bank.authoring import Within

QUADRATIC_LAYER = r"""
A *quadratic layer* maps \(\mathbf{x} \in \mathbb{R}^M\) to \(\mathbf{y} \in \mathbb{R}^N\) by

\[y_i = \lambda\, \mathbf{x}^\top \mathbf{A}^{(i)} \mathbf{x} + \mathbf{x}^\top \mathbf{b}^{(i)} + c^{(i)},
\qquad i = 1, \dots, N,\]

where every \(\mathbf{A}^{(i)} \in \mathbb{R}^{M \times M}\) is symmetric and \(\lambda \in \mathbb{R}\) is a fixed
hyperparameter that is not trained.
"""

LAMBDAS = (1, 2, Fraction(1, 2), -1, Fraction(1, 10))  # of one layer
STACKED = (0, 1, -1, Fraction(1, 2), 2)  # of layers that follow one another: where it is 0, a layer is linear
COUNTS = ("No", "One", "Two", "Three", "Four")
AUTOGRAD = 1e-10  # what automatic differentiation may be off by


def signed(rng: Random, count: int) -> tuple[int, ...]:
    """Numbers from -4 to 4 whose absolute values differ, none of them 0."""
    return tuple(rng.choice((-1, 1)) * value for value in rng.sample(range(1, 5), count))


def by_autograd(found: float, field: str | None = None) -> Within:
    """The check that a derivative is what automatic differentiation found."""
    margin = AUTOGRAD * max(1.0, abs(found))
    return Within("automatic differentiation", found, margin, margin, field)

"""Quadratic layers: the definition that their questions begin with, and the hyperparameters that the dice know."""

from fractions import Fraction

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

"""Quadratic layers: the definition that their questions begin with."""

QUADRATIC_LAYER = r"""
A *quadratic layer* maps \(\mathbf{x} \in \mathbb{R}^M\) to \(\mathbf{y} \in \mathbb{R}^N\) by

\[y_i = \lambda\, \mathbf{x}^\top \mathbf{A}^{(i)} \mathbf{x} + \mathbf{x}^\top \mathbf{b}^{(i)} + c^{(i)},
\qquad i = 1, \dots, N,\]

where every \(\mathbf{A}^{(i)} \in \mathbb{R}^{M \times M}\) is symmetric and \(\lambda \in \mathbb{R}\) is a fixed
hyperparameter that is not trained.
"""

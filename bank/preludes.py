"""Definitions that several families of one topic begin with."""

QUADRATIC_LAYER = r"""
A *quadratic layer* maps \(\mathbf{x} \in \mathbb{R}^M\) to \(\mathbf{y} \in \mathbb{R}^N\) by

\[y_i = \lambda\, \mathbf{x}^\top \mathbf{A}^{(i)} \mathbf{x} + \mathbf{x}^\top \mathbf{b}^{(i)} + c^{(i)},
\qquad i = 1, \dots, N,\]

where every \(\mathbf{A}^{(i)} \in \mathbb{R}^{M \times M}\) is symmetric and \(\lambda \in \mathbb{R}\) is a fixed
hyperparameter that is not trained.
"""

QUADRATIC_FORM = r"""
Let \(f(\mathbf{x}) = \tfrac12 \mathbf{x}^\top \mathbf{A} \mathbf{x}\) with \(\mathbf{A}\) symmetric and positive
definite. Gradient descent computes \(\mathbf{x}_{t+1} = \mathbf{x}_t - \eta \nabla f(\mathbf{x}_t)\), and
\(\mathbf{x}^* = \mathbf{0}\) is the minimiser. Its *convergence rate* is \(\rho = \max_{\mathbf{x}_t \ne \mathbf{x}^*}
\|\mathbf{x}_{t+1} - \mathbf{x}^*\|_2 / \|\mathbf{x}_t - \mathbf{x}^*\|_2\).
"""

HEAVY_BALL = r"""
Let \(f(\mathbf{x}) = \tfrac12 \mathbf{x}^\top \mathbf{A} \mathbf{x}\) with \(\mathbf{A}\) symmetric and positive
definite, and let \(\mathbf{x}^* = \mathbf{0}\) be its minimiser. *Heavy ball* computes
\(\mathbf{x}_{t+1} = \mathbf{x}_t - \alpha \nabla f(\mathbf{x}_t) + \beta (\mathbf{x}_t - \mathbf{x}_{t-1})\). Its
*asymptotic rate* is \(\rho = \limsup_{t \to \infty} \|\mathbf{x}_t - \mathbf{x}^*\|_2^{1/t}\) for the worst start.
"""

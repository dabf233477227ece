"""Gradient descent and momentum on a quadratic form: the definitions that their questions begin with."""

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

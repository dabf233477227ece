"""Gradient descent and momentum on a quadratic form: how their questions begin, and what the families share."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from functools import cache
from math import isqrt
from typing import NamedTuple

from bank.authoring import Number, Problem, Rationals, Subset, constant

MOST = 2000  # steps that the lab counts on a run
CLEAR = 0.02  # a number of steps is at least so far from a whole one, that rounding may not decide it

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


def spectrum(values: Iterable[int | Fraction], fewest: int, most: int) -> Subset:
    """Different eigenvalues: `fewest` to `most` of `values` are drawn, a client may set two to six."""
    drawn = tuple(map(Fraction, values))
    return Subset(Rationals(drawn, Fraction(1, 100), 1000), drawn, fewest, most, min=2, max=6)


def uncountable(steps: float, *others: float) -> Iterator[Problem]:
    """Why a number of steps, as logarithms give it, cannot be counted on a run; `others` must be certain too."""
    if steps > MOST:
        yield Problem("/params/delta", f"more than {MOST} steps are needed")
    elif min(abs(number - round(number)) for number in (steps, *others)) < CLEAR:
        yield Problem("/params/delta", "the number of steps is too close to a whole number to be certain")


class Mode(NamedTuple):
    """z^2 - trace z + beta along one eigenvector: its discriminant and the larger modulus of its roots."""

    eigenvalue: Fraction
    trace: Fraction
    inside: Fraction
    modulus: Number


@cache
def rational_root(value: Fraction) -> Fraction | None:
    """The root of a number of at least 0 where it is rational."""
    top, bottom = isqrt(value.numerator), isqrt(value.denominator)
    return Fraction(top, bottom) if top**2 == value.numerator and bottom**2 == value.denominator else None


def mode_of(eigenvalue: Fraction, alpha: Fraction, beta: Fraction) -> Mode:
    """Of heavy ball along the eigenvector of an eigenvalue."""
    return mode_of_trace(eigenvalue, 1 + beta - alpha * eigenvalue, beta)


def mode_of_trace(eigenvalue: Fraction, trace: Fraction, beta: Fraction) -> Mode:
    """The same where the coefficient of z is given."""
    inside = trace**2 - 4 * beta
    if inside < 0:
        return Mode(eigenvalue, trace, inside, rational_root(beta) or constant(f"sqrt({beta})"))
    root = rational_root(inside)
    modulus = constant(f"({abs(trace)} + sqrt({inside}))/2") if root is None else (abs(trace) + root) / 2
    return Mode(eigenvalue, trace, inside, modulus)

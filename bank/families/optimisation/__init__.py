"""Gradient descent and momentum on a quadratic form: how their questions begin, and what the families share."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache, cached_property, lru_cache
from itertools import combinations, combinations_with_replacement, permutations, product
from random import Random
from typing import Any, NamedTuple

from bank.authoring import (
    Constant,
    Line,
    Matrix,
    Number,
    Problem,
    Rationals,
    Rows,
    Subset,
    along_member,
    is_below,
    root_of,
    symmetric_part,
)

MOST = 2000  # steps that the lab counts on a run
ROOTS = sorted({Fraction(k, d) for d in range(4, 12) for k in range(1, d)})  # of heavy ball, where they are drawn
ETAS = tuple(Fraction(1, k) for k in (4, 5, 6, 8, 10))  # of a step
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


class Ends:
    """Of a question that has eigenvalues: the smallest and the largest."""

    eigenvalues: tuple[Fraction, ...]

    @cached_property
    def low(self) -> Fraction:
        return min(self.eigenvalues)

    @cached_property
    def high(self) -> Fraction:
        return max(self.eigenvalues)


def ends_misread(
    question: Any, values: Sequence[int | Fraction], low: bool = True, fits: Callable[[Any, Any], bool] | None = None
) -> Iterator[Line]:
    """The smallest eigenvalue and the largest one, as dice give them: beyond the second at that end.

    `values` are those of the dice, in rising order; `fits` tells whether a smallest and a largest one go with the rest
    of the question.
    """
    eigenvalues = sorted(question.eigenvalues)
    size = len(eigenvalues)
    for place, letter in ((0, r"\lambda_{\min}"), (size - 1, r"\lambda_{\max}"))[0 if low else 1 :]:
        others = (
            values[bisect_right(values, eigenvalues[-2]) :] if place else values[: bisect_left(values, eigenvalues[1])]
        )
        if fits:
            ends = (eigenvalues[0], eigenvalues[-1])
            others = [value for value in others if fits(*((value, ends[1]) if not place else (ends[0], value)))]
        at = question.eigenvalues.index(eigenvalues[place])
        yield along_member(question, "eigenvalues", at, letter, others)


def uncountable(steps: float, *others: float) -> Iterator[Problem]:
    """Why a number of steps, as logarithms give it, cannot be counted on a run; `others` must be certain too."""
    if steps > MOST:
        yield Problem("/params/delta", f"more than {MOST} steps are needed")
    elif min(abs(number - round(number)) for number in (steps, *others)) < CLEAR:
        yield Problem("/params/delta", "the number of steps is too close to a whole number to be certain")


def gram(B: Sequence[Sequence[int]]) -> tuple[tuple[int, ...], ...]:
    """B^T B + I"""
    n = range(len(B))
    return tuple(tuple(sum(row[i] * row[j] for row in B) + (i == j) for j in n) for i in n)


def form_of(rng: Random, n: int, symmetric: bool) -> tuple[tuple[int, ...], ...]:
    """Positive definite; where it is not symmetric, with an antisymmetric part."""
    A = [list(row) for row in gram([[rng.randint(-1, 1) for _ in range(n)] for _ in range(n)])]
    for i, j in () if symmetric else combinations(range(n), 2):
        twist = rng.choice((-2, -1, 1, 2))
        A[i][j] += twist
        A[j][i] -= twist
    return tuple(map(tuple, A))


@cache
def drawn_forms() -> Mapping[int, Collection[Matrix]]:
    """The symmetric ones, by their size."""
    rows = {n: tuple(product((-1, 0, 1), repeat=n)) for n in (2, 3)}
    return {n: {gram(B) for B in combinations_with_replacement(rows[n], n)} for n in rows}


def contracting(A: Matrix) -> Sequence[Fraction]:
    """The learning rates, of those that are drawn, at which gradient descent converges; the least if none does."""
    return _contracting(symmetric_part(A))


@lru_cache(maxsize=1024)
def _contracting(form: Rows) -> Sequence[Fraction]:
    return [eta for eta in ETAS if is_below(form, 2 / eta)] or ETAS[-1:]


class Mode(NamedTuple):
    """z^2 - trace z + beta along one eigenvector: its discriminant and the larger modulus of its roots."""

    eigenvalue: Fraction
    trace: Fraction
    inside: Fraction
    modulus: Number


def mode_of(eigenvalue: Fraction, alpha: Fraction, beta: Fraction) -> Mode:
    """Of heavy ball along the eigenvector of an eigenvalue."""
    return mode_of_trace(eigenvalue, 1 + beta - alpha * eigenvalue, beta)


def mode_of_trace(eigenvalue: Fraction, trace: Fraction, beta: Fraction) -> Mode:
    """The same where the coefficient of z is given."""
    inside = trace**2 - 4 * beta
    if inside < 0:
        return Mode(eigenvalue, trace, inside, root_of(beta))
    root = root_of(inside)
    if isinstance(root, Fraction):
        return Mode(eigenvalue, trace, inside, (abs(trace) + root) / 2)
    modulus = Constant(f"({abs(trace)} + {root.text})/2", (float(abs(trace)) + float(root)) / 2)
    return Mode(eigenvalue, trace, inside, modulus)


class Roots(NamedTuple):
    """Of z^2 - T z + beta: of the smallest eigenvalue at `alpha`, and, negated, of the largest at `other`."""

    large: Fraction
    small: Fraction
    steep: Fraction
    second: Fraction

    @property
    def beta(self) -> Fraction:
        return self.large * self.small

    def steps(self, low: Fraction, high: Fraction) -> tuple[Fraction, Fraction]:
        """`alpha` and `other` for the eigenvalues at the ends."""
        return (1 - self.large) * (1 - self.small) / low, (1 + self.steep) * (1 + self.second) / high

    @property
    def widest(self) -> Fraction:
        """Below this condition number the smallest eigenvalue decides at `alpha`, and the largest at `other`."""
        alpha, other = self.steps(Fraction(1), Fraction(1))
        at_alpha, at_other = 2 * (1 + self.beta) / alpha - 1, 2 * (1 + self.beta) / other - 1
        return min(at_alpha, 1 / at_other) if at_other > 0 else at_alpha


@cache
def heavy_ball_roots() -> tuple[Sequence[Roots], Sequence[Fraction]]:
    """All that are drawn, two pairs with one product each, and how wide each may be, in that order."""
    many = [pairs for pairs in pairs_by_product().values() if len(pairs) > 2]
    found = [Roots(*one, *two) for pairs in many for one, two in permutations(pairs, 2)]
    found.sort(key=lambda roots: roots.widest)
    return found, [roots.widest for roots in found]


@cache
def pairs_by_product() -> Mapping[Fraction, Sequence[tuple[Fraction, Fraction]]]:
    """The larger and the smaller root of all pairs, by their product."""
    found: dict[Fraction, list[tuple[Fraction, Fraction]]] = {}
    for place, small in enumerate(ROOTS):
        for large in ROOTS[place + 1 :]:
            found.setdefault(small * large, []).append((large, small))
    return found


def first_for(low: Fraction, high: Fraction) -> int:
    """The place of the first roots that are wide enough for these eigenvalues."""
    return bisect_right(heavy_ball_roots()[1], high / low)
